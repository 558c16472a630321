"""How pages look to a person: chosen once, found on every page and device, hostile values harmless."""

from typing import Any

import pytest

from preau.kernel.ui.comfort import CHOICES, Comfort
from preau.modules.accounts.models import Account
from preau.modules.directory.testing import Cast, Who

pytestmark = pytest.mark.django_db
URL = "/comfort/"


def choose(client: Any, cast: Cast, **choices: str) -> Any:
    return client.post(URL, {"_scope": cast.scope_field(), **choices})


def test_what_is_chosen_is_on_every_page_and_on_the_next_device(cast: Cast, as_person: Any) -> None:
    answer = choose(as_person(Who.PUPIL), cast, theme="dark", text="larger", reading="easier", motion="less")
    assert answer["Location"] == f"{URL}?saved=1"

    page = as_person(Who.PUPIL).get("/").content.decode()
    assert 'data-text="larger"' in page
    assert '<meta name="color-scheme" content="dark">' in page
    assert 'dark.css" media="screen"' in page
    assert 'reading.css" media="all"' in page
    assert 'calm.css" media="all"' in page
    assert 'contrast.css" media="(prefers-contrast: more)"' in page


def test_nothing_is_kept_of_the_usual_and_others_see_nothing_of_it(cast: Cast, as_person: Any) -> None:
    choose(as_person(Who.PUPIL), cast, theme="light")
    assert Account.objects.get(person=cast.people[Who.PUPIL]).comfort == {"theme": "light"}
    assert "dark.css" not in as_person(Who.PUPIL).get("/").content.decode()
    assert "dark.css" in as_person(Who.TEACHER).get("/").content.decode()

    choose(as_person(Who.PUPIL), cast, theme="auto", text="normal")
    assert Account.objects.get(person=cast.people[Who.PUPIL]).comfort == {}


def test_a_choice_nobody_offered_is_refused_in_words(cast: Cast, as_person: Any) -> None:
    answer = choose(as_person(Who.PUPIL), cast, theme="<script>", text="large")
    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode().replace('<script type="module"', "")
    assert Account.objects.get(person=cast.people[Who.PUPIL]).comfort == {}


@pytest.mark.parametrize("kept", [None, [], "dark", {"theme": "neon", "text": None, "reading": ["easier"]}])
def test_what_cannot_be_read_is_the_usual(kept: Any) -> None:
    assert Comfort.of(kept) == Comfort()


def test_what_is_kept_is_read_again() -> None:
    for name, offered in CHOICES.items():
        for value in offered.values:
            chosen = Comfort(**{name: value})
            assert Comfort.of(chosen.kept()) == chosen
