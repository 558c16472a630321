"""What the pages read on which classes and groups are kept by hand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.calendar import WEEKS_A, WEEKS_B, on, since, week_number
from preau.kernel.models import SchoolUnit, SchoolYear
from preau.kernel.ui.days import short_day
from preau.modules.directory.models import (
    CourseGroup,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Membership,
    PersonRecord,
    Profile,
    Source,
    SourceRecord,
)
from preau.modules.directory.selectors.courses_by_hand import CourseLine, courses_kept
from preau.modules.directory.selectors.namesakes import told_apart
from preau.modules.directory.selectors.provenance import origins_told, sources_of_group

# Where people are looked for beside classes. Members: to have other weeks.
WITHOUT_CLASS, STAFF, MEMBERS = "none", "staff", "members"


class Choice(NamedTuple):
    """A row a form offers: what is sent, what is read, and the row."""

    key: str
    words: str
    row: Any


@dataclass(frozen=True)
class KeptGroup:
    """A class or group as those who keep it see it: who is or will be in it, and what hangs on it."""

    group: Group
    people: list[Choice]
    pupils: int
    courses: list[CourseLine]
    parts: list[Group]
    origins: list[str]
    never_used: bool


def kept_group(actor: Actor, group: Group) -> KeptGroup:
    """At most nine queries, two more where people bear the same name."""
    standing = actor.standings[group.school_id]
    known = PersonRecord.objects.visible_to(actor)
    rows = GroupMember.objects.filter(since(standing.day), group=group, record__in=known)
    members: dict[int, list[GroupMember]] = {}
    for row in rows.select_related("record").order_by("record__sort_name", "record_id", "starts_on"):
        members.setdefault(row.record_id, []).append(row)
    people = named(actor, (own[0].record for own in members.values()))
    courses = courses_kept(group, standing.day)
    parts = list(Group.objects.filter(part_of=group).order_by("code_key"))
    return KeptGroup(
        group=group,
        people=[
            each._replace(
                words=", ".join([each.words, *_when(members[each.row.pk], standing.year, standing.day)])
            )
            for each in people
        ],
        pupils=sum(own[0].role == GroupMember.Role.PUPIL for own in members.values()),
        courses=courses,
        parts=parts,
        origins=origins_of(group, standing.school.timezone),
        never_used=not people and not courses and not parts and never_used(group),
    )


def _when(rows: list[GroupMember], year: SchoolYear, day: date) -> Iterator[str]:
    """What is not as usual: another role, some weeks, days to come."""
    for row in rows:
        if row.role != GroupMember.Role.PUPIL:
            yield str(row.get_role_display())
        if row.weeks is not None:
            yield weeks_in_words(row.weeks)
        if row.starts_on > day:
            yield _("à partir du %(day)s") % {"day": short_day(row.starts_on)}
        if row.ends_on is not None and row.ends_on < year.ends_on:
            yield _("jusqu’au %(day)s") % {"day": short_day(row.ends_on)}


def weeks_in_words(weeks: int) -> str:
    # A mask may go no further than the weeks its writer knew of.
    for mask, words in ((WEEKS_A, _("semaines\u00a0A")), (WEEKS_B, _("semaines\u00a0B"))):
        if weeks & mask == weeks:
            return words
    return _("certaines semaines")


def letter_of_week(year: SchoolYear, day: date) -> str:
    return "A" if week_number(year, day) % 2 else "B"


def never_used(group: Group) -> bool:
    """Whether nobody was ever in it, taught or led it, nothing is a part of it and no file has named it."""
    here = OuterRef("pk")
    rows = (
        GroupMember.objects.filter(group=here),
        CourseGroup.objects.filter(group=here),
        Function.objects.filter(group=here),
        Group.objects.filter(part_of=here),
        SourceRecord.objects.filter(group=here),
    )
    return bool(Group.objects.filter(*(~Exists(each) for each in rows), pk=group.pk).exists())


def origins_of(group: Group, timezone: str) -> list[str]:
    """Where the group comes from: each source, and the last file in which it named the group."""
    words = {
        Source.HAND: _("Saisi ici."),
        Source.SIECLE: _("Vient de SIECLE."),
        Source.STS: _("Vient de STS-web."),
        Source.TIMETABLE: _("Vient de l’emploi du temps."),
        Source.AUTOMATIC: _("Groupe automatique."),
    }
    return origins_told(sources_of_group(group), timezone) or [words[Source(group.source)]]


def units_here() -> list[SchoolUnit]:
    return list(SchoolUnit.objects.order_by("pk"))


def divisions_offered(actor: Actor) -> list[Group]:
    """The classes one may choose from, the youngest first."""
    found = Group.objects.visible_to(actor).lasting(actor).divisions()
    return sorted(found, key=lambda group: group.school_order)


def classes_under(actor: Actor, group: Group) -> list[int]:
    """The classes a group stands on: the one it is a part of, or those of its pupils."""
    if group.kind == Group.Kind.DIVISION:
        return []
    if group.part_of_id is not None:
        return [group.part_of_id]
    members = GroupMember.objects.on(actor.standings[group.school_id].day).pupils()
    own = members.filter(group=group).order_by().values("record")
    classes = members.filter(record__in=own, group__kind=Group.Kind.DIVISION)
    return list(classes.order_by().values_list("group", flat=True).distinct())


def may_join(
    actor: Actor, group: Group, where: "Iterable[int] | str", *, again: bool = False
) -> list[Choice]:
    """People of these classes, of none, of the staff or of the group, whom the reader knows. Without those
    who are in the group already, unless `again`. One query, two more where people bear the same name."""
    day = actor.standings[group.school_id].day
    if where == STAFF:
        kinds = (Profile.Kind.STAFF, Profile.Kind.PARTNER)
        rows: Any = Membership.objects.filter(on(day), profile__kind__in=kinds)
    elif where == WITHOUT_CLASS:
        placed = GroupMember.objects.on(day).pupils().filter(group__kind=Group.Kind.DIVISION)
        rows = Enrolment.objects.filter(on(day)).exclude(record__in=placed.order_by().values("record"))
    elif where == MEMBERS:
        rows = GroupMember.objects.filter(since(day), group=group)
    else:
        rows = GroupMember.objects.on(day).pupils().filter(group__in=list(map(int, where)))
    found = PersonRecord.objects.visible_to(actor).filter(pk__in=rows.order_by().values("record"))
    if not again and where != MEMBERS:
        there = GroupMember.objects.filter(since(day), group=group)
        found = found.exclude(pk__in=there.order_by().values("record"))
    return named(actor, found.order_by("sort_name", "pk"))


def staff_here(actor: Actor, day: date) -> list[Choice]:
    """Who may teach, or be charged with something: the staff of that day, by name."""
    held = Membership.objects.filter(on(day), profile__kind=Profile.Kind.STAFF)
    known = PersonRecord.objects.visible_to(actor).filter(pk__in=held.order_by().values("record"))
    return named(actor, known.order_by("sort_name", "pk"))


def named(actor: Actor, records: Iterable[PersonRecord]) -> list[Choice]:
    people = list(records)
    apart = told_apart(actor, [(record, "") for record in people])
    return [
        Choice(str(each.uuid), ", ".join(filter(None, (each.listed_name, apart.get(each.pk)))), each)
        for each in people
    ]
