"""Looking for somebody as one types, with a keyboard, and without any script."""

import re
from typing import Any

import pytest

from tests.axe import violations
from tests.test_in_a_browser import chromium, signed_in, site  # noqa: F401  fixtures

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 320, "height": 640}}


def _slash(page: Any) -> None:
    """Scripts come after the page."""
    page.locator("[role=combobox][aria-keyshortcuts='/']").wait_for()
    page.keyboard.press("/")


def _type(page: Any, words: str) -> Any:
    with page.expect_response(re.compile("/search/suggestions/")):
        page.keyboard.type(words)
    return page.locator("[role=option]")


def test_a_key_a_few_letters_and_an_arrow_lead_to_somebody(chromium: Any, site: Any) -> None:  # noqa: F811
    with signed_in(chromium, site, "principale", **DESK) as page:
        _slash(page)
        field = page.get_by_role("combobox")
        assert field.get_attribute("aria-expanded") == "false"
        options = _type(page, "haddou")
        options.first.wait_for()
        assert field.get_attribute("aria-expanded") == "true"
        assert not violations(page)
        assert "suggestion" in page.locator("form.search [role=status]").inner_text()

        page.keyboard.press("ArrowUp")  # from the field to the last one
        chosen = page.locator("[aria-selected=true]")
        assert chosen.get_attribute("id") == field.get_attribute("aria-activedescendant")
        page.keyboard.press("ArrowDown")  # and round to the first
        assert options.first.get_attribute("aria-selected") == "true"
        name = options.first.locator(".people__name").inner_text()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/people/.+"))
        last, first = name.split(" ", 1)
        assert page.get_by_role("heading", level=1).inner_text().casefold() == f"{first} {last}".casefold()


def test_escape_puts_the_suggestions_away_and_enter_sends_what_is_typed(
    chromium: Any,  # noqa: F811
    site: Any,  # noqa: F811
) -> None:
    with signed_in(chromium, site, "professeur", **DESK) as page:
        _slash(page)
        _type(page, "4e a").first.wait_for()
        page.keyboard.press("Escape")
        assert page.locator("[role=option]:visible").count() == 0
        assert page.get_by_role("combobox").input_value() == "4e a"
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/search/\?q=4e\+a$"))
        assert page.get_by_role("heading", level=2, name="Classes et groupes").is_visible()


def test_a_slash_in_a_field_is_a_slash_and_the_key_can_be_switched_off(
    chromium: Any,  # noqa: F811
    site: Any,  # noqa: F811
) -> None:
    with signed_in(chromium, site, "principale", **DESK) as page:
        page.goto("/people/")
        page.get_by_label("Nom ou prénom").click()
        page.keyboard.type("/")
        assert page.get_by_label("Nom ou prénom").input_value() == "/"
        page.goto("/search/")
        page.get_by_label("la touche /").uncheck()
        page.locator("[role=combobox][aria-keyshortcuts]").wait_for(state="detached")
        page.goto("/")
        page.locator("[role=combobox]:not([aria-keyshortcuts])").wait_for()
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement === document.body")


def test_on_a_phone_the_sign_in_the_bar_opens_the_page(chromium: Any, site: Any) -> None:  # noqa: F811
    with signed_in(chromium, site, "parent", **PHONE) as page:
        page.get_by_role("link", name="Chercher").click()
        page.wait_for_url(re.compile("/search/$"))
        assert page.evaluate("document.activeElement.id") == "search"
        page.locator("[role=combobox]").wait_for()
        options = _type(page, "lina")
        options.first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        options.first.click()
        page.wait_for_url(re.compile("/people/.+"))


def test_without_a_script_the_form_searches(chromium: Any, site: Any) -> None:  # noqa: F811
    with signed_in(chromium, site, "professeur", java_script_enabled=False, **DESK) as page:
        page.get_by_label("Chercher une personne").fill("haddouche")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/search/"))
        page.locator("a.people__row", has_text="HADDOUCHE Lina").first.click()
        assert page.get_by_role("heading", level=1).inner_text() == "Lina Haddouche"


def test_what_is_typed_letter_by_letter_is_in_no_address(chromium: Any, site: Any) -> None:  # noqa: F811
    with signed_in(chromium, site, "principale", **DESK) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        _slash(page)
        _type(page, "haddou").first.wait_for()
        assert asked
        assert not any("had" in url for url in asked)
