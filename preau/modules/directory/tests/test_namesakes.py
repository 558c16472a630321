"""Two « MARTIN Lucas » are told apart wherever they are listed, by what the reader may see."""

from datetime import date

import pytest

from preau.kernel.search.indexing import reindex
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import Group
from preau.modules.directory.testing import OTHER_CLASS, Cast, Who, join, make_division, make_pupil

BORN = "Naissance : "


@pytest.fixture
def two(cast: Cast) -> Cast:
    own = cast.own
    with in_school(own.school, own.year):
        spanish = make_division("ESPAGNOL", year=own.year, kind=Group.Kind.TEACHING)
        for place, born in ((own, 3), (own, 9), (cast.places[OTHER_CLASS], 5)):
            made = make_pupil(
                "Martin", place["division"], year=own.year, first_name="Lucas", birth_date=date(2013, born, 2)
            )
            if born == 3:
                join(made, spanish, starts_on=own.year.starts_on)
                join(own["enrolment"], spanish, starts_on=own.year.starts_on)
        reindex()
    return cast


def _lines(page: str) -> list[str]:
    return [line for line in page.split("<li")[1:] if "MARTIN" in line or "Martin" in line]


def test_a_teacher_reads_the_day_of_birth_of_those_they_teach(two: Cast, as_person) -> None:
    client = as_person(Who.TEACHER)
    listed = _lines(client.get(f"/groups/{two.own['division'].uuid}/").content.decode())
    assert [f"{BORN}2 mars 2013" in listed[0], f"{BORN}2 septembre 2013" in listed[1]] == [True, True]


def test_in_the_directory_and_the_search_only_those_whose_class_is_the_same(two: Cast, as_person) -> None:
    client = as_person(Who.OFFICE)
    for address in ("/people/?q=martin", "/search/?q=martin"):
        lines = _lines(client.get(address).content.decode())
        assert sorted(BORN in line for line in lines) == [False, True, True], address
        assert all("Canari5A" in line for line in lines if BORN not in line)
    said = client.get("/search/suggestions/", headers={"X-Preau-Typed": "martin"}).content.decode()
    assert said.count(BORN) == 2


def test_a_classmate_reads_the_group_they_share_and_no_day_of_birth(two: Cast, as_person) -> None:
    client = as_person(Who.PUPIL)
    listed = _lines(client.get(f"/groups/{two.own['division'].uuid}/").content.decode())
    assert sorted("ESPAGNOL" in line for line in listed) == [False, True]
    found = (
        client.get("/people/?q=martin").content.decode() + client.get("/search/?q=martin").content.decode()
    )
    assert "ESPAGNOL" in found and "Naissance" not in found + "".join(listed)


def test_whoever_may_not_see_the_day_is_not_told_it(two: Cast, as_person) -> None:
    page = as_person(Who.LIBRARIAN).get("/people/?q=martin").content.decode()
    assert len(_lines(page)) == 3 and "Naissance" not in page
