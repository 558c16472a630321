# ruff: noqa: F811  a fixture is named where it comes from and where it is used
"""Computers several people use: whose they are, when a session ends there, and that nothing of it is left."""

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
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.load import HOST
from bench.serving import AS_SERVED, accounts, served
from preau.kernel.audit.models import Entry
from preau.kernel.tenancy.scope import in_school
from preau.kernel.web import shared
from preau.modules.accounts.testing import PASSWORD
from preau.modules.directory.testing import OTHER_SCHOOL, Cast, Who
from tests.axe import violations
from tests.test_in_a_browser import chromium  # noqa: F401

browser = pytest.mark.browser
BEGUN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PAGE = {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8", "HTTP_SEC_FETCH_MODE": "navigate"}
SCRIPT = {"HTTP_ACCEPT": "*/*", "HTTP_SEC_FETCH_MODE": "cors"}
CLEARS = '"cache", "storage"'

# ── Whose computer it is ─────────────────────────────────────────────────────────────────────────


def log_in(client: Client, who: str = "head", **more: str) -> Any:
    return client.post("/login/", {"login": f"cast.{who}", "password": PASSWORD, **more})


def mark(cast: Cast, client: Client, place: str = "CDI", minutes: str = "5", **headers: str) -> Any:
    form = {"_scope": cast.scope_field(), "place": place, "minutes": minutes}
    return client.post("/console/device/", form, **headers)


def is_shared(client: Client) -> bool:
    return bool(client.session.get("shared_minutes"))


def test_who_says_so_at_login_has_one_shared_session_and_the_next_is_asked_again(cast: Cast) -> None:
    client = Client()
    assert "Cet ordinateur est partagé" in client.get("/login/").content.decode()
    answer = log_in(client, shared="on")
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == "" and cookie["expires"] == "", "it ends with the browser"
    assert shared.MARK not in answer.cookies
    assert "preau_device" not in client.cookies or not client.cookies["preau_device"].value
    assert is_shared(client)
    client.post("/logout/")
    assert 'name="shared"' in client.get("/login/").content.decode()
    log_in(client)
    assert not is_shared(client)


def test_a_marked_computer_says_so_asks_nothing_and_shares_every_session(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.HEAD)
    answer = mark(cast, client, "CDI, poste 4 <b>", "5")
    cookie = answer.cookies[shared.MARK]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and int(cookie["max-age"]) > 300 * 24 * 3600
    assert is_shared(client), "who marks it sits at it"
    client.post("/logout/")
    page = client.get("/login/").content.decode()
    assert "Ordinateur partagé" in page and "CDI, poste 4 &lt;b&gt;" in page and "après 5 minutes" in page
    assert 'name="shared"' not in page and "current-password" not in page and "autofocus" in page
    assert page.count('autocomplete="off"') == 2
    log_in(client, "teacher")
    assert is_shared(client) and client.session["shared_minutes"] == 5


def test_it_can_be_taken_back_and_the_journal_says_both_once(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.DIGITAL_LEAD)
    for _ in range(2):
        assert mark(cast, client).status_code == 302
    assert "Il n’est plus partagé" in client.get("/console/device/").content.decode()
    for _ in range(2):
        assert client.post("/console/device/unshare/", {"_scope": cast.scope_field()}).status_code == 302
    assert not is_shared(client)
    client.post("/logout/")
    assert 'name="shared"' in client.get("/login/").content.decode()
    with in_school(cast.own.school):
        told = [(each.act, each.values) for each in Entry.objects.filter(act__startswith="console.computer")]
    assert sorted(told) == [("console.computer_shared", {"minutes": 5}), ("console.computer_unshared", {})]


@pytest.mark.parametrize(
    ("place", "minutes"), [("", "5"), ("CDI", "2"), ("CDI", "61"), ("CDI", "x"), ("C" * 61, "5")]
)
def test_a_mark_out_of_bounds_is_refused(cast: Cast, as_person: Any, place: str, minutes: str) -> None:
    client = as_person(Who.HEAD)
    answer = mark(cast, client, place, minutes)
    assert answer.status_code == 422 and shared.MARK not in answer.cookies
    assert not is_shared(client)


def test_another_schools_management_can_neither_change_it_nor_take_it_back(
    cast: Cast, as_person: Any
) -> None:
    client = as_person(Who.HEAD)
    another = shared.Computer(str(cast.places[OTHER_SCHOOL].school.uuid), "Salle 12", 5)
    _put_mark(client, another)
    page = client.get("/console/device/").content.decode()
    assert "Un autre établissement" in page and "Il n’est plus partagé" not in page
    assert mark(cast, client).status_code == 403
    assert client.post("/console/device/unshare/", {"_scope": cast.scope_field()}).status_code == 403
    assert shared.computer_of(_With(client.cookies[shared.MARK].value)) == another


class _With:
    def __init__(self, value: str) -> None:
        self.COOKIES = {shared.MARK: value}


def _put_mark(client: Client, computer: shared.Computer) -> None:
    client.cookies[shared.MARK] = _signed(computer)


def _signed(computer: shared.Computer, salt: str = shared.MARK) -> str:
    return signing.dumps(vars(computer), salt=salt)


THERE = shared.Computer("1", "CDI", 5)
FORGED = {
    "nothing": "",
    "junk": "CDI:5",
    "unsigned": json.dumps(vars(THERE)),
    "of another use": _signed(THERE, salt="preau_device"),
    "no minutes": signing.dumps({"school": "1", "place": "CDI"}, salt=shared.MARK),
    "no end": signing.dumps({"school": "1", "place": "CDI", "minutes": 10**9}, salt=shared.MARK),
    "at once": signing.dumps({"school": "1", "place": "CDI", "minutes": 0}, salt=shared.MARK),
    "a list": signing.dumps([1, 2, 3], salt=shared.MARK),
}


@pytest.mark.parametrize("value", FORGED.values(), ids=FORGED)
def test_a_forged_mark_marks_nothing(cast: Cast, value: str) -> None:
    client = Client()
    client.cookies[shared.MARK] = value
    page = client.get("/login/")
    assert page.status_code == 200 and 'name="shared"' in page.content.decode()
    log_in(client)
    assert not is_shared(client)


def test_an_old_mark_is_forgotten_unless_the_computer_is_used(cast: Cast) -> None:
    client = Client()
    with time_machine.travel(BEGUN, tick=False):
        _put_mark(client, THERE)
    with time_machine.travel(BEGUN + timedelta(days=300), tick=False):
        log_in(client)
        client.post("/logout/")
    with time_machine.travel(BEGUN + timedelta(days=600), tick=False):
        assert "Ordinateur partagé" in client.get("/login/").content.decode()
    with time_machine.travel(BEGUN + timedelta(days=700), tick=False):
        assert 'name="shared"' in client.get("/login/").content.decode()


def test_a_mark_carried_to_another_browser_opens_nothing_and_shares_that_one(cast: Cast) -> None:
    client = Client()
    _put_mark(client, THERE)
    assert client.get("/").status_code == 302
    assert client.get("/console/device/").status_code == 302
    log_in(client)
    assert is_shared(client)


# ── When a session ends ──────────────────────────────────────────────────────────────────────────


@contextmanager
def at(minutes: float) -> Iterator[None]:
    with time_machine.travel(BEGUN + timedelta(minutes=minutes), tick=False):
        yield


@pytest.fixture
def pupil(cast: Cast) -> Client:
    """At a shared computer, from minute 0 on; ten minutes without activity."""
    client = Client()
    with at(0):
        log_in(client, "pupil", shared="on")
    return client


def test_ten_minutes_without_activity_end_it_wherever_one_goes(pupil: Client) -> None:
    with at(9.9):
        assert pupil.get("/session/", HTTP_ACCEPT="application/json").json()["left"] == 6
    with at(10.1):
        gone = pupil.get("/people/", **PAGE)
        assert gone.status_code == 302 and gone.url == "/login/?next=/", "nobody is led to the last page"
        assert pupil.get("/session/", HTTP_ACCEPT="application/json").status_code == 302
        assert pupil.post("/comfort/", {"theme": "dark"}).status_code == 302
        page = pupil.get("/login/")
        assert "Session terminée." in page.content.decode() and "faute d’activité" in page.content.decode()
        assert page["Clear-Site-Data"] == CLEARS


def test_a_page_is_activity_and_what_scripts_ask_is_none(pupil: Client) -> None:
    asked = [
        ("/", {**SCRIPT, "HTTP_X_PREAU_FRAGMENT": "notices"}),
        ("/live-ticket/", SCRIPT),
        ("/search/suggestions/", SCRIPT),
        ("/session/", {"HTTP_ACCEPT": "application/json"}),
        ("/session/", PAGE),
        ("/", {**PAGE, "HTTP_SEC_PURPOSE": "prefetch;prerender"}),
        ("/", {"HTTP_ACCEPT": "*/*"}),
        ("/no-such-page/", PAGE),
    ]
    for address, headers in asked:
        with at(6):
            pupil.get(address, **headers)
            assert _left(pupil) == 4 * 60, address
    with at(6):
        pupil.post("/notices/", {}, **SCRIPT)
        assert _left(pupil) == 4 * 60, "a form that waited is sent by a script"
        pupil.get("/", **PAGE)
        assert _left(pupil) == 10 * 60
    with at(12):
        pupil.get("/", HTTP_ACCEPT="text/html")  # a browser that does not say its modes
        assert _left(pupil) == 10 * 60


def _left(client: Client) -> int:
    left: int = client.get("/session/", HTTP_ACCEPT="application/json").json()["left"]
    return left


def test_who_is_there_says_so_and_both_tabs_stay(pupil: Client) -> None:
    tab = Client()
    tab.cookies = pupil.cookies
    with at(9):
        assert pupil.post("/session/", HTTP_ACCEPT="application/json").json() == {"left": 600}
    with at(18):
        assert tab.get("/", **PAGE).status_code == 200
    with at(27):
        assert pupil.get("/", **PAGE).status_code == 200
    with at(38):
        assert tab.get("/", **PAGE).status_code == 302
        assert pupil.get("/", **PAGE).status_code == 302


def test_its_moment_is_written_at_most_once_a_minute_and_nothing_else_with_it(pupil: Client) -> None:
    def statements(minute: float) -> int:
        with (
            at(minute),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            pupil.get("/comfort/", **PAGE)
        return sum("UPDATE" in each["sql"] for each in queries)

    assert statements(0.5) == 0
    assert statements(1.5) == 1
    assert statements(1.9) == 0
    assert statements(2.6) == 1


def test_a_page_costs_no_query_more_than_elsewhere(pupil: Client, cast: Cast) -> None:
    def statements(client: Client) -> int:
        with at(0.5), CaptureQueriesContext(connection) as queries:
            client.get("/comfort/", **PAGE)
        return len(queries)

    elsewhere = Client()
    with at(0):
        log_in(elsewhere, "pupil")
    assert statements(pupil) == statements(elsewhere)


def test_a_tab_that_is_late_does_not_bring_back_what_was_ended(pupil: Client) -> None:
    with at(5):
        late = pupil.session
        late.load()
        pupil.post("/logout/")
        late.stir()
        assert not Session.objects.filter(session_key=late.session_key).exists()


def test_however_busy_it_is_it_ends_with_the_longest_session(pupil: Client) -> None:
    hours = settings.SESSION_COOKIE_AGE // 3600
    for minute in range(5, hours * 60, 5):
        with at(minute):
            assert pupil.post("/session/", HTTP_ACCEPT="application/json").status_code == 200
    with at(hours * 60 + 0.1):
        assert pupil.get("/", **PAGE).status_code == 302


def test_a_cookie_kept_from_before_opens_nothing(pupil: Client) -> None:
    kept = pupil.cookies[settings.SESSION_COOKIE_NAME].value
    with at(1):
        pupil.post("/logout/")
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = kept
        assert thief.get("/").status_code == 302


def test_other_sessions_have_no_clock(cast: Cast, as_person: Any) -> None:
    client = Client()
    with at(0):
        log_in(client)
    with at(11 * 60):
        page = client.get("/", **PAGE).content.decode()
        assert 'id="session"' not in page and 'http-equiv="refresh"' not in page
        assert client.get("/session/", HTTP_ACCEPT="application/json").json() == {"left": None}
        assert "quand vous vous déconnectez" in client.get("/session/").content.decode()


def test_without_script_the_page_goes_by_itself_to_where_the_server_decides(pupil: Client) -> None:
    with at(4):
        page = pupil.get("/", **PAGE).content.decode()
        assert '<noscript><meta http-equiv="refresh" content="602; url=/session/"></noscript>' in page
    with at(8):
        pupil.get("/people/", **PAGE)  # another tab goes on
    with at(14.1):
        page = pupil.get("/session/", **PAGE).content.decode()
        assert (
            "encore ouverte" in page and "Rester connecté" in page and 'content="236; url=/session/"' in page
        )
    with at(18.1):
        assert pupil.get("/session/", **PAGE).url == "/login/?next=/"


def test_nothing_of_an_answer_is_kept(pupil: Client, cast: Cast) -> None:
    with at(1):
        for address in ("/", "/people/", "/session/", "/live-ticket/", "/no-such-page/"):
            assert pupil.get(address, **PAGE)["Cache-Control"] == "private, no-store"


# ── What is left, as the server says it ──────────────────────────────────────────────────────────


def test_a_logout_drops_every_cookie_of_the_person_and_keeps_the_computers(
    cast: Cast, as_person: Any
) -> None:
    client = as_person(Who.HEAD)
    mark(cast, client)
    client.get("/")  # its forms bring a token
    assert client.cookies["preau_csrf"].value
    for name in ("preau_told", "preau_saved", "preau_device"):
        client.cookies[name] = "of the head"
    answer = client.post("/logout/")
    assert answer["Clear-Site-Data"] == CLEARS
    kept = {name for name, cookie in client.cookies.items() if cookie.value}
    assert kept == {shared.MARK, shared.FORGETS}
    page = client.get("/login/")
    assert "data-forget" in page.content.decode() and "Session terminée." in page.content.decode()
    token = client.cookies["preau_csrf"].value
    assert token and int(client.cookies[shared.FORGETS]["max-age"]) == 60
    again = client.get("/login/")
    assert "Session terminée." in again.content.decode(), "in every tab"
    assert "Clear-Site-Data" not in again and client.cookies["preau_csrf"].value == token
    del client.cookies[shared.FORGETS]  # a minute later
    later = client.get("/login/").content.decode()
    assert "Session terminée." not in later and "data-forget" in later, "a shared computer is always emptied"


def test_a_computer_of_ones_own_still_knows_that_it_was_used_before(cast: Cast) -> None:
    client = Client()
    log_in(client)
    client.post("/logout/")
    client.get("/login/")
    assert client.cookies["preau_device"].value
    assert "Clear-Site-Data" not in client.get("/login/")


def test_somebody_else_at_a_computer_finds_it_empty(cast: Cast) -> None:
    client = Client()
    assert "Clear-Site-Data" not in log_in(client, "head")
    assert "Clear-Site-Data" not in log_in(client, "head")
    del client.cookies[settings.SESSION_COOKIE_NAME]  # it ended long ago, unnoticed
    assert log_in(client, "teacher")["Clear-Site-Data"] == CLEARS


def test_a_browser_that_was_closed_is_emptied_by_the_next_login_page(pupil: Client) -> None:
    del pupil.cookies[settings.SESSION_COOKIE_NAME]
    page = pupil.get("/login/")
    assert page["Clear-Site-Data"] == CLEARS and "data-forget" in page.content.decode()


def test_the_token_of_the_login_form_is_not_that_of_who_was_there(pupil: Client) -> None:
    with at(11):
        before = pupil.cookies["preau_csrf"].value
        pupil.get("/login/")
        assert pupil.cookies["preau_csrf"].value not in ("", before)


@pytest.mark.parametrize("junk", ["x" * 4000, "<script>", "left; Path=/"])
def test_a_note_that_somebody_made_up_only_empties_their_own_browser(cast: Cast, junk: str) -> None:
    client = Client()
    client.cookies[shared.FORGETS] = junk
    page = client.get("/login/")
    assert page.status_code == 200 and "<script>" not in page.content.decode().replace("<script type", "")


# ── In a browser ─────────────────────────────────────────────────────────────────────────────────

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
