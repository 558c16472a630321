"""A cast for anyone's tests: two schools, two years, two classes, one account-less person of every kind.

Everything outside « own » bears a canary name. A canary in an answer to somebody who may not know
of it is a leak, whatever the status.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Flag, auto
from functools import reduce
from hashlib import blake2b
from operator import or_
from typing import Any

from django.db import transaction

from preau.kernel.intake.testing import picture
from preau.kernel.models import School, SchoolUnit, SchoolYear
from preau.kernel.storage.models import Attachment
from preau.kernel.storage.testing import make_attachment, make_upload
from preau.kernel.tenancy.scope import in_school
from preau.kernel.years import close_year, open_year
from preau.modules.directory.models import (
    Authority,
    AuthorityMember,
    ColumnMapping,
    Course,
    CourseGroup,
    CourseTeacher,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Guardianship,
    Import,
    ImportLine,
    Membership,
    Origin,
    Oversight,
    Person,
    PersonRecord,
    PhotoConsent,
    Profile,
    RulesVersion,
    Subject,
    Thing,
)
from preau.modules.directory.models.defaults import default_rules
from preau.modules.directory.selectors.pictures import PHOTO
from preau.modules.directory.services import found_school

TODAY = date(2026, 11, 20)


class Who(Flag):
    """The people who try every entrance."""

    NOBODY = 0
    HEAD = auto()
    DEPUTY = auto()
    CPE = auto()
    AED = auto()
    TEACHER = auto()
    LIBRARIAN = auto()
    COUNSELLOR = auto()
    NURSE = auto()
    SOCIAL_WORKER = auto()
    OFFICE = auto()
    TECHNICAL = auto()
    DIGITAL_LEAD = auto()
    PUPIL = auto()
    GUARDIAN = auto()
    CARER = auto()  # level 2
    CONTACT = auto()  # level 3: no access at all
    RESTRICTED = auto()  # a parent under a court's restriction
    PARTNER = auto()
    AUTHORITY = auto()
    FORMER = auto()  # left yesterday, with a session still open
    ANONYMOUS = auto()


MANAGEMENT = Who.HEAD | Who.DEPUTY
SCHOOL_LIFE = Who.CPE | Who.AED
CARE = Who.NURSE | Who.SOCIAL_WORKER
STAFF = (
    MANAGEMENT
    | SCHOOL_LIFE
    | CARE
    | Who.TEACHER
    | Who.LIBRARIAN
    | Who.COUNSELLOR
    | Who.OFFICE
    | Who.TECHNICAL
    | Who.DIGITAL_LEAD
)
FAMILY = Who.PUPIL | Who.GUARDIAN | Who.CARER
IN_SCHOOL = STAFF | FAMILY | Who.PARTNER
SHUT_OUT = Who.CONTACT | Who.RESTRICTED | Who.FORMER
EVERYONE = reduce(or_, Who)

OWN, OTHER_CLASS, OTHER_YEAR, OTHER_SCHOOL = "own", "other_class", "other_year", "other_school"
PLACES = (OWN, OTHER_CLASS, OTHER_YEAR, OTHER_SCHOOL)

_STAFF_PROFILES = {
    Who.HEAD: "head",
    Who.DEPUTY: "deputy",
    Who.CPE: "cpe",
    Who.AED: "aed",
    Who.TEACHER: "teacher",
    Who.LIBRARIAN: "librarian",
    Who.COUNSELLOR: "counsellor",
    Who.NURSE: "nurse",
    Who.SOCIAL_WORKER: "social_worker",
    Who.OFFICE: "office",
    Who.TECHNICAL: "technical",
    Who.DIGITAL_LEAD: "technical",
    Who.PARTNER: "partner",
}


@dataclass
class Place:
    """A class somewhere, with the people around it. `things` are what an address may point to."""

    school: School
    year: SchoolYear
    things: dict[str, Any] = field(default_factory=dict)
    canaries: set[str] = field(default_factory=set)
    field_canaries: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> Any:
        return self.things[name]


@dataclass
class Cast:
    places: dict[str, Place]
    people: dict[Who, Person]

    @property
    def own(self) -> Place:
        return self.places[OWN]

    def scope_field(self, place: str = OWN) -> str:
        there = self.places[place]
        return f"{there.school.uuid}.{there.year.uuid}"


def make_year(school: School, start: int, *, closed: bool = False) -> SchoolYear:
    """The school year that begins in September of `start`, open or already closed."""
    with in_school(school):
        year = SchoolYear.objects.create(
            label=f"{start}-{start + 1}", starts_on=date(start, 9, 1), ends_on=date(start + 1, 7, 4)
        )
    return open_year(actor=None, year=year)


def make_record(
    last_name: str, first_name: str = "Camille", *, person: Person | None = None, **known: Any
) -> Any:
    """A record in the open school."""
    person = person or Person.objects.create()
    return PersonRecord.objects.create(person=person, last_name=last_name, first_name=first_name, **known)


def make_staff(last_name: str, profile: str, *, starts_on: date = date(2020, 9, 1), **known: Any) -> Any:
    record = make_record(last_name, **known)
    held = Profile.objects.get(code=profile)
    Membership.objects.create(record=record, profile=held, starts_on=starts_on)
    return record


def make_division(label: str, *, year: SchoolYear, level: str = "4e", **given: Any) -> Group:
    unit = SchoolUnit.objects.first()
    return Group.objects.create(
        kind=given.pop("kind", Group.Kind.DIVISION), code=label, label=label, level=level, unit=unit, **given
    )


def make_pupil(last_name: str, *groups: Group, year: SchoolYear, **known: Any) -> Enrolment:
    record = known.pop("record", None) or make_record(last_name, **known)
    enrolment = Enrolment.objects.create(
        record=record, unit=SchoolUnit.objects.first(), level="4e", starts_on=year.starts_on
    )
    for group in groups:
        join(enrolment, group, starts_on=year.starts_on)
    return enrolment


def join(enrolment: Enrolment, group: Group, **given: Any) -> GroupMember:
    """Put a pupil in a group; `starts_on`, `ends_on`, `weeks` as given."""
    return GroupMember.objects.create(group=group, record=enrolment.record, enrolment=enrolment, **given)


def make_guardian(pupil: Enrolment, guardian: PersonRecord, level: int = 1, **given: Any) -> Guardianship:
    given.setdefault("starts_on", date(2020, 9, 1))
    given.setdefault("kinship", Guardianship.Kinship.MOTHER)
    return Guardianship.objects.create(pupil=pupil.record, guardian=guardian, level=level, **given)


def make_course(subject: str, groups: list[Group], *teachers: PersonRecord, year: SchoolYear) -> Course:
    taught, _ = Subject.objects.get_or_create(short_code=subject[:12].upper(), defaults={"label": subject})
    course = Course.objects.create(subject=taught)
    for group in groups:
        CourseGroup.objects.create(course=course, group=group, starts_on=year.starts_on)
    for position, teacher in enumerate(teachers):
        role = CourseTeacher.Role.CO if position else CourseTeacher.Role.MAIN
        CourseTeacher.objects.create(course=course, record=teacher, role=role, starts_on=year.starts_on)
    return course


def _contact(word: str) -> dict[str, Any]:
    return {
        "address": f"1 rue {word}adresse",
        "postal_code": "93000",
        "city": "Bobigny",
        "email": f"{word.lower()}courriel@exemple.fr",
        "mobile_phone": f"06{abs(hash(word)) % 10**8:08d}",
        "birth_date": date(2013, 3, 17),
    }


def _fill(place: Place, word: str, division: str) -> None:
    """A class with a pupil, a guardian, a teacher who leads it, all named after `word`."""
    with in_school(place.school, place.year):
        group = make_division(division, year=place.year)
        pupil = make_pupil(f"{word}eleve", group, year=place.year, **_contact(f"{word}eleve"))
        guardian = make_record(f"{word}parent", **_contact(f"{word}parent"))
        guardianship = make_guardian(pupil, guardian, houses=True)
        teacher = make_staff(f"{word}prof", "teacher", **_contact(f"{word}prof"))
        course = make_course(f"{word}cours", [group], teacher, year=place.year)
        function = Function.objects.create(
            record=teacher, kind=Function.Kind.HEAD_TEACHER, group=group, starts_on=place.year.starts_on
        )
    place.things.update(
        division=group,
        pupil=pupil.record,
        enrolment=pupil,
        guardian=guardian,
        guardianship=guardianship,
        teacher=teacher,
        function=function,
        course=course,
        year=place.year,
    )
    words = [f"{word}{who}" for who in ("eleve", "parent", "prof")]
    place.canaries = {division, *words}
    place.field_canaries = {
        text
        for who in words
        for text in (f"{who}adresse", f"{who.lower()}courriel", _contact(who)["mobile_phone"])
    }


@transaction.atomic
def make_cast(additions: "Iterable[Callable[[Cast], None]]" = ()) -> Cast:
    """About 150 rows. Every profile has one person; « own » is their class, their child's or the
    one they teach.

    `additions` put what other packages need into the places, in order, before the past year is closed:
    afterwards nothing can be written there.
    """
    here = found_school(
        name="Collège du Parc",
        city="Bobigny",
        units=[("0930001W", "college", "Collège du Parc"), ("0930002X", "segpa", "SEGPA du Parc")],
    )
    there = found_school(
        name="Collège Canarivoisin", city="Drancy", units=[("0930003Y", "college", "Collège Canarivoisin")]
    )
    past = make_year(here, 2025)
    now = make_year(here, 2026)
    places = {
        OWN: Place(here, now),
        OTHER_CLASS: Place(here, now),
        OTHER_YEAR: Place(here, past),
        OTHER_SCHOOL: Place(there, make_year(there, 2026)),
    }
    _fill(places[OWN], "Propre", "4B")
    _fill(places[OTHER_CLASS], "Canariclasse", "Canari5A")
    _fill(places[OTHER_YEAR], "Canariannee", "Canari3C")
    _fill(places[OTHER_SCHOOL], "Canariecole", "Canari6Z")
    with in_school(here, past):
        # They left with their year.
        Membership.objects.filter(record=places[OTHER_YEAR]["teacher"]).update(ends_on=past.ends_on)
    cast = Cast(places, _people(places[OWN], here, now))
    for add_to in additions:
        add_to(cast)
    left = places[OTHER_YEAR]
    left.year = left.things["year"] = close_year(actor=None, year=past)
    return cast


def _people(own: Place, school: School, year: SchoolYear) -> dict[Who, Person]:
    people: dict[Who, Person] = {Who.PUPIL: own["pupil"].person, Who.GUARDIAN: own["guardian"].person}
    with in_school(school, year):
        for who, profile in _STAFF_PROFILES.items():
            record = own["teacher"] if who is Who.TEACHER else make_staff((who.name or "").title(), profile)
            people[who] = record.person
            own.things[(who.name or "").lower()] = record
        Function.objects.create(
            record=own["digital_lead"], kind=Function.Kind.DIGITAL_LEAD, starts_on=year.starts_on
        )
        for who, level, restriction in (
            (Who.CARER, 2, ""),
            (Who.CONTACT, 3, ""),
            (Who.RESTRICTED, 1, Guardianship.Restriction.NO_INFORMATION),
        ):
            word = f"Nom{(who.name or '').lower()}"
            record = make_record(word, **_contact(word))
            make_guardian(own["enrolment"], record, level, restriction=restriction)
            people[who] = record.person
            own.things[(who.name or "").lower()] = record
        former = make_staff("Former", "head")
        Membership.objects.filter(record=former).update(ends_on=date(2026, 11, 19))
        people[Who.FORMER] = former.person
    authority = Authority.objects.create(name="Département fictif", kind=Authority.Kind.DEPARTMENT)
    Oversight.objects.create(authority=authority, school=school, starts_on=date(2020, 1, 1))
    people[Who.AUTHORITY] = Person.objects.create()
    AuthorityMember.objects.create(
        authority=authority,
        person=people[Who.AUTHORITY],
        first_name="Inès",
        last_name="Authority",
        starts_on=date(2020, 1, 1),
    )
    return people


def add_to(cast: Cast) -> None:
    """At each place the pupil has a photo to which a parent agreed, and the office sends another one."""
    office = cast.people[Who.OFFICE]
    for name, place in cast.places.items():
        with in_school(place.school, place.year):
            pupil = place["pupil"]
            agree_to_photo(pupil, place["guardian"])
            place.things["photo"] = make_photo(pupil)
            place.things["batch"] = _import(name, place)
            place.things["columns"] = _columns(name)
            place.things["rules_version"] = _rules_version()
            place.things["upload"] = make_upload(
                PHOTO, pupil, f"{pupil.last_name}.png", person_id=office.pk, length=2_000
            )


def _import(name: str, place: Place) -> Import:
    """One that waits to be applied in the own and the other school, one that was in the other places."""
    waits = name in (OWN, OTHER_SCHOOL)
    batch: Import = Import.objects.create(
        state=Import.State.READY if waits else Import.State.APPLIED,
        effective_on=place.year.starts_on,
        files=[{"name": "ElevesAvecAdresses.xml", "kind": "siecle_pupils", "refused": "", "counts": []}],
        counts={"change": {"pupil": 1}},
        asks=[{"code": "departures", "number": 80, "of": 100}] if waits else [],
        applied_at=None if waits else datetime(2026, 9, 2, 10, tzinfo=UTC),
        outcome={} if waits else {"arrivals": 0, "changes": 1, "departures": 0},
    )
    pupil = place["pupil"]
    ImportLine.objects.create(
        batch=batch,
        rank=0,
        act=ImportLine.Act.CHANGE,
        thing=Thing.PUPIL,
        origin=Origin.SIECLE,
        external_id="1",
        who=pupil.listed_name,
        target_id=pupil.pk,
        detail={"fields": [["email", "", "", pupil.email, "change"]]},
    )
    return batch


def _rules_version() -> RulesVersion:
    """The rules of each place: what schools begin with."""
    number = RulesVersion.objects.count() + 1
    version: RulesVersion = RulesVersion.objects.create(number=number, rules=sorted(default_rules()))
    return version


def _columns(name: str) -> ColumnMapping:
    """Each place's own table; those of one school are its own, whatever the year."""
    headers = [["Nom", "birth_name"], ["Prenom", "first_name"], [f"Canari{name}", ""]]
    mapping: ColumnMapping = ColumnMapping.objects.create(
        kind="pupils",
        headers_digest=blake2b(name.encode(), digest_size=16).hexdigest(),
        columns={"kind": "pupils", "columns": headers},
    )
    return mapping


def agree_to_photo(record: PersonRecord, giver: PersonRecord, answer: str = "given") -> PhotoConsent:
    return PhotoConsent.objects.create(
        record=record, given_by=giver, answer=answer, answered_at=datetime(2026, 9, 7, 10, tzinfo=UTC)
    )


def make_photo(record: PersonRecord) -> Attachment:
    return make_attachment(
        PHOTO, record, f"{record.last_name}.jpg", picture(hue=record.pk % 200), person_id=record.person_id
    )
