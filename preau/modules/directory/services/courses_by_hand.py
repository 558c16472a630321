from collections.abc import Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, ProtectedError
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.calendar import end_rows, on, since
from preau.kernel.dates import written
from preau.kernel.names import folded
from preau.kernel.rules import RuleBroken, Superseded
from preau.kernel.search.jobs import touch
from preau.kernel.ui.hues import HUES, hue_of
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.models import (
    Course,
    CourseGroup,
    CourseTeacher,
    Group,
    Membership,
    PersonRecord,
    Profile,
    Subject,
)
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
        require_in_year(actor, group.school_id, starts_on)
        if group.has_ended(starts_on):
            raise RuleBroken(_("« %(group)s » est terminé ce jour-là.") % {"group": group.label})
    course: Course = Course.objects.create(uuid=uuid, subject=subject, label=label)
    for group in groups:
        CourseGroup.objects.create(course=course, group=group, starts_on=starts_on, ends_on=group.ends_on)
        told = {"group": group, "starts_on": starts_on}
        audit.record(actor, "directory.course_created", course, values=told)
    for position, record in enumerate(teachers):
        role = CourseTeacher.Role.CO if position else CourseTeacher.Role.MAIN
        _confide(actor, course, record, role, starts_on)
    return course


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
    course = _locked(course)
    same = course.teachers.filter(record=record, role=role, starts_on=starts_on)
    existing: CourseTeacher | None = same.filter(ends_on=ends_on, stands_in_for=stands_in_for).first()
    if existing is not None:
        return existing
    require_in_year(actor, course.school_id, starts_on)
    if not CourseGroup.objects.filter(on(starts_on), course=course).exists():
        raise RuleBroken(_("Ce cours n’a lieu pour personne ce jour-là."))
    if stands_in_for is not None:
        _require_replaceable(actor, stands_in_for, record, starts_on, ends_on)
    made = _confide(actor, course, record, role, starts_on, ends_on=ends_on, stands_in_for=stands_in_for)
    _mark_changed(course)
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
    course = _locked(teaching.course)
    row: CourseTeacher | None = course.teachers.select_related("record").filter(pk=teaching.pk).first()
    if row is None or row.ends_on == ends_on:
        return row
    if course.version != base_version:
        raise _superseded(row.ends_on, ends_on)
    if ends_on < row.starts_on - DAY:
        raise RuleBroken(_("Le dernier jour vient après le premier."))
    never = ends_on < row.starts_on
    if not never:
        require_in_year(actor, course.school_id, ends_on)
    elif row.substitutes.exists():
        raise RuleBroken(
            _("Quelqu’un remplace %(name)s : mettez d’abord fin au remplacement.") % {"name": row.record.name}
        )
    told = {"course": course, "ends_on": ends_on}
    audit.record(actor, "directory.teacher_ended", row.record, values=told)
    touch(PEOPLE, [row.record_id])
    _mark_changed(course)
    if never:
        row.delete()
        return None
    row.ends_on = ends_on
    row.save(update_fields=["ends_on"])
    return row


@transaction.atomic
def end_course(*, actor: Actor, course: Course, base_version: int, ends_on: date) -> Course | None:
    """Set the last day of a course, for its groups and all who teach it. The eve of its first: it never was,
    and None is what is left. Sent again, it changes nothing.

    Raises `Superseded` (409, both values) when it was changed since `base_version`, `RuleBroken` outside the
    year, before that eve, and where somebody has begun after that day.
    """
    course = _locked(course)
    rows = (course.groups.all(), course.teachers.all())
    was = _last_day(course)
    if was == ends_on:
        return course
    if course.version != base_version:
        raise _superseded(was, ends_on)
    first: date = min((row.starts_on for row in chain[Any](*rows)), default=ends_on)
    if ends_on < first - DAY:
        raise RuleBroken(_("Le dernier jour vient après le premier."))
    touch(PEOPLE, course.teachers.values_list("record", flat=True))
    audit.record(actor, "directory.course_ended", course, values={"ends_on": ends_on})
    if ends_on < first:
        _delete(course)
        return None
    require_in_year(actor, course.school_id, ends_on)
    require_nothing_begun_after(ends_on, actor.standings[course.school_id].day, *rows)
    if was is not None and ends_on > was:
        raise RuleBroken(
            _("Ce cours finit déjà le %(day)s : pour le reprendre, créez-le de nouveau.")
            % {"day": written(was, "j F")}
        )
    end_rows(course.groups.all(), ends_on)
    course.teachers.end(ends_on)
    _mark_changed(course)
    return course


def _locked(course: Course) -> Course:
    """Two at once: the second waits here and sees what the first did."""
    locked: Course = (
        Course.objects.select_for_update(of=("self",)).select_related("subject").get(pk=course.pk)
    )
    return locked


def _last_day(course: Course) -> date | None:
    groups: Any = course.groups.all()
    return None if groups.filter(ends_on=None).exists() else groups.aggregate(day=Max("ends_on"))["day"]


def _mark_changed(course: Course) -> None:
    course.version += 1
    course.save(update_fields=["version"])


def _superseded(theirs: date | None, wanted: date) -> Superseded:
    return Superseded(
        _("Quelqu’un a modifié ce cours depuis l’ouverture de la page."), theirs=theirs, wanted=wanted
    )


def _delete(course: Course) -> None:
    try:
        with transaction.atomic():
            course.teachers.filter(role=CourseTeacher.Role.SUBSTITUTE).delete()
            course.delete()
    except ProtectedError:  # files name it, or rows of modules above
        raise RuleBroken(_("Ce cours a déjà servi : choisissez un jour à partir du premier.")) from None


def _confide(
    actor: Actor,
    course: Course,
    record: PersonRecord,
    role: str,
    starts_on: date,
    *,
    ends_on: date | None = None,
    stands_in_for: CourseTeacher | None = None,
) -> CourseTeacher:
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
        ends_on=earliest(ends_on, _last_day(course)),
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
