"""System check: the journal's times are figures that were meant."""

from typing import Any

from django.conf import settings
from django.core import checks

from preau.kernel.audit.acts import READS, SHORTEST, Family


@checks.register()
def journal_days_are_meant(app_configs: Any = None, **_: Any) -> list[checks.CheckMessage]:
    """A misspelt family would silently be kept a year, a nought would empty the journal each night."""
    known = {READS, *Family.values}
    found: list[checks.CheckMessage] = []
    for family, days in settings.JOURNAL_DAYS.items():
        if family not in known:
            names = ", ".join(sorted(known))
            found.append(checks.Error(f"JOURNAL_DAYS: no family {family!r} ({names})", id="audit.E001"))
        elif days < SHORTEST:
            found.append(
                checks.Error(f"JOURNAL_DAYS: {family} is kept {SHORTEST} days at least", id="audit.E002")
            )
    return found
