# ruff: noqa: F811  a fixture is named where it comes from and where it is used
"""Files as a browser sends them: a picture dropped into a text that is being written, and what its reader sees of
it; the exports of a new year, unzipped."""

import base64
import os
import re
from pathlib import Path
from typing import Any

import pytest

from preau.kernel.intake.testing import picture
from preau.kernel.web.body import LONGEST_BODY
from preau.modules.directory.demo.national import Order, deliver
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


# The exports of a new year, as a secretary has them who unzipped them.


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("exports")
    deliver(Order(pupils=750, clean=True), folder)
    found = sorted(folder.glob("*/*/*.xml"))
    assert sum(path.stat().st_size for path in found) > LONGEST_BODY + 1_000_000
    return found


def _chosen(page: Any, files: Any) -> None:
    page.goto("/imports/")
    page.get_by_label("Fichiers").set_input_files(files)
    page.get_by_role("button", name="Lire ces fichiers").click()


def test_unzipped_exports_of_a_college_are_packed_and_read(
    chromium: Any, site: Any, exports: list[Path]
) -> None:
    with signed_in(chromium, site, "secretariat", **PHONE) as page:
        _chosen(page, exports)
        page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}/$"))
        shown = page.inner_text("main")
        assert "750 élèves" in shown and "ElevesAvecAdresses.xml" in shown and ".gz" not in shown
        page.get_by_text("Abandonner cet import").click()
        page.get_by_role("button", name="Abandonner").click()
        page.wait_for_url(re.compile(r"/imports/$"))


def test_what_stays_too_much_is_said_before_it_is_sent(chromium: Any, site: Any) -> None:
    """Packed or not; and another choice takes the sentence away."""
    with signed_in(chromium, site, "secretariat", **PHONE) as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        noise = {"name": "photo.xml", "mimeType": "text/xml", "buffer": os.urandom(2 * LONGEST_BODY)}
        _chosen(page, [noise])
        field, refusal = page.get_by_label("Fichiers"), page.get_by_role("alert")
        refusal.get_by_text("Même compressés, ces fichiers pèsent 5 Mo").wait_for()
        assert field.evaluate("field => document.activeElement === field")
        assert field.get_attribute("aria-invalid") == "true"
        assert refusal.get_attribute("id") in field.get_attribute("aria-describedby").split()
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        assert not violations(page)
        field.set_input_files([{**noise, "buffer": b"Bonjour"}])
        assert refusal.inner_text() == "" and field.get_attribute("aria-invalid") is None
        assert sent == []


def test_a_browser_that_cannot_pack_sends_files_as_they_are(
    chromium: Any, site: Any, exports: list[Path]
) -> None:
    with signed_in(chromium, site, "secretariat", **PHONE) as page:
        page.add_init_script("delete window.CompressionStream")
        _chosen(page, exports)
        page.get_by_role("alert").get_by_text("Mettez-les dans une archive ZIP").wait_for()
        _chosen(page, [{"name": "notes.xml", "mimeType": "text/xml", "buffer": b"<notes/>" + b" " * 50_000}])
        page.get_by_text("Laissé de côté").wait_for()
        assert "notes.xml" in page.inner_text("main")


def test_without_a_script_what_is_too_much_is_answered_by_a_page(
    chromium: Any, site: Any, exports: list[Path]
) -> None:
    with signed_in(chromium, site, "secretariat", java_script_enabled=False, **PHONE) as page:
        _chosen(page, exports)
        page.get_by_role("heading", name="C’est trop lourd pour un seul envoi").wait_for()
        assert "au besoin dans une archive ZIP" in page.inner_text("main")
