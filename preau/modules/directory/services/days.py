"""Whether a day somebody typed can be one of what they change."""

from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.dates import written
from preau.kernel.rules import RuleBroken


def require_in_year(actor: Actor, school_id: int, day: date) -> None:
    """Raises `RuleBroken` for a day outside the year the actor works in."""
    year = actor.standings[school_id].year
    if not year.starts_on <= day <= year.ends_on:
        raise RuleBroken(_("Cette date n’est pas dans l’année scolaire %(label)s.") % {"label": year.label})


def require_nothing_begun_after(day: date, today: date, *kinds_of_rows: Any) -> None:
    """Raises `RuleBroken` where one of these `Dated` rows began after `day` and is under way: ending it
    before it began would make what people saw untrue."""
    begun = Q(starts_on__gt=day, starts_on__lte=today)
    latest = [rows.filter(begun).aggregate(day=Max("starts_on"))["day"] for rows in kinds_of_rows]
    if found := max((each for each in latest if each), default=None):
        raise RuleBroken(
            _("Quelque chose y a commencé le %(day)s : choisissez un jour à partir de celui-là.")
            % {"day": written(found, "j F")}
        )


def earliest(*days: date | None) -> date | None:
    """None: until further notice."""
    return min((day for day in days if day is not None), default=None)
