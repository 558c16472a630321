"""What the directory puts on the home page: None when it has nothing for this person."""

from typing import Any

from django.db.models import Count, Q

from preau.kernel.access.actor import Actor
from preau.kernel.calendar import on
from preau.kernel.models import SchoolUnit
from preau.modules.directory import permissions
from preau.modules.directory.models import Duty, Enrolment, Group, Membership, Profile, Tie
from preau.modules.directory.models.rules import any_of
from preau.modules.directory.selectors.groups import my_groups
from preau.modules.directory.selectors.people import pupils_among
from preau.modules.directory.selectors.teams import team_of


def children(actor: Actor) -> dict[str, Any] | None:
    """A guardian's children in all their schools, as the hat reads them."""
    wards = actor.tied(Tie.GUARDS) | actor.tied(Tie.CARES)
    if actor.hat.profile != "guardian" or not wards:
        return None
    return {"children": [{"record": record, "what": what} for record, what in pupils_among(actor, wards)]}


def my_class(actor: Actor) -> dict[str, Any] | None:
    """A pupil's class and who teaches it."""
    standing = actor.only
    if standing is None or not standing.tied(Tie.ENROLLED):
        return None
    cards = my_groups(actor)
    division = next((card for card in cards if card.group.kind == Group.Kind.DIVISION), None)
    return {
        "division": division,
        "groups": [card for card in cards if card is not division],
        "team": team_of(division.group, standing) if division else [],
    }


def taught_groups(actor: Actor) -> dict[str, Any] | None:
    """The classes and groups one teaches, leads or, without being a pupil, is a member of."""
    own = actor.tied(Tie.TEACHES) | actor.tied(Tie.LEADS) | actor.tied(Tie.BELONGS)
    if actor.hat.profile == "guardian" or actor.tied(Tie.ENROLLED) or not own:
        return None
    return {"cards": my_groups(actor)}


def levels(actor: Actor) -> dict[str, Any] | None:
    """For those who follow all pupils: the classes by level, with their headcounts."""
    standing = actor.only
    follows = (Duty.MANAGE, Duty.SUPERVISE, Duty.ADMINISTER, Duty.CARE, Duty.COUNSEL, Duty.DOCUMENT)
    if standing is None or not actor.has_duty(*follows):
        return None
    present = on(standing.day, "members__") & Q(members__role="pupil")
    divisions = (
        Group.objects.visible_to(actor)
        .lasting(actor)
        .divisions()
        .annotate(pupils=Count("members__record", filter=present, distinct=True))
    )
    by_level: dict[str, list[Group]] = {}
    for division in sorted(divisions, key=lambda division: division.school_order):
        by_level.setdefault(division.level, []).append(division)
    return {"levels": by_level} if by_level else None


def school_today(actor: Actor) -> dict[str, Any] | None:
    """For management, the office and the digital lead: how many people the workspace knows today."""
    standing = actor.only
    if standing is None or not actor.has_duty(Duty.MANAGE, Duty.ADMINISTER, Duty.CONFIGURE):
        return None
    return {
        "year": standing.year,
        "checks_files": permissions.IMPORT_FILES.allows(actor, None),
        "appoints": permissions.APPOINT_LEAD.allows(actor, None),
        "pupils": Enrolment.objects.on(standing.day).values("record").distinct().count(),
        "staff": Membership.objects.on(standing.day)
        .filter(profile__kind=Profile.Kind.STAFF)
        .values("record")
        .distinct()
        .count(),
    }


def schools_overseen(actor: Actor) -> dict[str, Any] | None:
    """For an authority: each school with its units and headcounts, and nobody's name."""
    if not actor.has_duty(Duty.OVERSEE):
        return None
    counts = {school: {"pupils": 0, "divisions": 0} for school in actor.standings}
    today = any_of(Q(school=standing.school.pk) & on(standing.day) for standing in actor.standings.values())
    pupils = (
        Enrolment.objects.filter(today).order_by().values("school").annotate(n=Count("record", distinct=True))
    )
    for row in pupils:
        counts[row["school"]]["pupils"] = row["n"]
    for row in Group.objects.lasting(actor).divisions().order_by().values("school").annotate(n=Count("pk")):
        counts[row["school"]]["divisions"] = row["n"]
    units: dict[int, list[SchoolUnit]] = {}
    for unit in SchoolUnit.objects.all():
        units.setdefault(unit.school_id, []).append(unit)
    return {
        "schools": [
            {
                "school": standing.school,
                "year": standing.year,
                "units": units.get(school_id, []),
                **counts[school_id],
            }
            for school_id, standing in actor.standings.items()
        ]
    }
