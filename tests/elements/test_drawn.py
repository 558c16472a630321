"""In a browser."""

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from tests.axe import violations
from tests.elements import pages
from tests.elements.pages import LONG, everyone, whole_page
from tests.real_browser import opened_chromium

pytestmark = pytest.mark.urls(pages.__name__)


@pytest.fixture(scope="module")
def chromium():
    with opened_chromium() as browser:
        yield browser


def shown(browser, html, *, width, theme="light", font_size=None, **options):
    """The page, its static files read from disk; what it asks of any other host fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme, **options)
    page = context.new_page()
    strangers = []

    def answer(route):
        url = route.request.url
        if url == "http://school.test/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif url.startswith("http://school.test/static/"):
            route.fulfill(path=finders.find(url.removeprefix("http://school.test/static/")))
        else:
            strangers.append(url)
            route.abort()

    page.route("**/*", answer)
    page.goto("http://school.test/")
    page.evaluate("document.fonts.ready")
    if font_size:
        page.evaluate("size => document.documentElement.style.fontSize = size", font_size)
    assert not strangers
    return page


def in_a_closed_year(**over):
    context = everyone(**over)
    context["actor"].year.state = "closed"
    return context


PAGES = {
    "page": whole_page,
    "error": lambda: render_to_string(
        "ui/error.html", in_a_closed_year(status=409, typed=[("comment", LONG * 3)])
    ),
    "visitor": lambda: render_to_string("ui/error.html", {"status": 500}),
}


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(chromium, name, theme, width):
    page = shown(chromium, PAGES[name](), width=width, theme=theme)
    for summary in page.locator("summary:visible").all():
        summary.click()

    found = violations(page)
    assert not [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("width", "font_size"), [(320, None), (390, None), (640, "200%"), (1280, None), (1280, "200%")]
)
def test_nothing_runs_off_the_side(chromium, name, width, font_size):
    page = shown(chromium, PAGES[name](), width=width, font_size=font_size)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_everything_is_reached_by_keyboard_and_shows_that_it_is(chromium, width):
    page = shown(chromium, whole_page(), width=width)
    wanted = page.evaluate(
        """selector => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility()).length""",
        "a[href], button, summary, input:not([type=hidden]), select, textarea",
    )
    seen = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => { const e = document.activeElement, all = [...document.querySelectorAll('*')];
                 const ring = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
                 const nav = document.querySelector('.nav'), inside = nav.contains(e);
                 const box = e.getBoundingClientRect(), bar = nav.getBoundingClientRect();
                 return { index: e === document.body ? null : all.indexOf(e), tag: e.outerHTML.slice(0, 80),
                   ring: ring(getComputedStyle(e)) || ring(getComputedStyle(e, '::after')),
                   hidden: innerWidth < 960 && !inside && box.top >= bar.top } }"""
        )
        if state["index"] is None:
            continue
        assert state["ring"], state["tag"]
        assert not state["hidden"], state["tag"]
        seen.add(state["index"])
    # One stop for the whole group of radio buttons.
    assert len(seen) >= wanted - 1


@pytest.mark.browser
def test_what_is_touched_is_large_enough(chromium):
    page = shown(chromium, whole_page(), width=390, has_touch=True)

    small = page.evaluate(
        """[...document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden])')]
           .filter(e => e.checkVisibility() && !e.matches('.skip, .classcard__label a, .choice input'))
           .map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect().height])
           .filter(([, height]) => height < 24)"""
    )
    assert small == []
