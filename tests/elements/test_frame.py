"""Pages."""

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string

from tests.elements import pages
from tests.elements.pages import Page, everyone, whole_page

pytestmark = pytest.mark.urls(pages.__name__)


def test_a_page_has_its_landmarks_one_title_and_no_id_twice():
    page = Page(whole_page())

    assert page.one("html")["lang"] == "fr"
    assert page.one("main")["id"] == "content"
    assert page.all("a")[0]["href"] == "#content"
    assert len(page.all("h1")) == len(page.all("header", **{"class": "top"})) == len(page.all("aside")) == 1
    assert sorted(set(page.ids)) == sorted(page.ids)
    assert all(nav.get("aria-label") for nav in page.all("nav"))


def test_a_page_without_aside_or_breadcrumb_leaves_no_empty_landmark():
    page = Page(Template('{% extends "ui/page.html" %}').render(Context(everyone())))

    assert not page.all("aside")
    labels = [nav["aria-label"] for nav in page.all("nav")]
    assert labels == ["Navigation principale", "À propos de cet espace"]


def test_a_phone_gets_four_places_and_a_panel_beyond_five():
    seven = Page(render_to_string("ui/page.html", everyone()))
    five = Page(render_to_string("ui/page.html", everyone(navigation=everyone()["navigation"][:5])))

    assert len(seven.all("li", **{"class": "nav__item nav__item--rest"})) == 3
    assert len(seven.all("summary")) == 2
    assert len(five.all("summary")) == 1
    assert not five.all("li", **{"class": "nav__item nav__item--rest"})


def test_the_other_hats_are_put_on_by_a_form():
    page = Page(render_to_string("ui/page.html", everyone()))

    assert page.one("form", action="/accounts/hats/")["method"] == "post"
    assert page.one("button", name="hat")["value"] == "2"
    assert page.one("form", action="/accounts/logout/")["method"] == "post"


@pytest.mark.parametrize(
    ("state", "words"),
    [("closed", "consultation seule"), ("preparing", "2026-2027 en préparation"), ("open", None)],
)
def test_a_year_that_is_not_open_says_so(state, words):
    context = everyone()
    context["actor"].year.state = state
    html = render_to_string("ui/page.html", context)

    assert ("top__state" in html) is (words is not None)
    assert words is None or words in html


def test_an_authority_has_no_year():
    context = everyone()
    context["actor"].year = None

    assert "Année" not in render_to_string("ui/page.html", context)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 422, 429, 500, 503])
def test_an_error_is_told_with_nothing_but_its_number(status):
    html = render_to_string("ui/error.html", {"status": status})

    assert len(Page(html).all("h1")) == 1
    assert f"Erreur {status}" in html
    assert Page(html).one("a", href="/")


def test_an_error_keeps_the_frame_of_the_person_and_what_they_typed():
    html = render_to_string(
        "ui/error.html",
        everyone(
            status=409,
            message="Cette page a été ouverte pour un autre établissement.",
            typed=[("comment", "Rendez-vous chez le dentiste")],
            switch={"hat": "2", "label": "Revenir à Suger", "sent": [("comment", "Rendez-vous")]},
            actions=[("Revenir", "/people/")],
        ),
    )
    page = Page(html)

    assert page.one("nav", **{"aria-label": "Navigation principale"})
    assert page.one("input", name="hat", type="hidden")["value"] == "2"
    assert page.one("input", name="comment")["value"] == "Rendez-vous"
    assert "Rendez-vous chez le dentiste" in html
    assert "Revenir à Suger" in html
