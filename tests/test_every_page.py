"""Every page there is, judged as it is drawn: axe in light, dark and strong contrast, 320 px, letters twice as large."""

from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.test import Client

from preau.modules.directory.testing import OWN, Cast, Who
from preau.modules.notifications.selectors.preferences import silence_token
from tests.access_table import Line
from tests.axe import CONTRAST, violations
from tests.real_browser import opened_chromium
from tests.test_access_matrix import LINES, _send

# Who looks: one of each kind sees what the others do not.
READERS = (Who.HEAD, Who.TEACHER, Who.GUARDIAN, Who.PUPIL, Who.AUTHORITY, Who.ANONYMOUS)
AT_MOST = 1  # a page: the first of them who may open it; the home, which differs most, is drawn for all
HOST = "http://school.test"
PAGES = sorted(
    (line for line in LINES if line.method == "GET" and 200 in (line.ok, line.anonymous)),
    key=lambda line: line.name,
)
MODULES = {name: list(lines) for name, lines in groupby(PAGES, key=lambda line: line.name.partition(":")[0])}
# Structure is judged once: what changes with the colours is contrast.
LOOKS = {
    "light": {"color_scheme": "light", "contrast": "no-preference"},
    "dark": {"color_scheme": "dark", "contrast": "no-preference"},
    "contrast": {"color_scheme": "light", "contrast": "more"},
    "dark contrast": {"color_scheme": "dark", "contrast": "more"},
}


def _readers(line: Line) -> list[Who]:
    signed_in = [who for who in READERS if who is not Who.ANONYMOUS and who in line.allowed(OWN)]
    found = signed_in if line.ok == 200 else []
    drawn_for = found if line.name == "portal:home" else found[:AT_MOST]
    return drawn_for + ([Who.ANONYMOUS] if line.anonymous == 200 else [])


def _drawn(lines: list[Line], cast: Cast, as_person: Any) -> dict[tuple[str, str], str]:
    """(address, reader) -> the page: whole pages, no parts of one, no files."""
    found = {}
    for line in lines:
        for who in _readers(line):
            answer = _send(as_person(who), line, cast, OWN)
            if "text/html" in answer.headers["Content-Type"] and b"<html" in answer.content:
                found[line.title, (who.name or "").lower()] = answer.content.decode()
    if lines[0].name.startswith("notifications:"):
        found["GET unsubscribe", "anonymous"] = _from_a_letter(cast).content.decode()
    return found


def _from_a_letter(cast: Cast) -> Any:
    """Only a signed link opens it."""
    token = silence_token(cast.people[Who.TEACHER].pk, "digest")
    return Client().get("/notices/unsubscribe/", {"t": token})


def _answer(route: Any, html: str) -> None:
    path = route.request.url.removeprefix(HOST)
    if route.request.is_navigation_request():
        route.fulfill(body=html, content_type="text/html; charset=utf-8")
    elif path.startswith("/static/") and (file := finders.find(path.removeprefix("/static/"))):
        route.fulfill(path=file)
    else:
        route.abort()


@pytest.mark.browser
@pytest.mark.parametrize("module", MODULES)
def test_every_page_can_be_read_in_every_look(module: str, cast: Cast, as_person: Any) -> None:
    """The pages are asked for before the browser starts: beside it Django reads no row."""
    pages = _drawn(MODULES[module], cast, as_person)
    wrong: list[Any] = []
    html = ""

    def judge(title: Any, look: str, rules: tuple[str, ...] = ()) -> None:
        for each in violations(page, rules):
            wrong.append((title, look, each["id"], each["nodes"][0]["html"][:160]))

    with opened_chromium() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        page = context.new_page()
        page.route("**/*", lambda route: _answer(route, html))
        for title, html in pages.items():  # noqa: B007  answered to the browser
            page.goto(f"{HOST}/")
            page.evaluate("document.fonts.ready")
            for look, media in LOOKS.items():
                page.emulate_media(**media)
                # The dark is judged whole on a phone, below.
                if look != "dark":
                    judge(title, look, () if look == "light" else CONTRAST)
            for width, size in ((1280, "150%"), (640, "200%"), (320, "100%")):
                page.set_viewport_size({"width": width, "height": 800})
                page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if wide > 0:
                    wrong.append((title, f"{width} px, letters of {size}", f"{wide} px too wide"))
            page.emulate_media(**LOOKS["dark"])
            judge(title, "dark, 320 px")
            page.set_viewport_size({"width": 1280, "height": 800})
    assert not wrong, "\n".join(map(str, wrong))


# What has no address of its own: tests/elements/test_drawn.py.
ELSEWHERE = {"ui/error.html"}


def test_no_page_is_left_out(cast: Cast, as_person: Any) -> None:
    """Every template that is a page of its own is one of those judged here."""
    seen = ELSEWHERE | {template.name for template in _from_a_letter(cast).templates}
    for line in PAGES:
        for who in _readers(line):
            answer = _send(as_person(who), line, cast, OWN)
            seen |= {template.name for template in getattr(answer, "templates", []) or []}
    there = set()
    for config in apps.get_app_configs():
        folder = Path(config.path) / "templates"
        for path in folder.rglob("*.html") if config.name.startswith("preau.") else ():
            if path.read_text().startswith(
                ('{% extends "ui/page.html" %}', '{% extends "ui/visitor.html" %}')
            ):
                there.add(str(path.relative_to(folder)))
    assert there
    assert there - seen == set()
