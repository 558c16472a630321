"""The charter of use: public, in two texts, frozen once published."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from preau.kernel.audit.models import Entry
from preau.kernel.richtext.clean import clean
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import Cast, Who
from preau.modules.welcome.models import Charter, Frozen
from preau.modules.welcome.selectors import default_charter

pytestmark = pytest.mark.django_db
EDIT = "/console/charter/"


def publish(client: Any, cast: Cast, **changed: str) -> Any:
    sent = {
        "_scope": cast.scope_field(),
        "uuid": str(uuid4()),
        "base_number": "1",
        "pupils": "Je suis poli.",
        "adults": "Chacun est courtois.",
        **changed,
    }
    return client.post(EDIT, sent)


def versions(cast: Cast) -> list[int]:
    with in_school(cast.own.school):
        return list(Charter.objects.values_list("number", flat=True))


def page(client: Any, cast: Cast, rest: str = "") -> str:
    answer = client.get(f"/school/{cast.own.school.uuid}/charter/{rest}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_head_publishes_the_next_version_and_the_first_stays_as_it_was(
    cast: Cast, as_person: Any
) -> None:
    first = cast.own["charter"]
    head, uuid = as_person(Who.HEAD), str(uuid4())
    for _ in range(2):
        assert publish(head, cast, uuid=uuid).status_code == 302
    assert versions(cast) == [2, 1]
    with in_school(cast.own.school):
        (told,) = Entry.objects.filter(act="welcome.charter_published")
    assert told.values == {"number": 2}
    assert "Chacun est courtois." in page(Client(), cast)
    old = page(Client(), cast, f"{first.uuid}/")
    assert "Respect entre adultes" in old and "plus en vigueur" in old
    with in_school(cast.own.school), pytest.raises(Frozen):
        Charter.objects.get(uuid=first.uuid).save()


def test_pupils_and_adults_each_find_their_text_first(cast: Cast, as_person: Any) -> None:
    assert "Respect pour tous" in page(as_person(Who.PUPIL), cast)
    assert "Respect entre adultes" in page(as_person(Who.GUARDIAN), cast)
    assert "Respect pour tous" in page(Client(), cast, "?for=pupils")
    assert "Respect entre adultes" in page(Client(), cast, "?for=<script>")


def test_everybodys_footer_leads_to_it(cast: Cast, as_person: Any) -> None:
    url = f"/school/{cast.own.school.uuid}/charter/"
    for who in (Who.PUPIL, Who.GUARDIAN, Who.TEACHER):
        assert url in as_person(who).get("/").content.decode()
    assert url in Client().get(f"/school/{cast.own.school.uuid}/").content.decode()


def test_a_version_of_another_school_is_unknown_here(cast: Cast) -> None:
    other = cast.places["other_school"]["charter"]
    assert Client().get(f"/school/{cast.own.school.uuid}/charter/{other.uuid}/").status_code == 404
    assert Client().get(f"/school/{cast.own.school.uuid}/charter/{uuid4()}/").status_code == 404


def test_a_colleagues_version_is_not_overtaken(cast: Cast, as_person: Any) -> None:
    assert publish(as_person(Who.HEAD), cast).status_code == 302
    assert publish(as_person(Who.DEPUTY), cast, pupils="Autre").status_code == 409
    assert versions(cast) == [2, 1]


def test_the_same_text_is_no_new_version(cast: Cast, as_person: Any) -> None:
    sent = {"pupils_html": "<p>Respect pour tous</p>", "adults_html": "<p>Respect entre adultes</p>"}
    data = {"_scope": cast.scope_field(), "uuid": str(uuid4()), "base_number": "1", **sent}
    assert as_person(Who.HEAD).post(EDIT, data).status_code == 302
    assert versions(cast) == [1]


def test_scripts_in_its_text_are_gone_before_anybody_reads(cast: Cast, as_person: Any) -> None:
    bad = '<p onclick="x()">Bon<script>alert(1)</script><a href="javascript:alert(2)">jour</a></p>'
    data = {"_scope": cast.scope_field(), "uuid": str(uuid4()), "base_number": "1"}
    answer = as_person(Who.HEAD).post(EDIT, {**data, "pupils_html": bad, "adults_html": bad})
    assert answer.status_code == 302
    for rest in ("", "?for=pupils"):
        text = page(Client(), cast, rest)
        assert "alert(" not in text and "onclick" not in text and "javascript:" not in text


def test_a_preview_publishes_nothing(cast: Cast, as_person: Any) -> None:
    answer = publish(as_person(Who.HEAD), cast, preview="1")
    assert answer.status_code == 200 and "Rien n’est encore publié" in answer.content.decode()
    assert versions(cast) == [1]


@pytest.mark.parametrize("wrong", [{"pupils": ""}, {"adults": " "}, {"uuid": "x"}, {"base_number": "-1"}])
def test_half_a_charter_is_refused(cast: Cast, as_person: Any, wrong: dict[str, str]) -> None:
    assert publish(as_person(Who.HEAD), cast, **wrong).status_code == 422
    assert versions(cast) == [1]


@pytest.mark.parametrize("who", [Who.DIGITAL_LEAD, Who.CPE, Who.TEACHER, Who.PUPIL])
def test_only_management_publishes(cast: Cast, as_person: Any, who: Who) -> None:
    assert publish(as_person(who), cast).status_code == 403
    assert versions(cast) == [1]


def test_a_school_without_one_is_offered_a_text_and_its_visitors_are_told(cast: Cast, as_person: Any) -> None:
    with in_school(cast.own.school):
        Charter.objects.all().delete()
    assert "pas encore publié sa charte" in page(Client(), cast)
    offered = as_person(Who.HEAD).get(EDIT).content.decode()
    assert "Je garde mon mot de passe pour moi." in offered and "droit à la déconnexion" in offered


@pytest.mark.parametrize("text", [default_charter.PUPILS, default_charter.ADULTS])
def test_the_text_offered_loses_nothing_when_it_is_cleaned(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.html.count("<li>") == text.count("<li>")
    assert cleaned.html.count("<h2") == text.count("<h2>")
