"""What no national file says of the people of a school: who directs and who serves, what they are called, who
may fetch a child, what a judge or a pupil of age has decided."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from preau.kernel.models import SchoolUnit
from preau.kernel.names import folded
from preau.modules.directory.demo.schools import SUBJECTS
from preau.modules.directory.demo.september import Register, is_in_files
from preau.modules.directory.demo.staff import Colleague
from preau.modules.directory.models import (
    Guardianship,
    Membership,
    Person,
    PersonRecord,
    Profile,
    SourceRecord,
    Thing,
)

PEOPLE = (Thing.PUPIL, Thing.GUARDIAN, Thing.STAFF)


def demo_uuid(*names: object) -> UUID:
    """The same somebody each time: addresses of pages and pictures of them stay comparable."""
    return uuid5(NAMESPACE_URL, "/".join(["https://demo.preau.invalid", *map(str, names)]))


class People:
    """The records of one school, by key: those files brought and those written by hand."""

    def __init__(self, register: Register, six_weeks: tuple[date, date]) -> None:
        self.register = register
        self.plan = register.plan
        self.six_weeks = six_weeks  # the time of the substitute
        self.units: dict[str, SchoolUnit] = {}
        self.records: dict[str, int] = {}
        self._profiles: dict[str, Profile] = {}
        # Whom accounts, tests and pictures call by name. The others keep the addresses they were given.
        self._named = {child.key for child in self.plan.families}
        self._named |= {tie.adult.key for child in self.plan.families for tie in child.ties}
        self._named |= {colleague.key for colleague in self.plan.staff}
        self._settled: set[str] = set()

    def welcome(self, staff: Iterable[Colleague]) -> None:
        """Those whom no file will ever name."""
        self._profiles = {profile.code: profile for profile in Profile.objects.all()}
        coming = [each for each in staff if not is_in_files(each) and each.key not in self.records]
        persons = _persons(self._person(each.key) for each in coming)
        made = PersonRecord.objects.bulk_create(
            PersonRecord(
                uuid=demo_uuid("record", self.plan.key, each.key),
                person=persons[self._person(each.key)],
                last_name=each.last_name,
                first_name=each.first_name,
                civility=each.civility,
                email=_email(each),
            )
            for each in coming
        )
        self.records.update((each.key, record.pk) for each, record in zip(coming, made, strict=True))
        self._settled.update(each.key for each in coming)
        Membership.objects.bulk_create(self._membership(each) for each in coming)

    def meet(self) -> None:
        """Whom the files just applied brought."""
        told = SourceRecord.objects.filter(thing__in=PEOPLE).exclude(record=None)
        for thing, number, record in told.values_list("thing", "external_id", "record_id"):
            self.records[self.register.key(thing, number)] = record
        coming = self.records.keys() & self._named - self._settled
        self._settled |= coming
        self._name(coming)
        self._complete([each for each in self.plan.staff if each.key in coming])

    def _name(self, keys: Iterable[str]) -> None:
        """Their lasting uuids; and who works or has a child in both schools becomes one person."""
        by_record = {self.records[key]: key for key in keys}
        records = list(PersonRecord.objects.filter(pk__in=by_record).select_related("person"))
        elsewhere = Person.objects.in_bulk(
            [self._person(key) for key in by_record.values()], field_name="uuid"
        )
        renamed, doubles = [], []
        for record in records:
            key = by_record[record.pk]
            record.uuid = demo_uuid("record", self.plan.key, key)
            if known := elsewhere.get(self._person(key)):
                doubles.append(record.person_id)
                record.person = known
            else:
                record.person.uuid = self._person(key)
                renamed.append(record.person)
        PersonRecord.objects.bulk_update(records, ["uuid", "person"])
        Person.objects.bulk_update(renamed, ["uuid"])
        Person.objects.filter(pk__in=doubles).delete()

    def _person(self, key: str) -> UUID:
        adult = self.register.adults.get(key)
        colleague = next((each for each in self.plan.staff if each.key == key), None)
        shared = (adult.person if adult else "") or (colleague.person if colleague else "")
        return demo_uuid("person", shared or f"{self.plan.key}/{key}")

    def _complete(self, staff: list[Colleague]) -> None:
        """What the office adds to those STS-web names. Who directs is named here: no file does."""
        by_record = {self.records[each.key]: each for each in staff}
        records = list(PersonRecord.objects.filter(pk__in=by_record))
        for record in records:
            record.email = _email(by_record[record.pk])
            if adult := self.register.adults.get(by_record[record.pk].key):
                record.mobile_phone = adult.mobile
        PersonRecord.objects.bulk_update(records, ["email", "mobile_phone"])
        held = list(Membership.objects.filter(record__in=by_record))
        for membership in held:
            wanted = self._membership(by_record[membership.record_id])
            membership.title, membership.unit, membership.starts_on = (
                wanted.title,
                wanted.unit,
                wanted.starts_on,
            )
        Membership.objects.bulk_update(held, ["title", "unit", "starts_on"])
        appointed = {membership.record_id for membership in held}
        Membership.objects.bulk_create(
            self._membership(each) for record, each in by_record.items() if record not in appointed
        )

    def _membership(self, colleague: Colleague) -> Membership:
        first, last = date(self.register.start - colleague.since, 9, 1), None
        if colleague.substitute:
            first, last = self.six_weeks
        return Membership(
            record_id=self.records[colleague.key],
            profile=self._profiles[colleague.profile],
            unit=self.units["segpa"] if colleague.segpa else None,
            title=_title(colleague),
            starts_on=first,
            ends_on=last,
        )

    def settle_guardianships(self) -> None:
        """Whoever is legally responsible may fetch a child, unless the family says otherwise."""
        Guardianship.objects.update(may_collect=True)
        for child in self.register.children:
            for tie in child.ties:
                told: dict[str, Any] = {}
                if not tie.may_collect:
                    told["may_collect"] = False
                if tie.restricted:
                    told["restriction"] = Guardianship.Restriction.NO_INFORMATION
                if tie.withdrawn:
                    told["withdrawn_on"] = date(self.register.start, 9, 1)
                if told:
                    ends = {"pupil": self.records[child.key], "guardian": self.records[tie.adult.key]}
                    Guardianship.objects.filter(**ends).update(**told)


def _email(colleague: Colleague) -> str:
    first, last = folded(colleague.first_name), folded(colleague.last_name)
    return f"{first.replace(' ', '-')}.{last.replace(' ', '-')}@example.net"


def _title(colleague: Colleague) -> str:
    if colleague.title or colleague.profile != "teacher":
        return colleague.title
    short = colleague.teaches.split()[0]
    of = next(words for code, *_, words in SUBJECTS if code == short)
    return f"{'Professeure' if colleague.civility == 'MME' else 'Professeur'} {of}"


def _persons(uuids: Iterable[UUID]) -> Mapping[UUID, Person]:
    """Those another school knows already, and the new ones."""
    wanted = list(dict.fromkeys(uuids))
    found = Person.objects.in_bulk(wanted, field_name="uuid")
    made = Person.objects.bulk_create(Person(uuid=uuid) for uuid in wanted if uuid not in found)
    return {**found, **{person.uuid: person for person in made}}
