"""Two at the same moment."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from preau.kernel import years
from preau.kernel.access.acting import acting
from preau.kernel.access.actor import Identity
from preau.kernel.models import School, SchoolYear
from preau.kernel.rules import RuleBroken
from preau.kernel.tenancy.scope import in_school
from preau.kernel.years import close_year, open_year, prepare_year
from preau.modules.directory.models import (
    Function,
)
from preau.modules.directory.services import appoint_head_teacher, found_school
from preau.modules.directory.testing import (
    make_course,
    make_division,
    make_staff,
    make_year,
)


def _together(*doings: Callable[[], Any]) -> list[Any]:
    """What each gave or raised, all started at once on connections of their own."""
    start = threading.Barrier(len(doings))
    found: list[Any] = [None] * len(doings)

    def run(number: int, doing: Callable[[], Any]) -> None:
        start.wait(10)
        try:
            found[number] = doing()
        except Exception as wrong:
            found[number] = wrong
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(doings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.fixture
def busy_school(transactional_db: None) -> tuple[School, SchoolYear]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    school = found_school(name="Course", city="Pantin", units=[("0930006B", "college", "Course")])
    return school, make_year(school, 2026)


def _next(school: School, day: int) -> Callable[[], SchoolYear]:
    return lambda: prepare_year(
        actor=None, school=school, starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 1) + timedelta(days=day)
    )


def test_two_who_prepare_the_year_at_once_prepare_one(busy_school):
    school, _ = busy_school
    found = _together(*(_next(school, day) for day in range(4)))
    assert sorted(type(each).__name__ for each in found) == ["RuleBroken"] * 3 + ["SchoolYear"], found


@pytest.mark.parametrize("same", [True, False], ids=["a double click", "two people"])
def test_two_who_name_the_same_head_teacher_at_once_make_one_row(same, busy_school):
    school, year = busy_school
    with in_school(school, year), transaction.atomic():
        head, teacher, group = (
            make_staff("Head", "head"),
            make_staff("Prof", "teacher"),
            make_division("6A", year=year),
        )
        make_course("x", [group], teacher, year=year)
    uuid = uuid4()

    def appoint() -> Any:
        with acting(Identity(head.person_id), school, year) as actor:
            own = uuid if same else uuid4()
            return appoint_head_teacher(
                actor=actor, group=group, record=teacher, starts_on=year.starts_on, uuid=own
            )

    found = _together(*([appoint] * 4))
    made = [each for each in found if isinstance(each, Function)]
    assert len({each.pk for each in made}) == 1 and len(made) == (4 if same else 1), found
    assert all(isinstance(each, Function | RuleBroken) for each in found), found
    with in_school(school, year):
        assert Function.objects.count() == 1


def test_opening_closing_and_taking_back_at_once_leave_one_open_year(busy_school):
    school, year = busy_school
    coming = _next(school, 0)()
    discard = years.discard_year
    found = _together(
        lambda: open_year(actor=None, year=coming),
        lambda: close_year(actor=None, year=year),
        lambda: discard(actor=None, year=coming),
        lambda: discard(actor=None, year=coming),
        lambda: open_year(actor=None, year=coming),
    )
    assert all(each is None or isinstance(each, SchoolYear | RuleBroken) for each in found), found
    with in_school(school):
        states = list(SchoolYear.objects.values_list("state", flat=True))
    assert "open" in states
