"""Logging in."""

import asyncio
import re
import time
from base64 import urlsafe_b64decode
from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone

from preau.modules.accounts.models import Account
from preau.modules.accounts.testing import PASSWORD
from tests.hostile.trying import (
    login,
)


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
