"""Who is charged with what this year: the digital lead is appointed and ended by management."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.testing import run_all
from preau.modules.directory.models import Function, Membership
from preau.modules.directory.testing import OTHER_YEAR, TODAY, Cast, Who

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 12, 18)


@pytest.fixture
def here(cast: Cast) -> Any:
    with in_school(cast.own.school, cast.own.year):
        yield cast.own


@pytest.fixture
def appoint(cast: Cast, as_person: Any) -> Any:
    def sent(thing: str, day: Any = TODAY, who: Who = Who.HEAD, **given: Any) -> Any:
        data = {"record": cast.own[thing].uuid, "starts_on": day, "uuid": uuid4(), **given}
        data["_scope"] = cast.scope_field()
        return as_person(who).post("/functions/digital-leads/create/", data)

    return sent


@pytest.fixture
def end(cast: Cast, as_person: Any) -> Any:
    def sent(function: Function, day: Any, who: Who = Who.HEAD, version: int = 1) -> Any:
        data = {"ends_on": day, "version": version, "_scope": cast.scope_field()}
        return as_person(who).post(f"/functions/{function.uuid}/end/", data)

    return sent


def lead(here: Any, thing: str = "digital_lead") -> Function:
    found: Function = Function.objects.get(record=here[thing], kind=Function.Kind.DIGITAL_LEAD)
    return found


def test_management_appoints_a_digital_lead_who_runs_the_workspace_from_that_day(
    appoint: Any, here: Any, as_person: Any
) -> None:
    assert as_person(Who.LIBRARIAN).get("/console/").status_code == 403
    assert appoint("librarian").status_code == 302
    assert as_person(Who.LIBRARIAN).get("/console/").status_code == 200
    page = as_person(Who.HEAD).get("/functions/").content.decode()
    assert "Référents numériques" in page and "Librarian" in page


def test_sent_twice_it_is_one_appointment(appoint: Any, here: Any) -> None:
    key = uuid4()
    for _ in range(2):
        assert appoint("librarian", uuid=key).status_code == 302
    assert lead(here, "librarian").starts_on == TODAY
    used = appoint("cpe", uuid=key)
    assert used.status_code == 422 and "déjà servi" in used.content.decode()


@pytest.mark.parametrize(
    ("thing", "day"),
    [
        ("digital_lead", MONDAY),
        ("librarian", "2025-11-20"),
        ("librarian", "2027-11-20"),
        ("librarian", ""),
        ("pupil", MONDAY),
        ("guardian", MONDAY),
        ("partner", MONDAY),
    ],
)
def test_who_is_one_already_or_no_staff_and_days_outside_the_year_are_refused(
    appoint: Any, here: Any, thing: str, day: Any
) -> None:
    before = Function.objects.count()
    assert appoint(thing, day).status_code == 422
    assert Function.objects.count() == before


def test_who_will_have_left_by_then_is_not_appointed(appoint: Any, here: Any) -> None:
    Membership.objects.filter(record=here["librarian"]).update(ends_on=MONDAY - DAY)
    answer = appoint("librarian", MONDAY)
    assert answer.status_code == 422 and "n’est pas en poste" in answer.content.decode()


def test_ended_on_a_day_it_is_history_the_day_after(end: Any, here: Any, as_person: Any) -> None:
    answer = end(lead(here), TODAY - DAY)
    assert answer.status_code == 302 and answer.url == "/functions/"
    assert as_person(Who.DIGITAL_LEAD).get("/console/").status_code == 403
    page = as_person(Who.HEAD).get("/functions/").content.decode()
    now, _, over = page.partition("Terminées cette année")
    assert "Personne n’est nommé." in now
    assert "Référent numérique" in over and "19 novembre 2026" in over


def test_ended_by_two_at_once_the_second_is_told(end: Any, here: Any) -> None:
    assert end(lead(here), FRIDAY).status_code == 302
    late = end(lead(here), FRIDAY + DAY)
    assert late.status_code == 409 and "18 décembre 2026" in late.content.decode()


def test_an_end_before_its_first_day_comes_back_on_the_page_of_functions(end: Any, here: Any) -> None:
    answer = end(lead(here), here.year.starts_on - DAY)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Fonctions de l’année" in page and "Le dernier jour vient après le premier" in page
    assert lead(here).ends_on is None


def test_only_management_and_to_families_it_does_not_exist(
    appoint: Any, end: Any, here: Any, as_person: Any
) -> None:
    for who in (Who.OFFICE, Who.TEACHER, Who.DIGITAL_LEAD):
        assert appoint("librarian", who=who).status_code == 403
        assert end(lead(here), FRIDAY, who).status_code == 403
        assert as_person(who).get("/functions/").status_code == 403
    for who in (Who.PUPIL, Who.GUARDIAN, Who.PARTNER):
        assert end(lead(here), FRIDAY, who).status_code == 404
    assert lead(here).ends_on is None


def test_they_are_told_of_its_beginning_and_of_its_end(
    appoint: Any, end: Any, here: Any, as_person: Any
) -> None:
    appoint("librarian")
    run_all()
    assert "Vous êtes référent numérique" in as_person(Who.LIBRARIAN).get("/notices/").content.decode()
    end(lead(here, "librarian"), FRIDAY)
    run_all()
    page = as_person(Who.LIBRARIAN).get("/notices/").content.decode()
    assert "Votre fonction de référent numérique prend fin" in page


def test_in_a_closed_year_it_is_read_and_nothing_is_offered(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.HEAD)
    client.post("/school-years/", {"year": cast.places[OTHER_YEAR].year.uuid, "_scope": cast.scope_field()})
    page = client.get("/functions/").content.decode()
    assert "est close" in page and "Canari3C" in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_the_page_is_one_link_away_from_home(as_person: Any) -> None:
    assert "/functions/" in as_person(Who.HEAD).get("/").content.decode()
    for who in (Who.OFFICE, Who.TEACHER, Who.DIGITAL_LEAD):
        assert "/functions/" not in as_person(who).get("/").content.decode()
