"""What every answer carries."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client, override_settings

from preau.modules.accounts.testing import PASSWORD
from preau.modules.directory.testing import (
    OTHER_SCHOOL,
    Cast,
    Who,
)
from tests.hostile.trying import NOBODY, login, send, words


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
