from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.audit import recording as audit
from preau.kernel.live.changes import changed
from preau.kernel.rules import RuleBroken, Superseded
from preau.kernel.search.jobs import touch
from preau.modules.directory import topics
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.models import (
    CourseTeacher,
    Duty,
    Enrolment,
    Function,
    GroupMember,
    Membership,
    PersonRecord,
    Profile,
)
from preau.modules.directory.selectors.keeping import last_day_of, memberships_in
from preau.modules.directory.services.arrivals import require_may_give
from preau.modules.directory.services.functions import end_function
from preau.modules.directory.services.guardianships import day_or_none
from preau.modules.directory.services.person_values import open_standing


@transaction.atomic
def end_enrolment(
    *, actor: Actor, enrolment: Enrolment, shown: date | None, ends_on: date | None
) -> Enrolment:
    """The last day of a pupil here, another one, or none: they come back. Classes and groups follow: those
    that last longer end that day, those the departure ended go on with it. Sent again, it changes nothing.

    Raises `Superseded` (409, both values) when the last day is not the one the page `shown`, `RuleBroken`
    outside the year, or where another enrolment stands in the way.
    """
    standing = open_standing(actor, enrolment.school_id)
    locked = Enrolment.objects.select_for_update(of=("self",)).select_related("record")
    enrolment = locked.get(pk=enrolment.pk)
    was = enrolment.ends_on
    if was == ends_on:
        return enrolment
    _require_as_shown(was, shown, ends_on)
    if ends_on is not None and not enrolment.starts_on <= ends_on <= standing.year.ends_on:
        raise RuleBroken(_("Le dernier jour est entre le premier jour ici et la fin de l’année scolaire."))
    later = Enrolment.objects.filter(record=enrolment.record, starts_on__gt=enrolment.starts_on)
    if later.filter(Q(starts_on__lte=ends_on) if ends_on else Q()).exists():
        raise RuleBroken(_("Une autre inscription de cet élève commence avant ce jour."))
    enrolment.ends_on = ends_on
    enrolment.save(update_fields=["ends_on"])
    _follow(GroupMember.objects.filter(enrolment=enrolment), was, ends_on)
    touch(PEOPLE, [enrolment.record_id])
    if ends_on is None:
        audit.record(actor, "directory.pupil_back", enrolment.record)
    else:
        audit.record(actor, "directory.pupil_left", enrolment.record, values={"ends_on": ends_on})
    return enrolment


@transaction.atomic
def end_memberships(
    *, actor: Actor, record: PersonRecord, shown: date | None, ends_on: date | None
) -> PersonRecord:
    """The last day of somebody who works here, another one, or none. Their profiles, courses, functions and
    teams of the year follow: those that last longer end that day, those the departure ended go on with it.
    Sent again, it changes nothing.

    Raises `Superseded` (409, both values) when the last day is not the one the page `shown`, `RuleBroken`
    outside the year, for a profile one may not take, and for the last person of management.
    """
    standing = open_standing(actor, record.school_id)
    record = PersonRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    held = list(memberships_in(record, standing.year))
    if not held:
        raise RuleBroken(_("%(name)s n’a pas de fonction ici cette année.") % {"name": record.name})
    was = last_day_of(held)
    if was == ends_on:
        return record
    _require_as_shown(was, shown, ends_on)
    if ends_on is not None and not standing.year.starts_on <= ends_on <= _latest(standing):
        told = {"label": standing.year.label}
        raise RuleBroken(_("Cette date n’est pas dans l’année scolaire %(label)s.") % told)
    for membership in held:
        if membership.profile.kind in (Profile.Kind.STAFF, Profile.Kind.PARTNER):
            require_may_give(actor, membership.profile, record)
    if ends_on is not None:
        _require_somebody_manages(record, held, ends_on)
    _follow(Membership.objects.filter(pk__in=[each.pk for each in held]), was, ends_on)
    _end_work(actor, record, was, ends_on, standing)
    touch(PEOPLE, [record.pk])
    if ends_on is None:
        audit.record(actor, "directory.member_back", record)
    else:
        audit.record(actor, "directory.member_left", record, values={"ends_on": ends_on})
    return record


def _end_work(
    actor: Actor, record: PersonRecord, was: date | None, ends_on: date | None, standing: Standing
) -> None:
    """Rows of the year end with the year: a day after it changes nothing of them."""
    courses = CourseTeacher.objects.filter(record=record)
    if ends_on is not None:
        # Who stands in for somebody that will not come is the teacher.
        never = courses.filter(starts_on__gt=ends_on)
        stand_ins = CourseTeacher.objects.filter(stands_in_for__in=never)
        stand_ins.update(role=CourseTeacher.Role.MAIN, stands_in_for=None)
    _follow(courses, was, ends_on)
    _follow(GroupMember.objects.filter(record=record).exclude(role=GroupMember.Role.PUPIL), was, ends_on)
    functions = Function.objects.filter(record=record).select_related("group")
    if ends_on is None or (was is not None and ends_on > was):
        for function in functions.filter(ends_on=was):
            _resume(function, ends_on, standing)
        return
    for function in functions.filter(Q(ends_on=None) | Q(ends_on__gt=ends_on)):
        if function.starts_on > ends_on:
            function.delete()
            _changed(function)
        elif ends_on <= standing.year.ends_on:
            end_function(actor=actor, function=function, base_version=function.version, ends_on=ends_on)


def _resume(function: Function, ends_on: date | None, standing: Standing) -> None:
    function.ends_on = min(ends_on, standing.year.ends_on) if ends_on else None
    function.version += 1
    function.save(update_fields=["ends_on", "version"])
    _changed(function)


def _changed(function: Function) -> None:
    if function.group is not None:
        changed(topics.HEAD_TEACHERS.at(function.school_id, function.group.uuid))


def _follow(rows: Any, was: date | None, ends_on: date | None) -> None:
    """Dated rows of somebody whose last day was `was` and is now `ends_on`."""
    if ends_on is None or (was is not None and ends_on > was):
        rows.filter(ends_on=was).update(ends_on=ends_on)
        return
    rows.filter(starts_on__gt=ends_on).delete()  # not a day of them will pass
    rows.filter(Q(ends_on=None) | Q(ends_on__gt=ends_on)).update(ends_on=ends_on)


def _require_as_shown(was: date | None, shown: date | None, wanted: date | None) -> None:
    if was != shown:
        raise Superseded(
            _("Quelqu’un a changé ce départ depuis l’ouverture de la page : rien n’a été enregistré."),
            theirs=day_or_none(was),
            wanted=day_or_none(wanted),
        )


def _require_somebody_manages(record: PersonRecord, held: list[Membership], ends_on: date) -> None:
    if not any(Duty.MANAGE in membership.profile.duties for membership in held):
        return
    managing = [profile.pk for profile in Profile.objects.all() if Duty.MANAGE in profile.duties]
    others = Membership.objects.filter(profile__in=managing).exclude(record=record)
    if not others.filter(Q(ends_on=None) | Q(ends_on__gt=ends_on)).exists():
        told = {"name": record.name}
        raise RuleBroken(_("%(name)s est seul à diriger l’établissement : ajoutez d’abord qui suit.") % told)


def _latest(standing: Standing) -> date:
    """Those who work in a school leave on the 31st of August."""
    year = standing.year
    return max(year.ends_on, date(year.ends_on.year, 8, 31))
