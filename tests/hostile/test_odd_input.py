"""Odd input."""

from io import BytesIO

import pytest
from django.test import Client, RequestFactory

from preau.kernel.web.requests import Pages
from preau.modules.directory.models import (
    Function,
)
from preau.modules.directory.testing import (
    OTHER_SCHOOL,
    Who,
)
from tests.hostile.trying import NOBODY, end_url, head_teachers_url, in_own, send

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
