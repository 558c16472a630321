# ruff: noqa: F811  a fixture is named where it comes from and where it is used
"""A picture dropped into a text that is being written, and what its reader sees of it."""

import base64
import re
from typing import Any

import pytest

from preau.kernel.intake.testing import picture
from tests.axe import violations
from tests.test_in_a_browser import chromium, signed_in, site  # noqa: F401

pytestmark = pytest.mark.browser
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 320, "height": 640}}

DROP = """([target, content]) => {
  const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], "plan_du_parc.png", { type: "image/png" }));
  const { x, y } = target.getBoundingClientRect();
  const options = { dataTransfer, bubbles: true, cancelable: true, clientX: x + 20, clientY: y + 10 };
  target.dispatchEvent(new DragEvent("drop", options));
}"""


def _editor(page: Any) -> Any:
    page.get_by_label("Texte").focus()
    editor = page.locator(".editor__text")
    editor.wait_for()
    return editor


def test_a_picture_dropped_into_a_new_announcement_is_seen_by_its_readers(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "principale", **DESK) as page:
        page.goto("/news/new/")
        page.get_by_label("Titre").fill("Rendez-vous au parc")
        editor = _editor(page)
        editor.press_sequentially("Voici le plan.")
        content = base64.b64encode(picture("PNG")).decode()
        editor.evaluate(f"(target, content) => ({DROP})([target, content])", content)
        described = editor.get_by_label("Décrire l’image")
        described.wait_for()
        assert described.input_value() == "", "the name of a file describes nothing"
        editor.locator("figure img").evaluate("image => image.decode()")
        described.fill("Le plan du parc")
        described.press("Enter")
        assert editor.evaluate("target => document.activeElement === target")
        page.locator("[data-files] li", has_text="plan_du_parc.png").wait_for()
        assert page.locator(".upload__words").inner_text() == "Fichier envoyé."
        assert not violations(page)

        with signed_in(chromium, site, "parent", **PHONE) as reader:
            reader.goto("/news/")
            assert "Rendez-vous au parc" not in reader.content()

        page.get_by_role("button", name="Publier").click()
        page.wait_for_url(re.compile(r"/news/[0-9a-f-]{36}/$"))
        address = page.url

    with signed_in(chromium, site, "parent", **PHONE) as reader:
        reader.goto(address)
        image = reader.get_by_role("img", name="Le plan du parc")
        image.scroll_into_view_if_needed()
        reader.wait_for_function("document.querySelector('.rich__picture img').naturalWidth > 0")
        assert image.get_attribute("width") and image.get_attribute("height"), "its place is kept"
        assert reader.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        assert "Fichiers joints" not in reader.content()
        assert not violations(reader)


def test_a_text_with_a_picture_opens_as_a_text_and_not_as_numbers(chromium: Any, site: Any) -> None:
    """And one without words for its picture is published as it is."""
    with signed_in(chromium, site, "principale", **PHONE) as page:
        page.goto("/news/new/")
        page.get_by_label("Titre").fill("Sans un mot")
        editor = _editor(page)
        content = base64.b64encode(picture("PNG", (300, 900))).decode()
        editor.evaluate(f"(target, content) => ({DROP})([target, content])", content)
        editor.get_by_label("Décrire l’image").wait_for()
        page.locator("[data-files] li", has_text="plan_du_parc.png").wait_for()
        page.get_by_role("button", name="Publier").click()
        page.wait_for_url(re.compile(r"/news/[0-9a-f-]{36}/$"))
        shown = page.get_by_role("img", name="Image sans description")
        assert (shown.get_attribute("width"), shown.get_attribute("height")) == ("200", "600")
        page.get_by_role("link", name="Modifier").click()
        page.get_by_label("Décrire l’image").fill("Le parc")
        assert "[[fichier" not in page.inner_text("main")
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        assert not violations(page)
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        page.get_by_role("img", name="Le parc").wait_for()


def test_a_file_chosen_beside_a_draft_is_listed_and_keeps_what_is_typed(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "principale", **PHONE) as page:
        page.goto("/news/new/")
        page.get_by_label("Titre").fill("Menu de la semaine")
        page.get_by_role("button", name="Enregistrer et ajouter des fichiers").click()
        page.wait_for_url(re.compile(r"/edit/$"))
        page.get_by_label("Titre").fill("Menus de la semaine")
        page.locator("input[type=file]").set_input_files(
            {"name": "menu.txt", "mimeType": "text/plain", "buffer": b"Lundi : lentilles"}
        )
        page.get_by_role("button", name="Joindre").click()
        page.locator("[data-files] li", has_text="menu.txt").wait_for()
        assert page.get_by_label("Titre").input_value() == "Menus de la semaine"
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        assert not violations(page)
        page.goto("/news/")
        assert page.get_by_role("heading", name="Vos brouillons").is_visible()
        assert not violations(page)


def test_without_a_script_a_small_file_is_joined_by_its_form(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "principale", java_script_enabled=False, **DESK) as page:
        page.goto("/news/new/")
        page.get_by_role("button", name="Enregistrer et ajouter des fichiers").click()
        page.locator("input[type=file]").set_input_files(
            {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"A gauche, puis tout droit"}
        )
        page.get_by_role("button", name="Joindre").click()
        page.locator("[data-files] li", has_text="plan.txt").wait_for()
