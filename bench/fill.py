"""Schools enough for the planner of a database to show what it does: `python -m bench.fill --schools 20`.

Each has 750 pupils in 28 classes with their guardians, teachers and courses, in a closed and an open year.
Everything is fictional and named after its number. It writes into the database of DATABASE_URL, which is
meant to be thrown away. Those added with `--first` are unknown to its statistics. `bench.plans` reads it.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from preau.kernel.models import School, SchoolYear

DIVISIONS = [f"{level}{letter}" for level in "6543" for letter in "ABCDEFG"]
PUPILS = 750
STAFF = {"head": 1, "deputy": 2, "cpe": 2, "aed": 6, "teacher": 56, "office": 3, "nurse": 1}
SUBJECTS = (
    "FRANC",
    "MATHS",
    "ANGL",
    "ESP",
    "HIGEO",
    "SVT",
    "PHYCH",
    "TECHN",
    "EPS",
    "EMUS",
    "ARTPL",
    "VIECL",
)


def fill(schools: int, first: int = 0, pupils: int = PUPILS) -> None:
    """Add `schools` schools, numbered from `first`; one transaction each."""
    for number in range(first, first + schools):
        _build(number, pupils)


def _build(number: int, pupils: int) -> None:
    from django.db import transaction

    from preau.kernel.clock import today
    from preau.kernel.tenancy.scope import in_school
    from preau.kernel.years import close_year, open_year, prepare_year
    from preau.modules.directory.services import found_school

    with transaction.atomic():
        school = found_school(name=f"Collège {number}", city="Mesure", units=[(_uai(number), "college", "C")])
        people = _people(school, number, pupils)
        this = today().year
        years = []
        for start in (this - 1, this):
            given = {"starts_on": date(start, 9, 1), "ends_on": date(start + 1, 8, 31)}
            years.append(open_year(actor=None, year=prepare_year(actor=None, school=school, **given)))
            with in_school(school, years[-1]):
                _fill_year(years[-1], people)
        close_year(actor=None, year=years[0])


def _uai(number: int) -> str:
    digits = 7_000_000 + number
    return f"{digits}{'ABCDEFGHJKLMNPRSTUVWXYZ'[digits % 23]}"


def _people(school: "School", number: int, pupils: int) -> dict[str, list[Any]]:
    from preau.kernel.tenancy.scope import in_school
    from preau.modules.accounts.models import Account
    from preau.modules.directory.models import Guardianship, Membership, Person, PersonRecord, Profile

    since = date(2020, 9, 1)

    def records(kind: str, how_many: int) -> list[Any]:
        persons = Person.objects.bulk_create(Person() for _ in range(how_many))
        # One of each kind may come in: `bench.plans` asks as they do.
        Account.objects.create(login=f"{kind}.{number}", person=persons[0])
        return PersonRecord.objects.bulk_create(
            PersonRecord(person=person, last_name=f"{kind.title()}{rank}", first_name=f"École{number}")
            for rank, person in enumerate(persons)
        )

    with in_school(school):
        people = {kind: records(kind, how_many) for kind, how_many in STAFF.items()}
        profiles = {profile.code: profile for profile in Profile.objects.all()}
        Membership.objects.bulk_create(
            Membership(record=record, profile=profiles[kind], starts_on=since)
            for kind, rows in people.items()
            for record in rows
        )
        people["pupil"], people["guardian"] = records("pupil", pupils), records("guardian", 2 * pupils)
        Guardianship.objects.bulk_create(
            Guardianship(pupil=pupil, guardian=guardian, level=1, kinship="10", houses=True, starts_on=since)
            for rank, pupil in enumerate(people["pupil"])
            for guardian in people["guardian"][2 * rank : 2 * rank + 2]
        )
    return people


def _fill_year(year: "SchoolYear", people: dict[str, list[Any]]) -> None:
    from preau.kernel.models import SchoolUnit
    from preau.modules.directory.models import (
        Course,
        CourseGroup,
        CourseTeacher,
        Enrolment,
        Function,
        Group,
        GroupMember,
        Subject,
    )

    unit, starts_on = SchoolUnit.objects.get(), year.starts_on

    def group(kind: str, code: str) -> Any:
        return Group.objects.create(kind=kind, code=code, label=code, level=f"{code[0]}e", unit=unit)

    divisions = [group(Group.Kind.DIVISION, code) for code in DIVISIONS]
    options = [group(Group.Kind.TEACHING, f"{level}LATIN{half}") for level in "6543" for half in "12"]
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(record=record, unit=unit, level="6e", starts_on=starts_on) for record in people["pupil"]
    )
    GroupMember.objects.bulk_create(
        GroupMember(group=each, record=enrolment.record, enrolment=enrolment, starts_on=starts_on)
        for rank, enrolment in enumerate(enrolments)
        for each in (divisions[rank % len(divisions)], options[rank % len(options)])
    )
    for short in SUBJECTS:
        Subject.objects.get_or_create(short_code=short, defaults={"label": short.title()})
    taught = [(subject, each) for each in divisions for subject in Subject.objects.all()]
    courses = Course.objects.bulk_create(Course(subject=subject) for subject, _ in taught)
    CourseGroup.objects.bulk_create(
        CourseGroup(course=course, group=each, starts_on=starts_on)
        for course, (_, each) in zip(courses, taught, strict=True)
    )
    rows = CourseTeacher.objects.bulk_create(
        CourseTeacher(course=course, record=teacher, starts_on=starts_on)
        for course, teacher in zip(courses, _round(people["teacher"]), strict=False)
    )
    absent = rows[0]  # for six weeks around the middle of November
    first = starts_on + timedelta(days=60)
    CourseTeacher.objects.create(
        course=absent.course,
        record=people["teacher"][-1],
        role=CourseTeacher.Role.SUBSTITUTE,
        stands_in_for=absent,
        starts_on=first,
        ends_on=first + timedelta(days=42),
    )
    Function.objects.bulk_create(
        Function(record=teacher, kind=Function.Kind.HEAD_TEACHER, group=each, starts_on=starts_on)
        for each, teacher in zip(divisions, people["teacher"], strict=False)
    )


def _round(rows: list[Any]) -> Iterator[Any]:
    return (rows[rank % len(rows)] for rank in islice(count(), 10_000))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="the number of the first one")
    given = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "preau.config.settings"
    os.environ.setdefault("PREAU_DEMO_DAY", "2026-11-17")
    os.environ["PREAU_SQL_WALL"] = "0"
    import django

    django.setup()

    from preau.kernel.statistics import refresh_statistics

    fill(given.schools, given.first)
    if given.first == 0:  # those added later are new to the planner
        refresh_statistics()
    return 0


if __name__ == "__main__":
    sys.exit(main())
