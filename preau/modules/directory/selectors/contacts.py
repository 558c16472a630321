"""How the school reaches its people: for what is sent to somebody, never for a page about them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from preau.modules.directory.models import Enrolment, Guardianship, Membership, PersonRecord, Profile
from preau.modules.directory.models.rules import any_of


@dataclass(frozen=True)
class Contact:
    name: str
    email: str
    mobile_phone: str


def contacts_of(person_ids: Collection[int]) -> dict[int, Contact]:
    """Person -> what the open school's own file says of them. Each is for that person alone: two
    guardians of one child are two letters."""
    rows = PersonRecord.objects.filter(person__in=person_ids).order_by()
    return {row.person_id: _contact(row) for row in rows}


def own_contacts(person_id: int) -> dict[int, Contact]:
    """School -> what its file says of one person, in the open schools: for that person's own eyes."""
    return {row.school_id: _contact(row) for row in PersonRecord.objects.filter(person=person_id)}


def _contact(record: PersonRecord) -> Contact:
    return Contact(record.name, record.email, record.mobile_phone)


def people_here(person_ids: Collection[int], day: date) -> set[int]:
    """Those of these people who are somebody in the open school and year on `day`: the same rule as
    coming in. One query for any number of people."""
    present = any_of([_members(day), _pupils(day), _guardians(day)])
    found = PersonRecord.objects.filter(present, person__in=person_ids).order_by()
    return set(found.values_list("person_id", flat=True))


def people_who_are(kinds: Collection[str], day: date) -> set[int]:
    """Everybody who is « staff », « guardians » or « pupils » of the open school and year on `day`."""
    conditions = {
        "staff": _members(day, profile__kind=Profile.Kind.STAFF),
        "guardians": _guardians(day),
        "pupils": _pupils(day),
    }
    found = PersonRecord.objects.filter(any_of([conditions[kind] for kind in kinds])).order_by()
    return set(found.values_list("person_id", flat=True))


def _members(day: date, **which: Any) -> Q:
    return Q(pk__in=Membership.objects.on(day).filter(**which).values("record"))


def _pupils(day: date) -> Q:
    return Q(pk__in=Enrolment.objects.on(day).values("record"))


def _guardians(day: date) -> Q:
    enrolled = Enrolment.objects.on(day).values("record")
    wards = Guardianship.objects.giving_access(day).filter(pupil__in=enrolled)
    return Q(pk__in=wards.values("guardian"))
