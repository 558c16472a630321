from uuid import uuid4

from preau.modules.directory.testing import (
    EVERYONE,
    IN_SCHOOL,
    MANAGEMENT,
    SHUT_OUT,
    Cast,
    Who,
)
from tests.access_table import get, post, table

SOMEBODY = IN_SCHOOL | Who.AUTHORITY
ANYBODY = EVERYONE & ~SHUT_OUT  # who has left is shown the way out and no more
RUNS_IT = MANAGEMENT | Who.DIGITAL_LEAD
PUBLIC = {
    "own": ANYBODY,
    "other_class": ANYBODY,
    "other_year": ANYBODY,
    "other_school": ANYBODY,
    "anonymous": 200,
}


def _card(cast: Cast, place: str) -> dict[str, str]:
    return {"about": "Un collège", "is_listed": "on", "version": "0"}


def _closing(cast: Cast, place: str) -> dict[str, str]:
    return {"message": "Fermé lundi", "first_day": "2026-11-23", "last_day": "2026-11-23"}


def _charter(cast: Cast, place: str) -> dict[str, str]:
    return {"uuid": str(uuid4()), "base_number": "1", "pupils": "Respect", "adults": "Respect"}


def _step(cast: Cast, place: str) -> dict[str, str]:
    """One that everybody has among their first."""
    return {"step": "notifications.preferences"}


ACCESS = table(
    get("welcome:school_card", {"school": "school"}, **PUBLIC),
    get("welcome:charter", {"school": "school"}, **PUBLIC),
    get("welcome:charter_version", {"school": "school", "charter": "charter"}, **PUBLIC),
    get("welcome:notice", own=ANYBODY, anonymous=200),
    get("welcome:personal_data", own=ANYBODY, anonymous=200),
    get("welcome:accessibility", own=ANYBODY, anonymous=200),
    get("welcome:status", own=ANYBODY, anonymous=200),
    get("welcome:help_list", own=ANYBODY, anonymous=200),
    get("welcome:help_page", {"page": "help_page"}, **PUBLIC),
    post("welcome:first_step_see", data=_step, own=SOMEBODY, scope_free=True),
    post("welcome:first_step_open", data=_step, own=SOMEBODY, scope_free=True),
    post("welcome:first_steps_leave", own=SOMEBODY, scope_free=True),
    post("welcome:first_steps_resume", own=SOMEBODY, scope_free=True),
    get("welcome:card_edit", own=RUNS_IT, refused=SOMEBODY & ~RUNS_IT),
    post("welcome:card_edit", data=_card, own=RUNS_IT, refused=SOMEBODY & ~RUNS_IT),
    get("welcome:closing", own=MANAGEMENT, refused=SOMEBODY & ~MANAGEMENT),
    post("welcome:closing", data=_closing, own=MANAGEMENT, refused=SOMEBODY & ~MANAGEMENT),
    post("welcome:closing_withdraw", own=MANAGEMENT, refused=SOMEBODY & ~MANAGEMENT),
    get("welcome:charter_edit", own=MANAGEMENT, refused=SOMEBODY & ~MANAGEMENT),
    post("welcome:charter_edit", data=_charter, own=MANAGEMENT, refused=SOMEBODY & ~MANAGEMENT),
)
