"""What is logged names nobody: canaries go through every page, every error, every refusal."""

import errno
import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
import time_machine
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import reopened
from preau.kernel.web import logs
from preau.kernel.work.testing import run_all
from preau.modules.accounts.models import Account
from preau.modules.accounts.testing import PASSWORD
from preau.modules.directory.models import Person
from preau.modules.directory.testing import OTHER_CLASS, PLACES, Cast, Who
from tests.access_table import Line
from tests.test_access_matrix import LINES, _send


@contextmanager
def _heard(shape: str) -> Iterator[io.StringIO]:
    """Everything any logger says, as a school's server writes it."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(logs.formatter(shape))
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in (None, "django.request", "preau.access")}
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("django.request").setLevel(logging.INFO)
    logging.getLogger("preau.access").setLevel(logging.INFO)
    yield kept
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture(params=["json", "line"])
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    with _heard(request.param) as kept:
        yield kept


@pytest.fixture
def both_written() -> Iterator[tuple[io.StringIO, io.StringIO]]:
    with _heard("json") as json_lines, _heard("line") as lines:
        yield json_lines, lines


def canaries(cast: Cast) -> set[str]:
    """Every name, login and address of the cast, and what is typed below."""
    found = {"Dupontcanari", "canari@exemple.fr", PASSWORD, "cast.head", "cast.pupil", "cast.teacher"}
    for name in PLACES:
        found |= {
            each for each in cast.places[name].canaries | cast.places[name].field_canaries if len(each) > 3
        }
    return found


def named_in(text: str, cast: Cast) -> set[str]:
    text = text.casefold()
    return {each for each in canaries(cast) if each.casefold() in text} | set(re.findall(r"\S+@\S+", text))


class Refuses(BaseEmailBackend):
    letters = 0

    def send_messages(self, messages: Any) -> int:
        Refuses.letters += 1
        raise SMTPRecipientsRefused({"canari@exemple.fr": (550, b"no such pupil: Dupontcanari")})


def _ends_sessions(line: Line) -> bool:
    return line.name.startswith("accounts:")


def test_nobody_is_named_by_the_lines_of_all_pages(both_written, cast, as_person, sessions, settings):
    for who in (Who.HEAD, Who.TEACHER, Who.PUPIL, Who.GUARDIAN, Who.FORMER, Who.ANONYMOUS):
        # Those that end sessions come last, and get one each.
        for line in sorted(LINES, key=_ends_sessions):
            client = as_person(who) if _ends_sessions(line) else reopened(sessions[who])
            _send(client, line, cast, OTHER_CLASS if line.at else "own")
    head = as_person(Who.HEAD)
    head.get("/people/", {"q": "Dupontcanari", "after": "Dupontcanari.x"})
    head.get("/people/dupontcanari/")
    head.get("/dupontcanari@x/", headers={"referer": "/people/?q=Dupontcanari", "user-agent": "Dupontcanari"})
    head.get("/", headers={"host": "dupontcanari.example"})
    head.post("/years/create/", {"_scope": "Dupontcanari", "starts_on": "Dupontcanari"})
    Client().post("/login/", {"login": "dupontcanari", "password": PASSWORD})
    Client().post("/login/", {"login": "canari@exemple.fr", "password": "Dupontcanari"})
    Client(enforce_csrf_checks=True).post("/login/?next=/dupontcanari/", {"login": "dupontcanari"})
    # What was published and sent is told, indexed and looked at by the workers; the mail server refuses.
    settings.EMAIL_BACKEND, Refuses.letters = f"{__name__}.Refuses", 0
    later = timezone.now().replace(hour=10) + timedelta(days=3)
    with time_machine.travel(
        later + timedelta(days=(1 - later.weekday()) % 7)
    ):  # a Tuesday morning: letters leave
        run_all(may_fail=True)
    assert Refuses.letters
    for written in both_written:
        text = written.getvalue()
        assert text.count("directory:person_list") >= 4 and "accounts:login" in text
        assert not named_in(text, cast)
        assert not re.search(r"/people/|/groups/[0-9a-f]", text)


def _breaking(how: str) -> Any:
    def breaks(*_: Any, **__: Any) -> Any:
        name = "Dupontcanari"
        if how == "value":
            raise ValueError(f"no such pupil: {name} <canari@exemple.fr>")
        if how == "key":
            return {}[name]
        if how == "cause":
            try:
                int(name)
            except ValueError as wrong:
                raise RuntimeError(name) from wrong
        if how == "database":
            with transaction.atomic():
                Account.objects.create(
                    person=Person.objects.create(), login="cast.head", email="canari@exemple.fr"
                )
        if how == "statement":
            with connection.cursor() as cursor:
                cursor.execute("SELECT * FROM dupontcanari WHERE x = %s", [name])
        if how == "disk":
            raise OSError(errno.ENOSPC, "No space", f"/var/{name}.pdf")
        raise AssertionError(name)

    return breaks


@pytest.mark.parametrize("how", ["value", "key", "cause", "database", "statement", "disk", "assertion"])
def test_an_error_is_told_by_its_kind_and_place_and_names_nobody(how, written, cast, as_person, monkeypatch):
    head = as_person(Who.HEAD)
    head.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("preau.modules.directory.selectors.groups.group_page", _breaking(how))
        status = head.get(f"/groups/{cast.own['division'].uuid}/").status_code
    assert status == (
        507 if how == "disk" else 503 if how == "statement" and connection.vendor == "sqlite" else 500
    )
    text = written.getvalue()
    assert not named_in(text, cast)
    assert "tests/test_logs.py" in text and "breaks" in text  # where
    if how == "database":
        assert "IntegrityError" in text and ("23505" in text or "SQLITE_CONSTRAINT_UNIQUE" in text)
    if how == "cause":
        assert "because of builtins.ValueError" in text


def test_a_line_has_the_fields_of_the_list_and_no_other(written, cast, as_person, request):
    log = logging.getLogger("preau.somewhere")
    log.warning(
        "%s wrote %d lines to %s",
        "Dupontcanari",
        3,
        ValueError("x"),
        extra={"name_of": "Dupontcanari", "status": 7},
    )
    logging.getLogger("library").warning(
        "Invalid HTTP_HOST header: 'dupontcanari.x' for a@b.fr at /people/dupontcanari/"
    )
    text = written.getvalue()
    assert "… wrote 3 lines to ValueError" in text and "Invalid HTTP_HOST header: …" in text
    assert not named_in(text, cast)
    if text.startswith("{"):
        first = json.loads(text.splitlines()[0])
        assert first["status"] == 7 and set(first) == {"at", "level", "logger", "event", "status"}


def test_the_answer_bears_the_id_its_lines_bear(written, cast, as_person):
    head = as_person(Who.HEAD)
    answer = head.get("/", headers={"x-request-id": "of-a-stranger"})
    assert (
        re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"]) and answer["X-Request-ID"] in written.getvalue()
    )
    assert head.get("/")["X-Request-ID"] != answer["X-Request-ID"]
    assert "of-a-stranger" not in written.getvalue()


def test_an_account_is_a_mark_that_lasts_a_month(cast, staged, monkeypatch):
    account = staged.accounts[Who.HEAD].pk
    this, other = logs._mark(account, "2026-11"), logs._mark(account, "2026-12")
    assert this != other and str(account) not in (this, other) and logs.account_mark(account) != ""
    assert logs._mark(account + 1, "2026-11") != this


def test_every_route_has_a_name_without_ids(cast):
    from preau.kernel.web.observed import Observed

    class Request:
        resolver_match = None
        path_info = reverse("directory:group_detail", args=[cast.own["division"].uuid])

    assert Observed(lambda request: None)._route(Request()) == "directory:group_detail"  # type: ignore[arg-type,return-value]


def test_statements_are_counted_and_another_wrapper_stays_in_its_place(cast, as_person, written):
    before = list(connection.execute_wrappers)
    as_person(Who.HEAD).get("/")
    assert re.search(r"queries\W+[1-9]", written.getvalue())
    assert connection.execute_wrappers == before
