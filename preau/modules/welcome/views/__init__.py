from preau.modules.welcome.views.console import card_edit, charter_edit, closing, closing_withdraw
from preau.modules.welcome.views.guide import (
    first_step_open,
    first_step_see,
    first_steps_leave,
    first_steps_resume,
    help_list,
    help_page,
)
from preau.modules.welcome.views.public import (
    accessibility,
    charter,
    charter_version,
    notice,
    personal_data,
    school_card,
    status,
)

__all__ = [
    "accessibility",
    "card_edit",
    "charter",
    "charter_edit",
    "charter_version",
    "closing",
    "closing_withdraw",
    "first_step_open",
    "first_step_see",
    "first_steps_leave",
    "first_steps_resume",
    "help_list",
    "help_page",
    "notice",
    "personal_data",
    "school_card",
    "status",
]
