from preau.modules.directory.services.importing.applying import apply_import, fail_import, progress_of
from preau.modules.directory.services.importing.beginning import (
    AlreadyRunning,
    accept_likely,
    ask_to_apply,
    begin_import,
    decide_line,
    forget_lines,
    give_up_import,
    running_import,
)
from preau.modules.directory.services.importing.columns import choose_columns, notice_columns
from preau.modules.directory.services.importing.undoing import (
    Undoing,
    last_applied,
    may_be_undone,
    undo_import,
    undoing_of,
)

__all__ = [
    "AlreadyRunning",
    "Undoing",
    "accept_likely",
    "apply_import",
    "ask_to_apply",
    "begin_import",
    "choose_columns",
    "decide_line",
    "fail_import",
    "forget_lines",
    "give_up_import",
    "last_applied",
    "may_be_undone",
    "notice_columns",
    "progress_of",
    "running_import",
    "undo_import",
    "undoing_of",
]
