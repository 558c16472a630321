"""Every element, in every state, as the gallery shows it: what it is made of, how it looks, how it is used."""

import re
from datetime import date
from itertools import product
from urllib.parse import parse_qs

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client
from django.urls import reverse

from preau.kernel.templatetags import ui
from preau.kernel.ui.comfort import Comfort, Reading
from preau.modules.accounts.services import begin_school, choose_comfort
from preau.modules.directory.testing import Who
from preau.modules.portal.views.gallery import PARTS
from tests.axe import CONTRAST, violations
from tests.real_browser import opened_chromium

LOOKS = {"usual": Comfort(), "reading": Comfort(reading=Reading.EASIER)}
# As a device wants it: the same sheets as when a person chose so.
MEDIA = {
    "dark": {"color_scheme": "dark", "contrast": "no-preference"},
    "contrast": {"color_scheme": "light", "contrast": "more"},
    "dark contrast": {"color_scheme": "dark", "contrast": "more"},
}
# The frame of every page, and what only makes sense inside another element.
SHOWN_BY_THE_PAGE = {"legal_links", "crumb", "crumbs", "look", "filled", "error_words"}
FOUND = """<ul role="listbox" aria-label="Personnes" data-said="2 personnes">
<li class="option" role="option" aria-selected="false" data-value="11"><span class="people__who"><span
class="people__name"><mark>MAR</mark>TIN Lucas</span><span class="people__what">4e B</span></span></li>
<li class="option" role="option" aria-selected="false" data-value="22"><span class="people__who"><span
class="people__name"><mark>MAR</mark>TIN Lucas</span><span class="people__what">6e A</span></span></li></ul>"""


def gallery(client, part):
    return client.get(reverse("portal:gallery"), {"part": part})


# What it shows


def test_every_element_stands_in_the_gallery(as_person):
    client = as_person(Who.HEAD)
    code = "".join(gallery(client, part).content.decode() for part in PARTS)

    missing = {
        name for name in ui.register.tags if f"{{% {name} " not in code and f"{{% {name}%}}" not in code
    }
    assert missing - SHOWN_BY_THE_PAGE == set()


def test_it_is_in_nobodys_navigation(as_person):
    for who in (Who.HEAD, Who.DIGITAL_LEAD, Who.TEACHER):
        assert b"/gallery/" not in as_person(who).get("/").content


def test_a_part_that_is_not_there_is_not_found(as_person):
    assert gallery(as_person(Who.HEAD), "x").status_code == 404


def test_no_id_stands_twice(as_person):
    for part in PARTS:
        html = gallery(as_person(Who.HEAD), part).content.decode()
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), part


# In a browser


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    """(part, look) -> the page of the head. Read before the browser runs: beside it Django reads no row.

    Of a school of its own: these tests come after those that empty the tables.
    """
    found = {}
    with django_db_blocker.unblock(), transaction.atomic():
        _school, account, _password = begin_school(
            name="Collège de la Galerie",
            city="Paris",
            uai="0752999C",
            kind="college",
            first_day=date(2026, 9, 1),
            last_day=date(2027, 7, 5),
            head=("Anne", "Galerie"),
            login="galerie",
        )
        client = Client()
        client.force_login(account)
        for look, comfort in LOOKS.items():
            choose_comfort(account=account, comfort=comfort)
            for part in PARTS:
                found[part, look] = gallery(client, part).content.decode()
        few = client.get(reverse("portal:gallery"), {"part": "frame", "places": "3"})
        found["frame", "three places"] = few.content.decode()
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def chromium(pages):
    with opened_chromium() as browser:
        yield browser


@pytest.fixture
def shown(chromium, pages):
    """Opens a part of the gallery; its static files are read from disk, every POST is answered by a word."""
    contexts = []

    def opened(part, look="usual", width=1280, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.sent, page.asked, page.fields = [], [], {}

        def answer(route):
            url = route.request.url.removeprefix("http://school.test")
            if route.request.method == "POST":
                page.sent.append(url)
                page.fields = parse_qs(
                    (route.request.post_data_buffer or b"").decode(), keep_blank_values=True
                )
                route.fulfill(body="sent", content_type="text/plain")
            elif url == "/gallery/":
                route.fulfill(body=pages[part, look], content_type="text/html; charset=utf-8")
            elif url == "/search/choices/":
                page.asked.append(route.request.headers["x-preau-typed"])
                route.fulfill(body=FOUND if "zz" not in page.asked[-1] else '<p data-said="Personne"></p>')
            elif url.startswith("/static/"):
                route.fulfill(path=finders.find(url.removeprefix("/static/")))
            else:
                route.abort()

        page.route("**/*", answer)
        page.goto("http://school.test/gallery/")
        page.evaluate("document.fonts.ready")
        return page

    yield opened
    for context in contexts:
        context.close()


EVERY_LOOK = pytest.mark.parametrize(("part", "look"), list(product(PARTS, LOOKS)))


def wrong(page, rules=()):
    return [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in violations(page, rules)]


@pytest.mark.browser
@EVERY_LOOK
def test_axe_finds_nothing_and_nothing_runs_off_the_side(shown, part, look):
    page = shown(part, look)
    for summary in page.locator("main details:not(.opens) > summary:visible").all():
        if summary.evaluate("e => !e.parentElement.open"):
            summary.click()

    # Structure is judged once at each width: what changes with the look is contrast.
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        if look == "usual":
            assert not wrong(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for media in MEDIA.values() if look == "usual" else ():
        page.emulate_media(**media)
        assert not wrong(page, CONTRAST), media


@pytest.mark.browser
@pytest.mark.parametrize("part", PARTS)
def test_twice_the_size_of_text_still_fits_a_phone(shown, part):
    page = shown(part, width=640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    assert page.evaluate("document.documentElement.scrollWidth") <= 640


@pytest.mark.browser
@pytest.mark.parametrize("media", [{}, MEDIA["dark contrast"]], ids=["light", "dark contrast"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("opener", ["Justifier l’absence", "Voir la fiche"])
def test_a_dialog_opens_holds_the_focus_and_gives_it_back(shown, media, width, opener):
    page = shown("above", width=width, **media)
    summary = page.locator("summary", has_text=opener)
    summary.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog[open]")

    assert dialog.evaluate("e => e.matches(':modal')")
    assert not wrong(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert summary.evaluate("e => e === document.activeElement && !e.parentElement.open")


@pytest.mark.browser
def test_a_dialog_is_closed_by_its_button_or_beside_it_and_keeps_what_is_typed(shown):
    page = shown("above")
    page.locator("summary", has_text="Justifier l’absence").click()
    page.locator("dialog[open]").get_by_label("Nom").fill("Zoé")
    page.locator("dialog[open]").get_by_role("button", name="Fermer").click()
    assert page.locator("dialog[open]").count() == 0

    page.locator("summary", has_text="Justifier l’absence").click()
    assert page.locator("dialog[open]").get_by_label("Nom").input_value() == "Zoé"
    page.mouse.click(5, 5)
    assert page.locator("dialog[open]").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_without_a_script_a_dialog_unfolds_in_its_place(shown, width):
    page = shown("above", width=width, java_script_enabled=False)
    page.locator("summary", has_text="Justifier l’absence").click()
    field = page.get_by_label("Nom")
    field.fill("Zoé")
    page.locator("dialog", has_text="Justifier l’absence").get_by_role("button", name="Enregistrer").click()

    assert page.sent == ["/gallery/tries/"]


@pytest.mark.browser
def test_a_toast_says_stays_while_one_is_on_it_and_goes(shown):
    page = shown("above")
    page.clock.install()
    page.reload()
    toast = page.locator(".toast")
    page.clock.run_for(1_000)
    assert toast.get_by_role("status").inner_text() == "Mot retiré."

    undo = toast.get_by_role("button", name="Annuler")
    undo.focus()
    page.clock.run_for(30_000)
    assert toast.count() == 1
    undo.blur()
    page.clock.run_for(9_000)
    assert toast.count() == 1
    page.clock.run_for(2_000)
    assert toast.count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_what_a_toast_tells_can_be_taken_back(shown, script):
    page = shown("above", java_script_enabled=script)
    page.locator(".toast").get_by_role("button", name="Annuler").click()

    assert page.sent == ["/gallery/tries/"]


@pytest.mark.browser
def test_a_wide_table_scrolls_in_its_own_box_by_keyboard_with_its_first_column_in_sight(shown):
    page = shown("lists", width=320)
    box = page.get_by_role("region", name="Moyennes du trimestre")
    box.focus()
    assert box.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
    first = box.locator("tbody th").first
    before = first.bounding_box()["x"]
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)

    assert box.evaluate("e => e.scrollLeft") > 50
    assert abs(first.bounding_box()["x"] - before) < 2


# The frame


@pytest.mark.browser
def test_three_places_need_no_panel_on_a_phone(shown):
    page = shown("frame", "three places", 320)

    assert page.locator(".nav__link:visible").count() == 3
    assert not wrong(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.browser
def test_of_nine_places_a_phone_shows_four_and_the_others_in_a_panel(shown):
    page = shown("frame", width=320)
    more = page.locator(".nav__item--more summary")

    assert page.locator(".nav__link:visible").count() == 5
    more.press("Enter")
    assert page.locator(".nav__panel a:visible").count() == 5
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


# Typing


@pytest.mark.browser
def test_the_day_is_said_beside_its_field_and_follows_it(shown):
    page = shown("forms")
    field, words = page.locator("#id_trip"), page.locator("#id_trip_words")

    assert words.inner_text() == "jeu. 19 novembre" + ("" if date.today().year == 2026 else " 2026")
    field.fill("2027-03-12")
    assert words.inner_text().startswith("ven. 12 mars")
    field.fill("")
    assert words.inner_text() == ""


@pytest.mark.browser
def test_a_password_is_shown_on_demand_and_hidden_again_when_it_is_sent(shown):
    page = shown("forms")
    field = page.locator("#id_secret")
    field.fill("tilleul")
    button = field.locator("xpath=following-sibling::button")

    assert button.inner_text().split("\n")[0].startswith("Afficher")
    button.click()
    assert field.get_attribute("type") == "text"
    assert button.inner_text().startswith("Masquer")
    assert field.evaluate("e => e === document.activeElement")
    field.evaluate("""e => { e.form.addEventListener("submit", (event) => event.preventDefault());
      e.form.noValidate = true; e.form.requestSubmit(); }""")
    assert field.get_attribute("type") == "password"


PASTE = """text => { const data = new DataTransfer(); data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste",
    { clipboardData: data, bubbles: true, cancelable: true })); }"""


def cell(page):
    return page.evaluate("document.activeElement.id")


@pytest.mark.browser
def test_a_grid_is_one_stop_and_keys_move_in_it(shown):
    page = shown("forms")
    assert page.locator("#grid .grid__cell[tabindex='0']").count() == 1
    page.locator("#cell-1-first").focus()
    for key, where in [
        ("ArrowRight", "1-second"),
        ("ArrowDown", "2-second"),
        ("Enter", "3-second"),
        ("Enter", "3-second"),
        ("Shift+Enter", "2-second"),
        ("End", "2-word"),
        ("ArrowRight", "2-word"),
        ("Home", "2-first"),
        ("ArrowLeft", "2-first"),
        ("Control+End", "3-word"),
        ("Control+Home", "1-first"),
        ("ArrowUp", "1-first"),
    ]:
        page.keyboard.press(key)
        assert cell(page) == f"cell-{where}", key
    page.keyboard.press("Tab")
    assert cell(page) == ""  # the button after the grid
    page.keyboard.press("Shift+Tab")
    assert cell(page) == "cell-1-first"


@pytest.mark.browser
def test_the_caret_moves_inside_what_is_being_typed_and_escape_takes_it_back(shown):
    page = shown("forms")
    field = page.locator("#cell-1-first")
    field.focus()
    page.keyboard.type("17")
    page.keyboard.press("ArrowLeft")
    assert cell(page) == "cell-1-first"
    page.keyboard.press("Escape")
    assert field.input_value() == "12,5"
    page.keyboard.type("18")
    page.keyboard.press("ArrowRight")
    assert cell(page) == "cell-1-second"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    assert field.input_value() == "18"


@pytest.mark.browser
def test_a_block_of_a_spreadsheet_fills_cells_and_says_what_it_did(shown):
    page = shown("forms")
    page.locator("#cell-2-second").focus()
    page.evaluate(PASTE, "12.5\t14\tBien\tde trop\r\n25\tABS\t\r\n8\t9\r\n")

    values = [
        page.locator(f"#cell-{row}-{c}").input_value() for row in (2, 3) for c in ("second", "third", "word")
    ]
    assert values == ["12,5", "14", "Bien", "25", "ABS", ""]
    said = page.locator("#grid [role=status]").inner_text()
    assert said == "6 cellules collées, 3 laissées de côté, 1 à revoir."
    refused = page.locator("#cell-3-second")
    assert refused.get_attribute("aria-invalid") == "true"
    assert page.locator("#cell-3-second-error").inner_text() == "0 à 20, abs"
    refused.fill("15")
    refused.press("ArrowUp")
    assert refused.get_attribute("aria-invalid") is None
    # One value is pasted as in any field.
    page.locator("#cell-1-word").focus()
    page.evaluate(PASTE, "un mot")
    assert page.locator("#cell-1-word").input_value() == ""


@pytest.mark.browser
def test_without_a_script_a_grid_is_a_form(shown):
    page = shown("forms", java_script_enabled=False)
    page.locator("#cell-1-first").fill("14,5")
    page.locator("#cell-1-first").press("Tab")
    page.keyboard.type("9")
    page.locator("#grid").get_by_role("button", name="Enregistrer").click()

    assert page.sent == ["/gallery/tries/"]
    assert (page.fields["cell.1.first"], page.fields["cell.1.second"]) == (["14,5"], ["9"])


@pytest.mark.browser
def test_people_are_chosen_by_keyboard_among_those_suggested(shown):
    page = shown("forms", width=320)
    picker = page.locator("#people .picker").nth(1)
    field, said = picker.get_by_role("combobox"), picker.get_by_role("status")
    field.focus()
    for which in (1, 2):
        page.keyboard.type("mar", delay=20)
        picker.get_by_role("listbox").wait_for()
        assert field.get_attribute("aria-expanded") == "true"
        assert said.inner_text() == "2 personnes"
        for _ in range(which):
            page.keyboard.press("ArrowDown")
        active = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
        assert active.get_attribute("aria-selected") == "true"
        if which == 1:
            assert not wrong(page)
        page.keyboard.press("Enter")
        assert said.inner_text() == "Choix\u00a0: MARTIN Lucas"
        assert field.input_value() == ""
    boxes = picker.get_by_role("checkbox")
    assert [box.evaluate("e => e.value") for box in boxes.all()] == ["11", "22"]
    boxes.first.uncheck()
    page.keyboard.press("Tab")
    assert page.asked == ["mar", "mar"]
    assert not page.sent
    page.locator("#people").get_by_role("button", name="Envoyer").click()
    assert page.fields["company"] == ["22"]


@pytest.mark.browser
def test_escape_closes_the_suggestions_then_empties_the_field(shown):
    page = shown("forms")
    picker = page.locator("#people .picker").first
    field = picker.get_by_role("combobox")
    field.focus()
    page.keyboard.type("mar")
    picker.get_by_role("listbox").wait_for()
    page.keyboard.press("Escape")
    assert picker.get_by_role("listbox").count() == 0
    assert field.input_value() == "mar"
    page.keyboard.press("Escape")
    assert field.input_value() == ""
    page.keyboard.type("zz")
    picker.get_by_text("Personne", exact=True).wait_for()
    page.keyboard.press("Enter")
    assert not page.sent


@pytest.mark.browser
def test_without_a_script_people_are_looked_for_by_a_button(shown):
    page = shown("forms", java_script_enabled=False)
    picker = page.locator("#people .picker").first
    picker.get_by_label("Chercher un nom").fill("mar")
    picker.get_by_role("button", name="Chercher").click()

    assert (page.fields["leader_q"], page.fields["leader_find"]) == (["mar"], ["1"])


# Reading


@pytest.mark.browser
def test_a_list_narrows_as_one_types_and_says_how_many_are_left(shown):
    page = shown("lists")
    box = page.locator(".filtered")
    rows, said = box.locator(".people__row:visible"), box.get_by_role("status")

    assert said.inner_text() == "5 lignes"
    for typed, shown_rows in [("oeuv", 1), ("ngoc", 1), ("la de", 2), ("é", 5), ("zz", 0)]:
        box.get_by_role("searchbox").fill(typed)
        assert (rows.count(), said.inner_text()) == (shown_rows, f"{shown_rows} sur 5"), typed
    assert box.get_by_text("Rien de ce nom").is_visible()
    box.get_by_role("searchbox").press("Escape")
    assert rows.count() == 5


@pytest.mark.browser
@pytest.mark.parametrize("media", [{}, MEDIA["dark contrast"]], ids=["light", "dark contrast"])
def test_paper_is_printed_alone_and_black_on_white(shown, media):
    page = shown("charts", width=720, **media)
    page.emulate_media(media="print")

    for gone in (".top", ".nav", ".head", ".tabs", ".crumbs", ".page__foot", ".prints", "#sheet .fold"):
        assert page.locator(f"{gone}:visible").count() == 0, gone
    assert page.locator(".sheet:visible").count() == 2
    colours = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    assert page.locator(".sheet__boxes").evaluate(colours)[0] == "rgb(0, 0, 0)"
    assert page.locator(".sheet").first.evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 720
