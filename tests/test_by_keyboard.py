# ruff: noqa: F811  a fixture is named where it comes from and where it is used
"""Ten tasks of a day by keyboard alone, found as a screen reader finds them: by role and name."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.test_in_a_browser import chromium, signed_in, site  # noqa: F401

pytestmark = pytest.mark.browser
DESK = {"viewport": {"width": 1280, "height": 800}}


class Keyboard:
    """Hands on a keyboard, ears on the accessibility tree."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self._tree = page.context.new_cdp_session(page)
        self._tree.send("Accessibility.enable")

    def hears(self) -> tuple[str, str]:
        """Role and name of what has the focus, as the browser tells them to a screen reader."""
        focused = self._tree.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]
        about = {"objectId": focused["objectId"], "fetchRelatives": False}
        node = self._tree.send("Accessibility.getPartialAXTree", about)["nodes"][0]
        role = node.get("role", {}).get("value", "")
        return role, re.sub(r"\s+", " ", node.get("name", {}).get("value", "")).strip()

    def reach(self, role: str, name: str, presses: int = 90) -> None:
        """Goes on with Tab until there: a pattern of the name."""
        heard = []
        for _ in range(presses):
            self.page.keyboard.press("Tab")
            heard.append(self.hears())
            if heard[-1][0] == role and re.search(name, heard[-1][1]):
                assert self.page.evaluate("document.activeElement.matches(':focus-visible')"), heard[-1]
                return
        pytest.fail(f"{role} « {name} » is not reached: {heard}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def go(self, role: str, name: str, to: str) -> None:
        self.reach(role, name)
        with self.page.expect_navigation(url=re.compile(to)):
            self.press("Enter")

    def heading(self) -> str:
        said: str = self.page.get_by_role("heading", level=1).inner_text()
        return said


@pytest.fixture
def keyboard(chromium: Any, site: Any, request: Any) -> Iterator[Keyboard]:
    with signed_in(chromium, site, request.param, **DESK) as page:
        yield Keyboard(page)


def of(login: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("keyboard", [login], indirect=True)


def test_signing_in_and_out(chromium: Any, site: Any) -> None:
    address, passwords = site
    context = chromium.new_context(base_url=address, locale="fr-FR", **DESK)
    keyboard = Keyboard(context.new_page())
    keyboard.page.goto("/login/")
    keyboard.reach("textbox", "Identifiant", 20)
    keyboard.page.keyboard.type("professeur")
    keyboard.reach("textbox", "Mot de passe", 4)
    keyboard.page.keyboard.type(passwords["professeur"])
    keyboard.go("button", "^Se connecter$", "/$")
    assert keyboard.heading() == "Bonjour Claire"
    keyboard.reach("DisclosureTriangle", "Claire Morvan", 20)
    keyboard.press("Enter")
    keyboard.go("button", "Se déconnecter", "/login/")
    context.close()


@of("professeur")
def test_a_class_and_one_of_its_pupils(keyboard: Keyboard) -> None:
    keyboard.go("link", "^4e A", "/groups/.+")
    assert keyboard.heading() == "4e A"
    keyboard.go("link", "HADDOUCHE Lina", "/people/.+")
    assert keyboard.heading() == "Lina Haddouche"


@of("cpe")
def test_finding_somebody_by_a_few_letters(keyboard: Keyboard) -> None:
    keyboard.page.locator("[role=combobox][aria-keyshortcuts='/']").wait_for()
    keyboard.press("/")
    assert keyboard.hears()[0] == "combobox"
    with keyboard.page.expect_response(re.compile("/search/suggestions/")):
        keyboard.page.keyboard.type("haddou")
    keyboard.page.locator("[role=option]").first.wait_for()
    with keyboard.page.expect_navigation(url=re.compile("/people/.+")):
        keyboard.press("ArrowDown", "Enter")
    assert "Haddouche" in keyboard.heading()


@of("secretariat")
def test_a_list_narrowed_to_the_pupils_of_a_class(keyboard: Keyboard) -> None:
    keyboard.go("link", "^Annuaire$", "/people/$")
    keyboard.reach("combobox", "^Qui$")
    keyboard.press("ArrowDown")
    keyboard.reach("combobox", "^Classe$", 2)
    keyboard.page.keyboard.type("4e A")
    keyboard.go("button", "^Chercher$", "division=")
    assert "HADDOUCHE Lina" in keyboard.page.locator("main").inner_text()


@of("principale")
def test_naming_a_head_teacher(keyboard: Keyboard) -> None:
    keyboard.page.goto("/groups/")
    keyboard.go("link", "^5e A", "/groups/.+")
    keyboard.reach("DisclosureTriangle", "Nommer un professeur principal")
    keyboard.press("Enter")
    keyboard.reach("combobox", "Enseignant", 3)
    keyboard.press("ArrowDown")
    keyboard.go("button", "^Nommer$", "/groups/.+")
    assert "Professeurs principaux" in keyboard.page.locator("#head-teachers").inner_text()


@of("eleve")
def test_choosing_dark_colours(keyboard: Keyboard) -> None:
    keyboard.reach("DisclosureTriangle", "Mon profil", 20)
    keyboard.press("Enter")
    keyboard.go("link", "^Confort$", "/comfort/")
    keyboard.reach("radio", "Comme l’appareil", 30)
    keyboard.press("ArrowDown", "ArrowDown")
    assert keyboard.hears() == ("radio", "Sombre")
    keyboard.go("button", "^Enregistrer$", "saved=1")
    assert keyboard.page.evaluate("getComputedStyle(document.body).color").startswith("oklch(0.9")


@of("cpe.cesaire")
def test_putting_a_block_of_the_home_first(keyboard: Keyboard) -> None:
    keyboard.go("link", "^Arranger cette page$", "/home/")
    before = keyboard.page.locator(".arranged__label").all_inner_texts()
    keyboard.go("button", f"^Monter {before[1]}", "moved=")
    assert keyboard.page.locator(".arranged__label").all_inner_texts()[:2] == [before[1], before[0]]
    said = keyboard.page.locator("main [role=status]").text_content()
    assert re.sub(r"\s", " ", said).strip() == f"{before[1]} : place 1."


@of("principale.cesaire")
def test_writing_publishing_and_withdrawing_an_announcement(keyboard: Keyboard) -> None:
    page = keyboard.page
    keyboard.go("link", "^Annonces$", "/news/$")
    keyboard.go("link", "Nouvelle annonce|Écrire une annonce", "/news/new/")
    keyboard.reach("textbox", "^Titre")
    page.keyboard.type("Sortie au musée")
    keyboard.reach("textbox", "^Texte", 40)
    page.keyboard.type("Rendez-vous à huit heures.")
    keyboard.reach("checkbox", "Personnels|Élèves", 40)
    if page.evaluate("!document.activeElement.checked"):
        keyboard.press("Space")
    keyboard.go("button", "^Publier$", "/news/")
    assert "Sortie au musée" in page.locator("main").inner_text()
    if "/news/" in page.url and keyboard.heading() != "Sortie au musée":
        keyboard.go("link", "Sortie au musée", "/news/.+")
    keyboard.go("button", "^Retirer$", "/news/")
    assert "retirée" in page.locator("main").inner_text().lower()


@of("parent")
def test_choosing_the_quiet_hours(keyboard: Keyboard) -> None:
    keyboard.page.goto("/notices/preferences/")
    keyboard.reach("checkbox", "samedi|Samedi", 60)
    before = keyboard.page.evaluate("document.activeElement.checked")
    keyboard.press("Space")
    keyboard.go("button", "^Enregistrer ces heures$", "#hours")
    keyboard.page.reload()
    assert keyboard.page.get_by_label(re.compile("samedi", re.IGNORECASE)).is_checked() is not before


@of("professeure.parent")
def test_coming_as_a_parent_instead_of_a_teacher(keyboard: Keyboard) -> None:
    keyboard.reach("DisclosureTriangle", "Mon profil", 20)
    keyboard.press("Enter")
    keyboard.go("button", "^Responsable", "/$")
    assert keyboard.page.get_by_role("heading", name="Mon enfant").is_visible()


@of("professeur")
def test_hiding_every_name_before_the_class_sees_the_screen(keyboard: Keyboard) -> None:
    with keyboard.page.expect_response("**/projection/"):
        keyboard.press("F9")
    keyboard.go("button", "^Quitter", "/$")
    assert keyboard.page.locator("html[data-projecting]").count() == 0


@of("referent")
def test_the_first_key_leads_past_the_navigation(keyboard: Keyboard) -> None:
    keyboard.press("Tab")
    assert keyboard.hears() == ("link", "Aller au contenu")
    keyboard.press("Enter", "Tab")
    assert keyboard.page.evaluate("!!document.activeElement.closest('main')")
