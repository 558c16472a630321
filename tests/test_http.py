"""What every answer carries, what health and figures say, what happens when what we stand on gives way."""

import errno
import json
import shutil
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings

from conftest import reopened
from preau.kernel.web import body, health, metrics, outages, versions
from preau.kernel.web.headers import EVERY_ANSWER
from preau.modules.directory.models import Function
from preau.modules.directory.testing import OTHER_CLASS, Cast, Who
from tests.test_access_matrix import LINES, alone

# ── Headers ──────────────────────────────────────────────────────────────────────────────────────


SAME_FOR_EVERYBODY = {"offline:service_worker", "offline:page"}  # code: a browser may keep it
ASKED_AGAIN = {"storage:attachment_download"}  # kept by the browser alone, and asked for again each time


def lacking(answer: Any, *, but: tuple[str, ...] = ()) -> set[str]:
    return {name for name in EVERY_ANSWER if name not in but and not answer.headers.get(name)}


@pytest.mark.parametrize(
    "who", [Who.HEAD, Who.GUARDIAN, Who.FORMER, Who.ANONYMOUS], ids=lambda who: who.name.lower()
)
def test_every_address_answers_everybody_with_every_header(who, cast, sessions):
    client = reopened(sessions[who])
    for line in LINES:
        answer = alone(client, line, cast, OTHER_CLASS if line.at else "own")
        assert not lacking(answer), line.title
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy, line.title
        assert answer["X-Content-Type-Options"] == "nosniff"
        kept = answer["Cache-Control"]
        if line.name in ASKED_AGAIN and answer.status_code == 200:
            assert "private" in kept and "no-cache" in kept, line.title
        elif line.name not in SAME_FOR_EVERYBODY:
            assert "no-store" in kept, line.title


@pytest.mark.parametrize(
    "path", ["/health/live", "/health/ready", "/health/parts", "/metrics", "/nowhere", "/people"]
)
def test_addresses_without_a_person_carry_them_too(path, db):
    assert not lacking(Client().get(path))


def test_files_carry_them_too(tmp_path, settings):
    from whitenoise.middleware import WhiteNoiseMiddleware

    from preau.kernel.web.middleware import PlainAnswers

    (tmp_path / "a.css").write_text("a{}")
    settings.STATIC_ROOT = str(tmp_path)
    files = WhiteNoiseMiddleware(lambda request: HttpResponse(status=404), settings=settings)
    answer = PlainAnswers(files)(RequestFactory().get("/static/a.css"))
    assert answer.status_code == 200 and not lacking(answer)
    assert "no-store" not in answer["Cache-Control"]
    assert finders.find("ui/css/preau.css")


@override_settings(SECURE_HSTS_SECONDS=3600)
def test_the_servers_own_answers_carry_them_and_say_https():
    import asyncio

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(body._answer(send, 413, False))
    given = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert not {name for name in EVERY_ANSWER if name.lower() not in given}
    assert given["strict-transport-security"] == "max-age=3600"


@override_settings(SECURE_HSTS_SECONDS=3600)
def test_under_https_pages_say_so(db):
    assert Client().get("/login/", secure=True)["Strict-Transport-Security"].startswith("max-age=3600")
    assert "Strict-Transport-Security" not in Client().get("/login/")


def test_the_policy_lets_scripts_come_from_here_and_stand_nowhere_inline():
    policy = dict(part.split(" ", 1) for part in EVERY_ANSWER["Content-Security-Policy"].split("; "))
    for name in ("script-src", "connect-src", "manifest-src", "worker-src", "style-src"):
        assert policy[name] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == policy["default-src"] == "'none'"


# ── Health and figures ───────────────────────────────────────────────────────────────────────────


def test_ready_says_what_is_missing_and_nothing_of_the_inside(db, monkeypatch):
    assert Client().get("/health/ready").content == b"ready\n"
    with monkeypatch.context() as patch:
        patch.setattr(settings, "DISK_FLOOR_MB", 10**9)
        full = Client().get("/health/ready")
        assert (full.status_code, full.content) == (503, b"disk full\n")
        assert Client().get("/health/live").status_code == 200
    with monkeypatch.context() as patch:
        patch.setattr(health, "cache", None)
        assert Client().get("/health/ready").content == b"not ready\n"
    assert Client().get("/health/ready").status_code == 200  # recovered, nothing remembered


def test_parts_tell_whoever_looks_after_the_machine(db, monkeypatch):
    monkeypatch.setattr(health, "_checks", dict(health._checks))

    def breaks() -> health.State:
        raise ConnectionError("the secret of the inside")

    answer = Client().get("/health/parts")
    assert answer.status_code == 200 and set(json.loads(answer.content)["parts"]) >= {
        "database",
        "disk",
        "cache",
    }
    assert json.loads(answer.content)["parts"]["disk"]["free_mb"] == pytest.approx(
        shutil.disk_usage(settings.VAR).free // 2**20, rel=0.5
    )
    health.register_check("queue", breaks)
    answer = Client().get("/health/parts")
    told = json.loads(answer.content)
    assert answer.status_code == 503 and told["parts"]["queue"] == {"well": False, "error": "ConnectionError"}
    assert b"secret" not in answer.content
    assert Client().get("/health/ready").status_code == 200  # pages are served without it


@pytest.mark.parametrize("path", ["/health/parts", "/metrics"])
def test_the_inside_is_hidden_from_everybody_else(path, db, as_person):
    assert Client(REMOTE_ADDR="203.0.113.9").get(path).status_code == 404
    for name in ("x-forwarded-for", "via", "forwarded", "x-real-ip", "x-forwarded-proto"):
        assert Client().get(path, headers={name: "127.0.0.1"}).status_code == 404, name
    assert (
        Client(REMOTE_ADDR="203.0.113.9").get(path, headers={"authorization": "Bearer "}).status_code == 404
    )
    with override_settings(METRICS_TOKEN="the-token"):
        for given, status in (
            ("Bearer the-token", 200),
            ("bearer the-token", 200),
            ("Bearer x", 404),
            ("Basic the-token", 404),
        ):
            asked = Client(REMOTE_ADDR="203.0.113.9").get(path, headers={"authorization": given})
            assert asked.status_code == status, given


def test_figures_name_routes_and_no_address(cast, as_person):
    head = as_person(Who.HEAD)
    group = cast.own["division"].uuid
    head.get(f"/groups/{group}/")
    head.get("/people/", {"q": "Dupontcanari"})
    Client().post("/login/", {"login": "dupontcanari", "password": "x"})
    text = Client().get("/metrics").content.decode()
    assert 'preau_http_seconds_count{method="GET",route="directory:group_detail",status="200"}' in text
    assert 'preau_logins_total{result="wrong"}' in text and "preau_db_queries_total" in text
    assert "preau_work_oldest_seconds 0.0" in text
    assert "preau_disk_free_bytes" in text and "preau_http_in_flight 1.0" in text
    assert not [each for each in (str(group), "canari", "/people") if each in text.lower()]


def test_a_figure_that_cannot_be_read_costs_only_itself(monkeypatch, db):
    monkeypatch.setattr(metrics._asked, "gauges", dict(metrics._asked.gauges))
    metrics.gauge("broken", "x", lambda: 1 / 0)
    metrics.gauge("lanes", "x", lambda: {"urgent": 3}, label="lane")
    text = Client().get("/metrics").content.decode()
    assert "preau_broken" not in text and 'preau_lanes{lane="urgent"} 3.0' in text


# ── What we stand on gives way ───────────────────────────────────────────────────────────────────


class _Full(Exception):
    sqlite_errorname = "SQLITE_FULL"


def _failing(with_: Exception, cause: Exception | None = None) -> Any:
    def fails(**_: Any) -> Any:
        raise with_ from cause

    return fails


@pytest.mark.parametrize(
    ("wrong", "cause", "status", "words"),
    [
        (OperationalError("database or disk is full"), _Full(), 507, "plus de place"),
        (OSError(errno.ENOSPC, "No space left"), None, 507, "plus de place"),
        (OperationalError("could not extend file: No space left on device"), None, 507, "plus de place"),
        (OperationalError("connection refused"), None, 503, "ne répond pas"),
        (InterfaceError("connection already closed"), None, 503, "ne répond pas"),
        (ValueError("a bug"), None, 500, "Préau a rencontré un problème"),
    ],
    ids=["sqlite full", "disk full", "postgresql full", "database gone", "line gone", "bug"],
)
def test_what_was_typed_is_given_back_and_that_nothing_was_saved_is_said(
    wrong, cause, status, words, cast, as_person, monkeypatch
):
    head = as_person(Who.HEAD)
    head.raise_request_exception = False
    data = {"_scope": cast.scope_field(), "starts_on": "2027-09-01", "ends_on": "2028-07-01", "_key": "k"}
    with monkeypatch.context() as patch:
        patch.setattr("preau.modules.directory.views.schools.years.prepare_year", _failing(wrong, cause))
        answer = head.post("/years/create/", data)
    page = answer.content.decode()
    assert answer.status_code == status and words in page and not lacking(answer)
    if status != 500:
        assert "rien n’a été enregistré" in page and "2027-09-01" in page
    assert "Traceback" not in page and "refused" not in page
    assert head.post("/years/create/", data).status_code == 302  # it is back: the same form is done


def test_while_the_database_is_gone_a_page_says_so_without_it(cast, as_person, monkeypatch):
    head = as_person(Who.HEAD)
    head.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("preau.kernel.web.middleware.directory", lambda: _failing(OperationalError("gone"))())
        answer = head.get("/")
    assert (
        answer.status_code == 503
        and answer["Retry-After"] == "30"
        and "ne répond pas" in answer.content.decode()
    )
    assert head.get("/").status_code == 200


def test_a_minute_without_the_cache_costs_no_page_and_no_login(cast, as_person, monkeypatch):
    from preau.kernel.web import limits, throttle

    class Gone:
        def __getattr__(self, name: str) -> Any:
            raise ConnectionError

    with monkeypatch.context() as patch:
        for module in (limits, throttle, health):
            patch.setattr(module, "cache", Gone())
        assert as_person(Who.HEAD).get("/").status_code == 200
        assert Client().post("/login/", {"login": "cast.head", "password": "préau-fictif"}).status_code in (
            302,
            422,
        )
        assert Client().get("/health/ready").status_code == 503
    cache.clear()
    assert Client().get("/health/ready").status_code == 200


def test_only_a_full_disk_is_called_full():
    assert not outages.is_full(ValueError("disk is full")) and not outages.is_full(None)
    assert not outages.is_full(OSError(errno.EACCES, "x"))


# ── Versions ─────────────────────────────────────────────────────────────────────────────────────


def ending(
    client: Client, cast: Cast, match: str | None = None, version: int = 1, day: str = "2026-12-18"
) -> Any:
    return client.post(
        f"/functions/{cast.own['function'].uuid}/end/",
        {"_scope": cast.scope_field(), "version": version, "ends_on": day},
        headers={"if-match": match} if match else {},
    )


def test_a_version_named_by_if_match_is_held_to(cast, as_person):
    head = as_person(Who.HEAD)
    tag = versions.etag_of(cast.own["function"])
    assert ending(head, cast, '"another-1"').status_code == 412
    first = ending(head, cast, tag)
    assert first.status_code == 302 and first["ETag"] != tag
    late = ending(head, cast, tag, day="2026-12-01")
    assert late.status_code == 412 and "2026" in late.content.decode()
    assert ending(head, cast, day="2026-12-01").status_code == 409  # the form's own version says the same
    assert ending(head, cast, first["ETag"], version=2, day="2026-12-01").status_code == 302
    assert ending(head, cast, "*", version=3, day="2026-12-02").status_code == 302
    assert Function._meta.get_field("version")


def test_what_has_not_changed_is_neither_drawn_nor_sent(cast, staged):
    from preau.kernel.access.acting import directory
    from preau.kernel.access.actor import Identity

    drawn: list[int] = []
    seen = {"rows": 1}

    @versions.conditional(lambda request: seen["rows"])
    def fragment(request: Any) -> HttpResponse:
        drawn.append(1)
        return HttpResponse("<li>")

    def asked(who: Who, tag: str = "") -> Any:
        request: Any = RequestFactory().get("/f/", headers={"if-none-match": tag} if tag else {})
        account = staged.accounts[who]
        presence = directory().presence_of(Identity(account.person_id, account.pk))
        request.actor = presence.actor(presence.hats[0])
        return fragment(request)

    first = asked(Who.GUARDIAN)
    assert (first.status_code, len(drawn)) == (200, 1)
    again = asked(Who.GUARDIAN, first["ETag"])
    assert (again.status_code, again.content, len(drawn)) == (304, b"", 1)
    assert asked(Who.PUPIL, first["ETag"]).status_code == 200  # another's tag says nothing
    seen["rows"] = 2
    assert asked(Who.GUARDIAN, first["ETag"]).status_code == 200
