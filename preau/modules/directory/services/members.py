from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import chain

from django.db import transaction
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.calendar import end_rows, on, since
from preau.kernel.rules import RuleBroken
from preau.kernel.search.jobs import touch
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.models import (
    Enrolment,
    Group,
    GroupMember,
    Membership,
    PersonRecord,
    Profile,
    Source,
)
from preau.modules.directory.services.classes import change_class
from preau.modules.directory.services.days import earliest, require_in_year

_ROLES = {
    Profile.Kind.STAFF: GroupMember.Role.STAFF,
    Profile.Kind.PARTNER: GroupMember.Role.PARTNER,
}
# Where people who are no pupils stand beside them; to a class or a teaching group they come by a course.
WITH_STAFF = (Group.Kind.TEAM, Group.Kind.MANUAL)


@transaction.atomic
def add_members(
    *,
    actor: Actor,
    group: Group,
    records: Sequence[PersonRecord],
    starts_on: date,
    weeks: int | None = None,
) -> None:
    """Put people in a group from a day on, some weeks or all (`kernel.calendar`). Into a class each comes by
    `change_class`. Who is in it already with other weeks has them to the eve. Sent again, it changes nothing.

    Raises `RuleBroken` for all of them where one may not be in it that day.
    """
    # Two at once: the second waits here and sees what the first did.
    group = Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    require_in_year(actor, group.school_id, starts_on)
    if group.has_ended(starts_on):
        raise RuleBroken(_("« %(group)s » est terminé ce jour-là.") % {"group": group.label})
    if group.kind == Group.Kind.AUTOMATIC:
        raise RuleBroken(_("Un groupe automatique se remplit de lui-même."))
    if group.kind == Group.Kind.DIVISION:
        for record in records:
            change_class(actor=actor, record=record, group=group, starts_on=starts_on)
        return
    enrolments = {
        each.record_id: each for each in Enrolment.objects.filter(on(starts_on), record__in=records)
    }
    roles = _roles_of(records, starts_on)
    classmates = _in_class(group, records, starts_on)
    for record in records:
        enrolment = enrolments.get(record.pk)
        role = GroupMember.Role.PUPIL if enrolment else roles.get(record.pk)
        if role is None or (role != GroupMember.Role.PUPIL and group.kind not in WITH_STAFF):
            raise RuleBroken(_("%(name)s n’est pas inscrit ici ce jour-là.") % {"name": record.name})
        if classmates is not None and record.pk not in classmates:
            raise RuleBroken(
                _(
                    "%(name)s n’est pas en %(group)s ce jour-là :"
                    " cette partie de classe ne prend que ses élèves."
                )
                % {"name": record.name, "group": group.part_of}
            )
        made = _join(group, record, enrolment, role, starts_on, weeks)
        if made:
            told = {"group": group, "starts_on": starts_on}
            audit.record(actor, "directory.joined_group", record, values=told)
    touch(PEOPLE, [record.pk for record in records])


@transaction.atomic
def remove_members(*, actor: Actor, group: Group, records: Iterable[PersonRecord], starts_on: date) -> None:
    """From that day on they are in the group no more, nor in the parts of it; up to the eve they were. Sent
    again, it changes nothing. Raises `RuleBroken` outside the year."""
    group = Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    require_in_year(actor, group.school_id, starts_on)
    eve = starts_on - timedelta(days=1)
    there = GroupMember.objects.filter(group=group).filter(since(starts_on))
    parts = list(Group.objects.filter(part_of=group).values_list("pk", flat=True))
    for record in records:
        if not there.filter(record=record).exists():
            continue
        for rows in (there.filter(record=record), GroupMember.objects.filter(record=record, group__in=parts)):
            end_rows(rows, eve)
        told = {"group": group, "starts_on": starts_on}
        audit.record(actor, "directory.left_group", record, values=told)
        touch(PEOPLE, [record.pk])


def _roles_of(records: Sequence[PersonRecord], day: date) -> dict[int, str]:
    held = Membership.objects.filter(on(day), record__in=records, profile__kind__in=_ROLES)
    # Staff outranks partner, by the rank of the profile.
    pairs = list(held.order_by("-profile__rank").values_list("record_id", "profile__kind"))
    return {record_id: _ROLES[Profile.Kind(kind)] for record_id, kind in pairs}


def _in_class(group: Group, records: Sequence[PersonRecord], day: date) -> set[int] | None:
    """Those who may be in a part, by their class. None: any class will do."""
    if group.kind != Group.Kind.PART or group.part_of_id is None:
        return None
    members = GroupMember.objects.on(day).pupils().filter(group=group.part_of_id, record__in=records)
    return set(members.values_list("record_id", flat=True))


def _join(
    group: Group,
    record: PersonRecord,
    enrolment: Enrolment | None,
    role: str,
    starts_on: date,
    weeks: int | None,
) -> bool:
    """Whether a row had to be made. One that begins later stays, and this one goes to its eve."""
    rows = list(GroupMember.objects.filter(group=group, record=record).filter(since(starts_on)))
    holding = [row for row in rows if row.starts_on <= starts_on]
    if any(row.weeks == weeks for row in holding):
        return False
    later = [row.starts_on - timedelta(days=1) for row in rows if row.starts_on > starts_on]
    ends = chain([group.ends_on, enrolment.ends_on if enrolment else None], later)
    ends_on = earliest(*ends, *(row.ends_on for row in holding))
    end_rows(GroupMember.objects.filter(pk__in=[row.pk for row in holding]), starts_on - timedelta(days=1))
    GroupMember.objects.create(
        group=group,
        record=record,
        enrolment=enrolment,
        role=role,
        weeks=weeks,
        source=Source.HAND,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return True
