"""The visitors' pages, help and first steps of the demonstration, in a real browser: axe, keyboard, no script."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from tests.axe import violations
from tests.test_in_a_browser import _press_until, chromium, signed_in, site

__all__ = ["chromium", "site"]  # fixtures

pytestmark = pytest.mark.browser

PUBLIC = [
    "/",
    "/?q=bres",
    "/?q=zzz",
    "{school}",
    "{school}charter/",
    "{school}charter/?for=pupils",
    "/legal/",
    "/legal/personal-data/",
    "/legal/accessibility/",
    "/status/",
    "/help/",
    "/help/portal.home/",
    "/login/",
]
CONSOLE = [
    "/",
    "/help/",
    "/help/console.journal/",
    "/console/",
    "/console/card/",
    "/console/closing/",
    "/console/charter/",
]
LOOKS = [(width, scheme) for width in (320, 1280) for scheme in ("light", "dark")]


def _sound(page: Any) -> None:
    found = violations(page)
    assert not found, [(page.url, each["id"], each["nodes"][0]["html"][:200]) for each in found]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


def _school(page: Any) -> str:
    page.goto("/")
    return str(page.locator("a.schoollist__name", has_text="Madeleine-Brès").get_attribute("href"))


@pytest.fixture
def visitor(chromium: Any, site: Any) -> Any:
    address, _ = site
    context = chromium.new_context(base_url=address, locale="fr-FR", java_script_enabled=True)
    page = context.new_page()
    strangers: list[str] = []
    page.on("request", lambda sent: strangers.append(sent.url) if address not in sent.url else None)
    yield page
    assert not strangers, "nothing is asked of another host"
    context.close()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing_on_what_visitors_read(visitor: Any, width: int, scheme: str) -> None:
    visitor.set_viewport_size({"width": width, "height": 800})
    visitor.emulate_media(color_scheme=scheme)
    school = _school(visitor)
    for path in PUBLIC:
        answer = visitor.goto(path.format(school=school))
        assert answer.status == 200
        _sound(visitor)


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
@pytest.mark.parametrize("login", ["principale", "eleve", "parent2"])
def test_axe_finds_nothing_on_help_steps_and_what_management_sets(
    chromium: Any, site: Any, login: str, width: int, scheme: str
) -> None:
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with signed_in(chromium, site, login, **options) as page:
        for path in CONSOLE if login == "principale" else CONSOLE[:2]:
            page.goto(path)
            if path == "/":
                page.get_by_text("Toutes les étapes").click()
            _sound(page)


def test_a_visitor_goes_from_the_root_to_a_school_and_its_login_by_keyboard(visitor: Any) -> None:
    visitor.goto("/")
    _press_until(visitor, "Madeleine-Brès")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url(re.compile("/school/"))
    assert visitor.get_by_role("heading", level=1).inner_text() == "Collège Madeleine-Brès"
    _press_until(visitor, "Se connecter")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url(re.compile("/login/"))


def test_first_steps_are_done_left_and_found_again_without_script_or_mouse(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "cpe", java_script_enabled=False) as page:
        block = page.locator(".steps")
        before = block.locator(".steps__progress").inner_text()
        _press_until(page, "C’est vu")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert block.locator(".steps__progress").inner_text() != before
        _press_until(page, "Y aller")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/\w+/"))
        page.goto("/")
        _press_until(page, "Ne plus montrer")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert block.count() == 0
        page.locator(".foot").get_by_role("link", name="Aide").click()
        page.goto("/help/")
        with page.expect_navigation():
            page.get_by_role("button", name=re.compile("Reprendre")).click()
        assert block.count() == 1


def test_the_head_closes_the_school_and_opens_it_again(chromium: Any, site: Any) -> None:
    today = settings.DEMO_DAY  # the server's as well, whatever the clock says
    with signed_in(chromium, site, "principale.cesaire", java_script_enabled=False) as page:
        page.goto("/console/closing/")
        page.get_by_label("Message").fill("Le collège est fermé pour travaux.")
        page.get_by_label("Premier jour").fill(today.isoformat())
        page.get_by_label("Dernier jour").fill((today + timedelta(1)).isoformat())
        with page.expect_navigation():
            page.get_by_role("button", name="Annoncer").click()
        page.goto("/")
        assert page.get_by_text("fermé pour travaux").is_visible()
        page.goto("/console/closing/")
        with page.expect_navigation():
            page.get_by_role("button", name="Retirer").click()
        page.goto("/")
        assert page.locator(".closing").count() == 0
