"""What those who keep people's files find: whoever is here, and whoever was this year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from preau.kernel import phones
from preau.kernel.access.actor import Actor, Standing
from preau.kernel.dates import written
from preau.kernel.models import SchoolYear
from preau.kernel.names import sort_name
from preau.modules.directory.models import (
    PERSON_FIELDS,
    Duty,
    Enrolment,
    Guardianship,
    Membership,
    PersonRecord,
    Profile,
    Right,
)
from preau.modules.directory.models.rules import known_to
from preau.modules.directory.selectors.people import facts_about, records, what_they_are

KEEPERS = (Duty.MANAGE, Duty.ADMINISTER)
# A profile that opens the whole school, or its workspace: given and taken by management alone.
HIGH_DUTIES = frozenset({Duty.MANAGE, Duty.CONFIGURE})
LEFT = 20

Doubles = list[tuple[PersonRecord, str]]
DOUBLES = 6

_NAMES = frozenset({"civility", "last_name", "first_name", "birth_name", "other_first_names"})
_OPENED_BY = {
    Right.ADDRESS: frozenset({"address", "postal_code", "city", "country"}),
    Right.PHONE: frozenset({"mobile_phone", "home_phone", "work_phone"}),
    Right.EMAIL: frozenset({"email"}),
    Right.BIRTH_DATE: frozenset({"birth_date"}),
}


@dataclass(frozen=True)
class File:
    """What ties somebody to the school this year, ended or not."""

    enrolments: list[Enrolment]
    memberships: list[Membership]
    guardianships: list[Guardianship]  # of a pupil
    wards: list[Guardianship]  # of a guardian

    @property
    def last_day(self) -> date | None:
        return last_day_of(self.memberships)


def kept(actor: Actor) -> Any:
    """Whom one knows today; for those who keep files, whoever is somebody here this year, left or not."""
    found = known_to(actor)
    for standing in actor.standings.values():
        if not standing.duties.isdisjoint(KEEPERS):
            found |= Q(school=standing.school.pk) & _somebody_in(standing.year)
    return PersonRecord.objects.filter(found)


def _somebody_in(year: SchoolYear) -> Q:
    pupils = Enrolment.objects.values("record")
    return (
        Q(pk__in=pupils)
        | Q(pk__in=Guardianship.objects.filter(during(year), pupil__in=pupils).values("guardian"))
        | Q(pk__in=Membership.objects.filter(during(year)).values("record"))
    )


def during(year: SchoolYear) -> Q:
    return Q(starts_on__lte=year.ends_on) & (Q(ends_on=None) | Q(ends_on__gte=year.starts_on))


def last_day_of(memberships: Iterable[Membership]) -> date | None:
    """None while one of them has no end, or there is none."""
    ends = [membership.ends_on for membership in memberships]
    return max((end for end in ends if end), default=None) if all(ends) else None


def file_of(record: PersonRecord, standing: Standing) -> File:
    """Three queries."""
    links = (
        Guardianship.objects.filter(Q(pupil=record) | Q(guardian=record))
        .filter(during(standing.year))
        .select_related("pupil", "guardian")
        .order_by("level", "kinship", "starts_on", "id")
    )
    rows = list(links)
    return File(
        enrolments=list(Enrolment.objects.filter(record=record).order_by("starts_on")),
        memberships=list(memberships_in(record, standing.year)),
        guardianships=[row for row in rows if row.pupil_id == record.pk],
        wards=[row for row in rows if row.guardian_id == record.pk],
    )


def memberships_in(record: PersonRecord, year: SchoolYear) -> Any:
    return (
        Membership.objects.filter(during(year), record=record)
        .select_related("profile")
        .order_by("starts_on", "id")
    )


@dataclass(frozen=True)
class Kept:
    """What of somebody's file may be corrected, and whether they have a page today: who has left has none."""

    fields: tuple[str, ...]
    has_page: bool


def kept_of(actor: Actor, record: PersonRecord, *, is_pupil: bool) -> Kept:
    """Names, and of the rest what the school's rules show to this reader. One query."""
    standing = actor.standings[record.school_id]
    facts = facts_about(standing, [record.pk], (Right.KNOW, *_OPENED_BY))[record.pk]
    shown = {right for right in _OPENED_BY if facts.give(right, standing.policy)}
    found = set(_NAMES).union(*(_OPENED_BY[right] for right in shown))
    if is_pupil:
        found.add("ine")
        if Right.ADDRESS not in shown:
            found.discard("home_phone")  # a pupil's landline is their household's
    fields = tuple(field for field in PERSON_FIELDS if field in found)
    return Kept(fields, has_page=facts.give(Right.KNOW, standing.policy))


def profiles_to_give(actor: Actor, school_id: int) -> Any:
    """The profiles of staff and partners this person may give."""
    profiles = Profile.objects.filter(school=school_id, kind__in=(Profile.Kind.STAFF, Profile.Kind.PARTNER))
    if actor.has_duty(Duty.MANAGE, school_id=school_id):
        return profiles
    held = actor.standings[school_id].policy.profiles
    return profiles.exclude(pk__in=[pk for pk, each in held.items() if is_high(each)])


def is_high(profile: Any) -> bool:
    """`profile`: a row, or what the policy keeps of it."""
    return not HIGH_DUTIES.isdisjoint(profile.duties)


def left_this_year(standing: Standing) -> list[tuple[PersonRecord, str]]:
    """Pupils and staff who were here this year and are no more, the last to leave first. Two queries, and
    two for who came back."""
    day = standing.day
    gone = Q(ends_on__lt=day, ends_on__gte=standing.year.starts_on)
    pupils = Enrolment.objects.filter(gone).exclude(record__in=Enrolment.objects.on(day).values("record"))
    staff = Membership.objects.filter(gone).exclude(record__in=Membership.objects.on(day).values("record"))
    rows: list[Any] = [
        *pupils.select_related("record").order_by("-ends_on", "-id")[:LEFT],
        *staff.select_related("record", "profile").order_by("-ends_on", "-id")[:LEFT],
    ]
    rows.sort(key=lambda row: row.ends_on, reverse=True)
    found: dict[int, tuple[PersonRecord, str]] = {}
    for row in rows:
        what = _("Élève") if isinstance(row, Enrolment) else row.title or row.profile.label
        told = _("%(what)s, jusqu’au %(day)s") % {"what": what, "day": written(row.ends_on, "j F")}
        found.setdefault(row.record_id, (row.record, told))
    return list(found.values())[:LEFT]


def likely_doubles(
    actor: Actor,
    *,
    last_name: str,
    first_name: str,
    birth_date: date | None = None,
    ine: str = "",
    email: str = "",
    numbers: Iterable[str] = (),
    but: PersonRecord | None = None,
) -> Doubles:
    """Records of the school that may be the same person, each with what tells them: the same name and no
    other birth date, the same INE, or the address or number of an adult. Whoever left long ago too."""
    named = Q(sort_name=sort_name(last_name, first_name)[:210])
    if birth_date:
        named &= Q(birth_date=None) | Q(birth_date=birth_date)
    alike = named | Q(ine=ine) if ine else named
    # A pupil's address and number are often their parents'.
    adult = ~Q(pk__in=Enrolment.objects.values("record"))
    if email:
        alike |= Q(email__iexact=email) & adult
    shapes = _shapes(numbers)
    if shapes:
        reached = Q(mobile_phone__in=shapes) | Q(home_phone__in=shapes) | Q(work_phone__in=shapes)
        alike |= reached & adult
    found = records(actor).filter(alike).order_by("sort_name", "id")
    if but is not None:
        found = found.exclude(pk=but.pk)
    return [
        (record, _told_of(record, birth_date=birth_date, email=email, shapes=shapes, ine=ine))
        for record in found[:DOUBLES]
    ]


def made_already(uuid: UUID) -> bool:
    """Whether a page's number stands for somebody, or for a link, that was made of it."""
    return any(
        rows.filter(uuid=uuid).exists()
        for rows in (PersonRecord.objects, Enrolment.objects, Guardianship.objects)
    )


def _shapes(numbers: Iterable[str]) -> list[str]:
    """A number as it is kept here, and as older rows may have it."""
    read = [number for each in numbers if (number := phones.read(each))]
    return [*read, *(number.replace(" ", "") for number in read)]


def _told_of(
    record: PersonRecord, *, birth_date: date | None, email: str, shapes: list[str], ine: str
) -> str:
    """What they are here, and what they share with who was typed: nothing else of their file."""
    words = what_they_are(record) or [_("n’est pas ici aujourd’hui")]
    if birth_date and record.birth_date == birth_date:
        words.append(_("même date de naissance"))
    if ine and record.ine == ine:
        words.append(_("même INE"))
    if email and record.email.casefold() == email.casefold():
        words.append(_("même courriel"))
    if {record.mobile_phone, record.home_phone, record.work_phone} & set(shapes):
        words.append(_("même téléphone"))
    return " · ".join(words)
