"""Choosing people in a form, as the gallery shows it: by name, without a script, and only whom one may know."""

import re
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.urls import reverse

from preau.kernel.search.choosing import MOST
from preau.kernel.search.indexing import reindex
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import OTHER_CLASS, OTHER_SCHOOL, Cast, Who, make_pupil

TRY, CHOOSE = reverse("portal:gallery_try"), reverse("portal:search_choose")
FORGED = "Une des personnes choisies n’est pas ou plus proposée ici."


@pytest.fixture
def two(cast: Cast) -> list[Any]:
    """Two of one name, in one class."""
    own = cast.own
    with in_school(own.school, own.year):
        made = [
            make_pupil(
                "Martin", own["division"], year=own.year, first_name="Lucas", birth_date=date(2013, month, 2)
            )
            for month in (3, 9)
        ]
        reindex()
    return [enrolment.record for enrolment in made]


def send(client: Any, cast: Cast, **fields: Any) -> Any:
    return client.post(TRY, {"_scope": cast.scope_field(), "specimen": "people", **fields})


def inputs(page: Any, name: str) -> list[tuple[str, bool]]:
    """Value of each box or radio button, and whether it is chosen."""
    tags = re.findall(r'<input type="(?:radio|checkbox)" name="(\w+)" value="([^"]+)"([^>]*)>', page)
    return [(value, "checked" in rest) for named, value, rest in tags if named == name]


def test_a_name_is_looked_for_and_what_was_chosen_stays(cast: Cast, two: list[Any], as_person: Any) -> None:
    teacher = str(cast.own["teacher"].uuid)
    answer = send(
        as_person(Who.HEAD),
        cast,
        leader=teacher,
        company_q="lucas",
        company_find="1",
        company=str(two[0].uuid),
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "id_leader_error" not in page
    assert inputs(page, "leader") == [(teacher, True)]
    assert inputs(page, "company") == [(str(two[0].uuid), True), (str(two[1].uuid), False)]
    assert "2 personnes trouvées" in page
    assert 'value="lucas"' in page


def test_two_of_one_name_are_told_apart(cast: Cast, two: list[Any], as_person: Any) -> None:
    page = send(as_person(Who.HEAD), cast, company_q="lucas martin", company_find="1").content.decode()

    assert "2 mars 2013" in page
    assert "2 septembre 2013" in page


def test_who_is_chosen_is_told_apart_from_who_is_found(cast: Cast, two: list[Any], as_person: Any) -> None:
    chosen = str(two[0].uuid)
    page = send(
        as_person(Who.HEAD), cast, company=chosen, company_q="lucas", company_find="1"
    ).content.decode()

    assert page.index("2 mars 2013") < page.index("2 septembre 2013")


def test_while_one_looks_for_somebody_nothing_is_refused_and_nothing_done(cast: Cast, as_person: Any) -> None:
    answer = send(as_person(Who.HEAD), cast, leader_q="zzzz", leader_find="1")

    assert answer.status_code == 200
    assert "Personne ne porte ce nom" in answer.content.decode()


def test_those_who_are_chosen_are_taken(cast: Cast, two: list[Any], as_person: Any) -> None:
    chosen = [str(record.uuid) for record in two]

    assert send(as_person(Who.HEAD), cast, leader=chosen[0], company=chosen).status_code == 302
    answer = send(as_person(Who.HEAD), cast, company=chosen)
    assert answer.status_code == 422
    assert "obligatoire" in answer.content.decode()
    assert inputs(answer.content.decode(), "company") == [(value, True) for value in chosen]


@pytest.mark.parametrize("whose", ["another school", "nobody", "nonsense", "a group"])
def test_a_forged_id_is_refused_in_the_same_words(cast: Cast, as_person: Any, whose: str) -> None:
    value = {
        "another school": str(cast.places[OTHER_SCHOOL]["pupil"].uuid),
        "nobody": str(uuid4()),
        "nonsense": "<script>1",
        "a group": str(cast.own["division"].uuid),
    }[whose]
    answer = send(as_person(Who.HEAD), cast, leader=value)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert FORGED in page
    assert inputs(page, "leader") == []
    assert "<script>1" not in page


def test_only_one_is_one_and_many_are_not_without_end(cast: Cast, two: list[Any], as_person: Any) -> None:
    chosen = [str(record.uuid) for record in two]

    assert "1 personne au plus" in send(as_person(Who.HEAD), cast, leader=chosen).content.decode()
    many = [chosen[0], *(str(uuid4()) for _ in range(MOST))]
    answer = send(as_person(Who.HEAD), cast, leader=chosen[0], company=many)
    assert f"{MOST} personnes au plus" in answer.content.decode()


@pytest.mark.parametrize("typed", ["", "\x00", "' OR 1=1 --", "<b>", "x" * 5000, "😀"])
def test_whatever_is_looked_for_is_words(cast: Cast, as_person: Any, typed: str) -> None:
    answer = send(as_person(Who.HEAD), cast, leader_q=typed, leader_find="1")

    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode()


def test_looking_costs_the_same_for_two_and_for_twelve(
    cast: Cast, two: list[Any], as_person: Any, django_assert_max_num_queries: Any
) -> None:
    with in_school(cast.own.school, cast.own.year):
        for n in range(15):
            make_pupil("Martin", cast.own["division"], year=cast.own.year, first_name=f"Luca{n}")
        reindex()
    client = as_person(Who.HEAD)
    with django_assert_max_num_queries(25):
        page = send(client, cast, leader_q="martin", leader_find="1").content.decode()
    assert len(inputs(page, "leader")) == 12
    assert "Les 12 premières personnes trouvées" in page


def suggested(client: Any, typed: str) -> str:
    answer = client.get(CHOOSE, headers={"X-Preau-Typed": quote(typed)})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_suggestions_carry_ids_of_people_only(cast: Cast, two: list[Any], as_person: Any) -> None:
    client = as_person(Who.HEAD)

    assert set(re.findall(r'data-value="([^"]+)"', suggested(client, "lucas"))) == {
        str(record.uuid) for record in two
    }
    assert "data-value" not in suggested(client, cast.own["division"].label) or str(
        cast.own["division"].uuid
    ) not in suggested(client, cast.own["division"].label)
    assert "Personne de ce nom" in suggested(client, "zzzz")


def test_a_pupil_is_offered_only_those_they_know(cast: Cast, as_person: Any) -> None:
    stranger = cast.places[OTHER_CLASS]["pupil"]

    assert str(stranger.uuid) not in suggested(as_person(Who.PUPIL), stranger.last_name)
    assert str(stranger.uuid) in suggested(as_person(Who.HEAD), stranger.last_name)


def test_a_refused_grid_comes_back_as_it_was_typed(cast: Cast, as_person: Any) -> None:
    client, sent = as_person(Who.HEAD), {"_scope": cast.scope_field(), "specimen": "grid"}

    answer = client.post(TRY, {**sent, "cell.1.first": "douze", "cell.2.first": "15"})
    assert answer.status_code == 422
    assert 'value="douze"' in answer.content.decode()
    assert client.post(TRY, {**sent, "cell.1.first": "12,5"}).status_code == 302


@pytest.mark.parametrize(("typed", "found"), [("", 5), ("zo", 1), ("oeuv", 1), ("tour jean", 1), ("zz", 0)])
def test_without_a_script_a_list_is_narrowed_by_its_form(as_person: Any, typed: str, found: int) -> None:
    page = as_person(Who.HEAD).get(reverse("portal:gallery"), {"part": "lists", "q": typed}).content.decode()
    block = page.split('class="filtered__list"')[1].split('class="filtered__none"')[0]

    assert block.count("people__row") == found
    assert f'value="{typed}"' in page
