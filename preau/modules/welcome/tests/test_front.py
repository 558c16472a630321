"""What a visitor finds at the root and on a school's card: what is public, and nothing of anybody."""

import re
from typing import Any

import pytest
from django.test import Client

from preau.kernel.models import School, SchoolUnit
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import Cast, Who
from preau.modules.welcome.models import Card
from preau.modules.welcome.selectors.front import FEW, SHOWN
from preau.modules.welcome.testing import make_card

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>&\"'"


def read(client: Any, path: str = "/", **asked: str) -> str:
    answer = client.get(path, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def names_on(page: str) -> list[str]:
    return re.findall(r'class="schoollist__name"[^>]*>([^<]*)<', page)


def test_a_visitor_sees_the_schools_and_the_way_in_and_nobody(cast: Cast) -> None:
    page = read(Client())
    assert names_on(page) == ["Collège Canarivoisin", "Collège du Parc"]
    assert 'href="/login/"' in page
    assert "Drancy · collège" in page and "Bobigny · collège, SEGPA" in page
    assert not [name for place in cast.places.values() for name in place.canaries if name in page]
    assert 'href="/status/"' in page and 'href="/legal/"' in page and 'href="/help/portal.home/"' in page


def test_it_names_no_other_host_and_runs_no_script_of_its_own(cast: Cast) -> None:
    page = read(Client())
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert not re.findall(r"<script(?![^>]*src=)", page) and " style=" not in page


def test_an_unlisted_school_is_not_found_but_opens_to_who_has_its_address(cast: Cast) -> None:
    School.objects.filter(pk=cast.places["other_school"].school.pk).update(is_listed=False)
    other = cast.places["other_school"].school
    for asked in ({"q": "canari"}, {"q": "drancy"}, {"q": str(other.uuid)}, {"q": "%"}, {"q": "_"}):
        assert "Canarivoisin" not in read(Client(), **asked), asked
    assert "Canarivoisin" not in read(Client())
    assert "Canarivoisin" in read(Client(), f"/school/{other.uuid}/")


def test_where_one_school_is_listed_its_card_is_the_page(cast: Cast) -> None:
    School.objects.exclude(pk=cast.own.school.pk).update(is_listed=False)
    page = read(Client())
    assert 'class="schoolcard__name">Collège du Parc<' in page
    assert "Se connecter" in page


def test_a_school_is_found_by_beginnings_of_its_name_or_town_without_accents(cast: Cast) -> None:
    School.objects.create(name="Lycée Élisée-Œuvrard", city="Saint-Étienne")
    for typed in ("elisee", "ÉLISÉE oeuv", "saint etienne", "lyc st"):
        found = names_on(read(Client(), q=typed))
        assert found == (["Lycée Élisée-Œuvrard"] if typed != "lyc st" else []), typed
    assert "Aucun établissement ne correspond" in read(Client(), q="zzz")


def test_what_is_typed_or_named_is_never_markup(cast: Cast) -> None:
    School.objects.create(name=HOSTILE, city=HOSTILE)
    for page in (read(Client()), read(Client(), q=HOSTILE)):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
    assert read(Client(), q="\x00\u202e" + "a " * 5000)


@pytest.mark.parametrize("schools", [1, 40])
def test_the_page_costs_the_same_whatever_the_number_of_schools(
    cast: Cast, schools: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(schools):
        school = School.objects.create(name=f"École {number:02}", city="Bobigny")
        with in_school(school):
            SchoolUnit.objects.create(uai=f"093{number:04}Z", kind="primary", name="École")
    with django_assert_max_num_queries(3):
        page = read(Client())
    assert len(names_on(page)) == min(schools + 2, SHOWN)
    assert ('id="school-search"' in page) == (schools + 2 > FEW)


def test_the_card_shows_what_management_wrote_as_text(cast: Cast) -> None:
    school = cast.own.school
    make_card(school, about=HOSTILE, street=HOSTILE, phone="01 23 45 67 89", website="https://parc.example/")
    page = read(Client(), f"/school/{school.uuid}/")
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert 'href="tel:0123456789"' in page
    assert 'href="https://parc.example/" rel="noopener nofollow"' in page
    assert "0930001W" in page


def test_the_card_is_in_the_colour_of_its_school(cast: Cast) -> None:
    School.objects.filter(pk=cast.own.school.pk).update(accent="green")
    assert "css/accent-green" in read(Client(), f"/school/{cast.own.school.uuid}/")
    assert "css/accent-" not in read(Client())


def test_a_card_that_does_not_exist_is_unknown(cast: Cast) -> None:
    assert Client().get("/school/00000000-0000-4000-8000-000000000000/").status_code == 404
    assert Client().get("/school/x/").status_code == 404


def edit(client: Any, cast: Cast, place: str = "own", **written: str) -> Any:
    sent = {"_scope": cast.scope_field(place), "version": "0", "is_listed": "on", **written}
    return client.post("/console/card/", sent)


def test_management_writes_the_card_and_the_journal_says_so_once(cast: Cast, as_person: Any) -> None:
    from preau.kernel.audit.models import Entry

    client = as_person(Who.DIGITAL_LEAD)
    for _ in range(2):
        assert edit(client, cast, phone="01 23 45 67 89").status_code == 302
    with in_school(cast.own.school):
        assert Card.objects.get().version == 1
        assert Entry.objects.filter(act="welcome.card_written").count() == 1
        assert not Entry.objects.filter(act="welcome.school_unlisted").exists()
    assert edit(client, cast, phone="01 23 45 67 89", version="1", is_listed="").status_code == 302
    with in_school(cast.own.school):
        assert Entry.objects.filter(act="welcome.school_unlisted").count() == 1
    assert School.objects.get(pk=cast.own.school.pk).is_listed is False


def test_a_colleagues_change_is_not_overwritten(cast: Cast, as_person: Any) -> None:
    assert edit(as_person(Who.HEAD), cast, street="1 rue du Parc").status_code == 302
    answer = edit(as_person(Who.DEPUTY), cast, street="2 rue du Bois")
    assert answer.status_code == 409
    assert "1 rue du Parc" in answer.content.decode()


def test_the_head_of_another_school_writes_nothing_here(cast: Cast, as_person: Any) -> None:
    assert edit(as_person(Who.HEAD), cast, "other_school", street="x").status_code == 409
    assert edit(as_person(Who.TEACHER), cast, street="x").status_code == 403
    with in_school(cast.own.school):
        assert not Card.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"website": "javascript:alert(1)"},
        {"website": "data:text/html,x"},
        {"phone": "appelez-moi"},
        {"phone": '01 23" onload="x'},
        {"email": "x@y<script>"},
        {"postal_code": "<b>"},
        {"about": "a" * 401},
        {"version": "-1"},
    ],
)
def test_what_is_no_address_telephone_or_site_is_refused(
    cast: Cast, as_person: Any, wrong: dict[str, str]
) -> None:
    assert edit(as_person(Who.HEAD), cast, **wrong).status_code == 422
    with in_school(cast.own.school):
        assert not Card.objects.exists()
