from preau.modules.console.testing import make_dead_task
from preau.modules.directory.testing import IN_SCHOOL, MANAGEMENT, Cast, Who
from tests.access_table import get, post, table

RUNS_IT = MANAGEMENT | Who.DIGITAL_LEAD
_ANYBODY = IN_SCHOOL | Who.AUTHORITY


def _failed(cast: Cast, place: str) -> dict[str, str]:
    # Not in the cast: whoever tries work counts what waits.
    return {"task": str(make_dead_task(cast.own.school).uuid), "reason": "outdated"}


def _look(cast: Cast, place: str) -> dict[str, str]:
    return {"accent": "green"}


def _computer(cast: Cast, place: str) -> dict[str, str]:
    return {"place": "CDI", "minutes": "10"}


ACCESS = table(
    get("console:home", own=RUNS_IT, refused=_ANYBODY & ~RUNS_IT),
    get("console:journal", own=RUNS_IT, refused=_ANYBODY & ~RUNS_IT, forged={"q": "pupil", "after": "pupil"}),
    post("console:journal_export", own=MANAGEMENT, ok=200, refused=_ANYBODY & ~MANAGEMENT),
    get(
        "console:reading_list",
        own=MANAGEMENT,
        refused=_ANYBODY & ~MANAGEMENT,
        forged={"q": "pupil", "after": "pupil"},
    ),
    get("console:look", own=RUNS_IT, refused=_ANYBODY & ~RUNS_IT),
    post("console:look", data=_look, own=RUNS_IT, refused=_ANYBODY & ~RUNS_IT),
    get("console:device", own=RUNS_IT, refused=_ANYBODY & ~RUNS_IT),
    post("console:device", data=_computer, own=RUNS_IT, refused=_ANYBODY & ~RUNS_IT),
    post("console:device_unshare", own=RUNS_IT, refused=_ANYBODY & ~RUNS_IT),
    get("console:work", own=RUNS_IT, refused=_ANYBODY & ~RUNS_IT, forged={"after": "pupil"}),
    post("console:work_replay_all", own=RUNS_IT, refused=_ANYBODY & ~RUNS_IT),
    post("console:work_replay", data=_failed, own=RUNS_IT, refused=_ANYBODY & ~RUNS_IT),
    post("console:work_abandon", data=_failed, own=RUNS_IT, refused=_ANYBODY & ~RUNS_IT),
)
