"""Computers several people use: whose they are, when a session ends there, and that nothing of it is left."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preau.kernel.audit.models import Entry
from preau.kernel.tenancy.scope import in_school
from preau.kernel.web import shared
from preau.modules.accounts.testing import PASSWORD
from preau.modules.directory.testing import OTHER_SCHOOL, Cast, Who

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
