from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.calendar import since
from preau.kernel.live.changes import changed
from preau.kernel.models import SchoolYear
from preau.kernel.rules import RuleBroken, Superseded
from preau.kernel.search.jobs import touch
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.events import publish
from preau.modules.directory import topics
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.events import DigitalLeadAppointed, FunctionEnded, HeadTeacherAppointed
from preau.modules.directory.models import Function, Group, Membership, PersonRecord, Profile
from preau.modules.directory.services.days import require_in_year


@transaction.atomic
def appoint_head_teacher(
    *, actor: Actor, group: Group, record: PersonRecord, starts_on: date, uuid: UUID
) -> Function:
    """Put somebody in charge of a class from a day on. `uuid` comes from the page: sent again,
    it is the same appointment.

    Raises `RuleBroken` outside the year, for a group that is not a class, or when they already are.
    """
    # Two at once: the second waits here and sees the first.
    Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    existing = Function.objects.filter(uuid=uuid).first()
    if existing is not None:
        if (existing.record_id, existing.group_id, existing.starts_on) != (record.pk, group.pk, starts_on):
            raise RuleBroken(_("Ce formulaire a déjà servi : rouvrez la page pour une autre nomination."))
        return existing
    if group.kind != Group.Kind.DIVISION:
        raise RuleBroken(_("Seule une classe a un professeur principal."))
    require_in_year(actor, group.school_id, starts_on)
    if group.has_ended(starts_on):
        raise RuleBroken(_("%(group)s est terminée ce jour-là.") % {"group": group.label})
    already = _("%(name)s est déjà professeur principal de cette classe.") % {"name": record.name}
    standing = Function.objects.filter(record=record, group=group, kind=Function.Kind.HEAD_TEACHER)
    if standing.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on)).exists():
        raise RuleBroken(already)
    touch(PEOPLE, [record.pk])
    try:
        with transaction.atomic():
            function: Function = Function.objects.create(
                uuid=uuid, record=record, kind=Function.Kind.HEAD_TEACHER, group=group, starts_on=starts_on
            )
    except IntegrityError:  # somebody sent the same at the same moment
        raise RuleBroken(already) from None
    changed(topics.HEAD_TEACHERS.at(group.school_id, group.uuid))
    told = {"group": group, "starts_on": starts_on}
    audit.record(actor, "directory.head_teacher_appointed", record, values=told)
    publish(
        HeadTeacherAppointed(
            school_id=function.school_id,
            year_id=function.year_id,
            function=function.uuid,
            person_id=record.person_id,
        )
    )
    return function


@transaction.atomic
def appoint_digital_lead(*, actor: Actor, record: PersonRecord, starts_on: date, uuid: UUID) -> Function:
    """Charge somebody with the workspace from a day on, beside their profile. `uuid` comes from the page:
    sent again, it is the same appointment.

    Raises `RuleBroken` outside the year, for who is no staff that day, or when they already are.
    """
    # Two at once: the second waits here and sees the first.
    record = PersonRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    existing: Function | None = Function.objects.filter(uuid=uuid).first()
    if existing is not None:
        if (existing.record_id, existing.kind, existing.starts_on) != (
            record.pk,
            Function.Kind.DIGITAL_LEAD,
            starts_on,
        ):
            raise RuleBroken(_("Ce formulaire a déjà servi : rouvrez la page pour une autre nomination."))
        return existing
    require_in_year(actor, record.school_id, starts_on)
    staff = Membership.objects.on(starts_on).filter(record=record, profile__kind=Profile.Kind.STAFF)
    if not staff.exists():
        raise RuleBroken(_("%(name)s n’est pas en poste ici ce jour-là.") % {"name": record.name})
    held = Function.objects.filter(record=record, kind=Function.Kind.DIGITAL_LEAD)
    if held.filter(since(starts_on)).exists():
        raise RuleBroken(_("%(name)s est déjà référent numérique.") % {"name": record.name})
    function: Function = Function.objects.create(
        uuid=uuid, record=record, kind=Function.Kind.DIGITAL_LEAD, starts_on=starts_on
    )
    touch(PEOPLE, [record.pk])
    audit.record(actor, "directory.digital_lead_appointed", record, values={"starts_on": starts_on})
    publish(
        DigitalLeadAppointed(
            school_id=function.school_id,
            year_id=function.year_id,
            function=function.uuid,
            person_id=record.person_id,
        )
    )
    return function


@transaction.atomic
def end_function(*, actor: Actor, function: Function, base_version: int, ends_on: date) -> Function:
    """Set the last day of a function. Sent again, it changes nothing.

    Raises `Superseded` (409, both values) when it was changed since `base_version`, `RuleBroken` when
    the day lies before the first.
    """
    locked = Function.objects.select_for_update(of=("self",)).select_related("record", "group")
    function = locked.get(pk=function.pk)
    if function.ends_on == ends_on:
        return function
    if function.version != base_version:
        raise Superseded(
            _("Quelqu’un a modifié cette fonction depuis l’ouverture de la page."),
            theirs=function.ends_on,
            wanted=ends_on,
        )
    if ends_on < function.starts_on:
        raise RuleBroken(_("Le dernier jour vient après le premier."))
    year = actor.standings[function.school_id].year
    if ends_on > year.ends_on:
        raise RuleBroken(_("Cette date n’est pas dans l’année scolaire %(label)s.") % {"label": year.label})
    function.ends_on = ends_on
    function.version += 1
    function.save(update_fields=["ends_on", "version"])
    touch(PEOPLE, [function.record_id])
    if function.group is None:
        told: dict[str, Any] = {"function": Function.Kind(function.kind), "ends_on": ends_on}
        audit.record(actor, "directory.function_ended", function.record, values=told)
    else:
        told = {"group": function.group, "ends_on": ends_on}
        audit.record(actor, "directory.head_teacher_ended", function.record, values=told)
        changed(topics.HEAD_TEACHERS.at(function.school_id, function.group.uuid))
    publish(
        FunctionEnded(
            school_id=function.school_id,
            year_id=function.year_id,
            function=function.uuid,
            person_id=function.record.person_id,
            ends_on=ends_on,
        )
    )
    return function


def carry_functions_over(year: SchoolYear, previous: SchoolYear | None) -> None:
    """The digital leads of the year before go on; head teachers are named anew with their classes."""
    if previous is None:
        return
    with in_school(year.school_id, previous):
        held = Function.objects.on(previous.ends_on).filter(kind=Function.Kind.DIGITAL_LEAD)
        leads = [function.record for function in held.select_related("record")]
    with in_school(year.school_id, year):
        standing = set(
            Function.objects.filter(kind=Function.Kind.DIGITAL_LEAD).values_list("record_id", flat=True)
        )
        carried = Function.objects.bulk_create(
            Function(record=record, kind=Function.Kind.DIGITAL_LEAD, starts_on=year.starts_on)
            for record in leads
            if record.pk not in standing
        )
        for function in carried:
            audit.record(None, "directory.digital_lead_carried_over", function.record, values={"year": year})
