"""The list of a class on paper."""

import pytest

from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import Cast, Who, make_division, make_pupil


@pytest.fixture
def url(cast: Cast) -> str:
    return f"/groups/{cast.own['division'].uuid}/sheet/"


def test_staff_are_led_there_from_the_class_and_families_are_not(cast: Cast, url: str, as_person) -> None:
    page = f"/groups/{cast.own['division'].uuid}/"

    for who in (Who.TEACHER, Who.CPE, Who.HEAD):
        assert url in as_person(who).get(page).content.decode()
    for who in (Who.PUPIL, Who.GUARDIAN):
        assert url not in as_person(who).get(page).content.decode()
        assert as_person(who).get(url).status_code == 403


def test_it_lists_the_class_with_as_many_boxes_as_asked(cast: Cast, url: str, as_person) -> None:
    page = as_person(Who.TEACHER).get(url, {"boxes": "3", "heads": "Chèque, <b>Car"}).content.decode()

    assert cast.own["pupil"].listed_name in page
    assert "<span>Chèque</span>" in page
    assert "<b>Car" not in page
    rows = page.count('<tr role="row">') - 1
    assert page.count('<td class="sheet__box"') == 3 * rows + 1


@pytest.mark.parametrize(
    "forged", [{"boxes": "999999"}, {"boxes": "x"}, {"boxes": ""}, {"heads": ","}, {"heads": "\x00"}]
)
def test_whatever_is_asked_it_is_a_sheet(url: str, as_person, forged: dict[str, str]) -> None:
    answer = as_person(Who.HEAD).get(url, forged)

    assert answer.status_code == 200
    assert b'class="sheet' in answer.content


def test_an_empty_class_says_so(cast: Cast, as_person) -> None:
    with in_school(cast.own.school, cast.own.year):
        empty = make_division("6Z", year=cast.own.year)
    answer = as_person(Who.HEAD).get(f"/groups/{empty.uuid}/sheet/")

    assert "Aucun élève aujourd’hui" in answer.content.decode()
    assert b'class="sheet"' not in answer.content


def test_a_class_of_thirty_costs_what_one_of_five_does(
    cast: Cast, url: str, as_person, django_assert_max_num_queries
) -> None:
    with in_school(cast.own.school, cast.own.year):
        for n in range(30):
            make_pupil(f"Élève{n}", cast.own["division"], year=cast.own.year)
    client = as_person(Who.HEAD)
    client.get(url)
    with django_assert_max_num_queries(12):
        assert client.get(url).content.count(b'scope="row"') > 30
