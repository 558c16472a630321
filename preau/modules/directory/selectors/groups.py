"""What the pages about classes and groups read."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.calendar import in_week_of, on
from preau.modules.directory.models import (
    Course,
    CourseTeacher,
    Function,
    Group,
    GroupMember,
    PersonRecord,
    Right,
    Tie,
)
from preau.modules.directory.models.rules import any_of
from preau.modules.directory.selectors.namesakes import told_apart
from preau.modules.directory.selectors.people import facts_about
from preau.modules.directory.selectors.pictures import faces_of
from preau.modules.directory.selectors.teams import TeamLine, teaching, team_lines


@dataclass
class GroupCard:
    """A class or group on a list: how many pupils today, and what the reader does there."""

    group: Group
    pupils: int
    why: list[str] = field(default_factory=list)
    head_teachers: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class GroupPage:
    group: Group
    pupils: list[GroupMember]
    team: list[TeamLine]
    head_teachers: list[Function]
    candidates: list[PersonRecord]


def _own_groups(standing: Standing) -> frozenset[int]:
    ties = (Tie.BELONGS, Tie.CHILDREN_BELONG, Tie.TEACHES, Tie.LEADS)
    return frozenset().union(*(standing.tied(tie) for tie in ties))


def my_groups(actor: Actor) -> list[GroupCard]:
    """The classes and groups one is in, teaches, leads, or has a child in. At most four queries."""
    own = frozenset().union(*(_own_groups(standing) for standing in actor.standings.values()))
    return _cards(actor, Group.objects.visible_to(actor).filter(pk__in=own))


def all_divisions(actor: Actor) -> list[GroupCard]:
    """Every class one may know that has not ended."""
    return _cards(actor, Group.objects.visible_to(actor).lasting(actor).divisions())


def all_groups(actor: Actor) -> list[GroupCard]:
    """Every group one may know that is no class and has not ended."""
    found = Group.objects.visible_to(actor).lasting(actor).exclude(kind=Group.Kind.DIVISION)
    return _cards(actor, found)


def ended_groups(actor: Actor) -> list[GroupCard]:
    """Classes and groups of the year one may know that have ended."""
    visible = Group.objects.visible_to(actor)
    return _cards(actor, visible.exclude(pk__in=visible.lasting(actor).order_by().values("pk")))


def _cards(actor: Actor, groups: Any) -> list[GroupCard]:
    counted = any_of(
        Q(school=standing.school.pk)
        & on(standing.day, "members__")
        & in_week_of(standing.year, standing.day, "members__weeks")
        for standing in actor.standings.values()
    )
    rows = groups.annotate(
        pupils=Count("members__record", filter=counted & Q(members__role="pupil"), distinct=True)
    )
    cards = {group.pk: GroupCard(group, group.pupils) for group in rows}
    for card in cards.values():
        card.group.school = actor.standings[card.group.school_id].school
    named = _head_teachers(actor, list(cards)).values_list(
        "group_id", "record__first_name", "record__last_name"
    )
    for group_id, *names in named:
        cards[group_id].head_teachers.append(" ".join(names))
    for standing in actor.standings.values():
        own = standing.tied(Tie.TEACHES) & cards.keys()
        if own:
            for group_id, subject in _subjects_taught(standing, own):
                cards[group_id].why.append(subject)
    return sorted(cards.values(), key=lambda card: card.group.school_order)


def _subjects_taught(standing: Standing, groups: frozenset[int]) -> list[tuple[int, str]]:
    taught = CourseTeacher.objects.filter(
        on(standing.day),
        on(standing.day, "course__groups__"),
        record__in=sorted(standing.tied(Tie.IS)),
        course__groups__group__in=sorted(groups),
    )
    pairs = taught.order_by("course__subject__label").values_list(
        "course__groups__group_id", "course__subject__label"
    )
    return list(dict.fromkeys(pairs))


def head_teachers_of(actor: Actor, group_ids: list[int]) -> list[Function]:
    """The head teachers of these classes today, by name."""
    return list(_head_teachers(actor, group_ids).select_related("record"))


def _head_teachers(actor: Actor, group_ids: list[int]) -> Any:
    today = any_of(Q(school=standing.school.pk) & on(standing.day) for standing in actor.standings.values())
    found = Function.objects.filter(today, kind=Function.Kind.HEAD_TEACHER, group__in=group_ids)
    return found.order_by("record__sort_name")


def group_page(actor: Actor, group: Group) -> GroupPage:
    """A class or group as the reader may see it. At most eight queries for any number of pupils, two more
    where pupils bear the same name."""
    standing = actor.standings[group.school_id]
    members = {member.record_id: member for member in pupils_of(group, standing)}
    taught = teaching(group, standing)
    everybody = members.keys() | {row.record_id for row in taught}
    facts = facts_about(standing, everybody, (Right.KNOW, Right.PHOTO))
    known = {key for key, about in facts.items() if about.give(Right.KNOW, standing.policy)}
    team = team_lines(taught, known)
    shown = [key for key in known if facts[key].give(Right.PHOTO, standing.policy)]
    faces = faces_of(shown)
    for record in (*(member.record for member in members.values()), *(line.record for line in team)):
        record.face = faces.get(record.pk, "")
    head_teachers = head_teachers_of(actor, [group.pk])
    appointed = {function.record_id for function in head_teachers}
    pupils = [member for key, member in members.items() if key in known]
    apart = told_apart(actor, [(member.record, "") for member in pupils])
    for member in pupils:
        member.record.apart = apart.get(member.record_id, "")
    return GroupPage(
        group=group,
        pupils=pupils,
        team=team,
        head_teachers=head_teachers,
        candidates=[line.record for line in team if line.record.pk not in appointed],
    )


def listed_pupils(actor: Actor, group: Group) -> list[tuple[str, str]]:
    """Those of today whom the reader may know, as a list on paper names them, and what tells namesakes apart.
    Four queries, two more where pupils bear the same name."""
    standing = actor.standings[group.school_id]
    members = pupils_of(group, standing)
    facts = facts_about(standing, {member.record_id for member in members}, (Right.KNOW,))
    known = {key for key, about in facts.items() if about.give(Right.KNOW, standing.policy)}
    records = [member.record for member in members if member.record_id in known]
    apart = told_apart(actor, [(record, "") for record in records])
    return [(record.listed_name, apart.get(record.pk, "")) for record in records]


def pupils_of(group: Group, standing: Standing) -> list[GroupMember]:
    """The list one calls out on the standing's day: present that day and that week, by name."""
    members = GroupMember.objects.present(standing.year, standing.day).pupils().filter(group=group)
    return list(members.select_related("record").order_by("record__sort_name", "record_id"))


def courses_of(group: Group, standing: Standing) -> list[Course]:
    """The courses the group follows that day."""
    followed = Course.objects.filter(on(standing.day, "groups__"), groups__group=group)
    return list(followed.select_related("subject").distinct())


def my_groups_exist(actor: Actor) -> bool:
    """Without a query: the actor carries the ids."""
    return any(_own_groups(standing) for standing in actor.standings.values())


def may_lead(actor: Actor, group: Group) -> Any:
    """Those who may be put in charge of a class: the teachers of its courses today."""
    standing = actor.standings[group.school_id]
    teaching = CourseTeacher.objects.filter(
        on(standing.day), on(standing.day, "course__groups__"), course__groups__group=group
    )
    return PersonRecord.objects.visible_to(actor).filter(pk__in=teaching.values("record"))
