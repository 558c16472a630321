from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.calendar import end_rows, since
from preau.kernel.dates import written
from preau.kernel.models import SchoolUnit
from preau.kernel.rules import RuleBroken, Superseded
from preau.kernel.search.jobs import touch
from preau.modules.directory.documents import GROUPS, PEOPLE
from preau.modules.directory.models import (
    Course,
    CourseGroup,
    CourseTeacher,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Source,
)
from preau.modules.directory.selectors.groups_by_hand import never_used
from preau.modules.directory.services.days import (
    earliest,
    require_in_year,
    require_nothing_begun_after,
)
from preau.modules.directory.services.functions import end_function


@transaction.atomic
def create_group(
    *,
    actor: Actor,
    uuid: UUID,
    kind: str,
    code: str,
    label: str,
    unit: SchoolUnit,
    level: str = "",
    part_of: Group | None = None,
) -> Group:
    """A class or group of the open year, without anybody in it. `uuid` comes from the page: sent again, it is
    the same group.

    Raises `RuleBroken` where another of its kind has the code in the unit, and for a part of nothing.
    """
    existing: Group | None = Group.objects.filter(uuid=uuid).first()
    wanted = Group(uuid=uuid, kind=kind, code=code, label=label, level=level, unit=unit, part_of=part_of)
    wanted.index_code()
    if existing is not None:
        if (existing.kind, existing.code_key) != (wanted.kind, wanted.code_key):
            raise RuleBroken(_("Ce formulaire a déjà servi : rouvrez la page pour un autre groupe."))
        return existing
    if kind == Group.Kind.AUTOMATIC:
        raise RuleBroken(_("Un groupe automatique ne se crée pas à la main."))
    wanted.source = Source.HAND
    _save(wanted)
    touch(GROUPS, [wanted.pk])
    audit.record(actor, "directory.group_created", wanted)
    return wanted


@transaction.atomic
def change_group(
    *,
    actor: Actor,
    group: Group,
    base_version: int,
    code: str,
    label: str,
    unit: SchoolUnit,
    level: str = "",
    part_of: Group | None = None,
) -> Group:
    """How a class or group is called and where it belongs. The level of a class is that of its pupils.

    Raises `Superseded` (409, both values) when it was changed since `base_version`, `RuleBroken` as
    `create_group`.
    """
    group = _locked(group)
    was, level_before = _told(group), group.level
    group.code, group.label, group.level, group.unit = code, label, level, unit
    group.part_of = part_of if group.kind == Group.Kind.PART else None
    wanted = _told(group)
    if wanted == was:
        return group
    if group.version != base_version:
        raise Superseded(
            _("Quelqu’un a modifié ce groupe depuis l’ouverture de la page."), theirs=was, wanted=wanted
        )
    group.version += 1
    _save(group)
    if group.kind == Group.Kind.DIVISION and level != level_before:
        pupils = group.members.pupils().filter(since(actor.standings[group.school_id].day))
        Enrolment.objects.filter(pk__in=pupils.values("enrolment"), level=level_before).update(level=level)
    touch(GROUPS, [group.pk])
    touch(PEOPLE, _people_of(group))
    audit.record(actor, "directory.group_changed", group)
    return group


@transaction.atomic
def end_group(*, actor: Actor, group: Group, base_version: int, ends_on: date | None) -> Group:
    """Set the last day of a class or group: whoever is in it, its courses, its head teachers and its parts
    end that day. None, or a later day than before: those who were there to its last day go on, functions and
    parts do not. Sent again, it changes nothing.

    Raises `Superseded` (409, both values) when it was changed since `base_version`, `RuleBroken` outside the
    year and where something has begun after that day.
    """
    group = _locked(group)
    was = group.ends_on
    if was == ends_on:
        return group
    if group.version != base_version:
        raise Superseded(
            _("Quelqu’un a modifié ce groupe depuis l’ouverture de la page."), theirs=was, wanted=ends_on
        )
    if ends_on is not None:
        require_in_year(actor, group.school_id, ends_on)
        today = actor.standings[group.school_id].day
        functions = Function.objects.filter(group=group)
        require_nothing_begun_after(ends_on, today, group.members.all(), group.courses.all(), functions)
    touch(PEOPLE, _people_of(group))
    group.ends_on = ends_on
    group.version += 1
    group.save(update_fields=["ends_on", "version"])
    if was is not None and (ends_on is None or ends_on > was):
        _go_on(group, was)
        touch(PEOPLE, _people_of(group))
    elif ends_on is not None:
        _end_with(actor, group, ends_on)
    touch(GROUPS, [group.pk])
    if ends_on is None:
        audit.record(actor, "directory.group_resumed", group)
    else:
        audit.record(actor, "directory.group_ended", group, values={"ends_on": ends_on})
    return group


@transaction.atomic
def delete_group(*, actor: Actor, group: Group) -> None:
    """A group nobody was ever in, taught or led, and no file has named. `RuleBroken` for any other."""
    group = _locked(group)
    refusal = _("« %(label)s » a déjà servi : mettez-y fin, ce qui a été reste vrai.") % {
        "label": group.label
    }
    if not never_used(group):
        raise RuleBroken(refusal)
    touch(GROUPS, [group.pk])
    audit.record(actor, "directory.group_deleted", group, values={"kind": Group.Kind(group.kind)})
    try:
        with transaction.atomic():
            group.delete()
    except ProtectedError:  # rows of modules above
        raise RuleBroken(refusal) from None


def _locked(group: Group) -> Group:
    """Two at once: the second waits here and sees what the first did."""
    locked: Group = (
        Group.objects.select_for_update(of=("self",)).select_related("unit", "part_of").get(pk=group.pk)
    )
    return locked


def _told(group: Group) -> str:
    parts = [group.code, group.label, group.level, str(group.unit or ""), str(group.part_of or "")]
    return " · ".join(filter(None, parts))


def _save(group: Group) -> None:
    group.index_code()
    if not group.code_key:
        raise RuleBroken(_("Le code doit contenir au moins une lettre ou un chiffre."))
    if (group.kind == Group.Kind.PART) != (group.part_of_id is not None):
        raise RuleBroken(
            _("Choisissez la classe dont c’est une partie.")
            if group.part_of is None
            else _("Seule une partie de classe dépend d’une classe.")
        )
    if group.part_of is not None and group.part_of.kind != Group.Kind.DIVISION:
        raise RuleBroken(_("Ce groupe n’est pas une classe."))
    same = Group.objects.filter(kind=group.kind, unit=group.unit, code_key=group.code_key)
    other = same.exclude(pk=group.pk).first()
    if other is None:
        try:
            with transaction.atomic():
                group.save()
            return
        except IntegrityError:  # somebody took it at the same moment
            raise RuleBroken(_("Ce code vient d’être pris : choisissez-en un autre.")) from None
    if other.ends_on is None:
        words = _("Le code « %(code)s » est déjà celui de « %(label)s » : choisissez-en un autre.")
    else:
        words = _(
            "Le code « %(code)s » est celui de « %(label)s », qui finit le %(day)s : choisissez-en un autre."
        )
    day = written(other.ends_on, "j F") if other.ends_on else ""
    raise RuleBroken(words % {"code": other.code, "label": other.label, "day": day})


def _people_of(group: Group) -> list[int]:
    """Whose words in the index name the group."""
    teachers = CourseTeacher.objects.filter(course__groups__group=group)
    functions = Function.objects.filter(group=group)
    return [
        record
        for rows in (group.members, teachers, functions)
        for record in rows.order_by().values_list("record", flat=True)
    ]


def _end_with(actor: Actor, group: Group, ends_on: date) -> None:
    courses = list(group.courses.values_list("course", flat=True))
    end_rows(group.members.all(), ends_on)
    end_rows(group.courses.all(), ends_on)
    for function in Function.objects.filter(group=group).filter(since(ends_on)).exclude(ends_on=ends_on):
        if function.starts_on > ends_on:
            function.delete()  # not a day of it has passed
        else:
            end_function(actor=actor, function=function, base_version=function.version, ends_on=ends_on)
    for course in Course.objects.filter(pk__in=courses).exclude(
        pk__in=CourseGroup.objects.filter(Q(ends_on=None) | Q(ends_on__gt=ends_on)).values("course")
    ):
        course.teachers.end(ends_on)
    for part in Group.objects.filter(part_of=group).filter(Q(ends_on=None) | Q(ends_on__gt=ends_on)):
        end_group(actor=actor, group=part, base_version=part.version, ends_on=ends_on)


def _go_on(group: Group, was: date) -> None:
    """Those who were there to the last day of before go to the last day of now, as far as they are enrolled.
    Whoever has another class since stays there; a substitute's days were counted."""
    for member in group.members.filter(ends_on=was).select_related("enrolment"):
        if group.kind == Group.Kind.DIVISION and _has_another_class(member, was):
            continue
        member.ends_on = earliest(group.ends_on, member.enrolment and member.enrolment.ends_on)
        member.save(update_fields=["ends_on"])
    given = group.courses.filter(ends_on=was)
    teachers = CourseTeacher.objects.filter(course__in=list(given.values_list("course", flat=True)))
    teachers.go_on(was, group.ends_on)
    given.update(ends_on=group.ends_on)


def _has_another_class(member: GroupMember, was: date) -> bool:
    others = GroupMember.objects.pupils().filter(record=member.record_id, group__kind=Group.Kind.DIVISION)
    return bool(others.filter(since(was)).exclude(pk=member.pk).exists())
