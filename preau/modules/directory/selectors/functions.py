"""Who is charged with what this year."""

from dataclasses import dataclass

from django.db.models import Q

from preau.kernel.access.actor import Actor
from preau.modules.directory.models import Function, Group
from preau.modules.directory.models.rules import works_in


@dataclass(frozen=True)
class FunctionsPage:
    """`leads`: the digital leads of today and to come; `led`: the classes, each with its head teachers of
    today and to come; `over`: what has ended, the latest first."""

    leads: list[Function]
    led: list[tuple[Group, list[Function]]]
    over: list[Function]


def functions_known_to(actor: Actor) -> Q:
    """With a class, as the class; without one, among those who work there."""
    staffed = [standing.school.pk for standing in actor.standings.values() if works_in(standing)]
    return Q(group__in=Group.objects.visible_to(actor)) | Q(group=None, school__in=staffed)


def functions_page(actor: Actor) -> FunctionsPage:
    """Those of the year one works in. Two queries."""
    assert actor.only is not None
    day = actor.only.day
    found = Function.objects.filter(functions_known_to(actor)).select_related("record", "group")
    rows = list(found.order_by("record__sort_name", "starts_on", "pk"))
    over = [row for row in rows if row.ends_on is not None and row.ends_on < day]
    now = [row for row in rows if row.ends_on is None or row.ends_on >= day]
    divisions = Group.objects.visible_to(actor).lasting(actor).divisions()
    return FunctionsPage(
        leads=[row for row in now if row.kind == Function.Kind.DIGITAL_LEAD],
        led=[
            (group, [row for row in now if row.group_id == group.pk])
            for group in sorted(divisions, key=lambda group: group.school_order)
        ],
        over=sorted(over, key=lambda row: row.ends_on or day, reverse=True),
    )
