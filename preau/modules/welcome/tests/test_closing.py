"""The message of closing: on the card, the login and every home of the school, from its first to its last day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from preau.kernel.audit.models import Entry
from preau.kernel.models import School
from preau.kernel.templatetags.closing import SCHOOL_COOKIE
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import TODAY, Cast, Who

pytestmark = pytest.mark.django_db
MESSAGE = "Le collège est fermé lundi."


def announce(client: Any, cast: Cast, **changed: str) -> Any:
    sent = {
        "_scope": cast.scope_field(),
        "message": MESSAGE,
        "first_day": TODAY.isoformat(),
        "last_day": TODAY.isoformat(),
        **changed,
    }
    return client.post("/console/closing/", sent)


def close(school: School, first: date = TODAY, last: date = TODAY, message: str = MESSAGE) -> None:
    School.objects.filter(pk=school.pk).update(
        closing_message=message, closing_from=first, closing_until=last
    )


def shows(client: Any, path: str) -> bool:
    return MESSAGE in client.get(path).content.decode()


def test_it_is_read_everywhere_that_day_and_told_once(cast: Cast, as_person: Any) -> None:
    head = as_person(Who.HEAD)
    for _ in range(2):
        assert announce(head, cast).status_code == 302
    for who in (Who.PUPIL, Who.GUARDIAN, Who.TEACHER, Who.HEAD):
        assert shows(as_person(who), "/"), who
    card = f"/school/{cast.own.school.uuid}/"
    visitor = Client()
    assert shows(visitor, card)
    assert shows(visitor, "/login/"), "the device knows the school since it opened its card"
    with in_school(cast.own.school):
        (told,) = Entry.objects.filter(act="welcome.closing_announced")
    assert told.values == {"first_day": {"day": "2026-11-20"}, "last_day": {"day": "2026-11-20"}}

    assert head.post("/console/closing/withdraw/", {"_scope": cast.scope_field()}).status_code == 302
    assert not shows(as_person(Who.PUPIL), "/") and not shows(visitor, card)


@pytest.mark.parametrize(
    ("first", "last", "read"), [(0, 0, True), (-3, 0, True), (1, 2, False), (-2, -1, False)]
)
def test_it_begins_and_ends_by_itself(cast: Cast, as_person: Any, first: int, last: int, read: bool) -> None:
    close(cast.own.school, TODAY + timedelta(first), TODAY + timedelta(last))
    assert shows(as_person(Who.PUPIL), "/") is read
    assert shows(Client(), f"/school/{cast.own.school.uuid}/") is read


def test_another_schools_closing_is_nobodys_affair_here(cast: Cast, as_person: Any) -> None:
    close(cast.places["other_school"].school)
    assert not shows(as_person(Who.HEAD), "/")
    assert not shows(Client(), "/login/"), "several schools, and this device knows none"


def test_where_there_is_one_school_its_login_says_so(cast: Cast, monkeypatch: Any) -> None:
    close(cast.own.school)
    assert not shows(Client(), "/login/")
    only = School.objects.filter(pk=cast.own.school.pk)
    with monkeypatch.context() as patch:
        patch.setattr(type(School.objects), "all", lambda _: only.all())
        assert shows(Client(), "/login/")


def test_a_forged_cookie_names_no_school(cast: Cast) -> None:
    close(cast.own.school)
    device = Client()
    device.cookies[SCHOOL_COOKIE] = str(cast.own.school.uuid)
    assert shows(device, "/login/")
    for forged in ("", "x" * 5000, "00000000-0000-4000-8000-000000000000", "' OR 1=1 --"):
        device.cookies[SCHOOL_COOKIE] = forged
        assert device.get("/login/").status_code == 200
        assert not shows(device, "/login/")


def test_what_is_written_is_never_markup(cast: Cast, as_person: Any) -> None:
    close(cast.own.school, message="<script>alert(1)</script>")
    for client, path in (
        (as_person(Who.PUPIL), "/"),
        (as_person(Who.HEAD), "/console/closing/"),
        (Client(), f"/school/{cast.own.school.uuid}/"),
    ):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"message": ""},
        {"message": "\u202e "},
        {"message": "a" * 301},
        {"last_day": "2026-11-19"},
        {"first_day": "2026-11-01", "last_day": "2026-11-19"},
        {"last_day": "2027-06-01"},
        {"first_day": "demain"},
    ],
)
def test_a_closing_that_says_nothing_to_anybody_is_refused(
    cast: Cast, as_person: Any, wrong: dict[str, str]
) -> None:
    assert announce(as_person(Who.HEAD), cast, **wrong).status_code == 422
    assert School.objects.get(pk=cast.own.school.pk).closing_message == ""


@pytest.mark.parametrize("who", [Who.TEACHER, Who.DIGITAL_LEAD, Who.PUPIL, Who.GUARDIAN, Who.AUTHORITY])
def test_only_management_announces_it(cast: Cast, as_person: Any, who: Who) -> None:
    assert announce(as_person(who), cast).status_code in (403, 409)
    assert School.objects.get(pk=cast.own.school.pk).closing_message == ""


def test_the_database_keeps_message_and_days_together(cast: Cast) -> None:
    for wrong in (
        {"closing_message": "Fermé"},
        {"closing_from": TODAY},
        {"closing_message": "Fermé", "closing_from": TODAY, "closing_until": TODAY - timedelta(1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            School.objects.filter(pk=cast.own.school.pk).update(**wrong)


@pytest.mark.parametrize("who", [Who.PUPIL, Who.GUARDIAN, Who.HEAD])
def test_it_costs_no_query(
    cast: Cast, as_person: Any, who: Who, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = as_person(who)
    client.get("/")
    with django_assert_max_num_queries(100) as before:
        client.get("/")
    close(cast.own.school)
    with django_assert_num_queries(len(before)):
        assert shows(client, "/")
