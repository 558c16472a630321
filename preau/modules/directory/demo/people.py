"""Writes the people of a school: who they are, whose children they are, what they do there."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from preau.kernel.models import SchoolUnit
from preau.kernel.names import folded
from preau.modules.directory.demo.families import LEVELS, Adult, Child
from preau.modules.directory.demo.schools import PLANS, SUBJECTS, Colleague, Plan
from preau.modules.directory.models import Guardianship, Membership, Person, PersonRecord, Profile

BIRTH = {"6e": 11, "5e": 12, "4e": 13, "3e": 14}


def demo_uuid(*names: object) -> UUID:
    """The same somebody each time: addresses of pages and pictures of them stay comparable."""
    return uuid5(NAMESPACE_URL, "/".join(["https://demo.preau.invalid", *map(str, names)]))


class People:
    """The records of one school by key. `start` is the first day of the present year."""

    def __init__(self, plan: Plan, start: date, six_weeks: tuple[date, date]) -> None:
        self.plan = plan
        self.start = start
        self.six_weeks = six_weeks  # the time of the substitute
        self.children = plan.children()
        self.records: dict[str, PersonRecord] = {}

    def write(self, units: dict[str, SchoolUnit]) -> None:
        self._write_records()
        self._write_guardianships()
        self._write_memberships(units)

    def _write_records(self) -> None:
        rows: dict[str, dict[str, Any]] = {}
        persons: dict[str, str] = {}
        for child in self.children:
            rows[child.key] = self._facts_of_child(child, len(rows))
            for tie in child.ties:
                rows[tie.adult.key] = _facts_of_adult(tie.adult)
                persons[tie.adult.key] = tie.adult.person
        for number in range(self.plan.former_pupils):
            rows[f"former-{number}"] = self._facts_of_former(number)
        for colleague in self.plan.staff:
            facts = rows.setdefault(colleague.key, {})
            facts.update(_facts_of_colleague(colleague))
            persons[colleague.key] = persons.get(colleague.key) or colleague.person
        keys = {key: demo_uuid("person", persons.get(key) or f"{self.plan.key}/{key}") for key in rows}
        found = _persons(keys.values())
        records = PersonRecord.objects.bulk_create(
            PersonRecord(uuid=demo_uuid("record", self.plan.key, key), person=found[keys[key]], **facts)
            for key, facts in rows.items()
        )
        self.records.update(zip(rows, records, strict=True))

    def _facts_of_child(self, child: Child, number: int) -> dict[str, Any]:
        month, day = child.birthday
        return {
            "last_name": child.last_name,
            "first_name": child.first_name,
            "other_first_names": child.other_first_names,
            "birth_date": date(self.start.year - BIRTH[child.level] - child.late_by, month, day),
            "ine": self._ine(number),
            "email": child.email,
            "mobile_phone": child.mobile,
            "home_phone": child.home.phone,
            "address": child.home.address,
            "postal_code": child.home.postal_code,
            "city": child.home.city,
        }

    def _facts_of_former(self, number: int) -> dict[str, Any]:
        """They left at the end of last year: their record is kept, and nobody meets it any more."""
        donor = self.children[-1 - number]
        return {
            "last_name": donor.last_name,
            "first_name": self.children[number].first_name,
            "birth_date": date(self.start.year - 15, 1 + number % 12, 3 + number),
            "ine": self._ine(900 + number),
        }

    def _ine(self, number: int) -> str:
        return f"{999_000_000 + 1000 * PLANS.index(self.plan) + number:09d}ZZ"

    def _write_guardianships(self) -> None:
        written = {}
        for child in self.children:
            for tie in child.ties:
                written[child.key, tie.adult.key] = Guardianship(
                    uuid=demo_uuid("tie", self.plan.key, child.key, tie.adult.key),
                    pupil=self.records[child.key],
                    guardian=self.records[tie.adult.key],
                    level=tie.level,
                    kinship=tie.kinship,
                    houses=tie.houses,
                    may_collect=tie.may_collect,
                    restriction=Guardianship.Restriction.NO_INFORMATION if tie.restricted else "",
                    withdrawn_on=self.start if tie.withdrawn else None,
                    starts_on=self._came_on(child),
                )
        Guardianship.objects.bulk_create(written.values())

    def _came_on(self, child: Child) -> date:
        years = 0 if child.new else LEVELS.index(child.level)
        return date(self.start.year - years, 9, 1) + timedelta(days=child.arrives_after)

    def _write_memberships(self, units: dict[str, SchoolUnit]) -> None:
        profiles = {profile.code: profile for profile in Profile.objects.all()}
        rows = []
        for colleague in self.plan.staff:
            first, last = date(self.start.year - colleague.since, 9, 1), None
            if colleague.substitute:
                first, last = self.six_weeks
            rows.append(
                Membership(
                    record=self.records[colleague.key],
                    profile=profiles[colleague.profile],
                    unit=units["segpa"] if colleague.segpa else None,
                    title=_title(colleague),
                    starts_on=first,
                    ends_on=last,
                )
            )
        Membership.objects.bulk_create(rows)


def _facts_of_adult(adult: Adult) -> dict[str, Any]:
    home = adult.home
    return {
        "last_name": adult.last_name,
        "first_name": adult.first_name,
        "birth_name": adult.birth_name,
        "civility": adult.civility,
        "email": adult.email,
        "mobile_phone": adult.mobile,
        "work_phone": adult.work_phone,
        "home_phone": home.phone if home else "",
        "address": home.address if home else "",
        "postal_code": home.postal_code if home else "",
        "city": home.city if home else "",
    }


def _facts_of_colleague(colleague: Colleague) -> dict[str, Any]:
    first, last = folded(colleague.first_name), folded(colleague.last_name)
    return {
        "last_name": colleague.last_name,
        "first_name": colleague.first_name,
        "civility": colleague.civility,
        "email": f"{first.replace(' ', '-')}.{last.replace(' ', '-')}@example.net",
    }


def _title(colleague: Colleague) -> str:
    if colleague.title or colleague.profile != "teacher":
        return colleague.title
    short = colleague.teaches.split()[0]
    of = next(words for code, *_, words in SUBJECTS if code == short)
    return f"{'Professeure' if colleague.civility == 'MME' else 'Professeur'} {of}"


def _persons(uuids: Iterable[UUID]) -> dict[UUID, Person]:
    """Those another school knows already, and the new ones."""
    wanted = list(dict.fromkeys(uuids))
    found = Person.objects.in_bulk(wanted, field_name="uuid")
    made = Person.objects.bulk_create(Person(uuid=uuid) for uuid in wanted if uuid not in found)
    return {**found, **{person.uuid: person for person in made}}
