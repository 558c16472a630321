"""Who teaches a course, and when: added, replaced for a time, stopped."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.calendar import on, since
from preau.kernel.rules import RuleBroken, Superseded
from preau.kernel.search.jobs import touch
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.models import (
    Course,
    CourseGroup,
    CourseTeacher,
    Membership,
    PersonRecord,
    Profile,
)
from preau.modules.directory.services.days import earliest, require_in_year

DAY = timedelta(days=1)


@transaction.atomic
def add_teacher(
    *,
    actor: Actor,
    course: Course,
    record: PersonRecord,
    role: str,
    starts_on: date,
    ends_on: date | None = None,
    stands_in_for: CourseTeacher | None = None,
) -> CourseTeacher:
    """Somebody teaches a course from a day on. A substitute stands in for one who teaches it, to a last day,
    and has the groups for that time. Sent again, it changes nothing.

    Raises `RuleBroken` outside the days of the course, for who is no staff, teaches it already, or would
    stand in for somebody who is replaced already.
    """
    course = locked(course)
    same = course.teachers.filter(record=record, role=role, starts_on=starts_on)
    existing: CourseTeacher | None = same.filter(ends_on=ends_on, stands_in_for=stands_in_for).first()
    if existing is not None:
        return existing
    require_in_year(actor, course.school_id, starts_on)
    if not CourseGroup.objects.filter(on(starts_on), course=course).exists():
        raise RuleBroken(_("Ce cours n’a lieu pour personne ce jour-là."))
    if stands_in_for is not None:
        _require_replaceable(actor, stands_in_for, record, starts_on, ends_on)
    made = confide(actor, course, record, role, starts_on, ends_on=ends_on, stands_in_for=stands_in_for)
    course.mark_changed()
    return made


@transaction.atomic
def end_teacher(
    *, actor: Actor, teaching: CourseTeacher, base_version: int, ends_on: date
) -> CourseTeacher | None:
    """Set the last day on which somebody teaches a course. The eve of their first: they never did, and None
    is what is left. Sent again, it changes nothing.

    Raises `Superseded` (409, both values) when the course was changed since `base_version`, `RuleBroken`
    outside the year, before that eve, and where a substitute would stand in for nobody.
    """
    course = locked(teaching.course)
    row: CourseTeacher | None = course.teachers.select_related("record").filter(pk=teaching.pk).first()
    if row is None or row.ends_on == ends_on:
        return row
    require_end(course, row, base_version, ends_on)
    if ends_on >= row.starts_on:
        require_in_year(actor, course.school_id, ends_on)
    elif row.substitutes.exists():
        raise RuleBroken(
            _("Quelqu’un remplace %(name)s : mettez d’abord fin au remplacement.") % {"name": row.record.name}
        )
    told = {"course": course, "ends_on": ends_on}
    audit.record(actor, "directory.teacher_ended", row.record, values=told)
    touch(PEOPLE, [row.record_id])
    course.mark_changed()
    return row if row.end(ends_on) else None


def locked(course: Course) -> Course:
    """Two at once: the second waits here and sees what the first did."""
    found: Course = Course.objects.select_for_update(of=("self",)).select_related("subject").get(pk=course.pk)
    return found


def superseded(theirs: object, wanted: object) -> Superseded:
    return Superseded(
        _("Quelqu’un a modifié ce cours depuis l’ouverture de la page."), theirs=theirs, wanted=wanted
    )


def require_end(course: Course, row: CourseTeacher | CourseGroup, base_version: int, ends_on: date) -> None:
    """The eve of its first day is the earliest: it never was. Raises `Superseded`, `RuleBroken`."""
    if course.version != base_version:
        raise superseded(row.ends_on, ends_on)
    if ends_on < row.starts_on - DAY:
        raise RuleBroken(_("Le dernier jour vient après le premier."))


def confide(
    actor: Actor,
    course: Course,
    record: PersonRecord,
    role: str,
    starts_on: date,
    *,
    ends_on: date | None = None,
    stands_in_for: CourseTeacher | None = None,
) -> CourseTeacher:
    """Raises `RuleBroken` for who is no staff that day, or teaches it already."""
    staff = Membership.objects.filter(on(starts_on), record=record, profile__kind=Profile.Kind.STAFF)
    if not staff.exists():
        raise RuleBroken(_("%(name)s n’est pas en poste ici ce jour-là.") % {"name": record.name})
    already = course.teachers.filter(record=record).filter(since(starts_on))
    if ends_on is not None:
        already = already.filter(starts_on__lte=ends_on)
    if already.exists():
        raise RuleBroken(_("%(name)s enseigne déjà ce cours à ces dates.") % {"name": record.name})
    made: CourseTeacher = CourseTeacher.objects.create(
        course=course,
        record=record,
        role=role,
        stands_in_for=stands_in_for,
        starts_on=starts_on,
        ends_on=earliest(ends_on, course.last_day()),
    )
    touch(PEOPLE, [record.pk])
    told: dict[str, object] = {"course": course, "starts_on": starts_on}
    if stands_in_for is None:
        audit.record(actor, "directory.teacher_added", record, values=told)
    else:
        audit.record(actor, "directory.substitute_added", record, values={**told, "ends_on": made.ends_on})
    return made


def _require_replaceable(
    actor: Actor, replaced: CourseTeacher, record: PersonRecord, starts_on: date, ends_on: date | None
) -> None:
    if ends_on is None:
        raise RuleBroken(_("Dites jusqu’à quel jour dure le remplacement."))
    require_in_year(actor, replaced.school_id, ends_on)
    if ends_on < starts_on:
        raise RuleBroken(_("Le dernier jour vient après le premier."))
    if replaced.record_id == record.pk or replaced.role == CourseTeacher.Role.SUBSTITUTE:
        raise RuleBroken(_("Un remplaçant remplace quelqu’un d’autre, qui enseigne ce cours."))
    if not replaced.holds_on(starts_on):
        raise RuleBroken(_("La personne à remplacer n’enseigne pas ce cours ce jour-là."))
    others = replaced.substitutes.all().filter(since(starts_on)).filter(starts_on__lte=ends_on)
    if other := others.select_related("record").first():
        raise RuleBroken(
            _("%(name)s remplace déjà cette personne à ces dates.") % {"name": other.record.name}
        )
