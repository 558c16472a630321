"""What a page may cost: queries (the same for 1 and 20 rows), kB on the line, CPU. Printed at the end.

CPU is the best of several runs in this process, without what only tests do, and with no other test beside it
(`quiet`: `make test` runs these alone, after the others). It is told in the time of the machine the budgets were
set on: a yardstick of plain Python, run between the pages, says how much slower this one is just now.
`make bench-pages` measures in real milliseconds.
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
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.template.base import Template
from django.test.utils import CaptureQueriesContext, _TestState
from django.urls import reverse

from conftest import Staged, signed_in
from preau.kernel.access.actor import Identity
from preau.kernel.audit import recording
from preau.kernel.search.indexing import reindex
from preau.kernel.tenancy.scope import in_school
from preau.modules.console.testing import make_dead_task
from preau.modules.directory.models import Enrolment, Function
from preau.modules.directory.selectors.policy import forget_policies
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
from preau.modules.news.testing import make_announcement
from preau.modules.notifications.testing import make_notice

COLD_KB, WARM_KB = 120, 50
AT_LEAST, AT_MOST = 6, 25  # runs of a page: it goes on while the best of them is over the budget
# Fetched once, when somebody begins to write: it has a budget of its own (preau/kernel/richtext).
ON_FOCUS = {"richtext/editor.js", "richtext/icons.svg"}
YARDSTICK_MS = 4.0  # what `_yardstick` takes on the machine the budgets were set on, when it is quiet


@dataclass(frozen=True)
class Page:
    title: str
    who: Who
    name: str
    thing: str = ""
    asks: str = ""
    queries: int = 15
    cpu_ms: float = 50
    cold_kb: float = COLD_KB
    everyday: bool = False  # of somebody who has left the first steps behind

    def url(self, cast: Cast) -> str:
        return reverse(self.name, args=[cast.own[self.thing].uuid] if self.thing else []) + self.asks


HOME = {"queries": 12, "cpu_ms": 25.0, "everyday": True}
# Met first, by families on whatever line they have.
VISIT = {"queries": 5, "cpu_ms": 25.0, "cold_kb": 70.0}
PAGES = [
    Page("home, head", Who.HEAD, "portal:home", **HOME),
    Page("home, teacher", Who.TEACHER, "portal:home", **HOME),
    Page("home, CPE", Who.CPE, "portal:home", **HOME),
    Page("home, pupil", Who.PUPIL, "portal:home", **HOME),
    Page("home, guardian", Who.GUARDIAN, "portal:home", **HOME),
    Page("first home, head", Who.HEAD, "portal:home", queries=12, cpu_ms=25.0),
    Page("first home, teacher", Who.TEACHER, "portal:home", queries=12, cpu_ms=25.0),
    Page("first home, CPE", Who.CPE, "portal:home", queries=12, cpu_ms=25.0),
    Page("first home, authority", Who.AUTHORITY, "portal:home", queries=12, cpu_ms=25.0),
    Page("first home, pupil", Who.PUPIL, "portal:home", queries=12, cpu_ms=25.0),
    Page("first home, guardian", Who.GUARDIAN, "portal:home", queries=12, cpu_ms=25.0),
    Page("home, authority", Who.AUTHORITY, "portal:home", **HOME),
    Page("my classes, teacher", Who.TEACHER, "directory:group_list"),
    Page("every class, head", Who.HEAD, "directory:group_list"),
    Page("a class, head", Who.HEAD, "directory:group_detail", "division"),
    Page("a class, teacher", Who.TEACHER, "directory:group_detail", "division"),
    Page("every group, head", Who.HEAD, "directory:group_list", asks="?all=groups"),
    Page("a class kept, head", Who.HEAD, "directory:group_manage", "division"),
    Page("to add to a class, head", Who.HEAD, "directory:members_new", "division"),
    Page("to add a course, head", Who.HEAD, "directory:course_new", "division"),
    Page("a course kept, head", Who.HEAD, "directory:course_manage", "course"),
    Page("to add a class, head", Who.HEAD, "directory:group_new"),
    Page("functions, head", Who.HEAD, "directory:function_list"),
    Page("a class on paper, head", Who.HEAD, "directory:group_sheet", "division"),
    Page("a class, pupil", Who.PUPIL, "directory:group_detail", "division"),
    Page("directory, head", Who.HEAD, "directory:person_list"),
    Page("directory, pupil", Who.PUPIL, "directory:person_list"),
    Page("directory, guardian", Who.GUARDIAN, "directory:person_list"),
    Page("a pupil, teacher", Who.TEACHER, "directory:person_detail", "pupil"),
    Page("a pupil, guardian", Who.GUARDIAN, "directory:person_detail", "pupil"),
    Page("a guardian, office", Who.OFFICE, "directory:person_detail", "guardian"),
    Page("a teacher, pupil", Who.PUPIL, "directory:person_detail", "teacher"),
    Page("files of the year, head", Who.HEAD, "directory:import_list"),
    Page("an import, office", Who.OFFICE, "directory:import_detail", "batch"),
    Page("lines of an import, office", Who.OFFICE, "directory:import_lines", "batch"),
    Page("columns of a table, office", Who.OFFICE, "directory:import_columns", "columns"),
    Page("taking an import back, office", Who.OFFICE, "directory:import_undo", "batch"),
    Page("a pupil to correct, office", Who.OFFICE, "directory:person_edit", "pupil"),
    Page("a teacher to correct, office", Who.OFFICE, "directory:person_edit", "teacher"),
    Page("a guardian to correct, office", Who.OFFICE, "directory:person_edit", "guardian"),
    Page("a link, office", Who.OFFICE, "directory:guardianship_edit", "guardianship"),
    Page("a guardian to add, office", Who.OFFICE, "directory:guardian_new", "pupil"),
    Page("people to add, office", Who.OFFICE, "directory:person_new"),
    Page("a pupil to add, office", Who.OFFICE, "directory:pupil_new"),
    Page("staff to add, office", Who.OFFICE, "directory:member_new"),
    Page("who sees what, head", Who.HEAD, "directory:rule_list"),
    Page("why, head", Who.HEAD, "directory:rules_why"),
    Page("other rules, head", Who.HEAD, "directory:rules_version", "rules_version"),
    Page("years, head", Who.HEAD, "directory:year_list"),
    Page("announcements, head", Who.HEAD, "news:announcement_list"),
    Page("announcements, guardian", Who.GUARDIAN, "news:announcement_list"),
    Page("an announcement, guardian", Who.GUARDIAN, "news:announcement_detail", "announcement"),
    Page("to write one, head", Who.HEAD, "news:announcement_new"),
    Page("search, head", Who.HEAD, "portal:search", asks="?q=camille"),
    Page("search, teacher", Who.TEACHER, "portal:search", asks="?q=6"),
    Page("search, guardian", Who.GUARDIAN, "portal:search", asks="?q=propre"),
    Page("people found, head", Who.HEAD, "portal:search", asks="?q=camille&kind=people"),
    Page("console, head", Who.HEAD, "console:home"),
    Page("look, head", Who.HEAD, "console:look"),
    Page("shared computer, digital lead", Who.DIGITAL_LEAD, "console:device"),
    Page("session, pupil", Who.PUPIL, "accounts:session"),
    Page("journal, head", Who.HEAD, "console:journal"),
    Page("journal, digital lead", Who.DIGITAL_LEAD, "console:journal"),
    Page("readings, head", Who.HEAD, "console:reading_list"),
    Page("failed work, head", Who.HEAD, "console:work"),
    Page("notices, teacher", Who.TEACHER, "notifications:notice_list"),
    Page("notices, guardian", Who.GUARDIAN, "notifications:notice_list"),
    Page("being told, guardian", Who.GUARDIAN, "notifications:preferences"),
    Page("hours of sending, head", Who.HEAD, "notifications:school_hours"),
    Page("to arrange one's home, guardian", Who.GUARDIAN, "portal:home_arrange"),
    Page("comfort, pupil", Who.PUPIL, "accounts:comfort"),
    Page("the instance, visitor", Who.ANONYMOUS, "portal:home", **VISIT),
    Page("a school found, visitor", Who.ANONYMOUS, "portal:home", asks="?q=parc", **VISIT),
    Page("a school's card, visitor", Who.ANONYMOUS, "welcome:school_card", "school", **VISIT),
    Page("charter, visitor", Who.ANONYMOUS, "welcome:charter", "school", **VISIT),
    Page("login, visitor", Who.ANONYMOUS, "accounts:login", **VISIT),
    Page("personal data, visitor", Who.ANONYMOUS, "welcome:personal_data", **VISIT),
    Page("status, visitor", Who.ANONYMOUS, "welcome:status", **VISIT),
    Page("help, visitor", Who.ANONYMOUS, "welcome:help_list", **VISIT),
    Page("help, head", Who.HEAD, "welcome:help_list"),
    Page("card to fill, head", Who.HEAD, "welcome:card_edit"),
    Page("closing, head", Who.HEAD, "welcome:closing"),
    Page("charter to publish, head", Who.HEAD, "welcome:charter_edit"),
    Page("schools, authority", Who.AUTHORITY, "directory:school_list"),
]


def _grow(cast: Cast, rows: int, start: int = 0) -> None:
    """`rows` more of everything a page may list."""
    own = cast.own
    with in_school(own.school, own.year):
        for i in range(start, start + rows):
            for person in cast.people.values():
                make_notice(person)
            make_notice(cast.people[Who.TEACHER], function=own["function"])
            pupil = make_pupil(f"Eleve{i}", own["division"], year=own.year)
            make_guardian(pupil, make_record(f"Parent{i}"))
            sibling = make_pupil(f"Fratrie{i}", own["division"], year=own.year)
            make_guardian(sibling, own["guardian"])
            make_guardian(own["enrolment"], make_record(f"Proche{i}"))
            left = make_pupil(f"Parti{i}", year=own.year)
            Enrolment.objects.filter(pk=left.pk).update(ends_on=own.year.starts_on)
            division = make_division(f"6{i:02d}", year=own.year)
            teacher = make_staff(f"Prof{i}", "teacher")
            make_course(f"Matière {i}", [division, own["division"]], own["teacher"], teacher, year=own.year)
            make_announcement(f"Annonce {i}", own["teacher"])
            for group in (division, own["division"]):
                Function.objects.create(
                    record=teacher, kind=Function.Kind.HEAD_TEACHER, group=group, starts_on=own.year.starts_on
                )
            with transaction.atomic():
                who = Identity(cast.people[Who.TEACHER].pk)
                recording.record(who, "accounts.session_opened", pupil.record.person)
                told = {"group": division, "starts_on": own.year.starts_on}
                recording.record(who, "directory.head_teacher_appointed", teacher, values=told)
            make_dead_task(own.school)
        assert Enrolment.objects.count() > rows
        reindex()


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
    found, waiting = set(), set(re.findall(r'/static/([^"\'#?) ]+)', page)) - ON_FOCUS
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
        if name.endswith(".js"):  # what it may import, whether this page needs it or not
            imported = re.findall(r"""["']\./([\w-]+\.js)["']""", content.decode())
            waiting |= {_beside(name, script) for script in imported}
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


EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)


@dataclass(frozen=True)
class Asked:
    """What a page took to be answered."""

    queries: int
    content: bytes


@contextmanager
def _passing() -> Iterator[None]:
    """What is written or kept in memory meanwhile is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    forget_policies()
    cache.clear()


def _asked(page: Page, staged: Staged) -> Asked:
    with _passing():
        client, url = signed_in(staged, page.who), page.url(staged.cast)
        queries = _queries(client, url)
        return Asked(queries, client.get(url).content)


@pytest.fixture(scope="module")
def asked(staged: Staged, django_db_blocker: Any) -> dict[str, tuple[Asked, Asked]]:
    """Every page among one row of everything, and among twenty: the rows are made once for all pages."""
    with django_db_blocker.unblock(), _passing():
        _grow(staged.cast, 1)
        one = [_asked(page, staged) for page in PAGES]
        _grow(staged.cast, 19, start=1)
        twenty = [_asked(page, staged) for page in PAGES]
    return dict(zip((page.title for page in PAGES), zip(one, twenty, strict=True), strict=True))


@EVERY_PAGE
@pytest.mark.django_db
def test_a_page_stays_in_its_budget(
    page: Page, asked: dict[str, tuple[Asked, Asked]], record_property: Any
) -> None:
    one, twenty = asked[page.title]
    warm = _kb(twenty.content)
    cold = warm + _kb_of_what_it_names(twenty.content.decode())
    record_property(
        "budget",
        f"{page.title:<26} {one.queries:>4} {twenty.queries:>4} /{page.queries:<4}"
        f" {warm:>6.1f} /{WARM_KB} {cold:>6.1f} /{page.cold_kb:.0f}",
    )
    assert one.queries == twenty.queries, "its queries grow with its rows"
    assert twenty.queries <= page.queries
    assert warm <= WARM_KB
    assert cold <= page.cold_kb


def _spent(page: Page, staged: Staged) -> float:
    with _passing():
        client, url = signed_in(staged, page.who), page.url(staged.cast)
        if page.everyday:
            leaves = client.post(reverse("welcome:first_steps_leave"), {"until": "never"})
            assert leaves.status_code == 302
        client.get(url)  # rules, templates and styles are read once and kept
        best = float("inf")
        with _as_when_serving():
            for run in range(AT_MOST):
                if run >= AT_LEAST and best <= page.cpu_ms:
                    break
                best = min(best, _cpu_ms(lambda: client.get(url)) * YARDSTICK_MS / _yardstick())
        return best


@pytest.fixture(scope="module")
def spent(staged: Staged, django_db_blocker: Any) -> dict[str, float]:
    """Milliseconds of the processor for every page, among twenty rows of everything."""
    with django_db_blocker.unblock(), _passing():
        _grow(staged.cast, 20)
        return {page.title: _spent(page, staged) for page in PAGES}


@pytest.mark.quiet
@pytest.mark.django_db
@EVERY_PAGE
def test_a_page_takes_little_of_the_processor(
    page: Page, spent: dict[str, float], record_property: Any
) -> None:
    cpu = spent[page.title]
    record_property("processor", f"{page.title:<26} {cpu:>7.1f} /{page.cpu_ms:.0f}")
    assert cpu <= page.cpu_ms
