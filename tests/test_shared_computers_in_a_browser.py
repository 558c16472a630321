# ruff: noqa: F811  a fixture is named where it comes from and where it is used
"""Computers several people use, in a real browser: nothing of who has left is found there."""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from bench.load import HOST
from bench.serving import AS_SERVED, accounts, served
from preau.kernel.web import shared
from tests.axe import violations
from tests.test_in_a_browser import chromium  # noqa: F401

browser = pytest.mark.browser


STORES = """async () => {
  const databases = (await indexedDB.databases?.()) ?? [];
  const kept = {};
  if (window.caches)
    for (const name of await caches.keys())
      for (const request of await (await caches.open(name)).keys()) {
        const answer = await (await caches.open(name)).match(request);
        kept[`${name} ${new URL(request.url).pathname}`] = await answer.text();
      }
  return { local: {...localStorage}, session: {...sessionStorage}, databases, kept, cookie: document.cookie,
           page: document.documentElement.outerHTML };
}"""
SEED = """async () => {
  localStorage.setItem("upload:photo:CANARI.jpg", "/uploads/CANARI");
  localStorage.setItem("preau.slash", "off");
  sessionStorage.setItem("preau.draft:/news/new/:body", JSON.stringify({ html: "CANARI" }));
  document.cookie = "preau_saved=CANARI; Path=/";
  await new Promise((done) => {
    const asked = indexedDB.open("CANARI", 1);
    asked.onsuccess = () => (asked.result.close(), done());
  });
  if (window.caches) await (await caches.open("CANARI")).put("/CANARI", new Response("CANARI"));
}"""
VISITED = ("/", "/people/", "/comfort/")
IN_HTTP_CACHE = """async (addresses) => {
  const kept = [];
  for (const address of addresses)
    await fetch(address, { cache: "only-if-cached", mode: "same-origin" }).then((found) => found.ok && kept.push(address), () => {});
  return kept;
}"""
OLD = "preau.test"  # neither HTTPS nor this machine's own name: no worker, no caches, and Clear-Site-Data is not heard


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with served(None, **AS_SERVED, ALLOWED_HOSTS=f"{HOST},{OLD}") as found:
        yield found


@pytest.fixture(scope="module")
def site(server: Any) -> tuple[str, dict[str, str]]:
    return f"http://{HOST}:{server.port}", accounts(server)


@pytest.fixture(scope="module")
def old_chromium(chromium: Any) -> Iterator[Any]:
    """A browser that does not know how to empty itself."""
    arguments = ["--no-sandbox", "--disable-gpu", f"--host-resolver-rules=MAP {OLD} {HOST}"]
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    found = chromium.browser_type.launch(executable_path=path, args=arguments)
    yield found
    found.close()


def sign_in(page: Any, site: Any, login: str, *, shared: bool) -> None:
    page.goto("/login/")
    page.get_by_label("Identifiant").fill(login)
    page.get_by_label("Mot de passe").fill(site[1][login])
    if shared:
        page.get_by_label("Cet ordinateur est partagé").check()
    page.get_by_role("button", name="Se connecter").click()
    page.locator(".menu__name").first.wait_for(state="attached")


@contextmanager
def seated(
    chromium: Any, site: Any, login: str, *, shared: bool = True, clock: bool = False, **options: Any
) -> Iterator[Any]:
    """Signed in at a shared computer. With `clock`, its time moves when the test says so."""
    options = {"base_url": site[0], "locale": "fr-FR", "viewport": {"width": 1280, "height": 800}, **options}
    context = chromium.new_context(**options)
    if clock:
        context.clock.install()
    page = context.new_page()
    sign_in(page, site, login, shared=shared)
    yield page
    context.close()


def _somebody_is_there(answer: Any) -> bool:
    return answer.url.endswith("/session/") and answer.request.method == "POST"


def lasts(server: Any, seconds: float) -> None:
    """Sessions end so many seconds from now, as if their last activity lay that far back."""
    ends = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(Path(server.env["PREAU_VAR"]) / "preau.sqlite3", timeout=20) as database:
        database.execute("UPDATE django_session SET expire_date = ?", [ends])
    database.close()


def seconds_left(page: Any) -> int:
    asked = page.request.get("/session/", headers={"Accept": "application/json"})
    left: int = asked.json()["left"]
    return left


def type_and_seed(page: Any) -> str:
    """Somebody has worked here. Returns their name."""
    for address in VISITED:
        page.goto(address)
    page.evaluate(SEED)
    page.goto("/notices/preferences/")
    page.evaluate(
        """() => document.querySelector("main form[method=post]").insertAdjacentHTML("beforeend", '<input name="canari">')"""
    )
    page.locator("[name=canari]").fill("CANARI")
    until(page, "Object.values(sessionStorage).some((kept) => kept.includes('CANARI'))")
    name: str = page.locator(".menu__name").first.inner_text()
    return name


def until(page: Any, found: str) -> None:
    for _ in range(100):
        if page.evaluate(found):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never: {found}")


def emptied(page: Any, name: str) -> None:
    """Nothing of them in any store of this browser, and « back » shows no page of theirs."""
    page.wait_for_url(re.compile("/login/"))
    page.get_by_text("Session terminée.").wait_for()
    until(page, "Object.keys(localStorage).length + Object.keys(sessionStorage).length === 0")
    until(page, "indexedDB.databases().then((found) => found.length === 0)")
    until(page, "!window.caches || caches.keys().then((names) => !names.includes('CANARI'))")
    found = page.evaluate(STORES)
    assert found["local"] == found["session"] == {} and found["databases"] == []
    assert all(key.startswith("preau-shell-") for key in found["kept"])
    session = page.context.new_cdp_session(page)
    cookies = session.send("Storage.getCookies")["cookies"]
    names = {each["name"] for each in cookies}
    assert names <= {"preau_csrf", shared.MARK, shared.FORGETS}, names
    everything = json.dumps([found, cookies])
    for canary in ("CANARI", name, name.split()[-1]):
        assert canary.lower() not in everything.lower(), canary
    assert page.evaluate(IN_HTTP_CACHE, list(VISITED)) == []
    for _ in range(3):
        page.go_back(wait_until="commit")
        page.wait_for_timeout(200)
        page.wait_for_load_state()
        assert page.locator(".menu__name").count() == 0
        assert name not in page.content() and "CANARI" not in page.content()


@pytest.fixture(params=["heard", "old"])
def computer(request: Any, site: Any, server: Any) -> tuple[Any, Any]:
    """With a browser that empties itself when told to, and one that does not know that."""
    if request.param == "heard":
        return request.getfixturevalue("chromium"), site
    return request.getfixturevalue("old_chromium"), (f"http://{OLD}:{server.port}", site[1])


@browser
@pytest.mark.parametrize("is_shared_one", [True, False], ids=["shared", "own"])
def test_after_a_logout_every_store_is_empty(computer: Any, is_shared_one: bool) -> None:
    with seated(*computer, "professeur", shared=is_shared_one) as page:
        name = type_and_seed(page)
        page.locator(".menu__summary").click()
        page.get_by_role("button", name="Se déconnecter").click()
        page.wait_for_url(re.compile("/login/"))
        if not is_shared_one:
            # It opens nothing, and spares this browser the wrong tries of others.
            page.context.clear_cookies(name="preau_device")
        emptied(page, name)


@browser
def test_after_the_end_by_itself_every_store_is_empty(computer: Any, server: Any) -> None:
    with seated(*computer, "professeur", clock=True) as page:
        name = type_and_seed(page)
        lasts(server, -1)
        page.context.clock.fast_forward("10:05")  # the lid was closed: on waking it leaves at once
        emptied(page, name)
        assert "faute d’activité" in page.locator("main").inner_text()


@browser
def test_on_waking_nothing_is_shown_while_the_page_leaves(chromium: Any, site: Any, server: Any) -> None:
    with seated(chromium, site, "eleve", clock=True) as page:
        page.goto("/people/")
        page.wait_for_timeout(300)
        lasts(server, -1)
        page.route("**/session/", lambda route: None)  # the line is half there: no answer comes
        page.context.clock.fast_forward("03:00:00")
        until(page, "document.body.hidden")
        page.wait_for_url(re.compile("/login/"), timeout=15_000)
        assert page.evaluate("Object.keys(sessionStorage).length + Object.keys(localStorage).length") == 0


def warned(page: Any, server: Any) -> Any:
    lasts(server, 55)
    page.context.clock.fast_forward("09:05")
    line = page.locator("#session")
    line.get_by_text("Votre session se termine dans 1 minute.").wait_for()
    return line


@browser
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_it_is_said_a_minute_before_and_one_stays_by_keyboard(
    chromium: Any, site: Any, server: Any, width: int, scheme: str
) -> None:
    options = {"viewport": {"width": width, "height": 700}, "color_scheme": scheme}
    with seated(chromium, site, "eleve", clock=True, **options) as page:
        page.goto("/comfort/")
        page.wait_for_timeout(300)
        page.locator("main [type=radio]").first.focus()
        line = warned(page, server)
        assert line.locator("[role=status]").count() == 1, "told politely"
        assert page.evaluate("document.activeElement.type") == "radio", "and nobody is torn away"
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        if shots := os.environ.get("PREAU_SHOTS"):
            page.screenshot(path=f"{shots}/warned-{width}.png")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "Rester connecté"
        page.keyboard.press("Enter")
        line.get_by_text("Vous restez connecté.").wait_for()
        assert page.evaluate("document.activeElement.type") == "radio"
        assert seconds_left(page) > 590
        page.context.clock.fast_forward("05:00")
        assert page.locator(".menu__name").count()
        assert not line.locator("[role=status]").inner_text()


@browser
def test_who_types_is_not_sent_away(chromium: Any, site: Any, server: Any) -> None:
    with seated(chromium, site, "cpe", clock=True) as page:
        page.goto("/news/new/")
        page.wait_for_timeout(300)
        lasts(server, 300)
        page.context.clock.fast_forward("05:00")
        with page.expect_response(_somebody_is_there):
            page.locator("[name=title]").press_sequentially("Une longue")
        assert seconds_left(page) > 590
        asked: list[str] = []
        page.on("request", lambda each: asked.append(each.url))
        page.locator("[name=title]").press_sequentially(" annonce, lettre par lettre")
        assert not [each for each in asked if "/session/" in each], "said once a minute"


@browser
def test_who_has_gone_is_sent_away_however_often_the_page_asks(chromium: Any, site: Any, server: Any) -> None:
    with seated(chromium, site, "principale", clock=True) as page:
        page.wait_for_timeout(300)
        lasts(server, 300)
        for _ in range(4):
            page.context.clock.fast_forward("01:01")
            page.evaluate("document.querySelectorAll('[data-live]').length")
            page.wait_for_timeout(200)
        assert seconds_left(page) < 300


@browser
def test_a_page_the_worker_fetches_is_activity(chromium: Any, site: Any, server: Any) -> None:
    with seated(chromium, site, "eleve") as page:
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        until(page, "navigator.serviceWorker.controller !== null")
        lasts(server, 200)
        page.goto("/people/")
        assert seconds_left(page) > 590


@browser
def test_tabs_agree(chromium: Any, site: Any, server: Any) -> None:
    with seated(chromium, site, "eleve", clock=True) as page:
        other = page.context.new_page()
        other.goto("/people/")
        other.wait_for_timeout(300)
        lasts(server, 240)
        page.context.clock.fast_forward("06:00")
        with other.expect_response(_somebody_is_there):
            other.keyboard.press("ArrowDown")
        other.wait_for_timeout(200)
        lasts(server, 240)
        page.context.clock.fast_forward("06:00")
        page.wait_for_timeout(300)
        for tab in (page, other):
            assert tab.locator(".menu__name").count() and not tab.get_by_text("se termine dans").count()
        other.locator(".menu__summary").click()
        other.get_by_role("button", name="Se déconnecter").click()
        other.wait_for_url(re.compile("/login/"))
        page.wait_for_url(re.compile("/login/"))
        assert page.evaluate("Object.keys(sessionStorage).length + Object.keys(localStorage).length") == 0


@browser
def test_what_waits_stays_in_its_tab_and_is_said_before_it_goes(
    chromium: Any, site: Any, server: Any
) -> None:
    with seated(chromium, site, "eleve", clock=True) as page:
        page.goto("/comfort/")
        page.wait_for_timeout(300)
        page.context.set_offline(True)
        page.locator("[name=theme][value=dark]").check()
        page.get_by_role("button", name="Enregistrer").click()
        page.locator("#waiting").get_by_text("1 saisie en attente").wait_for()
        assert (
            page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('preau-waiting'))") == []
        )
        page.context.clock.fast_forward("09:05")
        page.wait_for_timeout(300)
        line = page.locator("#session")
        line.get_by_text("1 saisie attend d’être envoyée").wait_for()
        page.get_by_role("button", name="Rester connecté").click()
        line.get_by_text("Préau ne répond pas").wait_for()


@browser
def test_somebody_else_finds_the_stores_of_the_one_before_empty(computer: Any) -> None:
    with seated(*computer, "parent", shared=False) as page:
        type_and_seed(page)
        page.context.clear_cookies(
            name=settings.SESSION_COOKIE_NAME
        )  # it ended, and no page was open to see it
        sign_in(page, computer[1], "eleve", shared=False)
        until(page, "localStorage.getItem('preau-whose') !== null && !('preau.slash' in localStorage)")
        found = page.evaluate(STORES)
        assert "CANARI" not in json.dumps([found["local"], found["session"]])


@browser
def test_without_script_it_ends_by_itself(chromium: Any, site: Any, server: Any) -> None:
    with seated(chromium, site, "eleve", java_script_enabled=False) as page:
        lasts(server, 1.5)
        page.context.set_extra_http_headers({"Sec-Purpose": "prefetch"})  # this visit is to count for none
        page.goto("/people/")
        page.wait_for_url(re.compile("/login/"), timeout=10_000)
        assert "Session terminée." in page.content()
        assert page.locator(".menu__name").count() == 0


@browser
def test_a_computer_is_marked_and_its_login_page_is_ready_for_the_next(chromium: Any, site: Any) -> None:
    with seated(chromium, site, "referent", shared=False) as page:
        page.goto("/console/")
        page.get_by_role("link", name="Cet ordinateur est partagé").click()
        assert not violations(page)
        page.get_by_label("Où il se trouve").fill("CDI, poste 4")
        page.get_by_label("Minutes").fill("15")
        page.get_by_role("button", name="Marquer comme partagé").click()
        page.get_by_text("C’est enregistré.").wait_for()
        assert not violations(page)
        page.locator(".menu__summary").click()
        page.get_by_role("button", name="Se déconnecter").click()
        page.wait_for_url(re.compile("/login/"))
        page.goto("/login/")
        assert "CDI, poste 4" in page.locator("main").inner_text()
        assert page.evaluate("document.activeElement.name") == "login"
        assert not page.get_by_label("Cet ordinateur est partagé").count()
        assert not violations(page)
        page.keyboard.type("eleve")
        page.keyboard.press("Tab")
        page.keyboard.type(site[1]["eleve"])
        page.keyboard.press("Enter")
        page.locator("#session").wait_for(state="attached")
        assert 890 < seconds_left(page) <= 900
        cookies = {each["name"]: each for each in page.context.cookies()}
        assert cookies["preau_session"]["expires"] == -1, "it ends with the browser"
        assert cookies[shared.MARK]["httpOnly"] and "preau_device" not in cookies
