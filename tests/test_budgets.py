"""What a page may cost: queries (the same for 1 and 20 rows), kB on the line, CPU. Printed at the end.

CPU is the best of several runs in this process, without what only tests do. It is
told in the time of the machine the budgets were set on: a yardstick of plain Python, run between the
pages, says how much slower this one is just now. `make bench-pages` measures in real milliseconds.
"""

import gzip
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection, connections
from django.template.base import Template
from django.test.utils import CaptureQueriesContext, _TestState
from django.urls import reverse

from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import Enrolment, Function
from preau.modules.directory.testing import (
    Cast,
    Who,
    make_course,
    make_division,
    make_guardian,
    make_pupil,
    make_record,
    make_staff,
)

COLD_KB, WARM_KB = 120, 50
RUNS = 25
YARDSTICK_MS = 4.0  # what `_yardstick` takes on the machine the budgets were set on, when it is quiet


@dataclass(frozen=True)
class Page:
    title: str
    who: Who
    name: str
    thing: str = ""
    queries: int = 15
    cpu_ms: float = 50

    def url(self, cast: Cast) -> str:
        return reverse(self.name, args=[cast.own[self.thing].uuid] if self.thing else [])


HOME = {"queries": 12, "cpu_ms": 25.0}
PAGES = [
    Page("home, head", Who.HEAD, "portal:home", **HOME),
    Page("home, teacher", Who.TEACHER, "portal:home", **HOME),
    Page("home, CPE", Who.CPE, "portal:home", **HOME),
    Page("home, pupil", Who.PUPIL, "portal:home", **HOME),
    Page("home, guardian", Who.GUARDIAN, "portal:home", **HOME),
    Page("home, authority", Who.AUTHORITY, "portal:home", **HOME),
    Page("my classes, teacher", Who.TEACHER, "directory:group_list"),
    Page("every class, head", Who.HEAD, "directory:group_list"),
    Page("a class, head", Who.HEAD, "directory:group_detail", "division"),
    Page("a class, teacher", Who.TEACHER, "directory:group_detail", "division"),
    Page("a class, pupil", Who.PUPIL, "directory:group_detail", "division"),
    Page("directory, head", Who.HEAD, "directory:person_list"),
    Page("directory, pupil", Who.PUPIL, "directory:person_list"),
    Page("directory, guardian", Who.GUARDIAN, "directory:person_list"),
    Page("a pupil, teacher", Who.TEACHER, "directory:person_detail", "pupil"),
    Page("a pupil, guardian", Who.GUARDIAN, "directory:person_detail", "pupil"),
    Page("a guardian, office", Who.OFFICE, "directory:person_detail", "guardian"),
    Page("a teacher, pupil", Who.PUPIL, "directory:person_detail", "teacher"),
    Page("years, head", Who.HEAD, "directory:year_list"),
    Page("schools, authority", Who.AUTHORITY, "directory:school_list"),
]


def _grow(cast: Cast, rows: int, start: int = 0) -> None:
    """`rows` more of everything a page may list."""
    own = cast.own
    with in_school(own.school, own.year):
        for i in range(start, start + rows):
            pupil = make_pupil(f"Eleve{i}", own["division"], year=own.year)
            make_guardian(pupil, make_record(f"Parent{i}"))
            sibling = make_pupil(f"Fratrie{i}", own["division"], year=own.year)
            make_guardian(sibling, own["guardian"])
            make_guardian(own["enrolment"], make_record(f"Proche{i}"))
            division = make_division(f"6{i:02d}", year=own.year)
            teacher = make_staff(f"Prof{i}", "teacher")
            make_course(f"Matière {i}", [division, own["division"]], own["teacher"], teacher, year=own.year)
            for group in (division, own["division"]):
                Function.objects.create(
                    record=teacher, kind=Function.Kind.HEAD_TEACHER, group=group, starts_on=own.year.starts_on
                )
        assert Enrolment.objects.count() > rows


@contextmanager
def _as_when_serving() -> Iterator[None]:
    """Without what only tests do: the wall, and Django's copy of the context of every template."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections["default"], "execute_wrappers", [])
        patch.setattr(Template, "_render", _TestState.saved_data.template_render)
        yield


def _queries(client: Any, url: str) -> int:
    client.get(url)  # rules are read once and kept
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def _cpu_ms(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def _yardstick() -> float:
    """Of the kind of work pages are made of: dictionaries, strings, attribute look-ups."""

    def work() -> int:
        total = 0
        for i in range(12_000):
            row = {"id": i, "name": f"name {i}"}
            total += len(row["name"].upper()) + hash((i, row["id"]))  # type: ignore[union-attr]
        return total

    return _cpu_ms(work)


def _kb(content: bytes) -> float:
    return len(gzip.compress(content, 6)) / 1024


def _kb_of_what_it_names(page: str) -> float:
    """Style, fonts and pictures a first visit fetches as well: each once."""
    found, waiting = set(), set(re.findall(r'/static/([^"\'#?) ]+)', page))
    weight = 0.0
    while waiting:
        name = waiting.pop()
        found.add(name)
        path = finders.find(name)
        assert path, f"{name} is named and is not there"
        content = Path(path).read_bytes()
        weight += len(content) / 1024 if name.endswith(".woff2") else _kb(content)
        if name.endswith(".css"):
            # Only the faces every page needs: the browser fetches the others when a name needs them.
            for face in re.findall(r"@font-face\s*{[^}]*}", content.decode()):
                url = re.search(r"url\(['\"]?([^'\")]+)", face)
                if (url and "unicode-range" not in face) or "latin." in (url.group(1) if url else ""):
                    waiting |= {_beside(name, url.group(1))} - found if url else set()
        waiting -= found
    return weight


def _beside(name: str, relative: str) -> str:
    parts = name.split("/")[:-1]
    for part in relative.split("/"):
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_a_page_stays_in_its_budget(page: Page, cast: Cast, as_person: Any, record_property: Any) -> None:
    client, url = as_person(page.who), page.url(cast)
    _grow(cast, 1)
    one = _queries(client, url)
    _grow(cast, 19, start=1)
    twenty = _queries(client, url)
    answer = client.get(url).content
    warm = _kb(answer)
    cold = warm + _kb_of_what_it_names(answer.decode())
    with _as_when_serving():
        cpu = min(_cpu_ms(lambda: client.get(url)) * YARDSTICK_MS / _yardstick() for _ in range(RUNS))
    record_property(
        "budget",
        f"{page.title:<22} {one:>4} {twenty:>4} /{page.queries:<4} {warm:>6.1f} /{WARM_KB} {cold:>6.1f} /{COLD_KB}"
        f" {cpu:>7.1f} /{page.cpu_ms:.0f}",
    )
    assert one == twenty, "its queries grow with its rows"
    assert twenty <= page.queries
    assert warm <= WARM_KB
    assert cold <= COLD_KB
    assert cpu <= page.cpu_ms
