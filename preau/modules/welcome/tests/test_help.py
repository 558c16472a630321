"""Help in each page: none of the product is without, and nobody is told of a page they cannot open."""

import re
from collections import Counter
from typing import Any

import pytest
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from preau.kernel.modules import help_about, help_pages, modules
from preau.modules.directory.testing import IN_SCHOOL, OWN, Cast, Who
from preau.modules.welcome.views.guide import CHAPTERS
from tests.test_access_matrix import LINES, VIEWS, _send

pytestmark = pytest.mark.django_db
PAGES = [page for module in modules() for page in module.help]
ABOUT = {name for page in PAGES for name in page.url_names}


@pytest.mark.parametrize(
    "line", [line for line in LINES if line.method == "GET"], ids=lambda line: line.title
)
def test_every_page_of_the_product_has_its_help(line: Any, cast: Cast, as_person: Any) -> None:
    """Each address that answers a whole page to somebody; the link on it leads to a help about it."""
    tried = [who for who in Who if who in line.own and who in IN_SCHOOL | Who.AUTHORITY] or [Who.ANONYMOUS]
    if line.anonymous == 200:
        tried.append(Who.ANONYMOUS)
    for who in (tried[0], tried[-1]):
        client = as_person(who)
        answer = _send(client, line, cast, OWN)
        if answer.status_code != 200 or answer.streaming or b"<main" not in answer.content:
            continue
        assert line.name in ABOUT, f"{line.name} is a page without help: a HelpPage in its module.py"
        page = answer.content.decode()
        linked = re.findall(r'<li><a href="(/help/[^"]*)">Aide<', page)
        assert linked, f"{line.name} has no link to its help"
        if line.name != "offline:page":  # the same for everybody: it leads to the whole help
            told = client.get(linked[0])
            assert told.status_code == 200, f"{who} cannot open {linked[0]}"
            assert linked[0] != "/help/", f"{line.name} has no help for {who}"


def test_each_help_is_about_addresses_that_exist_and_only_it_is() -> None:
    counted = Counter(name for page in PAGES for name in page.url_names)
    assert [name for name, times in counted.items() if times > 1] == []
    assert set(counted) <= set(VIEWS)
    for module in modules():
        for page in module.help:
            assert page.key.partition(".")[0] == module.name
            assert get_template(page.template)


def test_the_list_is_that_of_the_profile(cast: Cast, as_person: Any) -> None:
    pupil = as_person(Who.PUPIL).get("/help/").content.decode()
    head = as_person(Who.HEAD).get("/help/").content.decode()
    visitor = as_person(Who.ANONYMOUS).get("/help/").content.decode()
    for mine, page in (
        ("Le journal", head),
        ("Les classes et les groupes", pupil),
        ("Se connecter", visitor),
    ):
        assert mine in page
    assert "Le journal" not in pupil and "Publier la charte" not in pupil
    assert "annuaire" not in visitor


@pytest.mark.parametrize(
    "key", ["console.journal", "welcome.closing", "directory.years", "nothing.here", "x"]
)
def test_a_pupil_does_not_read_the_help_of_what_they_cannot_open(
    cast: Cast, as_person: Any, key: str
) -> None:
    assert as_person(Who.PUPIL).get(reverse("welcome:help_page", args=[key])).status_code == 404


def test_no_help_of_a_page_for_people_is_for_visitors(cast: Cast) -> None:
    assert help_about("directory:person_list", None) is None
    assert {page.key for page in help_pages(None)} >= {"accounts.login", "portal.home", "welcome.visitors"}


def test_an_unknown_page_still_leads_to_the_help(cast: Cast, as_person: Any) -> None:
    for who in (Who.PUPIL, Who.ANONYMOUS):
        answer = as_person(who).get("/nothing/")
        assert answer.status_code == 404 and 'href="/help/"' in answer.content.decode()


def test_every_help_page_stands_in_one_chapter(cast: Cast, as_person: Any) -> None:
    pages = [page for module in modules() for page in module.help]
    for page in pages:
        assert sum(page.order in orders for _title, orders in CHAPTERS) == 1, page.key
    head = as_person(Who.HEAD).get(reverse("welcome:help_list")).content.decode()
    assert head.count('class="links"') == len(CHAPTERS)
    assert Client().get(reverse("welcome:help_list")).content.decode().count('class="links"') == 1
