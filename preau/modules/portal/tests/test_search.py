from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse

from preau.kernel.search import finding
from preau.kernel.search.testing import index_everything
from preau.kernel.tenancy.scope import in_school
from preau.kernel.web import limits
from preau.modules.directory.testing import Cast, Who, make_pupil, make_record

pytestmark = pytest.mark.django_db

SEARCH, SUGGEST = reverse("portal:search"), reverse("portal:search_suggest")


def suggest(client: Any, typed: str) -> Any:
    return client.get(SUGGEST, headers={"X-Preau-Typed": quote(typed)})


def test_a_teacher_finds_a_pupil_and_a_class(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.TEACHER)
    body = client.get(SEARCH, {"q": "propreel"}).content.decode()
    assert "<mark>PROPREEL</mark>EVE Camille" in body
    assert reverse("directory:person_detail", args=[cast.own["pupil"].uuid]) in body
    body = client.get(SEARCH, {"q": "4 b"}).content.decode()
    assert reverse("directory:group_detail", args=[cast.own["division"].uuid]) in body
    # The class stands before the people in it.
    assert body.index("Classes et groupes") < body.index("Personnes")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Qui ou quoi cherchez-vous"),
        ("   ", "Qui ou quoi cherchez-vous"),
        ("???", "Tapez au moins une lettre"),
        ("😀", "Tapez au moins une lettre"),
        ("zzzz", "Rien ne correspond"),
        ("zzzz " * 800, "Rien ne correspond"),
        ("\x00", "Qui ou quoi cherchez-vous"),
        ("' OR 1=1 --", "Rien ne correspond"),
        ('" NEAR("', "Rien ne correspond"),
        ("<script>alert(1)</script>", "Rien ne correspond"),
    ],
)
def test_nothing_found_says_what_to_try(as_person: Any, typed: str, told: str) -> None:
    client = as_person(Who.TEACHER)
    answer = client.get(SEARCH, {"q": typed})
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert suggest(client, typed).status_code == 200


def test_the_names_of_people_are_escaped(cast: Cast, as_person: Any) -> None:
    with in_school(cast.own.school, cast.own.year):
        make_pupil("<img src=x> & Cie", cast.own["division"], year=cast.own.year, first_name='"Zoé"')
    index_everything()
    client = as_person(Who.TEACHER)
    for body in (client.get(SEARCH, {"q": "img zoe"}), suggest(client, "img zoe")):
        text = body.content.decode()
        assert "<img src" not in text
        assert "&lt;<mark>IMG</mark> SRC=X&gt; &amp; CIE &quot;<mark>Zoé</mark>&quot;" in text


@pytest.mark.parametrize("after", ["-1", "9" * 40, "x", "1.5", "99999", "²", "٣", "1;--"])
def test_a_forged_page_shows_nothing_it_should_not(cast: Cast, as_person: Any, after: str) -> None:
    answer = as_person(Who.GUARDIAN).get(SEARCH, {"q": "camille", "kind": "people", "after": after})
    assert answer.status_code == 200
    assert not any(canary in answer.content.decode().lower() for canary in ("canariclasse", "canariecole"))


def test_an_unknown_kind_does_not_exist(as_person: Any) -> None:
    assert as_person(Who.TEACHER).get(SEARCH, {"q": "a", "kind": "secrets"}).status_code == 404


def test_pages_of_one_kind_lead_to_each_other(cast: Cast, as_person: Any) -> None:
    with in_school(cast.own.school, cast.own.year):
        for i in range(finding.PAGE + 1):
            make_pupil(f"Aardvark{i:02d}", cast.own["division"], year=cast.own.year)
    index_everything()
    client = as_person(Who.TEACHER)
    first = client.get(SEARCH, {"q": "aardvark"}).content.decode()
    assert "Tout voir" in first
    assert "?q=aardvark&amp;kind=people" in first
    page = client.get(SEARCH, {"q": "aardvark", "kind": "people"}).content.decode()
    assert f"after={finding.PAGE}" in page
    assert f"AARDVARK</mark>{finding.PAGE:02d}" not in page
    last = client.get(SEARCH, {"q": "aardvark", "kind": "people", "after": finding.PAGE}).content.decode()
    assert f"AARDVARK</mark>{finding.PAGE:02d}" in last
    assert "Suite des résultats" not in last


def test_families_look_in_all_their_schools(cast: Cast, as_person: Any) -> None:
    """One person, one child in each of two schools: both are found, each with its school."""
    there = cast.places["other_school"]
    guardian = cast.own["guardian"]
    with in_school(there.school, there.year):
        from preau.modules.directory.testing import make_guardian

        child = make_pupil("Cadette", there["division"], year=there.year)
        make_guardian(child, make_record("Propreparent", person=guardian.person))
    index_everything()
    client = as_person(Who.GUARDIAN)
    body = client.get(SEARCH, {"q": "cadette"}).content.decode()
    assert "CADETTE" in body
    assert "Collège Canarivoisin" in body
    assert "CADETTE" in suggest(client, "cadette").content.decode()
    assert "PROPREELEVE" in suggest(client, "propreeleve").content.decode()


def test_suggestions_are_options_of_a_list(cast: Cast, as_person: Any) -> None:
    body = suggest(as_person(Who.HEAD), "camille").content.decode()
    assert body.count('role="option"') == finding.SUGGESTED
    assert 'role="listbox"' in body
    assert f"{finding.SUGGESTED} suggestions" in body


def test_the_field_is_on_every_page_but_for_who_has_nothing_to_look_for(as_person: Any) -> None:
    field = 'role="search"'
    assert field in as_person(Who.PUPIL).get("/").content.decode()
    assert 'href="/search/"' in as_person(Who.PUPIL).get("/").content.decode()
    assert field not in as_person(Who.AUTHORITY).get("/").content.decode()
    assert as_person(Who.PUPIL).get(SEARCH).content.decode().count(field) == 1


def test_what_is_looked_for_is_not_in_the_title(as_person: Any) -> None:
    """Titles are kept in histories, of shared computers too."""
    body = as_person(Who.HEAD).get(SEARCH, {"q": "propreeleve"}).content.decode()
    title = body[body.index("<title>") : body.index("</title>")]
    assert "propreeleve" not in title


@pytest.mark.parametrize("header", ["%", "%zz", "%ff%fe", "a" * 6000, "%00", "durand%0d%0aX: y"])
def test_a_forged_header_finds_nothing_and_breaks_nothing(as_person: Any, header: str) -> None:
    answer = as_person(Who.HEAD).get(SUGGEST, headers={"X-Preau-Typed": header})
    assert answer.status_code == 200
    assert 'role="option"' not in answer.content.decode()


def test_suggestions_do_not_use_up_what_one_may_write(as_person: Any) -> None:
    """Quick typing must never keep a roll call from being saved."""
    client = as_person(Who.HEAD)
    for _ in range(limits.WRITES.burst + 5):
        assert suggest(client, "zz").status_code == 200
    assert client.post("/logout/").status_code == 302


@pytest.mark.parametrize("address", [SEARCH, SUGGEST])
def test_a_school_is_not_read_out_letter_by_letter(
    as_person: Any, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(limits, "count", lambda key, most, seconds: 7)
    assert as_person(Who.HEAD).get(address).status_code == 429
