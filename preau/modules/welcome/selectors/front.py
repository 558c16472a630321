"""What a visitor sees: the instance and its schools, one school's card. Everything here is public."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from preau.kernel.models import School, SchoolUnit
from preau.kernel.names import folded, printable
from preau.kernel.tenancy.scope import in_school, in_schools
from preau.kernel.ui.accent import Accent, sheet_of
from preau.modules.welcome.models import Card, Charter

SHOWN = 24  # schools on one page; beyond, one looks for one's own
FEW = 8  # so many need no search
LONGEST_QUERY, MOST_WORDS = 100, 6


@dataclass(frozen=True)
class Listed:
    school: School
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class SchoolCard:
    school: School
    card: Card
    units: tuple[SchoolUnit, ...]
    has_charter: bool


def front(typed: str) -> tuple[str, dict[str, Any]]:
    """The template of the instance's page and its context: the card of the one school, where there is one."""
    typed = printable(typed)[:LONGEST_QUERY]
    words = folded(typed).split()[:MOST_WORDS]
    matching = Q()
    for word in words:
        matching &= Q(search_key__contains=f" {word}")
    # One more than is shown says whether there are others.
    found = list(School.objects.filter(matching, is_listed=True)[: SHOWN + 1])
    if not typed and len(found) == 1:
        return "welcome/card.html", card_context(found[0])
    return "welcome/instance.html", {
        "instance": settings.INSTANCE,
        "schools": _listed(found[:SHOWN]),
        "more": len(found) > SHOWN,
        "typed": typed,
        "searches": bool(typed) or len(found) > FEW,
    }


def _listed(schools: Iterable[School]) -> list[Listed]:
    rows = list(schools)
    kinds: dict[int, list[str]] = {school.pk: [] for school in rows}
    with in_schools(kinds):
        for unit in SchoolUnit.objects.order_by("id") if rows else ():
            kinds[unit.school_id].append(str(unit.get_kind_display()))
    return [Listed(school, tuple(dict.fromkeys(kinds[school.pk]))) for school in rows]


def school_named(uuid: UUID) -> School | None:
    """Listed or not: who was given the address of a card may open it."""
    return School.objects.filter(uuid=uuid).first()


def card_context(school: School) -> dict[str, Any]:
    with in_school(school):
        shown = SchoolCard(
            school=school,
            card=Card.objects.first() or Card(),
            units=tuple(SchoolUnit.objects.order_by("id")),
            has_charter=Charter.objects.exists(),
        )
    return {
        "shown": shown,
        "visited": school,
        "accent": sheet_of(school.accent) if school.accent != Accent.BLUE else "",
        "instance": settings.INSTANCE,
    }
