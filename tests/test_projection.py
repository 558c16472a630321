# ruff: noqa: F811  a fixture is named where it comes from and where it is used
"""Thirty pupils look at the screen: no name, no way to reach anybody and no message stands on any page."""

from html.parser import HTMLParser
from typing import Any

import pytest

from preau.modules.directory.testing import OWN, Cast, Who
from tests.axe import violations
from tests.test_access_matrix import LINES, _send
from tests.test_in_a_browser import chromium, signed_in, site  # noqa: F401

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
NEVER_SEEN = {"script", "style", "template", "noscript"}
SHOWN = ("title", "alt", "placeholder", "value", "label")  # attributes a page shows, or shows on hovering


class Seen(HTMLParser):
    """The text of a page outside of what says `data-private`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.is_projecting = False
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    @property
    def _is_hidden(self) -> bool:
        return any(hides for _tag, hides in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.is_projecting |= tag == "html" and "data-projecting" in given
        hides = "data-private" in given or tag in NEVER_SEEN
        if not hides and not self._is_hidden and given.get("type") != "hidden":
            self.text += [given[name] or "" for name in SHOWN if name in given]
        if tag not in VOID:
            self._open.append((tag, hides))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._is_hidden:
            self.text.append(data)


def test_what_is_inside_something_private_is_not_seen() -> None:
    page = (
        '<html data-projecting><p data-private>Zoé <img alt="Zoé"><b>Martin</b></p><p title="Léo">x<br>y</p>'
    )
    seen = Seen(page)
    assert seen.is_projecting and seen.text == ["Léo", "x", "y"]


PAGES = [line for line in LINES if line.method == "GET" and line.ok == 200]


@pytest.mark.parametrize("line", PAGES, ids=lambda line: line.title)
def test_no_page_shows_a_name_while_it_is_projected(line: Any, cast: Cast, as_person: Any) -> None:
    private = {
        word.casefold()
        for place in cast.places.values()
        for word in place.canaries | place.field_canaries
        if word
        not in {each.things["division"].label for each in cast.places.values() if "division" in each.things}
    }
    for who in (Who.TEACHER, Who.HEAD, Who.CPE, Who.DIGITAL_LEAD):
        if who not in line.allowed(OWN):
            continue
        client = as_person(who)
        client.post("/projection/", {"on": "1"})
        answer = _send(client, line, cast, OWN)
        if "text/html" not in answer.headers["Content-Type"]:
            continue
        seen = Seen(answer.content.decode())
        assert seen.is_projecting or b'id="projecting"' not in answer.content
        shown = " ".join(seen.text).casefold()
        assert not {word for word in private if word in shown}, who


def test_it_begins_ends_and_goes_back_where_one_was(as_person: Any) -> None:
    client = as_person(Who.TEACHER)
    came = {"Referer": "http://testserver/groups/?all=1"}
    assert client.post("/projection/", {"on": "1"}, headers=came)["Location"] == "/groups/?all=1"
    page = client.get("/groups/").content.decode()
    assert "<title>Préau</title>" in page and Seen(page).is_projecting
    client.post("/projection/", {"on": "1"})
    assert Seen(client.get("/").content.decode()).is_projecting, "asked twice is asked once"
    for referer in (
        "http://ailleurs.example/x",
        "http://testserver//ailleurs.example/",
        "javascript:alert(1)",
        "\x00",
    ):
        answer = client.post("/projection/", {"on": "0"}, headers={"Referer": referer})
        assert answer["Location"] == "/"
    assert not Seen(client.get("/").content.decode()).is_projecting


def test_it_ends_with_the_session(as_person: Any) -> None:
    client = as_person(Who.TEACHER)
    client.post("/projection/", {"on": "1"})
    client.post("/logout/")
    client.force_login(as_person(Who.HEAD).get("/").wsgi_request.user)
    assert not Seen(client.get("/").content.decode()).is_projecting


# ── In a browser ─────────────────────────────────────────────────────────────────────────────────

IN_SIGHT = """() => {
  const dark = (e) => getComputedStyle(e).visibility === "hidden" || getComputedStyle(e).color.endsWith(" 0)");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() && e.checkVisibility() && !dark(e)) found.push(texts.currentNode.data.trim());
  }
  return found.join(" ") + " " + document.title;
}"""


@pytest.mark.browser
def test_one_key_hides_at_once_in_every_tab_and_one_key_shows_again(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "professeur", viewport={"width": 1280, "height": 800}) as page:
        page.goto("/people/?kind=pupil")
        name = page.locator("main .people__name").first.inner_text()
        other = page.context.new_page()
        other.goto("/people/?kind=pupil")
        assert name in page.evaluate(IN_SIGHT)

        with page.expect_response("**/projection/"):
            page.keyboard.press("F9")
        for each in (page, other):
            each.locator("html[data-projecting]").wait_for()
            assert name not in each.evaluate(IN_SIGHT)
        assert not violations(page)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"

        page.goto("/groups/?all=1")
        assert page.get_by_text("Projection : noms, notes et messages sont masqués.").first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

        page.goto("/people/?kind=pupil")
        page.keyboard.press("F9")
        page.locator("html:not([data-projecting])").wait_for()
        page.wait_for_function("document.title !== 'Préau'")
        assert name in page.evaluate(IN_SIGHT)


@pytest.mark.browser
def test_a_page_that_was_on_its_way_when_the_key_was_touched_hides_too(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "professeur", service_workers="block") as page:
        page.goto("/people/?kind=pupil")
        other, held = page.context.new_page(), []
        other.route("**/projection*.js", lambda route: held.append(route))
        with other.expect_request("**/projection*.js"):
            other.goto("/people/?kind=pupil", wait_until="commit")
        with page.expect_response("**/projection/"):
            page.keyboard.press("F9")
        assert other.locator("html[data-projecting]").count() == 0
        held[0].continue_()
        other.locator("html[data-projecting]").wait_for()


@pytest.mark.browser
def test_when_the_server_does_not_hear_it_the_page_stays_hidden(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "professeur") as page:
        page.goto("/people/?kind=pupil")
        page.route("**/projection/", lambda route: route.abort())
        page.keyboard.press("F9")
        page.keyboard.press("F9")
        page.wait_for_timeout(200)
        assert page.locator("html[data-projecting]").count() == 1


@pytest.mark.browser
def test_without_a_script_a_button_does_it(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "professeur", java_script_enabled=False) as page:
        page.goto("/people/?kind=pupil")
        page.locator(".menu__summary").click()
        page.get_by_role("button", name="Projeter à la classe").click()
        page.wait_for_url("**/people/?kind=pupil")
        assert page.locator("html[data-projecting]").count() == 1
        page.get_by_role("button", name="Quitter").click()
        page.wait_for_url("**/people/?kind=pupil")
        assert page.locator("html[data-projecting]").count() == 0
