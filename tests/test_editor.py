"""The editor: what is committed is what its sources make, and it writes exactly what the list allows."""

import gzip
import json
import re
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from preau.kernel.richtext import allowed
from preau.kernel.richtext.clean import clean
from preau.kernel.richtext.tests.test_light import RICH
from tests.axe import violations
from tests.test_in_a_browser import chromium, signed_in, site  # noqa: F401

PROJECT = Path(__file__).resolve().parents[1]
FRONTEND = PROJECT / "frontend"
STATIC = PROJECT / "preau/kernel/richtext/static/richtext"
REBUILD = "the editor's sources have changed: run `make frontend` and commit what it writes"


def test_the_editor_reads_the_list_of_the_sanitiser() -> None:
    copy = json.loads((FRONTEND / "editor/allowed.json").read_text())
    assert copy == json.loads(json.dumps(allowed.as_data())), (
        "run `python -m preau.kernel.richtext.allowed > frontend/editor/allowed.json`, then `make frontend`"
    )


def test_the_bundle_is_made_of_the_sources_beside_it() -> None:
    names = ["package-lock.json", "build.mjs"]
    names += [f"editor/{path.name}" for path in sorted((FRONTEND / "editor").iterdir())]
    made = sha256()
    for name in names:
        made.update(f"{name}\n".encode() + (FRONTEND / name).read_bytes())
    record = json.loads((FRONTEND / "built.json").read_text())
    assert record["sources"] == made.hexdigest(), REBUILD
    assert record["bundle"] == sha256((STATIC / "editor.js").read_bytes()).hexdigest(), REBUILD


def test_versions_are_exact_and_the_lock_names_no_host() -> None:
    package = json.loads((FRONTEND / "package.json").read_text())
    for versions in (package["dependencies"], package["devDependencies"]):
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    assert all("resolved" not in entry for entry in lock["packages"].values())
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name)


def test_the_editor_is_light_for_what_it_is_and_its_loader_is_nearly_nothing() -> None:
    assert len(gzip.compress((STATIC / "editor.js").read_bytes(), 9)) / 1024 <= 220
    assert len((STATIC / "field.js").read_bytes()) < 3_000


def test_the_editor_holds_nothing_the_policy_refuses() -> None:
    bundle = (STATIC / "editor.js").read_text()
    assert not re.search(r"\beval\(|new Function\(", bundle)


@pytest.fixture
def page(chromium: Any, site: Any) -> Any:  # noqa: F811
    with signed_in(chromium, site, "principale", viewport={"width": 1280, "height": 900}) as opened:
        refused: list[str] = []
        opened.on(
            "console", lambda message: refused.append(message.text) if message.type == "error" else None
        )
        opened.on("pageerror", lambda error: refused.append(str(error)))
        yield opened
        assert not refused, refused


def _begin(page: Any, path: str = "/news/new/") -> Any:
    page.goto(path)
    assert "editor.js" not in str(page.evaluate("performance.getEntriesByType('resource').map(e => e.name)"))
    page.locator("textarea[name=body]").focus()
    page.wait_for_selector(".editor__text:focus")
    return page.locator("input[name=body_html]")


def _until(page: Any, condition: str) -> None:
    """`wait_for_function` evaluates text, which the site's policy refuses."""
    deadline = time.monotonic() + 10
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(50)


@pytest.mark.browser
def test_the_schema_writes_what_the_list_allows_and_no_more(page: Any) -> None:
    _begin(page)
    written: dict[str, dict[str, list[str]]] = page.evaluate(
        "import(document.querySelector('textarea[name=body]').dataset.editor).then(m => m.describe())"
    )
    assert set(written) == allowed.TAGS
    for tag, attributes in written.items():
        assert set(attributes) == allowed.ATTRIBUTES.get(tag, frozenset()), tag
        for name, values in attributes.items():
            assert all(allowed.attribute(tag, name, value) == value for value in values), (tag, name, values)
    inks = {*written["span"]["class"], *written["mark"]["class"]}
    assert inks == {f"ink-{name}" for name in allowed.INKS} | {f"tint-{name}" for name in allowed.TINTS}


@pytest.mark.browser
def test_a_text_with_everything_comes_out_of_the_editor_as_it_went_in(page: Any) -> None:
    everything = RICH + (
        '<h3 class="align-center">a</h3><h4>b</h4><p><s>c</s> <sub>d</sub> <sup>e</sup> <code>f</code>'
        ' <mark class="tint-pink">g</mark><br>h</p><ol start="4"><li><p>i</p></li></ol>'
        '<table><tbody><tr><td colspan="2"><p>j</p></td></tr><tr><td><p>k</p></td><td><p>l</p></td></tr></tbody></table><p>m</p>'
    )
    assert clean(everything).html == everything
    _begin(page)
    read = page.evaluate(
        """async (html) => {
            const { mount } = await import(document.querySelector('textarea[name=body]').dataset.editor);
            const form = document.querySelector('textarea[name=body]').form;
            const field = Object.assign(document.createElement('textarea'), { name: 'other', id: 'other' });
            const kept = Object.assign(document.createElement('input'), { type: 'hidden', name: 'other_html' });
            field.dataset.formula = '/rich-text/formula/';
            form.append(field, kept);
            return (await mount(field, { html })).getHTML();
        }""",
        everything,
    )
    assert clean(read).html == everything


@pytest.mark.browser
def test_an_announcement_is_written_with_the_keyboard_alone(page: Any) -> None:
    page.goto("/news/new/")
    page.locator("input[name=title]").focus()
    page.keyboard.type("Au clavier")
    page.keyboard.press("Tab")
    page.wait_for_selector(".editor__text:focus")
    focused = "document.activeElement.getAttribute('aria-label')"
    page.keyboard.type("Voici ")
    page.keyboard.press("Control+b")
    page.keyboard.type("gras")
    page.keyboard.press("Control+b")
    page.keyboard.press("Alt+F10")
    assert page.evaluate(focused) == "Titre"
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    for _ in range(30):
        if page.evaluate(focused) == "Formule":
            break
        page.keyboard.press("ArrowRight")
    assert len(page.query_selector_all(".editor__tools button[tabindex='0']")) == 1
    page.keyboard.press("Enter")
    page.wait_for_selector(".editor__panel textarea:focus")
    page.keyboard.type(r" \frac{1}{2}")
    page.wait_for_selector(".editor__seen mfrac")
    assert not violations(page)
    page.keyboard.press("Enter")
    page.wait_for_selector(".editor__text:focus")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("- un")
    page.keyboard.press("Control+k")
    page.wait_for_selector(".editor__panel input:focus")
    page.keyboard.type("javascript:alert(1)")
    page.keyboard.press("Enter")
    assert page.get_by_role("alert").is_visible()
    page.keyboard.press("Escape")
    page.wait_for_selector(".editor__text:focus")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "Publier":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/news/[0-9a-f-]{36}/"))
    shown = page.locator(".rich")
    assert shown.locator("strong").inner_text() == "gras" and shown.locator("math mfrac").count() == 1
    assert shown.locator("li").inner_text() == "un"
    assert not violations(page)


@pytest.mark.browser
def test_a_page_of_word_is_pasted_as_it_will_be_kept(page: Any) -> None:
    kept = _begin(page)
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData('text/html', "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Cahier<o:p></o:p></p><p class=MsoNormal style='color:#C00000'>Rouge</p>");
            document.querySelector('.editor__text').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    page.wait_for_selector(".editor__text li")
    assert clean(kept.input_value()).html == (
        '<ul><li><p>Cahier</p></li></ul><p><span class="ink-red">Rouge</span></p>'
    )


@pytest.mark.browser
def test_what_was_typed_is_found_again_after_an_accident_and_forgotten_once_saved(page: Any) -> None:
    _begin(page)
    page.keyboard.type("Un texte long à écrire")
    _until(page, "Object.keys(sessionStorage).some(key => sessionStorage[key].includes('Un texte long'))")
    page.reload()
    page.get_by_role("button", name="Reprendre ce texte").click()
    page.wait_for_selector(".editor__text")
    assert page.locator(".editor__text").inner_text().strip() == "Un texte long à écrire"
    page.keyboard.type(".")
    _until(page, "Object.keys(sessionStorage).some(key => sessionStorage[key].includes('écrire.'))")
    page.locator("input[name=title]").fill("Retrouvé")
    page.get_by_role("button", name="Publier").click()
    page.wait_for_url(re.compile(r"/news/[0-9a-f-]{36}/"))
    page.goto("/news/new/")
    _until(page, "Object.keys(sessionStorage).every(key => !key.startsWith('preau.draft'))")
    assert page.get_by_role("button", name="Reprendre ce texte").count() == 0


@pytest.mark.browser
def test_what_was_typed_before_the_editor_came_is_in_it(page: Any) -> None:
    held: list[Any] = []
    page.route("**/editor*.js", lambda route: held.append(route))
    page.goto("/news/new/")
    page.locator("textarea[name=body]").focus()
    page.keyboard.type("## Avant\n\n- déjà tapé")
    held[0].continue_()
    page.wait_for_selector(".editor__text li")
    assert page.locator(".editor__text h2").inner_text() == "Avant"
    page.unroute("**/editor*.js")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark"), (1280, "dark")])
def test_the_editor_stays_on_its_page_and_is_for_everyone(
    chromium: Any,  # noqa: F811
    site: Any,  # noqa: F811
    width: int,
    scheme: str,
) -> None:
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with signed_in(chromium, site, "cpe", **options) as page:
        _begin(page)
        for name in ("Plus d’outils", "Couleurs", "Tableau", "Formule", "Lien"):
            button = page.get_by_role("button", name=name)
            if button.is_visible():
                button.click()
        found = violations(page)
        assert not found, [(each["id"], each["nodes"][0]["html"][:200]) for each in found]
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


@pytest.mark.browser
def test_without_a_script_an_announcement_is_written_all_the_same(chromium: Any, site: Any) -> None:  # noqa: F811
    with signed_in(chromium, site, "cpe", java_script_enabled=False) as page:
        page.goto("/news/new/")
        page.get_by_label(re.compile("^Titre")).fill("Sans script")
        page.get_by_label(re.compile("^Texte")).fill("Bonjour\n\n- un\n- deux")
        page.get_by_role("button", name="Publier").click()
        page.locator(".rich li").nth(1).wait_for()
        assert page.locator(".rich li").count() == 2
