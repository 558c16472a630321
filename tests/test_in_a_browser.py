"""The demonstration, served as a school serves it, walked through in a real browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.axe import violations
from tests.real_browser import opened_chromium
from tools.screens import opened

pytestmark = pytest.mark.browser

WALKS = {
    "principale": [
        "/",
        "/groups/",
        "/people/",
        "/years/",
        "/news/",
        "/console/",
        "/console/journal/?family=accounts",
        "/console/readings/",
        "/console/work/",
    ],
    "eleve": ["/", "/groups/", "/people/", "/search/"],
    "parent2": ["/", "/people/", "/notices/preferences/", "/search/?q=ma"],
}


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, dict[str, str]]]:
    with opened() as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with opened_chromium() as browser:
        yield browser


@contextmanager
def signed_in(chromium: Any, site: Any, login: str, **options: Any) -> Iterator[Any]:
    address, passwords = site
    context = chromium.new_context(base_url=address, locale="fr-FR", **options)
    page = context.new_page()
    strangers: list[str] = []
    page.on("request", lambda request: strangers.append(request.url) if address not in request.url else None)
    page.goto("/login/")
    page.get_by_label("Identifiant").fill(login)
    page.get_by_label("Mot de passe").fill(passwords[login])
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"{address}/")
    yield page
    assert not strangers, "nothing is asked of another host"
    context.close()


# Every page in every look: test_every_page.py. Here with the names and numbers of a whole school.
@pytest.mark.parametrize(
    ("login", "width", "scheme"),
    [("principale", 320, "light"), ("eleve", 320, "dark"), ("parent2", 1280, "dark")],
)
def test_axe_finds_nothing_and_nothing_runs_off_the_side(
    chromium: Any, site: Any, login: str, width: int, scheme: str
) -> None:
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with signed_in(chromium, site, login, **options) as page:
        seen = list(WALKS[login])
        while seen:
            page.goto(seen.pop(0))
            found = violations(page)
            assert not found, [(page.url, each["id"], each["nodes"][0]["html"][:200]) for each in found]
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{page.url} is {wide} px too wide"
            for link in ("a.people__row", ".classcard a", "a.news__link"):
                first = page.locator(f"main {link}").first
                if seen and first.count() and "people/" not in page.url:
                    seen.append(first.get_attribute("href"))
            seen = list(dict.fromkeys(seen))[:8]


def _press_until(page: Any, words: str, presses: int = 60) -> None:
    for _ in range(presses):
        page.keyboard.press("Tab")
        if re.search(words, page.evaluate("document.activeElement.innerText || ''")):
            return
    pytest.fail(f"« {words} » is not reached by the keyboard")


def test_a_teacher_goes_from_login_to_a_pupil_and_out_without_a_mouse(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "professeur", viewport={"width": 1280, "height": 800}) as page:
        _press_until(page, "4e A")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/groups/.+"))
        assert page.get_by_role("heading", level=1, name="4e A").is_visible()
        _press_until(page, "HADDOUCHE Lina", 90)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/people/.+"))
        assert page.get_by_role("heading", level=1).inner_text() == "Lina Haddouche"
        _press_until(page, "Claire Morvan")
        page.keyboard.press("Enter")
        _press_until(page, "Se déconnecter", 6)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/login/"))
        page.go_back()
        assert "Lina" not in page.content()


def test_the_head_names_a_head_teacher_and_ends_it(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "principale", viewport={"width": 390, "height": 844}) as page:
        page.goto("/groups/")
        page.get_by_role("link", name="5e B").click()
        page.get_by_text("Nommer un professeur principal").click()
        page.get_by_label("Enseignant").select_option(index=1)
        chosen = page.get_by_label("Enseignant").evaluate("field => field.selectedOptions[0].text")
        page.get_by_role("button", name=re.compile("Nommer")).click()
        page.wait_for_load_state()
        first_name = chosen.split()[-1]
        section = page.locator("#head-teachers")
        assert first_name in section.inner_text()
        ending = section.locator("li", has_text=first_name)
        ending.get_by_text("Fin de fonction").click()
        ending.get_by_role("button", name="Mettre fin").click()
        page.wait_for_load_state()
        assert "jusqu’au" in section.locator("li", has_text=first_name).inner_text()


def test_every_page_reads_without_a_script(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "parent", java_script_enabled=False) as page:
        page.locator("main a", has_text="Lina").first.click()
        assert page.get_by_role("heading", level=1).inner_text() == "Lina Haddouche"


def test_a_block_of_the_home_is_drawn_to_its_place(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "principale", viewport={"width": 390, "height": 844}) as page:
        page.goto("/home/")
        labels = page.locator(".arranged__label")
        page.locator(".arranged__handle").first.wait_for()
        before = labels.all_inner_texts()
        first, second = (page.locator(".arranged__handle").nth(n).bounding_box() for n in (0, 1))
        page.mouse.move(first["x"] + 20, first["y"] + 20)
        page.mouse.down()
        for step in range(1, 9):
            page.mouse.move(first["x"] + 20, first["y"] + 20 + step * (second["y"] - first["y"] + 20) / 8)
        with page.expect_navigation():
            page.mouse.up()
        assert labels.all_inner_texts() == [before[1], before[0], *before[2:]]
        page.get_by_role("button", name="Remettre comme au début").click()
        page.wait_for_url("**/home/")
        assert labels.all_inner_texts() == before
