"""Small elements."""

import re

import pytest

from preau.kernel.templatetags import ui
from preau.kernel.ui.hues import HUES
from tests.elements import pages
from tests.elements.pages import Page, drawn, whole_page

pytestmark = pytest.mark.urls(pages.__name__)


def test_a_button_sends_and_a_link_goes():
    assert Page(drawn("{% button %}Enregistrer{% endbutton %}")).one("button")["type"] == "submit"
    link = Page(drawn('{% button href="/a/" %}Ouvrir{% endbutton %}'))
    assert link.one("a")["href"] == "/a/"
    assert not link.all("button")


def test_the_words_of_a_button_are_escaped():
    assert "<b>" not in drawn("{% button %}{{ word }}{% endbutton %}", word="<b>")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Éloïse Lefèvre", "ÉL"),
        ("Mme Claire Dubreuil", "CD"),
        ("MARTIN-DUPONT Jean Baptiste", "MB"),
        ("Zoé", "Z"),
        ("’Ali", "A"),
        ("", ""),
    ],
)
def test_initials(name, letters):
    assert ui.initials(name) == letters


def test_a_person_keeps_the_same_hue_and_a_school_shows_all_of_them():
    assert drawn("{% avatar n %}", n="Léa Martin") == drawn("{% avatar n %}", n="léa martin ").replace(
        "lm", "LM"
    )
    hues = {re.search(r"hue-(\d+)", drawn("{% avatar n %}", n=f"Élève {i}"))[1] for i in range(300)}
    assert hues == {str(hue) for hue in range(HUES)}


def test_pictures_are_silent_and_stand_beside_words():
    page = Page(whole_page())

    assert all(svg["aria-hidden"] == "true" for svg in page.all("svg"))
    assert 'class="icon"' not in drawn('{% badge "Brouillon" "quiet" %}')


def test_pages_of_a_list_offer_only_what_exists():
    assert drawn("{% pages previous=none next=none %}", none=None).strip() == ""
    assert [a["rel"] for a in Page(drawn('{% pages next="/2/" %}')).all("a")] == ["next"]
