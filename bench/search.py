"""How fast people are found among 200 000 in 120 schools: `make bench-search`.

On SQLite and on PostgreSQL: schools are made and indexed, then pages of results and suggestions are
asked for by a teacher, a head and a parent, through every middleware. Prints a table and writes
`bench/results/search.json`. docs/measuring.md says how to read it.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bench import machine
from bench.alone import versions
from bench.serving import DAY, PREAU, PROJECT, NotReachable, postgresql_database

if TYPE_CHECKING:
    from preau.kernel.models import School, SchoolYear

RESULTS = PROJECT / "bench/results/search.json"
DATABASES = ("sqlite", "postgresql")
ASKED = 40  # different names a kind of question
PUPILS, GUARDIANS, TEACHERS, DIVISIONS = 600, 1000, 66, 24
SUBJECTS = ("Français", "Mathématiques", "Histoire-géographie", "Anglais LV1", "EPS", "Physique-chimie")
SET_BY_OTHERS = ("DATABASE_URL", "REDIS_URL", "CONN_MAX_AGE", "SECRET_KEY", "HTTPS", "LOG_LEVEL")


@dataclass(frozen=True)
class Cell:
    who: str
    page: str
    question: str
    queries: int
    cpu_ms: float  # of this process, half of the answers: what other programs do hardly moves it
    p50_ms: float
    p95_ms: float
    most_ms: float


def _fill(schools: int) -> None:
    from preau.kernel.models import SchoolYear
    from preau.kernel.tenancy.scope import in_school
    from preau.modules.directory.services import found_school

    for number in range(schools):
        school = found_school(
            name=f"Collège {number}", city="Ville", units=[(f"{number:07d}A", "college", f"Collège {number}")]
        )
        with in_school(school):
            year = SchoolYear.objects.create(
                label="2026-2027", starts_on=date(2026, 9, 1), ends_on=date(2027, 7, 4), state="open"
            )
        with in_school(school, year):
            _people(school, year, random.Random(number))
        print(f"\r{number + 1} schools", end="", file=sys.stderr)
    print(file=sys.stderr)


def _people(school: "School", year: "SchoolYear", draw: random.Random) -> None:
    from django.db import transaction

    from preau.kernel.models import SchoolUnit
    from preau.modules.directory.demo.names import STOCKS
    from preau.modules.directory.models import (
        Course,
        CourseGroup,
        CourseTeacher,
        Enrolment,
        Group,
        GroupMember,
        Guardianship,
        Membership,
        Person,
        PersonRecord,
        Profile,
        Subject,
    )

    with transaction.atomic():
        persons = Person.objects.bulk_create(Person() for _ in range(PUPILS + GUARDIANS + TEACHERS + 1))
        records = []
        for person in persons:
            stock = draw.choice(STOCKS)
            last, first = draw.choice(stock.surnames), draw.choice(stock.girls + stock.boys + stock.women)
            records.append(PersonRecord(person=person, last_name=last, first_name=first))
        records = PersonRecord.objects.bulk_create(records)
        pupils, adults = records[:PUPILS], records[PUPILS:]
        guardians, staff = adults[:GUARDIANS], adults[GUARDIANS:]
        unit = SchoolUnit.objects.get()
        given = {"year": year, "starts_on": year.starts_on}
        enrolled = Enrolment.objects.bulk_create(
            Enrolment(record=pupil, unit=unit, level="4e", **given) for pupil in pupils
        )
        divisions = Group.objects.bulk_create(
            Group(year=year, unit=unit, kind="division", code=code, label=code, level=f"{code[0]}e")
            for code in (f"{6 - i // 6}{'ABCDEF'[i % 6]}" for i in range(DIVISIONS))
        )
        GroupMember.objects.bulk_create(
            GroupMember(group=divisions[i % DIVISIONS], record=each.record, enrolment=each, **given)
            for i, each in enumerate(enrolled)
        )
        Guardianship.objects.bulk_create(
            Guardianship(
                pupil=pupils[i % PUPILS], guardian=guardian, level=1, kinship="10", starts_on=date(2020, 9, 1)
            )
            for i, guardian in enumerate(guardians)
        )
        profiles = {profile.code: profile for profile in Profile.objects.all()}
        Membership.objects.bulk_create(
            Membership(
                record=record, profile=profiles["teacher" if i else "head"], starts_on=date(2020, 9, 1)
            )
            for i, record in enumerate(staff)
        )
        subjects = [Subject.objects.create(short_code=name[:6].upper(), label=name) for name in SUBJECTS]
        courses = Course.objects.bulk_create(
            Course(year=year, subject=subject) for _ in divisions for subject in subjects
        )
        CourseGroup.objects.bulk_create(
            CourseGroup(course=course, group=divisions[i // len(subjects)], **given)
            for i, course in enumerate(courses)
        )
        CourseTeacher.objects.bulk_create(
            CourseTeacher(course=course, record=staff[1 + i % TEACHERS], **given)
            for i, course in enumerate(courses)
        )


def _questions(who: str) -> dict[str, list[str]]:
    """Beginnings of names that are there, of the school in the middle."""
    from preau.kernel.names import folded
    from preau.kernel.tenancy.scope import in_school
    from preau.modules.directory.models import PersonRecord

    draw = random.Random(who)
    with in_school(_middle()):
        names = [folded(name) for name in PersonRecord.objects.values_list("last_name", flat=True)[:1000]]
        pairs = list(PersonRecord.objects.values_list("last_name", "first_name")[:1000])
    whole = [name.replace(" ", "") for name in names]
    return {
        "2 letters": [draw.choice(whole)[:2] for _ in range(ASKED)],
        "3 letters": [draw.choice(whole)[:3] for _ in range(ASKED)],
        "5 letters": [draw.choice(whole)[:5] for _ in range(ASKED)],
        "two words": [f"{last[:4]} {first[:3]}" for last, first in draw.sample(pairs, ASKED)],
        "a class": [f"{draw.randint(3, 6)}{draw.choice('abcdef')}" for _ in range(ASKED)],
    }


def _middle() -> "School":
    from preau.kernel.models import School

    schools = list(School.objects.order_by("pk"))
    return schools[len(schools) // 2]


def _clients() -> dict[str, Any]:
    from django.test import Client

    from preau.kernel.models import SchoolYear
    from preau.kernel.tenancy.scope import in_school
    from preau.modules.accounts.models import Account
    from preau.modules.directory.models import Guardianship, Membership

    with in_school(_middle()):
        year = SchoolYear.objects.get()
    with in_school(_middle(), year):
        staff = Membership.objects.order_by("pk").select_related("record")
        persons = {
            "head": staff.get(profile__code="head").record.person_id,
            "teacher": staff.filter(profile__code="teacher")[0].record.person_id,
            "parent": Guardianship.objects.select_related("guardian")[0].guardian.person_id,
        }
    found = {}
    for who, person in persons.items():
        found[who] = Client(SERVER_NAME="127.0.0.1", headers={"accept-encoding": "gzip"})
        found[who].force_login(Account.objects.create(login=who, person_id=person))
    return found


def _measure() -> list[Cell]:
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cells = []
    for who, client in _clients().items():
        asks = {
            "results": lambda typed, client=client: client.get("/search/", {"q": typed}),
            "suggestions": lambda typed, client=client: client.get(
                "/search/suggestions/", headers={"X-Preau-Typed": quote(typed)}
            ),
        }
        for question, typed in _questions(who).items():
            for page, ask in asks.items():
                cache.clear()  # nobody asks so fast by hand
                for each in typed[:5]:
                    ask(each)
                spent, used = [], []
                for each in typed:
                    began, cpu = time.perf_counter(), time.process_time()
                    answer = ask(each)
                    spent.append((time.perf_counter() - began) * 1000)
                    used.append((time.process_time() - cpu) * 1000)
                    if answer.status_code != 200:
                        raise SystemExit(f"{page} {each}: {answer.status_code}")
                with CaptureQueriesContext(connection) as captured:
                    ask(typed[0])
                    queries = len(captured)
                worst = quantiles(spent, n=20)[-1]
                cells.append(
                    Cell(
                        who,
                        page,
                        question,
                        queries,
                        round(median(used), 1),
                        round(median(spent), 1),
                        round(worst, 1),
                        round(max(spent), 1),
                    )
                )
    return cells


def _inside(schools: int) -> None:
    """In the environment of one database, empty but for its tables. Writes what was found as JSON."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "preau.config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from preau.kernel.search.models import SearchEntry
    from preau.kernel.tenancy.scope import in_every_school

    _fill(schools)
    began = time.perf_counter()
    call_command("reindex", stdout=StringIO())
    indexed = time.perf_counter() - began
    began = time.perf_counter()
    call_command("reindex", school=str(_middle().uuid), stdout=StringIO())
    again = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with in_every_school(reason="how much data the bench ran on"):
        entries = SearchEntry.objects.count()
    cells = _measure()
    found = {
        "data": {"schools": schools, "entries": entries},
        "index_s": round(indexed, 1),
        "one_school_unchanged_s": round(again, 1),
        **versions(),
        "cells": [asdict(cell) for cell in cells],
    }
    print(json.dumps(found))


def _on(database: str, schools: int) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="preau-bench-"))
        env = {key: value for key, value in os.environ.items() if key not in SET_BY_OTHERS}
        env |= {
            "PREAU_VAR": folder,
            "PREAU_DEMO_DAY": DAY,
            "DEBUG": "0",
            "PREAU_SQL_WALL": "0",
            "LOG_LEVEL": "WARNING",
        }
        if database == "postgresql":
            env["DATABASE_URL"] = stack.enter_context(postgresql_database())
        for prepare in (["migrate"], ["collectstatic", "--noinput"]):
            subprocess.run([*PREAU, *prepare, "--verbosity", "0"], cwd=PROJECT, env=env, check=True)
        load = machine.load()
        command = [sys.executable, "-m", "bench.search", "--inside", "--schools", str(schools)]
        done = subprocess.run(command, cwd=PROJECT, env=env, check=True, stdout=subprocess.PIPE, text=True)
    return {"load_before": load, "load_after": machine.load(), **json.loads(done.stdout)}


def _table(found: dict[str, Any]) -> str:
    lines = [
        f"{found['database']}: {found['data']['entries']} entries of {found['data']['schools']} schools,"
        f" indexed in {found['index_s']} s; one again, unchanged, in {found['one_school_unchanged_s']} s",
        f"{'':10}{'':14}{'':12}{'queries':>8}{'CPU ms':>8}{'p50 ms':>8}{'p95 ms':>8}{'most':>8}",
    ]
    lines += [
        f"{c['who']:10}{c['page']:14}{c['question']:12}{c['queries']:8}{c['cpu_ms']:8}"
        f"{c['p50_ms']:8}{c['p95_ms']:8}{c['most_ms']:8}"
        for c in found["cells"]
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=DATABASES, action="append", help="default: both")
    parser.add_argument("--schools", type=int, default=120, help="of 1 667 people each")
    parser.add_argument("--to", type=Path, default=RESULTS, help="where the results are written")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        _inside(given.schools)
        return 0
    began = datetime.now(UTC)
    found = []
    for database in given.database or DATABASES:
        try:
            found.append(_on(database, given.schools))
        except NotReachable as error:
            print(f"{database} is left out. {error}", file=sys.stderr)
            continue
        print(_table(found[-1]), end="\n\n", flush=True)
    results = {
        "date": began.isoformat(timespec="seconds"),
        "commit": machine.commit(),
        "machine": asdict(machine.this_machine()),
        "databases": found,
    }
    given.to.parent.mkdir(parents=True, exist_ok=True)
    given.to.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
