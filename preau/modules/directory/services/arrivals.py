from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.models import SchoolUnit
from preau.kernel.rules import RuleBroken
from preau.kernel.search.jobs import touch
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.models import (
    Duty,
    Enrolment,
    Group,
    GroupMember,
    Guardianship,
    Membership,
    Person,
    PersonRecord,
    Profile,
    Source,
)
from preau.modules.directory.selectors.keeping import is_high
from preau.modules.directory.services.person_values import (
    open_standing,
    own_record,
    read_values,
    require_ine_free,
    require_within_year,
)


class FormUsed(RuleBroken):
    """The number a page gave its form stands for something else already."""

    def __init__(self) -> None:
        super().__init__(_("Ce formulaire a déjà servi : rouvrez la page pour une autre saisie."))


@transaction.atomic
def enrol_pupil(
    *,
    actor: Actor,
    uuid: UUID,
    group: Group,
    starts_on: date,
    record: PersonRecord | None = None,
    values: Mapping[str, Any] | None = None,
) -> Enrolment:
    """A pupil of a class from a day on: `record` where the school knows them already, else a new person with
    `values`. `uuid` comes from the page and is the enrolment's: sent again, it is the same one.

    Raises `RuleBroken` outside the year, for a group that is no class and for who is enrolled already.
    """
    standing = open_standing(actor, group.school_id)
    # Two at once: the second waits here and sees the first.
    Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    existing = Enrolment.objects.filter(uuid=uuid).first()
    if existing is not None:
        if existing.starts_on != starts_on or record not in (None, existing.record):
            raise FormUsed
        return existing
    if group.kind != Group.Kind.DIVISION:
        raise RuleBroken(_("Ce groupe n’est pas une classe."))
    require_within_year(standing, starts_on)
    if record is None:
        record = _new_person(values or {}, standing.day)
    else:
        record = PersonRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
        if _lasting(Enrolment.objects.filter(record=record), starts_on).exists():
            told = {"name": record.name}
            raise RuleBroken(_("%(name)s est déjà inscrit ici : sa classe se change sur sa fiche.") % told)
    try:
        with transaction.atomic():
            enrolment: Enrolment = Enrolment.objects.create(
                uuid=uuid,
                record=record,
                unit=group.unit or SchoolUnit.objects.filter(school=group.school_id).order_by("pk").first(),
                level=group.level,
                starts_on=starts_on,
            )
    except IntegrityError:
        raise FormUsed from None
    GroupMember.objects.create(
        group=group,
        record=record,
        enrolment=enrolment,
        role=GroupMember.Role.PUPIL,
        source=Source.HAND,
        starts_on=starts_on,
    )
    touch(PEOPLE, [record.pk])
    audit.record(actor, "directory.pupil_enrolled", record, values={"group": group, "starts_on": starts_on})
    return enrolment


@transaction.atomic
def add_guardian(
    *,
    actor: Actor,
    uuid: UUID,
    pupil: PersonRecord,
    level: int,
    kinship: str,
    houses: bool,
    may_collect: bool,
    starts_on: date,
    record: PersonRecord | None = None,
    values: Mapping[str, Any] | None = None,
) -> Guardianship:
    """Somebody answers for a pupil from a day on: `record` of the school, or a new person with `values`.
    `uuid` comes from the page and is the link's: sent again, it is the same one.

    Raises `RuleBroken` outside the year, for who is no pupil of it, for the pupil themselves, and where that
    person answers for them already.
    """
    standing = open_standing(actor, pupil.school_id)
    # Two at once: the second waits here and sees the first.
    pupil = PersonRecord.objects.select_for_update(of=("self",)).get(pk=pupil.pk)
    existing = Guardianship.objects.filter(uuid=uuid).first()
    if existing is not None:
        if existing.pupil_id != pupil.pk or record not in (None, existing.guardian):
            raise FormUsed
        return existing
    require_within_year(standing, starts_on)
    if not Enrolment.objects.filter(record=pupil).exists():
        raise RuleBroken(_("%(name)s n’est pas élève ici cette année.") % {"name": pupil.name})
    if record == pupil or kinship == Guardianship.Kinship.SELF:
        raise RuleBroken(
            _("Un élève n’est pas son propre responsable : majeur, il répond de lui sans lien à créer.")
        )
    if record is None:
        record = _new_person(values or {}, standing.day)
    elif _lasting(Guardianship.objects.filter(pupil=pupil, guardian=record), starts_on).exists():
        told = {"guardian": record.name, "pupil": pupil.name}
        raise RuleBroken(
            _("%(guardian)s est déjà responsable de %(pupil)s : modifiez ce lien plutôt.") % told
        )
    made: Guardianship = Guardianship.objects.create(
        uuid=uuid,
        pupil=pupil,
        guardian=record,
        level=level,
        kinship=kinship,
        houses=houses,
        may_collect=may_collect,
        starts_on=starts_on,
    )
    touch(PEOPLE, [record.pk, pupil.pk])
    told_of = {"guardian": record, "starts_on": starts_on}
    audit.record(actor, "directory.guardian_added", pupil, values=told_of)
    return made


@transaction.atomic
def add_member(
    *,
    actor: Actor,
    profile: Profile,
    title: str,
    starts_on: date,
    ends_on: date | None = None,
    uuid: UUID | None = None,
    record: PersonRecord | None = None,
    values: Mapping[str, Any] | None = None,
) -> Membership:
    """A profile of staff or of a partner, from a day on: for `record`, or for a new person with `values`,
    whose record is then `uuid`. Sent again, it is the same one.

    Raises `RuleBroken` for a profile one may not give, for oneself unless one manages the school, outside
    the year, and for who has that profile already.
    """
    standing = open_standing(actor, profile.school_id)
    Profile.objects.select_for_update(of=("self",)).get(pk=profile.pk)  # the second waits here
    require_may_give(actor, profile, record)
    require_within_year(standing, starts_on)
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken(_("Le dernier jour vient après le premier."))
    if record is None:
        record = PersonRecord.objects.filter(uuid=uuid).first() if uuid else None
        if record is None:
            record = _new_person(values or {}, standing.day, uuid=uuid)
        elif not Membership.objects.filter(record=record, profile=profile, starts_on=starts_on).exists():
            raise FormUsed
    held = _lasting(Membership.objects.filter(record=record, profile=profile), starts_on, ends_on)
    same: Membership | None = next((each for each in held if each.starts_on == starts_on), None)
    if same is not None and same.ends_on == ends_on:
        return same
    if held:
        told = {"name": record.name, "profile": profile.label}
        raise RuleBroken(_("%(name)s a déjà le profil « %(profile)s » à cette date.") % told)
    made: Membership = Membership.objects.create(
        record=record, profile=profile, title=title, starts_on=starts_on, ends_on=ends_on
    )
    touch(PEOPLE, [record.pk])
    told_of = {"profile": profile.code, "starts_on": starts_on}
    audit.record(actor, "directory.member_appointed", record, values=told_of)
    return made


def require_may_give(actor: Actor, profile: Profile, record: PersonRecord | None) -> None:
    """Raises `RuleBroken`: nobody gives what would open more to them, or to others, than they have."""
    if profile.kind not in (Profile.Kind.STAFF, Profile.Kind.PARTNER):
        raise RuleBroken(_("Les élèves et les responsables n’ont pas de profil à recevoir."))
    if actor.has_duty(Duty.MANAGE, school_id=profile.school_id):
        return
    if is_high(profile):
        told = {"profile": profile.label}
        raise RuleBroken(_("Le profil « %(profile)s » se donne et se retire par la direction.") % told)
    if record is not None and record == own_record(actor, profile.school_id):
        raise RuleBroken(_("Vos propres profils se donnent et se retirent par la direction."))


def _new_person(values: Mapping[str, Any], today: date, uuid: UUID | None = None) -> PersonRecord:
    read = read_values({"last_name": "", **values}, today=today)
    require_ine_free(read.get("ine", ""))
    known: dict[str, Any] = {"uuid": uuid} if uuid else {}
    made: PersonRecord = PersonRecord.objects.create(person=Person.objects.create(), **known, **read)
    return made


def _lasting(rows: Any, starts_on: date, ends_on: date | None = None) -> Any:
    """Those that hold on one of these days at least."""
    found = rows.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    return found.filter(starts_on__lte=ends_on) if ends_on else found
