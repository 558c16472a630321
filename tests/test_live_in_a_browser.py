# ruff: noqa: F811  a fixture is named where it comes from and where it is used
"""What changes by itself, in real browsers: one writes, the others see it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.axe import violations
from tests.test_in_a_browser import chromium, signed_in, site  # noqa: F401

pytestmark = pytest.mark.browser

STREAM = re.compile(r"/live$")
LINE = re.compile(r"/live$|/live-ticket/")
SECOND = 3_000  # ms the second browser may take; alone on a quiet machine it takes some 100


@contextmanager
def on_class(chromium: Any, site: Any, login: str, label: str, **options: Any) -> Iterator[Any]:
    with signed_in(chromium, site, login, **options) as page:
        page.goto("/groups/?all=1")
        follow(page, label)
        yield page


def follow(page: Any, label: str) -> None:
    """The class's page, once its stream is open (or for families, once its script runs)."""
    address = page.locator("a", has_text=re.compile(rf"^{label}$")).first.get_attribute("href")
    if page.evaluate("document.getElementById('live').hasAttribute('data-streams')"):
        # The page before has a stream of its own.
        with page.expect_response(
            lambda each: STREAM.search(each.url) and each.request.headers["referer"].endswith(address)
        ):
            page.goto(address)
    else:
        page.goto(address)
    page.evaluate("window.drawn = 'once'")


def appoint(page: Any) -> str:
    """Name somebody, and return their family name as lists write it."""
    page.get_by_text("Nommer un professeur principal").click()
    page.get_by_label("Enseignant").select_option(index=1)
    chosen = page.get_by_label("Enseignant").evaluate("field => field.selectedOptions[0].text")
    page.get_by_role("button", name="Nommer", exact=True).click()
    page.locator("#head-teachers li", has_text=chosen.split()[-1]).wait_for()
    return str(chosen.split()[-1])


def named(page: Any, name: str) -> Any:
    return page.locator("#head-teachers li", has_text=name)


def test_a_colleague_sees_the_appointment_without_doing_anything(chromium: Any, site: Any) -> None:
    with (
        on_class(chromium, site, "principale", "5e A") as writes,
        on_class(chromium, site, "cpe", "5e A") as reads,
    ):
        name = appoint(writes)
        named(reads, name).wait_for(timeout=SECOND)
        assert reads.evaluate("window.drawn") == "once"
        said = reads.locator("#live")
        assert said.inner_text() == "Les professeurs principaux ont changé."
        assert not violations(reads)

        ending = named(writes, name)
        ending.get_by_text("Fin de fonction").click()
        ending.get_by_role("button", name="Mettre fin").click()
        named(reads, name).get_by_text("jusqu’au").wait_for(timeout=SECOND)
        assert reads.evaluate("window.drawn") == "once"


def test_what_somebody_types_is_not_taken_from_under_their_hands(chromium: Any, site: Any) -> None:
    with (
        on_class(chromium, site, "principale", "6e A") as writes,
        on_class(chromium, site, "principale", "6e A") as types,
    ):
        types.get_by_text("Nommer un professeur principal").click()
        chosen = types.get_by_label("Enseignant")
        chosen.select_option(index=2)
        wanted = chosen.input_value()
        types.evaluate("document.activeElement.blur()")
        with types.expect_event("console", lambda message: message.text == "heard"):
            types.evaluate(
                "() => { new BroadcastChannel('preau-live').onmessage ="
                " ({data}) => data.changed && console.log('heard'); }"
            )
            name = appoint(writes)
        assert chosen.input_value() == wanted
        assert not named(types, name).count()

        chosen.evaluate("field => field.form.reset()")
        named(types, name).wait_for(timeout=SECOND)
        assert types.get_by_label("Enseignant").is_visible(), "the fold stays open"


def test_the_focus_stays_where_it_was(chromium: Any, site: Any) -> None:
    with (
        on_class(chromium, site, "principale", "3e A") as writes,
        on_class(chromium, site, "principale", "3e A") as reads,
    ):
        reads.locator("#head-teachers summary", has_text="Nommer").focus()
        name = appoint(writes)
        named(reads, name).wait_for(timeout=SECOND)
        assert reads.evaluate("document.activeElement.closest('#head-teachers') !== null")


def test_three_tabs_of_a_browser_share_one_stream(chromium: Any, site: Any) -> None:
    with (
        on_class(chromium, site, "principale", "4e B") as writes,
        signed_in(chromium, site, "professeur") as first,
    ):
        first.goto("/groups/?all=1")
        follow(first, "4e B")
        streams: list[str] = []
        first.context.on(
            "request", lambda request: streams.append(request.url) if STREAM.search(request.url) else None
        )
        others = [first.context.new_page() for _ in range(2)]
        for other in others:
            other.goto(first.url)
        name = appoint(writes)
        for page in (first, *others):
            named(page, name).wait_for(timeout=SECOND)
        assert not streams, "the new tabs listen to the first"

        first.close()
        ending = named(writes, name)
        ending.get_by_text("Fin de fonction").click()
        ending.get_by_role("button", name="Mettre fin").click()
        for page in others:
            named(page, name).get_by_text("jusqu’au").wait_for(timeout=2 * SECOND)
        assert len(streams) == 1, "one of them took over"


def test_logging_out_in_one_tab_ends_the_stream_of_the_others(chromium: Any, site: Any) -> None:
    with on_class(chromium, site, "cpe", "5e B") as stays:
        leaves = stays.context.new_page()
        leaves.goto("/")
        leaves.locator("details.menu summary").click()
        leaves.get_by_role("button", name="Se déconnecter").click()
        leaves.wait_for_url(re.compile("/login/"))
        stays.get_by_text("Session terminée").wait_for(timeout=2 * SECOND)


def test_a_family_asks_once_a_minute_and_holds_no_line(chromium: Any, site: Any) -> None:
    with (
        on_class(chromium, site, "principale", "4e A") as writes,
        signed_in(chromium, site, "eleve") as looks,
    ):
        asked: list[str] = []
        looks.on("request", lambda request: asked.append(request.url) if LINE.search(request.url) else None)
        looks.clock.install()
        looks.goto("/groups/")
        follow(looks, "4e A")
        name = appoint(writes)
        with looks.expect_response(re.compile("/head-teachers/block/")):
            looks.clock.run_for(65_000)
        named(looks, name).wait_for(timeout=SECOND)
        assert not asked


def test_a_menu_closes_when_one_goes_on(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "principale") as page:
        menu = page.locator("details.menu")
        menu.locator("summary").click()
        page.keyboard.press("Escape")
        assert menu.get_attribute("open") is None
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        menu.locator("summary").click()
        page.get_by_role("heading", level=1).click()
        assert menu.get_attribute("open") is None


def test_a_cut_line_is_said_quietly_and_what_was_missed_comes_after_it(chromium: Any, site: Any) -> None:
    with (
        on_class(chromium, site, "principale", "6e B") as writes,
        on_class(chromium, site, "cpe", "6e B", viewport={"width": 320, "height": 700}) as reads,
    ):
        reads.context.set_offline(True)
        line = reads.get_by_text(re.compile(r"Hors ligne\. Dernière mise à jour à \d\d:\d\d\."))
        line.wait_for(timeout=SECOND)
        assert reads.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        name = appoint(writes)
        reads.context.set_offline(False)
        named(reads, name).wait_for(timeout=10_000)
        line.wait_for(state="detached", timeout=SECOND)

        reads.context.set_offline(True)  # and nothing happens meanwhile
        line.wait_for(timeout=SECOND)
        reads.context.set_offline(False)
        line.wait_for(state="detached", timeout=2 * SECOND)


def test_after_a_sleep_the_page_asks_for_everything_again(chromium: Any, site: Any) -> None:
    with signed_in(chromium, site, "cpe") as page:
        page.clock.install()
        page.goto("/groups/?all=1")
        follow(page, "3e B")
        with (
            page.expect_request(
                lambda each: STREAM.search(each.url) and float(each.headers["x-preau-away"]) > 3500
            ),
            page.expect_response(STREAM),
            page.expect_response(re.compile("/head-teachers/block/")),
        ):
            page.clock.fast_forward(3_600_000)
            page.clock.run_for(10_000)


def test_a_page_that_may_hear_nothing_polls(chromium: Any, site: Any) -> None:
    """The streams are full, or a proxy lets none through."""
    with (
        on_class(chromium, site, "principale", "5e A") as writes,
        signed_in(chromium, site, "cpe") as page,
    ):
        page.clock.install()
        page.route(STREAM, lambda route: route.fulfill(status=503, headers={"Retry-After": "60"}))
        page.goto("/groups/?all=1")
        follow(page, "5e A")
        name = appoint(writes)
        with page.expect_response(re.compile("/head-teachers/block/")):
            page.clock.run_for(70_000)
        named(page, name).wait_for(timeout=SECOND)


def test_a_ticket_is_kept_from_page_to_page(chromium: Any, site: Any) -> None:
    with on_class(chromium, site, "cpe", "5e B") as page:
        asked: list[str] = []
        page.on(
            "request", lambda request: asked.append(request.url) if "/live-ticket/" in request.url else None
        )
        for _ in range(2):
            with page.expect_response(STREAM) as opened:
                page.reload()
            assert opened.value.status == 200
        assert not asked
