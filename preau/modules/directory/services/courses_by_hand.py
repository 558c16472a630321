"""Courses: made, changed, given to more groups or fewer, ended and taken up again."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, ProtectedError
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.calendar import end_rows
from preau.kernel.dates import written
from preau.kernel.names import folded
from preau.kernel.rules import RuleBroken
from preau.kernel.search.jobs import touch
from preau.kernel.ui.hues import HUES, hue_of
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.models import Course, CourseGroup, CourseTeacher, Group, PersonRecord, Subject
from preau.modules.directory.services.course_teachers import confide, locked, require_end, superseded
from preau.modules.directory.services.days import (
    earliest,
    require_in_year,
    require_nothing_begun_after,
)

DAY = timedelta(days=1)


@transaction.atomic
def create_course(
    *,
    actor: Actor,
    uuid: UUID,
    subject: Subject | None,
    groups: Sequence[Group],
    teachers: Sequence[PersonRecord],
    starts_on: date,
    new_subject: str = "",
    label: str = "",
) -> Course:
    """A subject for one or several groups together, from a day on. The first of `teachers` gives it, the
    others beside them; without any it waits for somebody. `new_subject`: one the school has not yet gets a
    hue few others have. `uuid` comes from the page: sent again, it is the same course.

    Raises `RuleBroken` outside the year, for a group that has ended, and for who is no staff that day.
    """
    existing: Course | None = Course.objects.filter(uuid=uuid).first()
    if existing is not None:
        given = {row.group_id for row in existing.groups.all()}
        if given != {group.pk for group in groups}:
            raise RuleBroken(_("Ce formulaire a déjà servi : rouvrez la page pour un autre cours."))
        return existing
    if subject is None:
        subject = _subject_named(new_subject)
    for group in groups:
        _require_lasting(actor, group, starts_on)
    course: Course = Course.objects.create(uuid=uuid, subject=subject, label=label)
    for group in groups:
        CourseGroup.objects.create(course=course, group=group, starts_on=starts_on, ends_on=group.ends_on)
        told = {"group": group, "starts_on": starts_on}
        audit.record(actor, "directory.course_created", course, values=told)
    for position, record in enumerate(teachers):
        role = CourseTeacher.Role.CO if position else CourseTeacher.Role.MAIN
        confide(actor, course, record, role, starts_on)
    return course


@transaction.atomic
def change_course(
    *,
    actor: Actor,
    course: Course,
    base_version: int,
    subject: Subject | None,
    new_subject: str = "",
    label: str = "",
) -> Course:
    """What is taught and how the course is called, for all its groups and all its days. Sent again, it
    changes nothing.

    Raises `Superseded` (409, both values) when it was changed since `base_version`.
    """
    course = locked(course)
    if subject is None:
        subject = _subject_named(new_subject)
    if (course.subject_id, course.label) == (subject.pk, label):
        return course
    wanted = " · ".join(filter(None, (subject.label, label)))
    if course.version != base_version:
        was = " · ".join(filter(None, (course.subject.label, course.label)))
        raise superseded(was, wanted)
    course.subject, course.label = subject, label
    course.version += 1
    course.save(update_fields=["subject", "label", "version"])
    _touch_teachers(course)
    audit.record(actor, "directory.course_changed", course)
    return course


@transaction.atomic
def add_course_group(*, actor: Actor, course: Course, group: Group, starts_on: date) -> CourseGroup:
    """One more group follows a course from a day on, as long as the course lasts. Sent again, it changes
    nothing.

    Raises `RuleBroken` outside the days of the year, the course or the group, and for a group that follows it
    or did.
    """
    course = locked(course)
    known: CourseGroup | None = course.groups.filter(group=group).first()
    if known is not None:
        if known.starts_on == starts_on:
            return known
        if known.ends_on is None:
            raise RuleBroken(_("« %(group)s » suit déjà ce cours.") % {"group": group.label})
        raise RuleBroken(
            _("« %(group)s » suit ce cours jusqu’au %(day)s : changez plutôt ce dernier jour.")
            % {"group": group.label, "day": written(known.ends_on, "j F")}
        )
    _require_lasting(actor, group, starts_on)
    last_day = course.last_day()
    if last_day is not None and last_day < starts_on:
        raise RuleBroken(_("Ce cours est terminé ce jour-là."))
    made: CourseGroup = CourseGroup.objects.create(
        course=course, group=group, starts_on=starts_on, ends_on=earliest(group.ends_on, last_day)
    )
    course.mark_changed()
    _touch_teachers(course)
    told = {"group": group, "starts_on": starts_on}
    audit.record(actor, "directory.course_group_added", course, values=told)
    return made


@transaction.atomic
def end_course_group(
    *, actor: Actor, given: CourseGroup, base_version: int, ends_on: date
) -> CourseGroup | None:
    """Set the last day on which a group follows a course that goes on for others. The eve of its first: it
    never did, and None is what is left. Sent again, it changes nothing.

    Raises `Superseded` (409, both values) when the course was changed since `base_version`, `RuleBroken`
    outside the days of the year, the course or the group, and where nobody would be left.
    """
    course = locked(given.course)
    row: CourseGroup | None = course.groups.select_related("group").filter(pk=given.pk).first()
    if row is None or row.ends_on == ends_on:
        return row
    require_end(course, row, base_version, ends_on)
    last_day = course.last_day()
    others = course.groups.exclude(pk=row.pk)
    lasts = others.filter(ends_on=last_day) if last_day else others.filter(ends_on=None)
    if not lasts.exists():
        raise RuleBroken(_("Ce cours n’aurait plus personne : mettez plutôt fin au cours lui-même."))
    if ends_on >= row.starts_on:
        _require_lasting(actor, row.group, ends_on)
        if last_day is not None and ends_on > last_day:
            raise RuleBroken(_("Ce cours est terminé ce jour-là."))
    course.mark_changed()
    _touch_teachers(course)
    told = {"group": row.group, "ends_on": ends_on}
    audit.record(actor, "directory.course_group_ended", course, values=told)
    return row if row.end(ends_on) else None


@transaction.atomic
def end_course(*, actor: Actor, course: Course, base_version: int, ends_on: date | None) -> Course | None:
    """Set the last day of a course, for its groups and all who teach it. The eve of its first: it never was,
    and None is what is left. None, or a later day than before: who was there to its last day goes on,
    substitutes do not. Sent again, it changes nothing.

    Raises `Superseded` (409, both values) when it was changed since `base_version`, `RuleBroken` outside the
    year, before that eve, where somebody has begun after that day, and where its groups have ended.
    """
    course = locked(course)
    was = course.last_day()
    if was == ends_on:
        return course
    if course.version != base_version:
        raise superseded(was, ends_on)
    if was is not None and (ends_on is None or ends_on > was):
        _go_on(actor, course, was, ends_on)
        return course
    assert ends_on is not None  # else it is what was
    rows = (course.groups.all(), course.teachers.all())
    first: date = min((row.starts_on for row in chain[Any](*rows)), default=ends_on)
    if ends_on < first - DAY:
        raise RuleBroken(_("Le dernier jour vient après le premier."))
    _touch_teachers(course)
    audit.record(actor, "directory.course_ended", course, values={"ends_on": ends_on})
    if ends_on < first:
        _delete(course)
        return None
    require_in_year(actor, course.school_id, ends_on)
    require_nothing_begun_after(ends_on, actor.standings[course.school_id].day, *rows)
    end_rows(course.groups.all(), ends_on)
    course.teachers.end(ends_on)
    course.mark_changed()
    return course


def _go_on(actor: Actor, course: Course, was: date, ends_on: date | None) -> None:
    if ends_on is not None:
        require_in_year(actor, course.school_id, ends_on)
    lasting = [
        row
        for row in course.groups.filter(ends_on=was).select_related("group")
        if not row.group.has_ended(was + DAY)
    ]
    if not lasting:
        raise RuleBroken(
            _("Ses classes et groupes finissent aussi le %(day)s : prolongez-les, leurs cours reprennent.")
            % {"day": written(was, "j F")}
        )
    for row in lasting:
        row.ends_on = earliest(ends_on, row.group.ends_on)
        row.save(update_fields=["ends_on"])
    course.teachers.go_on(was, course.last_day())
    course.mark_changed()
    _touch_teachers(course)
    if ends_on is None:
        audit.record(actor, "directory.course_resumed", course)
    else:
        audit.record(actor, "directory.course_ended", course, values={"ends_on": ends_on})


def _require_lasting(actor: Actor, group: Group, day: date) -> None:
    require_in_year(actor, group.school_id, day)
    if group.has_ended(day):
        raise RuleBroken(_("« %(group)s » est terminé ce jour-là.") % {"group": group.label})


def _touch_teachers(course: Course) -> None:
    """Their words in the index name what they teach to whom."""
    touch(PEOPLE, course.teachers.values_list("record", flat=True))


def _delete(course: Course) -> None:
    try:
        with transaction.atomic():
            course.teachers.filter(role=CourseTeacher.Role.SUBSTITUTE).delete()
            course.delete()
    except ProtectedError:  # files name it, or rows of modules above
        raise RuleBroken(_("Ce cours a déjà servi : choisissez un jour à partir du premier.")) from None


def _subject_named(label: str) -> Subject:
    """The one that is called so already, or a new one. Its hue: the one fewest subjects have."""
    wanted = folded(label)
    if not wanted:
        raise RuleBroken(_("Choisissez une matière, ou donnez-lui un nom."))
    subjects = list(Subject.objects.all())
    for known in subjects:
        if wanted in (folded(known.label), folded(known.short_code)):
            return known
    codes = {known.short_code for known in subjects}
    code = stem = wanted.replace(" ", "").upper()[:12]
    number = 2
    while code in codes:
        code, number = f"{stem[: 12 - len(str(number))]}{number}", number + 1
    used = dict(Subject.objects.order_by().values_list("hue").annotate(n=Count("pk")))
    own = hue_of(label)
    hue = min(range(HUES), key=lambda each: (used.get(each, 0), (each - own) % HUES))
    made: Subject = Subject.objects.create(short_code=code, label=label, hue=hue)
    return made
