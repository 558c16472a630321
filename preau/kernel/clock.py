"""What time it is in a school. Overseas schools live in another day."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from preau.kernel.models import School


def now_in(school: "School") -> datetime:
    return timezone.now().astimezone(ZoneInfo(school.timezone))


def today() -> date:
    """The instance's date, for what belongs to no school."""
    return settings.DEMO_DAY or timezone.localdate()


def today_in(school: "School") -> date:
    """The school's date: `PREAU_DEMO_DAY` when the demonstration is opened on a fixed day."""
    return settings.DEMO_DAY or now_in(school).date()
