"""How much one may do, and that a clock, a cache or a hall full of others shuts nobody out."""

import asyncio
import threading
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, override_settings

from preau.kernel.web import limits, waiting
from preau.kernel.web.proxies import visitor
from preau.modules.accounts.testing import PASSWORD
from preau.modules.directory.testing import Cast, Who


@pytest.fixture(autouse=True)
def _a_cache_that_rests_does_so_in_one_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_rests_until", 0.0)


class Gone:
    def __getattr__(self, name: str) -> Any:
        raise ConnectionError("the cache is gone")


def write(client: Client, cast: Cast, **given: Any) -> Any:
    return client.post("/years/create/", {"_scope": cast.scope_field(), **given})


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRITES", limits.Limit("write", per_minute=3))


def test_too_many_writes_are_refused_in_words_and_what_was_typed_is_shown(few, cast, as_person):
    head = as_person(Who.HEAD)
    assert [write(head, cast).status_code for _ in range(3)] == [422] * 3
    refused = write(head, cast, starts_on="tapé à la main", _key="secret-key")
    page = refused.content.decode()
    assert refused.status_code == 429 and 1 <= int(refused["Retry-After"]) <= 60
    assert "Un peu moins vite" in page and "tapé à la main" in page and "secret-key" not in page
    assert "rien n’a été enregistré" in page
    assert head.get("/years/").status_code == 200  # reading goes on


def test_a_hall_behind_one_address_counts_each_for_themselves(few, cast, as_person):
    for who in (Who.HEAD, Who.DEPUTY, Who.CPE, Who.TEACHER):
        assert write(as_person(who), cast).status_code in (422, 403)
        assert write(as_person(who), cast).status_code in (422, 403)


def test_a_second_device_is_not_slowed_by_the_first_but_many_are(few, cast, as_person):
    first = as_person(Who.HEAD)
    for _ in range(5):
        write(first, cast)
    assert write(first, cast).status_code == 429
    assert write(as_person(Who.HEAD), cast).status_code == 422
    statuses = [write(as_person(Who.HEAD), cast).status_code for _ in range(8)]
    assert statuses[-1] == 429


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_a_clock_that_jumps_locks_nobody_out(days, few, cast, as_person):
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False) as clock:
        head = as_person(Who.HEAD)
        for _ in range(5):
            write(head, cast)
        assert write(head, cast).status_code == 429
        clock.move_to(f"{2026}-11-20T10:00:00Z")
        clock.shift(days * 86_400)
        key = "jump"
        assert limits.count(key, 1, 60) == 0


def test_what_was_counted_ebbs_away_by_the_minute():
    start = 1_800_000_000 - 1_800_000_000 % 60
    assert [limits.count("x", 3, 60, now=start + 59) for _ in range(4)] == [0, 0, 0, 1]
    assert limits.count("x", 3, 60, now=start + 61) > 0  # four a second ago weigh still
    assert limits.count("x", 3, 60, now=start + 200) == 0


def test_two_at_once_never_both_take_the_last_place():
    found: list[int] = []
    start = threading.Barrier(16)

    def one() -> None:
        start.wait(10)
        found.append(limits.count("hall", 10, 3600, now=1_800_000_000.0))

    threads = [threading.Thread(target=one) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found.count(0) == 10


def test_without_its_cache_nobody_is_slowed_down_and_it_is_said_once(
    few, cast, as_person, monkeypatch, caplog
):
    head = as_person(Who.HEAD)
    monkeypatch.setattr(limits, "cache", Gone())
    assert [write(head, cast).status_code for _ in range(6)] == [422] * 6
    assert len([each for each in caplog.records if each.name == "preau.limits"]) == 1
    monkeypatch.setattr(limits, "cache", cache)
    monkeypatch.setattr(limits, "_rests_until", 0.0)  # five seconds later
    assert [write(head, cast).status_code for _ in range(4)][-1] == 429  # it counts again


def test_a_costly_view_has_a_limit_of_its_own(rf, cast, staged):
    @limits.limited("export", per_minute=1)
    def export(request: Any) -> Any:
        from django.http import HttpResponse

        return HttpResponse("x")

    from importlib import import_module

    from preau.kernel.access.acting import acting_as, directory
    from preau.kernel.access.actor import Identity

    account = staged.accounts[Who.HEAD]
    presence = directory().presence_of(Identity(account.person_id, account.pk))

    def asked() -> int:
        request = rf.get("/export/")
        request.session = import_module("preau.kernel.web.sessions").SessionStore("a" * 32)
        request.presence, request.actor = presence, presence.actor(presence.hats[0])
        request.user = account
        with acting_as(request.actor):
            return export(request).status_code

    assert [asked(), asked()] == [200, 429]


def test_a_view_with_a_limit_of_its_own_takes_nobodys_turn_to_write(few, cast, as_person):
    head = as_person(Who.HEAD)
    for _ in range(6):
        assert head.get("/search/suggestions/", headers={"X-Preau-Typed": "pro"}).status_code == 200
    assert write(head, cast).status_code == 422


@pytest.mark.parametrize("days", [-400, 400])
def test_wrong_passwords_before_the_clock_jumped_lock_nobody_out_after(days, cast):
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False) as clock:
        client = Client()

        def tried(password: str) -> int:
            return client.post("/login/", {"login": "cast.pupil", "password": password}).status_code

        assert [tried("faux") for _ in range(11)][-1] == 429
        clock.shift(days * 86_400)
        assert tried(PASSWORD) == 302


# ── The room where logins wait ───────────────────────────────────────────────────────────────────


def test_logins_wait_outside_and_other_pages_pass_them_by():
    inside: list[int] = []
    most = 0
    order: list[str] = []

    async def run() -> None:
        nonlocal most
        gate = asyncio.Event()

        async def pages(scope: Any, receive: Any, send: Any) -> None:
            nonlocal most
            if scope["path"] != "/login/":
                order.append("page")
                return
            inside.append(1)
            most = max(most, len(inside))
            await gate.wait()
            inside.pop()
            order.append("login")

        room = waiting.WaitingRoom(pages)

        def asked(method: str, path: str) -> Any:
            return room({"type": "http", "method": method, "path": path}, None, None)  # type: ignore[arg-type]

        logins = [asyncio.create_task(asked("POST", "/login/")) for _ in range(30)]
        await asyncio.sleep(0)
        for path in ("/", "/people/", "/login/x", "/hats/"):
            await asked("GET" if path == "/" else "POST", path)
        gate.set()
        await asyncio.gather(*logins)

    asyncio.run(run())
    assert most == waiting.AT_ONCE and order[:4] == ["page"] * 4 and order.count("login") == 30


@pytest.mark.parametrize("why", ["too long", "too many"])
def test_who_waits_in_vain_is_told_without_a_password_being_tried(why, monkeypatch):
    monkeypatch.setattr(waiting, "LONGEST_WAIT", 0.05)
    monkeypatch.setattr(waiting, "LONGEST_QUEUE", 500 if why == "too long" else 0)
    crowded: list[bool] = []

    async def run() -> None:
        async def pages(scope: Any, receive: Any, send: Any) -> None:
            crowded.append(scope.get(waiting.CROWDED, False))
            if not scope.get(waiting.CROWDED):
                await asyncio.sleep(0.2)

        room = waiting.WaitingRoom(pages)
        scope = {"type": "http", "method": "POST", "path": "/login/"}
        await asyncio.gather(*(room(dict(scope), None, None) for _ in range(5)))  # type: ignore[arg-type]

    asyncio.run(run())
    assert sum(crowded) == (2 if why == "too long" else 5)


def test_the_crowded_page_keeps_the_login_and_tries_nothing(cast, monkeypatch):
    monkeypatch.setattr(
        "preau.modules.accounts.forms.authenticate", lambda **_: pytest.fail("a hash was made")
    )
    answer = Client().post(
        "/login/", {"login": "cast.head", "password": "x"}, **{"asgi.scope": {waiting.CROWDED: True}}
    )
    assert answer.status_code == 429 and "en ce moment" in answer.content.decode()
    assert 'value="cast.head"' in answer.content.decode()


# ── Proxies ──────────────────────────────────────────────────────────────────────────────────────


@override_settings(TRUSTED_PROXIES=["10.0.0.0/8", "2001:db8::/32"])
@pytest.mark.parametrize(
    ("forwarded", "is_theirs"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9", "203.0.113.9"),  # what stands before, they wrote themselves
        ("1.2.3.4, 203.0.113.9, 10.9.9.9", "203.0.113.9"),
        ("", "10.0.0.1"),
        ("nonsense", "10.0.0.1"),
        ("203.0.113.9, unknown", "10.0.0.1"),
        ("2001:db8::1, 2001:4860::1", "2001:4860::1"),
        ("203.0.113.9, ::ffff:10.1.1.1", "203.0.113.9"),
    ],
)
def test_the_visitor_is_the_last_address_that_is_none_of_our_proxies(forwarded, is_theirs):
    assert visitor(forwarded, "10.0.0.1") == is_theirs


def _address_seen(monkeypatch: pytest.MonkeyPatch, **headers: str) -> str:
    seen: list[str] = []
    from preau.kernel.web import throttle

    class Counters(throttle.Counters):
        def __init__(self, request: Any, login: str) -> None:
            seen.append(request.META["REMOTE_ADDR"])
            super().__init__(request, login)

    monkeypatch.setattr(throttle, "Counters", Counters)
    Client().post("/login/", {"login": "x", "password": "y"}, headers=headers)
    return seen[0]


def test_nobody_chooses_the_address_they_are_counted_under(db, monkeypatch):
    assert _address_seen(monkeypatch, **{"x-forwarded-for": "203.0.113.9"}) == "127.0.0.1"


@override_settings(TRUSTED_PROXIES=["127.0.0.1"])
def test_behind_a_trusted_proxy_each_visitor_is_counted_under_their_own(db, monkeypatch):
    assert _address_seen(monkeypatch, **{"x-forwarded-for": "9.9.9.9, 203.0.113.9"}) == "203.0.113.9"
