"""A year closed, opened or taken back under one's feet."""

from datetime import date
from typing import Any

import pytest

from preau.kernel import years
from preau.kernel.models import SchoolYear
from preau.kernel.tenancy.scope import in_school
from preau.kernel.years import close_year, open_year, prepare_year
from preau.modules.directory.models import (
    Function,
)
from preau.modules.directory.testing import (
    OTHER_CLASS,
    Cast,
    Who,
    make_course,
    make_division,
)
from tests.hostile.trying import end_url, head_teachers_url, in_own, posts_of, send, words


@pytest.fixture
def next_year(cast: Cast) -> SchoolYear:
    return prepare_year(
        actor=None, school=cast.own.school, starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 4)
    )


def _written(cast: Cast) -> Any:
    with in_own(cast):
        return (
            sorted(Function.objects.values_list("record_id", "group_id", "ends_on", "version")),
            sorted(SchoolYear.objects.values_list("label", "state")),
        )


def test_what_was_drawn_before_the_year_was_closed_is_refused_after(cast, as_person, next_year):
    head = as_person(Who.HEAD)
    open_year(actor=None, year=next_year)
    close_year(actor=None, year=cast.own.year)
    before = _written(cast)
    for url, fields in posts_of(cast).items():
        if url not in ("/hats/", "/school-years/", "/logout/"):
            assert send(head, url, cast, **fields).status_code == 409, url
    assert _written(cast) == before


def test_in_a_closed_year_one_has_chosen_no_form_is_drawn_and_none_is_taken(cast, as_person, next_year):
    head = as_person(Who.HEAD)
    with in_own(cast):
        make_course("encore", [cast.own["division"]], cast.places[OTHER_CLASS]["teacher"], year=cast.own.year)
    open_year(actor=None, year=next_year)
    close_year(actor=None, year=cast.own.year)
    assert head.post("/school-years/", {"year": str(cast.own.year.uuid)}).status_code == 302
    before = _written(cast)
    page = head.get(f"/groups/{cast.own['division'].uuid}/").content.decode()
    assert "/head-teachers/" not in page and "/end/" not in page
    for url in (head_teachers_url(cast.own), end_url(cast.own)):
        assert send(head, url, cast, **posts_of(cast)[url]).status_code == 409, url
    assert _written(cast) == before


def test_opening_the_next_year_moves_nobody_and_refuses_no_form(cast, as_person, next_year):
    head = as_person(Who.HEAD)
    open_year(actor=None, year=next_year)
    assert send(head, end_url(cast.own), cast, version="1", ends_on="2026-12-18").status_code == 302


def test_a_preparation_is_taken_back_once_and_leaves_nobody_in_it(cast, as_person, next_year):
    head, colleague = as_person(Who.HEAD), as_person(Who.DEPUTY)
    assert colleague.post("/school-years/", {"year": str(next_year.uuid)}).status_code == 302
    assert "2027-2028" in words(colleague.get("/"))
    url = f"/years/{next_year.uuid}/discard/"
    assert [send(head, url, cast).status_code for _ in range(2)] == [302, 404]
    assert "2026-2027" in words(colleague.get("/"))
    drawn = f"{cast.own.school.uuid}.{next_year.uuid}"
    assert colleague.post("/years/create/", {"_scope": drawn}).status_code == 409


def test_a_year_somebody_works_in_is_not_taken_back(cast, as_person, next_year):
    with in_school(cast.own.school, next_year):
        make_division("6Neuve", year=next_year)
    head = as_person(Who.HEAD)
    assert send(head, f"/years/{next_year.uuid}/discard/", cast).status_code == 422
    assert send(head, f"/years/{cast.own.year.uuid}/discard/", cast).status_code == 409


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("9998-09-01", "9999-07-01"),
        ("9999-01-01", "9999-12-31"),
        ("0001-01-01", "0001-12-31"),
        ("1999-09-01", "2000-07-01"),
        ("2025-08-31", "2026-12-31"),
        ("2026-09-01", "2027-07-05"),
        ("2027-09-01", "2027-09-01"),
        ("2027-09-01", "2029-07-01"),
        ("2032-09-01", "2033-07-01"),
    ],
)
def test_a_year_that_is_a_slip_of_the_hand_is_not_prepared(first, last, cast, as_person):
    head = as_person(Who.HEAD)
    answer = send(head, "/years/create/", cast, starts_on=first, ends_on=last)
    assert answer.status_code == 422 and first in answer.content.decode()
    assert head.get("/years/").status_code == 200


def test_the_page_of_years_stands_at_the_end_of_the_calendar(db):
    last = SchoolYear(starts_on=date(9998, 9, 1), ends_on=date(9999, 7, 1))
    assert years.next_dates([last]) == {}


def test_only_the_oldest_open_year_is_closed(cast, as_person, next_year):
    head = as_person(Who.HEAD)
    url = f"/years/{next_year.uuid}/close/"
    assert send(head, url, cast).status_code == 422
    open_year(actor=None, year=next_year)
    assert send(head, url, cast).status_code == 422
    with in_school(cast.own.school):
        assert SchoolYear.objects.get(pk=next_year.pk).state == "open"
