"""What somebody who wants to get in, to know, or to break would try; each line was tried by hand first."""

import asyncio
import re
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.exceptions import SuspiciousOperation
from django.db import connection, transaction
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.kernel import cursors, years
from preau.kernel.access.acting import acting
from preau.kernel.access.actor import Identity
from preau.kernel.models import School, SchoolUnit, SchoolYear
from preau.kernel.rules import RuleBroken
from preau.kernel.tenancy.scope import in_school
from preau.kernel.web import body
from preau.kernel.web.requests import Pages
from preau.kernel.web.sessions import SessionStore
from preau.kernel.years import close_year, open_year, prepare_year
from preau.modules.accounts.models import Account
from preau.modules.accounts.testing import PASSWORD
from preau.modules.directory.models import (
    Authority,
    AuthorityMember,
    Function,
    Group,
    GroupMember,
    Guardianship,
    Membership,
    PersonRecord,
    Profile,
    Subject,
)
from preau.modules.directory.selectors.policy import forget_policies
from preau.modules.directory.services import appoint_head_teacher, found_school
from preau.modules.directory.testing import (
    OTHER_CLASS,
    OTHER_SCHOOL,
    OTHER_YEAR,
    OWN,
    Cast,
    Place,
    Who,
    make_course,
    make_division,
    make_guardian,
    make_record,
    make_staff,
    make_year,
)

NOBODY = UUID(int=0)


def words(response: Any) -> str:
    """What one reads of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def main(response: Any) -> str:
    """What one reads of it below the menus."""
    content: str = response.content.decode()
    return re.sub(r"<[^>]+>", " ", content[content.index("<main") :])


def login(client: Client, who: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login/", {"login": who, "password": password, **more})


def in_own(cast: Cast) -> Any:
    return in_school(cast.own.school, cast.own.year)


def send(client: Client, url: str, cast: Cast, place: str = OWN, **fields: Any) -> Any:
    return client.post(url, {"_scope": cast.scope_field(place), **fields})


def appointment(record: PersonRecord, **given: Any) -> dict[str, str]:
    return {"record": str(record.uuid), "starts_on": "2026-11-23", "uuid": str(uuid4()), **given}


def head_teachers_url(place: Place) -> str:
    return f"/groups/{place['division'].uuid}/head-teachers/"


def end_url(place: Place) -> str:
    return f"/functions/{place['function'].uuid}/end/"


# ── Out of the site ──────────────────────────────────────────────────────────────────────────────

ELSEWHERE = (
    "//ailleurs.example",
    "///ailleurs.example",
    "/\\ailleurs.example",
    "\\\\ailleurs.example",
    "https://ailleurs.example/",
    "https:ailleurs.example",
    "http:///ailleurs.example",
    "http://testserver@ailleurs.example/",
    "http://testserver\\@ailleurs.example/",
    "javascript:alert(1)",
    "\t//ailleurs.example",
    "/\n/ailleurs.example",
    "\x00//ailleurs.example",
    "//[",
    "foo",
    "?x",
    "%2F%2Failleurs.example",
    "directory:year_list",
    "directory:group_detail",
    "/" + "a" * 5000,
)


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=lambda text: repr(text[:24]))
def test_no_next_leads_out_of_the_site_or_breaks_the_page(wanted, cast, as_person):
    head = as_person(Who.HEAD)
    answers = [
        head.get("/login/", {"next": wanted}),
        head.post("/hats/", {"hat": f"{cast.own.school.uuid}.head", "next": wanted}),
        login(Client(), "cast.head", next=wanted),
    ]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/")] * 3


def test_a_next_cannot_write_a_header(cast, as_person):
    answer = as_person(Who.HEAD).get("/login/", {"next": "/x\r\nSet-Cookie: a=b"})
    assert answer["Location"] == "/x%0D%0ASet-Cookie:%20a=b"
    assert "a" not in answer.cookies


@pytest.mark.parametrize(
    "host", ["ailleurs.example", "testserver, ailleurs.example", "testserver@x", "", "[::1"]
)
def test_a_foreign_host_is_refused_and_named_nowhere(host, cast, as_person):
    answer = (
        as_person(Who.HEAD).get("/", headers={"host": host})
        if host
        else Client().get("/", headers={"host": " "})
    )
    assert answer.status_code == 400
    assert "ailleurs.example" not in answer.content.decode()


def test_the_host_a_proxy_reports_is_not_believed(cast):
    answer = Client().get("/people", headers={"x-forwarded-host": "ailleurs.example"})
    assert "ailleurs.example" not in answer["Location"] + answer.content.decode()


# ── Odd input ────────────────────────────────────────────────────────────────────────────────────

ODD = {
    "nothing": "",
    "nul": "a\x00b",
    "percent": "%",
    "underscore": "_",
    "quotes": "' OR 1=1 --\"\\",
    "long": "a" * 10_000,
    "rtl": "\u202egnp\u2066",
    "zalgo": "e" + "\u0301" * 60,
    "emoji": "😀" * 30,
    "html": "<script>alert(1)</script>",
    "minus": "-1",
    "digits": "9" * 5000,
    "arabic digit": "٣",
    "nil uuid": str(NOBODY),
    "braced uuid": f"{{{NOBODY}}}",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "no day": "2026-13-45",
    "line end": "\r\nX: y",
    "replacement": "\ufffd",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_odd_input_in_any_field_is_no_error_of_ours(odd, cast, as_person):
    head = as_person(Who.HEAD)
    for query in (
        {"q": odd},
        {"kind": odd},
        {"division": odd},
        {"after": odd},
        {"after": f"{odd}.{NOBODY}"},
        {"all": odd},
    ):
        for path in ("/people/", "/groups/"):
            answer = head.get(path, query)
            assert answer.status_code in (200, 422), query
    scope = {"_scope": cast.scope_field()}
    for url, fields in (
        (head_teachers_url(cast.own), ("record", "starts_on", "uuid")),
        (end_url(cast.own), ("version", "ends_on")),
        ("/years/create/", ("starts_on", "ends_on")),
        ("/hats/", ("hat", "next")),
        ("/school-years/", ("year", "next")),
    ):
        assert head.post(url, {**scope, **dict.fromkeys(fields, odd)}).status_code in (404, 422), url
        assert head.post(url, {"_scope": odd}).status_code in (404, 409), url
    assert Client().post("/login/", {"login": odd, "password": odd, "next": odd}).status_code == 422


def test_missing_and_doubled_fields_are_told_in_the_form(cast, as_person):
    head = as_person(Who.HEAD)
    for url in (head_teachers_url(cast.own), end_url(cast.own), "/years/create/"):
        assert send(head, url, cast).status_code == 422
        assert (
            send(head, url, cast, starts_on=["a", "b"], ends_on=["x", "y"], uuid=["", "z"]).status_code == 422
        )
    doubled = send(head, end_url(cast.own), cast, _scope=[cast.scope_field(), cast.scope_field(OTHER_SCHOOL)])
    assert doubled.status_code == 409


@pytest.mark.parametrize(
    ("content_type", "sent"),
    [
        ("application/json", b'{"_scope": "x", "ends_on": "2026-12-18", "version": 1}'),
        ("text/xml", b"<a/>"),
        ("", b"a=b"),
        ("nonsense", b"a=b"),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=" + "x" * 300, b"--x"),
        ("multipart/form-data; boundary=x", b"--x\r\n" * 2000),
        ("application/x-www-form-urlencoded", b"a&" * 1500),
        ("application/x-www-form-urlencoded", b"%ff%fe=%ff&%00=%00"),
        ("application/x-www-form-urlencoded", b"a=" + b"a" * 3_000_000),
        ("application/x-www-form-urlencoded; charset=utf-16", b"a=b"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else str(len(value)),
)
def test_a_body_that_is_no_form_writes_nothing(content_type, sent, cast, as_person):
    answer = as_person(Who.HEAD).generic("POST", end_url(cast.own), sent, content_type=content_type)
    assert answer.status_code in (400, 409)
    with in_own(cast):
        assert Function.objects.get(pk=cast.own["function"].pk).ends_on is None


@pytest.mark.parametrize(
    "charset", ["hex", "rot13", "undefined", "utf-7", "unicode_escape", "idna", "base64", "\x00"]
)
@pytest.mark.parametrize("way", ["query", "multipart"])
def test_a_charset_that_is_none_is_not_believed(charset, way, cast, monkeypatch):
    # A request begun so closes the connection the test stands on.
    monkeypatch.setattr("preau.kernel.templatetags.closing._school_of", lambda request: None)
    part = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\n\\ud800+2AA-\r\n--x--\r\n'
    method, kind, sent = (
        ("GET", "text/plain", b"") if way == "query" else ("POST", "multipart/form-data; boundary=x", part)
    )
    environ = (
        RequestFactory().generic(method, "/login/?next=/%5Cud800%2B2AA-", sent, content_type=kind).environ
    )
    environ |= {"CONTENT_TYPE": f"{kind}; charset={charset}", "wsgi.input": BytesIO(sent)}
    told: list[str] = []
    Pages()(environ, lambda status, headers, exc_info=None: told.append(status))
    assert told == ["200 OK"] if way == "query" else told == ["403 Forbidden"]  # no CSRF token


@pytest.mark.parametrize(
    "cookie", ['"abcdefghij\\000klm"', "\xff\xfe" * 6, "a" * 60_000, '""', "a'--", "a;=;;b"]
)
def test_a_cookie_may_hold_anything(cookie, cast):
    answer = Client(headers={"cookie": f"preau_session={cookie}; preau_csrf={cookie}"}).get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/")


# ── Bodies, slow, cut, long ──────────────────────────────────────────────────────────────────────


def _feed(parts: list[Any], **headers: str) -> tuple[list[bytes], int | None]:
    """(bodies the pages were given, status answered before them) for a body that comes in `parts`."""
    given: list[bytes] = []
    answered: list[int] = []
    coming = iter(parts)

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        assert any(name == b"content-length" for name, _ in scope["headers"])
        given.append((await receive())["body"])

    async def receive() -> Any:
        part = next(coming)
        if part == "silence":
            await asyncio.sleep(30)
        return part

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    scope = {"type": "http", "headers": [(k.encode(), v.encode()) for k, v in headers.items()]}
    asyncio.run(body.WholeBody(pages)(scope, receive, send))
    return given, answered[0] if answered else None


def _part(text: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": text, "more_body": more}


GONE = {"type": "http.disconnect"}


def test_a_form_cut_off_by_a_dropped_line_is_not_executed():
    assert _feed([_part(b"ends_on=2026-12-1"), GONE], **{"content-length": "18"}) == ([], None)
    assert _feed([_part(b"ends_on=2026-12-1", more=False)], **{"content-length": "18"}) == ([], 400)
    assert _feed([_part(b"ends_on=2026-12-1"), _part(b"8", more=False)], **{"content-length": "18"}) == (
        [b"ends_on=2026-12-18"],
        None,
    )


def test_whoever_sends_slowly_takes_no_thread(monkeypatch):
    monkeypatch.setattr(body, "SLOWEST_BODY", 0.05)
    assert _feed([_part(b"a"), "silence"], **{"content-length": "9"}) == ([], 408)


def test_a_long_body_is_refused_declared_or_not(monkeypatch):
    monkeypatch.setattr(body, "LONGEST_BODY", 10)
    assert _feed([_part(b"a" * 11, more=False)], **{"content-length": "11"}) == ([], 413)
    assert _feed([*[_part(b"a" * 6)] * 3, _part(b"", more=False)]) == ([], 413)
    monkeypatch.setattr(body, "LONGEST_HEARD", 20)
    assert _feed([_part(b"a" * 6)] * 4) == ([], 413), "an endless one is heard to an end"
    assert _feed([_part(b"a" * 5), _part(b"b" * 5, more=False)]) == ([b"aaaaabbbbb"], None)


# ── Methods ──────────────────────────────────────────────────────────────────────────────────────


def _posts(cast: Cast) -> dict[str, dict[str, str]]:
    own = cast.own
    return {
        head_teachers_url(own): appointment(cast.places[OTHER_CLASS]["teacher"]),
        end_url(own): {"version": "1", "ends_on": "2026-12-18"},
        "/years/create/": {"starts_on": "2027-09-01", "ends_on": "2028-07-01"},
        f"/years/{own.year.uuid}/open/": {},
        f"/years/{own.year.uuid}/close/": {},
        f"/years/{own.year.uuid}/discard/": {},
        "/hats/": {"hat": f"{own.school.uuid}.head"},
        "/school-years/": {"year": str(own.year.uuid)},
        "/logout/": {},
    }


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
def test_only_a_post_writes_whatever_else_it_calls_itself(method, cast, as_person):
    head = as_person(Who.HEAD)
    pretending = {
        "X-HTTP-Method-Override": "POST",
        "X-Method-Override": "POST",
        "X-Preau-Scope": cast.scope_field(),
    }
    for url, fields in _posts(cast).items():
        query = "&".join(f"{name}={value}" for name, value in {**fields, "_method": "POST"}.items())
        assert head.generic(method, f"{url}?{query}", headers=pretending).status_code == 405, url


def _reads(cast: Cast) -> list[str]:
    own = cast.own
    things = [
        f"/groups/{own['division'].uuid}/",
        *(f"/people/{own[who].uuid}/" for who in ("pupil", "guardian", "teacher")),
    ]
    return [
        "/",
        "/groups/",
        "/groups/?all=1",
        "/people/",
        "/people/?q=pro&kind=pupil",
        "/years/",
        "/schools/",
        *things,
    ]


@pytest.mark.parametrize(
    "who", [Who.HEAD, Who.TEACHER, Who.PUPIL, Who.GUARDIAN, Who.AUTHORITY], ids=lambda who: who.name
)
def test_reading_writes_nothing_and_head_says_what_get_says(who, cast, as_person):
    client = as_person(who)
    for url in [*_reads(cast), "/login/", "/health/ready", "/nowhere/"]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            got = client.get(url)
        written = [
            q["sql"] for q in queries if re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE)", q["sql"], re.I)
        ]
        # That somebody looked at an address is remembered, and nothing else.
        assert all("audit_reading" in sql for sql in written), url
        headed = client.head(url)
        assert (headed.status_code, headed.content) == (got.status_code, b""), url


# ── What every answer carries ────────────────────────────────────────────────────────────────────


def _answers(cast: Cast, client: Client) -> Iterator[tuple[str, int, Any]]:
    yield "page", 200, client.get("/")
    yield "visitors", 200, Client().get("/login/")
    yield "slash", 301, client.get("/people")
    yield "redirect", 302, Client().get("/people/")
    yield "bad host", 400, client.get("/", headers={"host": "ailleurs.example"})
    yield "csrf", 403, Client(enforce_csrf_checks=True).post("/login/")
    yield "refused", 403, client.get("/schools/")
    yield "unknown", 404, client.get(f"/people/{NOBODY}/")
    yield "no address", 404, client.get("/static/nowhere.css")
    yield "method", 405, client.put("/logout/")
    yield "drawn elsewhere", 409, client.post("/years/create/")
    yield "form", 422, send(client, "/years/create/", cast)
    yield "health", 200, client.get("/health/live")


def test_every_answer_is_kept_by_nobody_and_runs_nothing(cast, as_person):
    for what, status, answer in _answers(cast, as_person(Who.HEAD)):
        assert answer.status_code == status, what
        policy = answer.get("Content-Security-Policy", "")
        assert "default-src 'none'" in policy and "unsafe" not in policy, what
        assert "no-store" in answer.get("Cache-Control", ""), what
        assert answer.get("X-Content-Type-Options") == "nosniff", what
        assert answer.get("X-Frame-Options") == "DENY" or "frame-ancestors 'none'" in policy, what
        assert answer.get("Referrer-Policy") == "same-origin", what


def test_an_error_of_ours_says_nothing_of_the_inside(cast, as_person, monkeypatch):
    def breaks(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("the secret of the inside")

    client = as_person(Who.HEAD)
    client.raise_request_exception = False
    monkeypatch.setattr("preau.modules.directory.selectors.groups.group_page", breaks)
    answer = client.get(f"/groups/{cast.own['division'].uuid}/")
    assert answer.status_code == 500
    assert not [
        w
        for w in ("secret", "ZeroDivision", "Traceback", ".py", "directory/")
        if w in answer.content.decode()
    ]
    assert "no-store" in answer["Cache-Control"] and "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "wrong", [SuspiciousOperation("the secret"), RuntimeError("the secret")], ids=["suspicious", "broken"]
)
def test_even_an_error_before_the_person_is_known_carries_the_headers(wrong, cast, monkeypatch):
    def breaks(*_: Any) -> Any:
        raise wrong

    monkeypatch.setattr("preau.kernel.web.middleware.directory", breaks)
    client = Client(raise_request_exception=False)
    login(client, "cast.head")
    answer = client.get("/")
    assert answer.status_code == (400 if isinstance(wrong, SuspiciousOperation) else 500)
    assert "no-store" in answer["Cache-Control"] and "default-src 'none'" in answer["Content-Security-Policy"]
    assert "secret" not in answer.content.decode()


@override_settings(
    SECURE_SSL_REDIRECT=True, SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True, SECURE_HSTS_SECONDS=3600
)
def test_under_https_even_the_way_there_carries_the_headers(cast):
    away = Client().get("/people/")
    assert (away.status_code, away["Location"]) == (301, "https://testserver/people/")
    assert "default-src 'none'" in away["Content-Security-Policy"] and "no-store" in away["Cache-Control"]
    client = Client()
    client.get("/login/", secure=True)
    answer = client.post("/login/", {"login": "cast.head", "password": PASSWORD}, secure=True)
    assert "max-age=3600" in answer["Strict-Transport-Security"]
    assert all(cookie["secure"] for cookie in client.cookies.values())


def test_cookies_are_for_this_site_and_for_no_script(cast):
    client = Client()
    login(client, "cast.head")
    assert {"preau_session", "preau_csrf"} <= set(client.cookies)
    for cookie in client.cookies.values():
        assert cookie["httponly"] and cookie["samesite"] == "Lax" and not cookie["domain"], cookie.key


def test_hidden_and_unknown_look_the_same(cast, as_person):
    """A person, class or function of another school answers letter for letter as one that never was."""
    head, there = as_person(Who.HEAD), cast.places[OTHER_SCHOOL]
    for path in ("/people/{}/", "/groups/{}/"):
        thing = there["pupil"] if "people" in path else there["division"]
        hidden, unknown = (
            re.sub(r'value="[^"]*"', "", head.get(path.format(key)).content.decode())
            for key in (thing.uuid, NOBODY)
        )
        assert hidden == unknown, path
    for path in ("/functions/{}/end/", "/years/{}/open/", "/groups/{}/head-teachers/"):
        thing = {"f": there["function"], "y": there.year, "g": there["division"]}[path[1]]
        answers = [
            send(head, path.format(key), cast, ends_on="2026-12-18", version="1")
            for key in (thing.uuid, NOBODY)
        ]
        assert [answer.status_code for answer in answers] == [404, 404], path
        assert words(answers[0]).replace(str(thing.uuid), "") == words(answers[1]).replace(str(NOBODY), ""), (
            path
        )


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────────


def test_a_session_laid_out_beforehand_is_not_the_one_that_gets_in(cast):
    planted = SessionStore()
    planted["hat"] = "x"
    planted.create()
    client = Client()
    client.cookies["preau_session"] = planted.session_key
    assert login(client, "cast.head").status_code == 302
    assert client.cookies["preau_session"].value != planted.session_key
    assert not SessionStore().exists(planted.session_key)


def test_the_next_person_on_a_computer_keeps_nothing_of_the_last(cast):
    client = Client()
    login(client, "cast.head")
    client.post("/school-years/", {"year": str(cast.places[OTHER_YEAR].year.uuid)})
    mine = client.cookies["preau_session"].value
    login(client, "cast.pupil")
    assert not SessionStore().exists(mine)
    page = words(client.get("/"))
    assert "2025-2026" not in page and "Propreeleve" in page


def test_a_failed_login_leaves_the_one_who_is_in(cast):
    client = Client()
    login(client, "cast.head")
    assert login(client, "cast.pupil", "faux").status_code == 422
    assert "Camille Head" in words(client.get("/"))


@pytest.mark.parametrize("how", ["logged out", "password changed", "account closed"])
def test_a_session_kept_elsewhere_ends_with_what_opened_it(how, cast):
    client = Client()
    login(client, "cast.head")
    kept = client.cookies["preau_session"].value
    account = Account.objects.get(login="cast.head")
    if how == "logged out":
        assert client.post("/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    elif how == "password changed":
        account.set_password("une autre phrase")
        account.save()
    else:
        Account.objects.filter(pk=account.pk).update(closed_at=timezone.now())
    thief = Client()
    thief.cookies["preau_session"] = kept
    assert (thief.get("/").status_code, thief.get("/people/").status_code) == (302, 302)
    assert (
        send(thief, "/years/create/", cast, starts_on="2027-09-01", ends_on="2028-07-01").status_code == 302
    )
    with in_school(cast.own.school):
        assert not SchoolYear.objects.filter(state="preparing").exists()


def test_whoever_left_can_log_out_and_no_more(cast, as_person):
    client = as_person(Who.FORMER)
    for url in [*_reads(cast), "/login/", "/static/x", "/nowhere/"]:
        answer = client.get(url)
        assert answer.status_code == 403 and "Propre" not in answer.content.decode(), url
        assert "no-store" in answer.get("Cache-Control", ""), url
    for url, fields in _posts(cast).items():
        if url != "/logout/":
            assert send(client, url, cast, **fields).status_code == 403, url
    assert client.post("/logout/").status_code == 302


# ── Logging in ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """Each hash that is reckoned while logging in."""
    reckoned: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: reckoned.append(password) or encode(self, password, salt),
    )
    return reckoned


def test_words_status_and_work_of_a_failed_login_tell_nobody_who_exists(cast, hashed):
    Account.objects.filter(login="cast.cpe").update(closed_at=timezone.now())
    Account.objects.filter(login="cast.aed").update(password="!nicht")
    told = []
    tries = (
        ("nobody.here", "x"),
        ("cast.head", "x"),
        ("cast.cpe", "x"),
        ("cast.cpe", PASSWORD),
        ("cast.aed", "x"),
    )
    for who, password in tries:
        hashed.clear()
        answer = login(Client(), who, password)
        page = re.sub(r'value="[^"]*"', "", answer.content.decode())
        told.append((answer.status_code, page, len(hashed), sorted(answer.headers)))
    assert told[0][0] == 422 and told[0][2] == 1
    assert all(each == told[0] for each in told)


@pytest.mark.parametrize(
    "password", ["x" * 201, "x" * 2_000_000, "a\x00b", ""], ids=["201", "two million", "nul", "none"]
)
def test_a_password_that_can_be_none_is_refused_unhashed_whoever_it_is(password, cast, hashed):
    answers = [login(Client(), who, password) for who in ("cast.head", "nobody.here")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert hashed == []
    assert password == "" or password not in answers[0].content.decode()


@pytest.mark.parametrize("typed", ["CAST.HEAD", "  cast.head ", "Cast.Head\u00a0"])
def test_capitals_and_blanks_around_a_login_do_not_count(typed, cast):
    assert login(Client(), typed).status_code == 302


@pytest.mark.parametrize(
    "typed", ["cast.head\u200b", "ｃast.head", "cast. head", "cast.head\x00", "cast.%", "cast.hea_"]
)
def test_what_only_looks_like_a_login_is_none(typed, cast):
    assert login(Client(), typed).status_code == 422


def test_blanks_and_capitals_of_a_password_do_count(cast):
    for wrong in (PASSWORD + " ", " " + PASSWORD, PASSWORD.upper()):
        assert login(Client(), "cast.head", wrong).status_code == 422


def test_nobody_shuts_somebody_else_out_by_trying_their_login(cast):
    """From the computer they used before, a person still gets in."""
    theirs = Client()
    login(theirs, "cast.teacher")
    theirs.post("/logout/")
    for _ in range(15):
        login(Client(), "cast.teacher", "faux")
    assert login(theirs, "cast.teacher").status_code == 302


def test_a_class_logs_in_at_the_same_moment(monkeypatch):
    """There are more pupils than cores: they wait a moment, and nobody is told of too many tries."""
    from preau.config.asgi import application

    monkeypatch.setattr("preau.modules.accounts.forms.authenticate", lambda **_: time.sleep(0.03))
    statuses: list[int] = []

    async def one(number: int) -> None:
        sent = f"csrfmiddlewaretoken={'a' * 32}&login=pupil.{number}&password=x".encode()
        headers = {
            b"host": b"testserver",
            b"cookie": b"preau_csrf=" + b"a" * 32,
            b"content-type": b"application/x-www-form-urlencoded",
            b"content-length": str(len(sent)).encode(),
        }
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/login/",
            "query_string": b"",
            "http_version": "1.1",
        }

        async def receive() -> Any:
            return {"type": "http.request", "body": sent, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        await application({**scope, "headers": list(headers.items())}, receive, send)

    async def all_of_them() -> None:
        await asyncio.gather(*(one(number) for number in range(30)))

    asyncio.run(all_of_them())
    assert statuses == [422] * 30  # the password is wrong, and that is what they are told


def test_the_mark_on_a_device_does_not_name_who_used_it(cast):
    client = Client()
    login(client, "cast.head")
    mark = client.cookies["preau_device"].value.split(":")[0]
    opened = urlsafe_b64decode(mark + "=" * (-len(mark) % 4)).decode()
    assert not [each for each in ("cast.head", sha256(b"cast.head").hexdigest()[:16]) if each in opened]


def test_nobody_shuts_a_whole_school_out_by_failing_from_its_address(cast):
    theirs = Client()
    login(theirs, "cast.teacher")
    theirs.post("/logout/")
    for number in range(70):
        login(Client(), f"nobody.{number}", "faux")
    assert login(theirs, "cast.teacher").status_code == 302


# ── Two schools, two tabs ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def in_two_schools(cast: Cast) -> Place:
    """The head heads both schools, the teacher teaches in both, the guardian has a child in both."""
    there = cast.places[OTHER_SCHOOL]
    with in_school(there.school, there.year):
        make_staff("Head", "head", person=cast.people[Who.HEAD])
        teacher = make_staff("Proflabas", "teacher", person=cast.people[Who.TEACHER])
        make_course("labas", [there["division"]], teacher, year=there.year)
        make_guardian(there["enrolment"], make_record("Parentlabas", person=cast.people[Who.GUARDIAN]))
    return there


def wear(client: Client, place: Place, profile: str) -> None:
    assert client.post("/hats/", {"hat": f"{place.school.uuid}.{profile}"}).status_code == 302


def test_a_tab_of_one_school_sent_while_the_other_is_open_writes_nothing(cast, as_person, in_two_schools):
    head = as_person(Who.HEAD)
    wear(head, in_two_schools, "head")
    with in_own(cast):
        before = Function.objects.count(), SchoolYear.objects.count()
    for url, fields in _posts(cast).items():
        if url in ("/hats/", "/school-years/", "/logout/"):
            continue
        answer = send(head, url, cast, **fields)
        assert answer.status_code == 409, url
        page = words(answer)
        assert "Revenir à Collège du Parc" in page and "Propre" not in page
        for typed in fields.values():
            assert typed in page or len(typed) == 36 or typed == "1", url  # nothing typed is lost
    with in_own(cast):
        assert (Function.objects.count(), SchoolYear.objects.count()) == before


def test_a_form_of_the_open_school_does_not_reach_things_of_the_other(cast, as_person, in_two_schools):
    head = as_person(Who.HEAD)
    wear(head, in_two_schools, "head")
    own = cast.own
    tries = {
        head_teachers_url(own): appointment(own["teacher"]),
        end_url(own): {"version": "1", "ends_on": "2026-12-18"},
        f"/years/{own.year.uuid}/close/": {},
        head_teachers_url(in_two_schools): appointment(own["teacher"]),
    }
    answered = [send(head, url, cast, OTHER_SCHOOL, **fields).status_code for url, fields in tries.items()]
    assert answered == [404, 404, 404, 422]
    assert head.post("/school-years/", {"year": str(own.year.uuid)}).status_code == 404
    assert head.get(f"/groups/{own['division'].uuid}/").status_code == 404


def test_a_teacher_of_two_schools_sees_one_at_a_time(cast, as_person, in_two_schools):
    teacher = as_person(Who.TEACHER)
    for open_, shut, profile in (
        (cast.own, in_two_schools, "teacher"),
        (in_two_schools, cast.own, "teacher"),
    ):
        wear(teacher, open_, profile)
        assert teacher.get(f"/people/{open_['pupil'].uuid}/").status_code == 200
        assert teacher.get(f"/people/{shut['pupil'].uuid}/").status_code == 404
        for url in ("/", "/groups/?all=1", "/people/", "/people/?q=eleve"):
            assert shut["pupil"].last_name.upper() not in teacher.get(url).content.decode().upper(), url


def test_a_parent_of_two_schools_reads_both_and_writes_in_neither(cast, as_person, in_two_schools):
    parent = as_person(Who.GUARDIAN)
    home = parent.get("/").content.decode()
    assert "Propreeleve" in home and "Canariecoleeleve" in home
    for place in (OWN, OTHER_SCHOOL):
        there = cast.places[place]
        assert parent.get(f"/groups/{there['division'].uuid}/").status_code == 200
        for scope in (OWN, OTHER_SCHOOL):
            expected = 403 if scope == place else 404
            assert (
                send(
                    parent, head_teachers_url(there), cast, scope, **appointment(there["teacher"])
                ).status_code
                == expected
            )
    body = "".join(
        parent.get(url).content.decode() for url in ("/", "/people/", "/groups/", "/people/?kind=pupil")
    )
    assert "anariclasse" not in body.lower() and "canariannee" not in body.lower()


def test_a_hat_and_a_year_kept_in_the_session_end_with_what_gave_them(cast, as_person, in_two_schools):
    head = as_person(Who.HEAD)
    wear(head, cast.own, "head")
    assert head.post("/school-years/", {"year": str(cast.places[OTHER_YEAR].year.uuid)}).status_code == 302
    assert "2025-2026" in words(head.get("/"))
    with in_school(cast.own.school):
        Membership.objects.filter(record=cast.own["head"]).update(ends_on=date(2026, 11, 19))
    page = words(head.get("/"))
    assert "Collège Canarivoisin" in page and "Collège du Parc" not in page and "2025-2026" not in page


# ── A year closed, opened or taken back under one's feet ─────────────────────────────────────────


@pytest.fixture
def next_year(cast: Cast) -> SchoolYear:
    return prepare_year(
        actor=None, school=cast.own.school, starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 4)
    )


def _written(cast: Cast) -> Any:
    with in_own(cast):
        return (
            sorted(Function.objects.values_list("record_id", "group_id", "ends_on", "version")),
            sorted(SchoolYear.objects.values_list("label", "state")),
        )


def test_what_was_drawn_before_the_year_was_closed_is_refused_after(cast, as_person, next_year):
    head = as_person(Who.HEAD)
    open_year(actor=None, year=next_year)
    close_year(actor=None, year=cast.own.year)
    before = _written(cast)
    for url, fields in _posts(cast).items():
        if url not in ("/hats/", "/school-years/", "/logout/"):
            assert send(head, url, cast, **fields).status_code == 409, url
    assert _written(cast) == before


def test_in_a_closed_year_one_has_chosen_no_form_is_drawn_and_none_is_taken(cast, as_person, next_year):
    head = as_person(Who.HEAD)
    with in_own(cast):
        make_course("encore", [cast.own["division"]], cast.places[OTHER_CLASS]["teacher"], year=cast.own.year)
    open_year(actor=None, year=next_year)
    close_year(actor=None, year=cast.own.year)
    assert head.post("/school-years/", {"year": str(cast.own.year.uuid)}).status_code == 302
    before = _written(cast)
    page = head.get(f"/groups/{cast.own['division'].uuid}/").content.decode()
    assert "/head-teachers/" not in page and "/end/" not in page
    for url in (head_teachers_url(cast.own), end_url(cast.own)):
        assert send(head, url, cast, **_posts(cast)[url]).status_code == 409, url
    assert _written(cast) == before


def test_opening_the_next_year_moves_nobody_and_refuses_no_form(cast, as_person, next_year):
    head = as_person(Who.HEAD)
    open_year(actor=None, year=next_year)
    assert send(head, end_url(cast.own), cast, version="1", ends_on="2026-12-18").status_code == 302


def test_a_preparation_is_taken_back_once_and_leaves_nobody_in_it(cast, as_person, next_year):
    head, colleague = as_person(Who.HEAD), as_person(Who.DEPUTY)
    assert colleague.post("/school-years/", {"year": str(next_year.uuid)}).status_code == 302
    assert "2027-2028" in words(colleague.get("/"))
    url = f"/years/{next_year.uuid}/discard/"
    assert [send(head, url, cast).status_code for _ in range(2)] == [302, 404]
    assert "2026-2027" in words(colleague.get("/"))
    drawn = f"{cast.own.school.uuid}.{next_year.uuid}"
    assert colleague.post("/years/create/", {"_scope": drawn}).status_code == 409


def test_a_year_somebody_works_in_is_not_taken_back(cast, as_person, next_year):
    with in_school(cast.own.school, next_year):
        make_division("6Neuve", year=next_year)
    head = as_person(Who.HEAD)
    assert send(head, f"/years/{next_year.uuid}/discard/", cast).status_code == 422
    assert send(head, f"/years/{cast.own.year.uuid}/discard/", cast).status_code == 409


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("9998-09-01", "9999-07-01"),
        ("9999-01-01", "9999-12-31"),
        ("0001-01-01", "0001-12-31"),
        ("1999-09-01", "2000-07-01"),
        ("2025-08-31", "2026-12-31"),
        ("2026-09-01", "2027-07-05"),
        ("2027-09-01", "2027-09-01"),
        ("2027-09-01", "2029-07-01"),
        ("2032-09-01", "2033-07-01"),
    ],
)
def test_a_year_that_is_a_slip_of_the_hand_is_not_prepared(first, last, cast, as_person):
    head = as_person(Who.HEAD)
    answer = send(head, "/years/create/", cast, starts_on=first, ends_on=last)
    assert answer.status_code == 422 and first in answer.content.decode()
    assert head.get("/years/").status_code == 200


def test_the_page_of_years_stands_at_the_end_of_the_calendar(db):
    last = SchoolYear(starts_on=date(9998, 9, 1), ends_on=date(9999, 7, 1))
    assert years.next_dates([last]) == {}


def test_only_the_oldest_open_year_is_closed(cast, as_person, next_year):
    head = as_person(Who.HEAD)
    url = f"/years/{next_year.uuid}/close/"
    assert send(head, url, cast).status_code == 422
    open_year(actor=None, year=next_year)
    assert send(head, url, cast).status_code == 422
    with in_school(cast.own.school):
        assert SchoolYear.objects.get(pk=next_year.pk).state == "open"


# ── Naming and ending ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def teachers(cast: Cast) -> tuple[PersonRecord, PersonRecord]:
    """Two who teach both classes of the cast and lead none."""
    with in_own(cast):
        both = make_staff("Unprof", "teacher"), make_staff("Deuxprof", "teacher")
        make_course(
            "deux", [cast.own["division"], cast.places[OTHER_CLASS]["division"]], *both, year=cast.own.year
        )
    return both


def _led(cast: Cast, record: PersonRecord) -> int:
    with in_own(cast):
        return int(Function.objects.filter(record=record).count())


def test_an_appointment_sent_twice_is_one(cast, as_person, teachers):
    head, sent = as_person(Who.HEAD), appointment(teachers[0])
    assert [send(head, head_teachers_url(cast.own), cast, **sent).status_code for _ in range(3)] == [302] * 3
    assert _led(cast, teachers[0]) == 1
    again = send(head, head_teachers_url(cast.own), cast, **appointment(teachers[0]))
    assert again.status_code == 422 and _led(cast, teachers[0]) == 1


def test_a_form_used_before_for_another_person_class_or_day_is_said_to_be_used(cast, as_person, teachers):
    head, sent = as_person(Who.HEAD), appointment(teachers[0])
    send(head, head_teachers_url(cast.own), cast, **sent)
    for url, change in (
        (head_teachers_url(cast.own), {"record": str(teachers[1].uuid)}),
        (head_teachers_url(cast.places[OTHER_CLASS]), {}),
        (head_teachers_url(cast.own), {"starts_on": "2026-11-24"}),
    ):
        answer = send(head, url, cast, **{**sent, **change})
        assert answer.status_code in (409, 422), url
    assert (_led(cast, teachers[0]), _led(cast, teachers[1])) == (1, 0)


@pytest.mark.parametrize("place", [OTHER_SCHOOL, OTHER_YEAR, OTHER_CLASS])
def test_a_uuid_taken_from_elsewhere_changes_nothing_there(place, cast, as_person, teachers):
    there = cast.places[place]
    sent = appointment(teachers[0], uuid=str(there["function"].uuid))
    assert send(as_person(Who.HEAD), head_teachers_url(cast.own), cast, **sent).status_code in (302, 409, 422)
    with in_school(there.school, there.year):
        untouched = Function.objects.get(pk=there["function"].pk)
        assert (untouched.record_id, untouched.group_id, untouched.version) == (
            there["teacher"].pk,
            there["division"].pk,
            1,
        )


@pytest.mark.parametrize(
    "whose",
    [(OWN, "pupil"), (OWN, "guardian"), (OWN, "head"), (OTHER_CLASS, "teacher"), (OTHER_SCHOOL, "teacher")],
)
def test_only_who_teaches_the_class_is_put_in_charge_of_it(whose, cast, as_person):
    place, who = whose
    answer = send(
        as_person(Who.HEAD), head_teachers_url(cast.own), cast, **appointment(cast.places[place][who])
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("day", "expected"), [("2026-08-31", 422), ("2026-09-01", 302), ("2027-07-04", 302), ("2027-07-05", 422)]
)
def test_an_appointment_lies_in_the_year(day, expected, cast, as_person, teachers):
    sent = appointment(teachers[0], starts_on=day)
    assert send(as_person(Who.HEAD), head_teachers_url(cast.own), cast, **sent).status_code == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-08-31", 422), ("2026-09-01", 302), ("2027-07-04", 302), ("2027-07-05", 422), ("9999-12-31", 422)],
)
def test_a_function_ends_in_its_year_and_not_before_it_began(day, expected, cast, as_person):
    assert (
        send(as_person(Who.HEAD), end_url(cast.own), cast, version="1", ends_on=day).status_code == expected
    )


def test_who_was_slower_is_told_both_days_and_changes_nothing(cast, as_person):
    head, deputy = as_person(Who.HEAD), as_person(Who.DEPUTY)
    assert send(head, end_url(cast.own), cast, version="1", ends_on="2026-12-18").status_code == 302
    late = send(deputy, end_url(cast.own), cast, version="1", ends_on="2027-01-08")
    assert late.status_code == 409
    assert "18 décembre 2026" in words(late) and "8 janvier 2027" in words(late)
    assert (
        send(deputy, end_url(cast.own), cast, version="1", ends_on="2026-12-18").status_code == 302
    )  # the same again
    with in_own(cast):
        assert Function.objects.get(pk=cast.own["function"].pk).version == 2


def test_nobody_leads_a_class_twice_at_a_time(cast, as_person):
    head = as_person(Who.HEAD)
    send(head, end_url(cast.own), cast, version="1", ends_on="2026-12-18")
    overlapping = appointment(cast.own["teacher"], starts_on="2026-12-18")
    after = appointment(cast.own["teacher"], starts_on="2026-12-19")
    assert send(head, head_teachers_url(cast.own), cast, **overlapping).status_code == 422
    assert send(head, head_teachers_url(cast.own), cast, **after).status_code == 302


# ── Names that are markup, and other texts ───────────────────────────────────────────────────────

MARKUP = "<script>x</script>\" onmouseover=\"x' onfocus='y</title><b>{{7*7}}{% now %}"
DIRECTION = "A\u202e\u2066\u200fgnp"


class _Smuggled(HTMLParser):
    """Elements and attributes that no template of ours writes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        face = tag == "img" and (given.get("src") or "").startswith("/files/")
        data = given == {"id": "waiting-words", "type": "application/json"}  # read as data, never run
        ours = face or (tag == "script" and (data or given.keys() == {"type", "src"}))
        if tag in ("script", "b", "style", "iframe", "img") and not ours:
            self.found.append(tag)
        self.found += [
            (tag, name)
            for name, value in attrs
            if name.startswith("on")
            or name == "style"
            or (value or "").strip().lower().startswith("javascript:")
        ]


@pytest.fixture(params=[MARKUP, DIRECTION, "   "], ids=["markup", "direction", "blank"])
def renamed(request: Any, cast: Cast) -> str:
    """Everything that has a name has this one."""
    text: str = request.param
    with in_own(cast):
        for record in PersonRecord.objects.all():
            record.first_name = record.last_name = record.address = record.city = text
            record.email, record.postal_code, record.mobile_phone = text, text[:10], text[:24]
            record.save()
        for number, group in enumerate(Group.objects.all()):
            group.label, group.level, group.code = text, text[:20], f"{number}{text}"[:40]
            group.save()
        Subject.objects.update(label=text)
        Membership.objects.update(title=text)
        Profile.objects.update(label=text[:60])
        SchoolUnit.objects.update(name=text)
        SchoolYear.objects.filter(pk=cast.own.year.pk).update(label=text[:12])
    School.objects.filter(pk=cast.own.school.pk).update(name=text, city=text)
    Authority.objects.update(name=text)
    AuthorityMember.objects.update(first_name=text, last_name=text)
    forget_policies()
    return text


@pytest.mark.parametrize(
    "who", [Who.HEAD, Who.PUPIL, Who.GUARDIAN, Who.AUTHORITY], ids=lambda who: who.name.lower()
)
def test_no_name_becomes_markup_or_breaks_a_page(who, renamed, cast, as_person):
    client = as_person(who)
    answers = {url: client.get(url) for url in [*_reads(cast), "/nowhere/"]}
    answers["a filter"] = client.get(
        "/people/", {"q": renamed, "kind": renamed, "division": renamed, "after": renamed}
    )
    answers["typed, 409"] = client.post("/years/create/", {"_scope": "x.y", renamed: renamed})
    answers["typed, 422"] = send(
        client, head_teachers_url(cast.own), cast, record=renamed, starts_on=renamed, uuid=renamed
    )
    answers["login"] = Client().post(
        "/login/", {"login": renamed, "password": "x"}, query_params={"next": renamed}
    )
    for what, answer in answers.items():
        assert answer.status_code < 500, what
        assert not _Smuggled(answer.content.decode()).found, what


def test_a_name_cannot_turn_the_rest_of_its_line_round(cast):
    with in_own(cast):
        record = make_record(DIRECTION, f"{DIRECTION}\x07\n")
        record.refresh_from_db()
    assert (record.last_name, record.first_name) == ("Agnp", "Agnp")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Yıldız", "yildiz"),
        ("Đặng", "dang"),
        ("Đorđević", "dordevic"),
        ("Ærø", "aero"),
        ("O’Rourke", "rour"),
        ("Łukasz", "LUK"),
    ],
)
def test_a_name_is_found_as_it_is_typed_without_its_signs(name, typed, cast, as_person):
    with in_own(cast):
        record = make_staff(name, "teacher")
    assert str(record.uuid) in as_person(Who.HEAD).get("/people/", {"q": typed}).content.decode()


@pytest.mark.parametrize("letter", ["œ", "ß", "Þ", "ﷺ", "a’"])
def test_a_name_that_grows_when_folded_still_fits_its_column(letter, cast):
    with in_own(cast):
        record = make_record(letter * 50, letter * 50, birth_name=letter * 50, other_first_names=letter * 100)
        for name in ("sort_name", "search_name"):
            assert len(getattr(record, name)) <= PersonRecord._meta.get_field(name).max_length, name


@pytest.mark.parametrize("typed", ["%", "_", "…", "日本", "' OR 1=1"])
def test_a_search_without_a_letter_finds_nobody(typed, cast, as_person):
    assert 'id="person-' not in as_person(Who.HEAD).get("/people/", {"q": typed}).content.decode()


# ── Who is known: every way in agrees ────────────────────────────────────────────────────────────


def _listed(client: Client, **query: str) -> set[str]:
    """Everybody the directory lists, page after page."""
    found: set[str] = set()
    for _ in range(20):
        page = client.get("/people/", query).content.decode()
        found |= set(re.findall(r'id="person-([0-9a-f-]{36})', page))
        following = re.search(r'href="\?[^"]*after=([^"&]+)"[^>]*>[^<]*(?:<span>)?Suite', page)
        if following is None:
            return found
        query = {**query, "after": following[1]}
    raise AssertionError("the list does not end")


@pytest.mark.parametrize(
    "who",
    [Who.HEAD, Who.TEACHER, Who.COUNSELLOR, Who.PUPIL, Who.GUARDIAN, Who.CARER, Who.PARTNER],
    ids=lambda who: who.name.lower(),
)
def test_list_search_pages_and_links_agree_on_who_is_known(who, cast, as_person, in_two_schools):
    client = as_person(who)
    listed = _listed(client)
    visited: set[str] = set()
    waiting = ["/"]
    while waiting:
        url = waiting.pop()
        visited.add(url)
        # A notice leads to what it is about.
        answer = client.get(url, follow=url.startswith("/notices/"))
        assert answer.status_code == 200, url
        for link in re.findall(r'href="(/[^"#]*)"', answer.content.decode()):
            if not link.startswith(("/static/", "/files/")) and link not in visited and link not in waiting:
                waiting.append(link.replace("&amp;", "&"))
    linked = {url.split("/")[2] for url in visited if re.match(r"/people/[0-9a-f]", url)}
    assert linked <= listed
    for place in cast.places.values():
        for whose in ("pupil", "guardian", "teacher"):
            record = place[whose]
            known = str(record.uuid) in listed
            assert (client.get(f"/people/{record.uuid}/").status_code == 200) == known, whose
            assert (str(record.uuid) in _listed(client, q=record.last_name)) == known, whose


def test_the_cursor_names_nobody_one_may_not_know(cast, as_person):
    """The list goes on behind the last person shown; a cursor of one's own tells no more than the list."""
    with in_own(cast):
        for number in range(60):
            make_staff(f"Agent{number:02d}", "technical")
    client = as_person(Who.PUPIL)
    assert "after=" not in client.get("/people/").content.decode()
    head = as_person(Who.HEAD).get("/people/").content.decode()
    cursor = re.search(r"after=([^\"&]+)", head)
    assert cursor is not None
    shown = re.findall(r'id="person-([0-9a-f-]{36})', head)
    # It goes on behind a name, and no name stands in an address.
    assert "agent" not in urlsafe_b64decode(cursor[1] + "===").decode("latin-1").lower()
    opened = cursors.opened(cursor[1], 2)
    assert opened is not None and opened[1] == shown[-1]
    stranger = str(cast.places[OTHER_SCHOOL]["pupil"].uuid)
    for ours in (("a", str(NOBODY)), ("a" * 500, str(NOBODY)), ("", stranger)):
        assert _listed(client, after=cursors.sealed(*ours)) <= _listed(client)
    for forged in (f"a.{NOBODY}", cursor[1][:-3] + "AAA", cursors.sealed("a"), cursors.sealed("a", "b", "c")):
        assert _listed(client, after=forged) == set()


# ── What families must not learn ─────────────────────────────────────────────────────────────────


def test_the_households_number_is_hidden_also_before_the_child_has_a_class(cast, as_person):
    with in_own(cast):
        PersonRecord.objects.filter(pk=cast.own["pupil"].pk).update(home_phone="0148000099")
        Guardianship.objects.filter(guardian=cast.own["guardian"]).update(houses=False)
        GroupMember.objects.filter(record=cast.own["pupil"]).delete()
    answer = as_person(Who.GUARDIAN).get(f"/people/{cast.own['pupil'].uuid}/")
    assert answer.status_code == 200
    assert "48000099" not in re.sub(r"[\s.\u202f\u00a0]", "", answer.content.decode())


@pytest.mark.parametrize("level", [1, 3])
@pytest.mark.parametrize("who", [Who.PUPIL, Who.GUARDIAN, Who.CARER], ids=lambda who: who.name.lower())
def test_families_do_not_learn_that_a_teacher_has_a_child_here(who, level, cast, as_person):
    teacher = cast.own["teacher"]
    with in_own(cast):
        make_guardian(cast.places[OTHER_CLASS]["enrolment"], teacher, level)
    client = as_person(who)
    assert "Responsable" not in main(client.get(f"/people/{teacher.uuid}/"))
    assert str(teacher.uuid) not in client.get("/people/", {"kind": "guardian"}).content.decode()
    assert str(teacher.uuid) in client.get("/people/", {"kind": "staff"}).content.decode()


@pytest.mark.parametrize("who", [Who.PUPIL, Who.GUARDIAN], ids=lambda who: who.name.lower())
def test_families_do_not_learn_which_other_class_a_teacher_leads(who, cast, as_person):
    with in_own(cast):
        Function.objects.create(
            record=cast.own["teacher"],
            kind="head_teacher",
            group=cast.places[OTHER_CLASS]["division"],
            starts_on=cast.own.year.starts_on,
        )
    page = words(as_person(who).get(f"/people/{cast.own['teacher'].uuid}/"))
    assert "Professeur principal · 4B" in page and "Canari5A" not in page


def test_the_numbers_of_the_home_are_those_of_the_lists_they_open(cast, as_person):
    client = as_person(Who.HEAD)
    home = client.get("/").content.decode()
    for kind in ("pupil", "staff"):
        number = re.search(rf'kind={kind}"[^>]*>\s*<span class="figures__number">(\d+)', home)
        assert number is not None and int(number[1]) == len(_listed(client, kind=kind)), kind


# ── Two at the same moment ───────────────────────────────────────────────────────────────────────


def _together(*doings: Callable[[], Any]) -> list[Any]:
    """What each gave or raised, all started at once on connections of their own."""
    start = threading.Barrier(len(doings))
    found: list[Any] = [None] * len(doings)

    def run(number: int, doing: Callable[[], Any]) -> None:
        start.wait(10)
        try:
            found[number] = doing()
        except Exception as wrong:
            found[number] = wrong
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(doings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.fixture
def busy_school(transactional_db: None) -> tuple[School, SchoolYear]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    school = found_school(name="Course", city="Pantin", units=[("0930006B", "college", "Course")])
    return school, make_year(school, 2026)


def _next(school: School, day: int) -> Callable[[], SchoolYear]:
    return lambda: prepare_year(
        actor=None, school=school, starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 1) + timedelta(days=day)
    )


def test_two_who_prepare_the_year_at_once_prepare_one(busy_school):
    school, _ = busy_school
    found = _together(*(_next(school, day) for day in range(4)))
    assert sorted(type(each).__name__ for each in found) == ["RuleBroken"] * 3 + ["SchoolYear"], found


@pytest.mark.parametrize("same", [True, False], ids=["a double click", "two people"])
def test_two_who_name_the_same_head_teacher_at_once_make_one_row(same, busy_school):
    school, year = busy_school
    with in_school(school, year), transaction.atomic():
        head, teacher, group = (
            make_staff("Head", "head"),
            make_staff("Prof", "teacher"),
            make_division("6A", year=year),
        )
        make_course("x", [group], teacher, year=year)
    uuid = uuid4()

    def appoint() -> Any:
        with acting(Identity(head.person_id), school, year) as actor:
            own = uuid if same else uuid4()
            return appoint_head_teacher(
                actor=actor, group=group, record=teacher, starts_on=year.starts_on, uuid=own
            )

    found = _together(*([appoint] * 4))
    made = [each for each in found if isinstance(each, Function)]
    assert len({each.pk for each in made}) == 1 and len(made) == (4 if same else 1), found
    assert all(isinstance(each, Function | RuleBroken) for each in found), found
    with in_school(school, year):
        assert Function.objects.count() == 1


def test_opening_closing_and_taking_back_at_once_leave_one_open_year(busy_school):
    school, year = busy_school
    coming = _next(school, 0)()
    discard = years.discard_year
    found = _together(
        lambda: open_year(actor=None, year=coming),
        lambda: close_year(actor=None, year=year),
        lambda: discard(actor=None, year=coming),
        lambda: discard(actor=None, year=coming),
        lambda: open_year(actor=None, year=coming),
    )
    assert all(each is None or isinstance(each, SchoolYear | RuleBroken) for each in found), found
    with in_school(school):
        states = list(SchoolYear.objects.values_list("state", flat=True))
    assert "open" in states
