"""A write with a key happens once: sent twice, sent by two at once, sent by who died in between."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from preau.kernel.idempotency import answers, middleware
from preau.kernel.idempotency.models import Kept
from preau.kernel.models import School, SchoolYear
from preau.kernel.tenancy.scope import in_school
from preau.modules.accounts.models import Account
from preau.modules.accounts.services import open_account
from preau.modules.directory import services
from preau.modules.directory.models import Function, Membership, Profile
from preau.modules.directory.services import found_school
from preau.modules.directory.testing import (
    OTHER_CLASS,
    OTHER_SCHOOL,
    Cast,
    Who,
    make_division,
    make_staff,
    make_year,
)
from preau.modules.directory.views import schools as views

NEXT_YEAR = {"starts_on": "2027-09-01", "ends_on": "2028-07-01"}
URL = "/years/create/"


class Killed(BaseException):
    """The process is gone."""


def prepare(client: Client, cast: Cast, key: str = "one-key-of-ours", **given: Any) -> Any:
    data = {"_scope": cast.scope_field(), **NEXT_YEAR, **given}
    return client.post(URL, data, headers={"Idempotency-Key": key} if key else {})


def years(cast: Cast) -> int:
    with in_school(cast.own.school):
        return SchoolYear.objects.filter(state="preparing").count()


def test_without_a_key_the_second_try_is_a_second_try(cast, as_person):
    head = as_person(Who.HEAD)
    assert prepare(head, cast, key="").status_code == 302
    assert prepare(head, cast, key="").status_code == 422
    assert not Kept.objects.exists()


def test_sent_again_it_is_answered_as_the_first_time_and_done_once(cast, as_person):
    head = as_person(Who.HEAD)
    first, second = prepare(head, cast), prepare(head, cast)
    assert (
        (first.status_code, first["Location"]) == (second.status_code, second["Location"]) == (302, "/years/")
    )
    assert "Idempotency-Replayed" not in first and second["Idempotency-Replayed"] == "true"
    assert years(cast) == 1 and Kept.objects.count() == 1


def test_every_form_of_a_page_brings_a_key_of_its_own(cast, as_person):
    page = as_person(Who.HEAD).get("/years/").content.decode()
    forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.S)
    keys = [re.findall(r'name="_key" value="([0-9a-f]{32})"', form) for form in forms]
    assert len(forms) > 1 and all(len(each) == 1 for each in keys)
    assert len({each[0] for each in keys}) == len(keys)
    assert 'name="_key"' not in Client().get("/login/").content.decode()


def test_a_double_click_without_script_is_one(cast, as_person):
    head = as_person(Who.HEAD)
    key = uuid4().hex
    answers_ = [prepare(head, cast, key="", _key=key, csrfmiddlewaretoken=token) for token in "ab"]
    assert [each.status_code for each in answers_] == [302, 302] and years(cast) == 1


def test_a_used_key_with_something_else_is_refused_in_words_and_shows_what_was_typed(cast, as_person):
    head = as_person(Who.HEAD)
    prepare(head, cast)
    other = prepare(head, cast, ends_on="2028-06-30")
    page = other.content.decode()
    assert other.status_code == 422 and "a déjà servi" in page and "2028-06-30" in page
    assert "one-key-of-ours" not in page
    other_address = head.post(
        f"/years/{cast.own.year.uuid}/close/",
        {"_scope": cast.scope_field()},
        headers={"Idempotency-Key": "one-key-of-ours"},
    )
    assert other_address.status_code == 422


def test_what_was_refused_is_corrected_under_the_same_key(cast, as_person):
    head = as_person(Who.HEAD)
    assert prepare(head, cast, ends_on="").status_code == 422
    assert prepare(head, cast).status_code == 302
    assert years(cast) == 1


def test_a_key_is_its_persons_alone(cast, as_person):
    assert prepare(as_person(Who.HEAD), cast).status_code == 302
    theirs = prepare(as_person(Who.DEPUTY), cast)
    assert theirs.status_code == 422 and "Idempotency-Replayed" not in theirs  # such a year exists already
    assert prepare(as_person(Who.TEACHER), cast).status_code == 403


def test_a_key_kept_in_one_school_says_nothing_in_another(cast, as_person):
    head = as_person(Who.HEAD)
    prepare(head, cast)
    for scope in (cast.scope_field(OTHER_SCHOOL), "", "x.y"):
        elsewhere = prepare(head, cast, _scope=scope)
        assert elsewhere.status_code == 409 and "Idempotency-Replayed" not in elsewhere


def test_another_hat_gets_no_answer_of_the_first(cast, as_person):
    with in_school(cast.own.school, cast.own.year):
        Membership.objects.create(
            record=cast.own["head"], profile=Profile.objects.get(code="deputy"), starts_on=date(2020, 9, 1)
        )
    head = as_person(Who.HEAD)
    prepare(head, cast)
    head.post("/hats/", {"hat": f"{cast.own.school.uuid}.deputy"})
    assert "Idempotency-Replayed" not in prepare(head, cast)


def test_whoever_left_gets_no_answer_again(cast, as_person):
    head = as_person(Who.HEAD)
    prepare(head, cast)
    with in_school(cast.own.school):
        Membership.objects.filter(record=cast.own["head"]).delete()
    assert prepare(head, cast).status_code == 403


@pytest.mark.parametrize("key", ["x" * 256, "é" * 3, "a\x00b"])
def test_a_key_that_cannot_be_read_is_refused_before_anything_is_written(key, cast, as_person):
    answer = prepare(as_person(Who.HEAD), cast, key="", _key=key)
    assert answer.status_code == 400 and years(cast) == 0


def test_nothing_sent_and_no_key_is_kept_in_clear(cast, as_person):
    prepare(as_person(Who.HEAD), cast, key="Dupont-sent-this")
    kept = Kept.objects.get()
    assert not [
        text for text in ("Dupont", "2027") if text in f"{kept.key} {kept.sent} {kept.headers} {kept}"
    ]
    assert bytes(kept.body) == b"" and set(kept.headers) == {"Content-Type", "Location"}


def test_a_browser_may_pack_the_same_file_otherwise(rf, cast):
    from preau.kernel.idempotency.keys import sent_in

    def sent(content: bytes, boundary: str) -> str:
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n'.encode()
            + content
            + f"\r\n--{boundary}--\r\n".encode()
        )
        return sent_in(
            rf.generic("POST", "/x/", body, content_type=f"multipart/form-data; boundary={boundary}")
        )

    assert sent(b"one", "x") == sent(b"one", "yy") != sent(b"two", "x")
    request = rf.post("/x/", {"f": SimpleUploadedFile("a.txt", b"abc")})
    sent_in(request)
    assert request.FILES["f"].read() == b"abc"  # the view still reads it from its beginning


# ── Dying in between ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("where", ["before the answer is kept", "after it is kept"])
def test_a_process_that_dies_leaves_nothing_and_the_next_try_does_it(where, cast, as_person, monkeypatch):
    head = as_person(Who.HEAD)

    def dies(*args: Any, **kwargs: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        if where == "before the answer is kept":
            patch.setattr(answers, "fill", dies)
        else:
            saved = Kept.save

            def save_and_die(self: Kept, **kwargs: Any) -> None:
                saved(self, **kwargs)
                raise Killed

            patch.setattr(Kept, "save", save_and_die)
        with pytest.raises(Killed):
            prepare(head, cast)
    assert years(cast) == 0 and not Kept.objects.exists()
    assert prepare(head, cast).status_code == 302
    assert years(cast) == 1


def test_an_error_of_ours_undoes_the_whole_and_frees_the_key(cast, as_person, monkeypatch):
    head = as_person(Who.HEAD)
    head.raise_request_exception = False

    def breaks(*_: Any) -> HttpResponse:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(views, "redirect", breaks)  # the service has done its part
        assert prepare(head, cast).status_code == 500
    assert years(cast) == 0
    assert prepare(head, cast).status_code == 302


def test_a_view_that_goes_on_after_its_transaction_failed_says_nothing_untrue(cast, as_person, monkeypatch):
    head = as_person(Who.HEAD)
    head.raise_request_exception = False

    def swallowed(*args: Any, **kwargs: Any) -> None:
        try:
            with transaction.atomic(savepoint=False):
                raise IntegrityError
        except IntegrityError:
            pass

    monkeypatch.setattr(views.years, "prepare_year", swallowed)
    assert prepare(head, cast).status_code == 500
    assert not Kept.objects.exists()


def test_a_database_error_caught_inside_is_a_refusal_like_any_other(cast, as_person):
    """`appoint_head_teacher` catches an IntegrityError inside its own savepoint."""
    head = as_person(Who.HEAD)
    url = f"/groups/{cast.own['division'].uuid}/head-teachers/"
    data = {
        "_scope": cast.scope_field(),
        "record": str(cast.own["teacher"].uuid),
        "starts_on": "2026-11-23",
        "uuid": str(uuid4()),
        "_key": "k",
    }
    assert [head.post(url, data).status_code for _ in range(2)] == [422, 422]
    assert not Kept.objects.exists()


# ── Views with transactions of their own ─────────────────────────────────────────────────────────


@pytest.fixture
def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        middleware.Once,
        "_view",
        lambda self, request: middleware.own_transactions(lambda request: HttpResponse()),
    )


def test_a_view_in_steps_is_done_once_too(cast, as_person, in_steps):
    head = as_person(Who.HEAD)
    assert [prepare(head, cast).status_code for _ in range(2)] == [302, 302]
    assert years(cast) == 1 and Kept.objects.get().status == 302


def test_while_it_runs_the_second_is_told_to_wait_until_the_first_is_given_up(cast, as_person, in_steps):
    head = as_person(Who.HEAD)
    prepare(head, cast)
    kept = Kept.objects.get()
    Kept.objects.update(status=None)
    second = prepare(head, cast)
    assert second.status_code == 409 and second["Retry-After"] == "5"
    assert "travaille encore" in second.content.decode()
    for moved in (answers.LEASE + timedelta(seconds=1), -timedelta(days=3)):  # dead, or the clock set back
        Kept.objects.update(status=None, created_at=timezone.now() - moved)
        assert prepare(head, cast).status_code == 422  # tried again: the year is there already
        assert not Kept.objects.exists()
        Kept.objects.create(
            person_id=cast.people[Who.HEAD].pk, key=kept.key, sent=kept.sent, created_at=timezone.now()
        )


def test_a_refusal_or_an_error_in_steps_frees_the_key(cast, as_person, in_steps, monkeypatch):
    head = as_person(Who.HEAD)
    head.raise_request_exception = False
    assert prepare(head, cast, ends_on="").status_code == 422 and not Kept.objects.exists()

    def breaks(**_: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(views.years, "prepare_year", breaks)
        assert prepare(head, cast).status_code == 500 and not Kept.objects.exists()
    assert prepare(head, cast).status_code == 302


# ── What is kept, how much, how long ─────────────────────────────────────────────────────────────


def test_an_answer_with_a_cookie_is_kept_without_it_and_a_long_one_without_its_text():
    kept = Kept(person_id=1, key="k", sent="s", created_at=timezone.now())
    answer = HttpResponse(b"x" * (answers.LONGEST_BODY + 1))
    answer.set_cookie("preau_session", "secret")
    answer.headers["Set-Cookie"] = "a=b"
    answer.headers["X-Preau-Send-Path"] = "/var/a-file"  # the sender's, of this answer alone
    answers.fill(kept, answer)
    assert kept.body is None and set(kept.headers) == {"Content-Type"}


def test_a_file_and_an_upload_keep_what_says_so():
    kept = Kept(person_id=1, key="k", sent="s", created_at=timezone.now())
    said = {"Content-Disposition": "attachment", "Upload-Offset": "12", "Tus-Resumable": "1.0.0"}
    answers.fill(kept, HttpResponse(b"", headers=said))
    assert kept.headers.items() >= said.items()


def test_a_long_answer_is_said_to_be_saved(cast, as_person):
    head = as_person(Who.HEAD)
    prepare(head, cast)
    Kept.objects.update(body=None)
    again = prepare(head, cast)
    assert again.status_code == 200 and "déjà enregistré" in again.content.decode()
    assert "Erreur" not in again.content.decode()


def test_two_days_later_a_key_is_forgotten_also_when_the_clock_had_jumped(db):
    now = timezone.now()
    for number, age in enumerate((timedelta(hours=49), timedelta(hours=47), -timedelta(days=400))):
        Kept.objects.create(person_id=1, key=str(number), sent="s", status=200, created_at=now - age)
    assert answers.purge(now) == 2
    assert Kept.objects.get().key == "1"


# ── Two at once ──────────────────────────────────────────────────────────────────────────────────


def _together(*doings: Callable[[], Any]) -> list[Any]:
    found: list[Any] = [None] * len(doings)
    start = threading.Barrier(len(doings))

    def run(number: int, doing: Callable[[], Any]) -> None:
        start.wait(10)
        try:
            found[number] = doing()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(doings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


@dataclass
class Busy:
    school: School
    year: SchoolYear
    function: Function
    account: Account

    def signed_in(self) -> Client:
        client = Client()
        client.force_login(self.account)
        return client

    def ending(self, client: Client, key: str) -> Callable[[], Any]:
        url = f"/functions/{self.function.uuid}/end/"
        scope = f"{self.school.uuid}.{self.year.uuid}"
        data = {"_scope": scope, "version": "1", "ends_on": "2026-12-18", "_key": key}
        return lambda: client.post(url, data)


@pytest.fixture
def busy(transactional_db: None) -> Busy:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    school = found_school(name="Course", city="Pantin", units=[("0930006B", "college", "Course")])
    year = make_year(school, 2026)
    with in_school(school, year), transaction.atomic():
        head, group = make_staff("Head", "head"), make_division("6A", year=year)
        function = Function.objects.create(
            record=make_staff("Prof", "teacher"),
            kind=Function.Kind.HEAD_TEACHER,
            group=group,
            starts_on=year.starts_on,
        )
        account, _ = open_account(person=head.person, login="course.head")
    return Busy(school, year, function, account)


def test_four_at_once_do_it_once_and_all_get_its_answer(busy):
    found = _together(*(busy.ending(busy.signed_in(), "one-key") for _ in range(4)))
    assert [each.status_code for each in found] == [302] * 4
    assert sum("Idempotency-Replayed" in each for each in found) == 3
    with in_school(busy.school, busy.year):
        assert Function.objects.get(pk=busy.function.pk).version == 2


def test_whoever_comes_while_it_runs_for_long_is_told_so(busy, monkeypatch):
    monkeypatch.setattr(middleware, "PATIENCE", 0.1)
    running, finish = threading.Event(), threading.Event()
    ended = services.end_function

    def slow(**given: Any) -> Any:
        running.set()
        assert finish.wait(20)
        return ended(**given)

    monkeypatch.setattr("preau.modules.directory.services.end_function", slow)
    first, second = busy.signed_in(), busy.signed_in()
    found: list[Any] = []
    thread = threading.Thread(target=lambda: (found.append(busy.ending(first, "k")()), connection.close()))
    thread.start()
    assert running.wait(20)
    told = busy.ending(second, "k")()
    finish.set()
    thread.join(20)
    assert told.status_code == 409 and "Retry-After" in told
    assert found[0].status_code == 302
    again = busy.ending(second, "k")()
    assert again["Idempotency-Replayed"] == "true"


def test_other_classes_stay_hidden_whatever_the_key(cast, as_person):
    teacher = as_person(Who.PUPIL)
    url = f"/functions/{cast.places[OTHER_CLASS]['function'].uuid}/end/"
    data = {"_scope": cast.scope_field(), "version": "1", "ends_on": "2026-12-18", "_key": "k"}
    assert [teacher.post(url, data).status_code for _ in range(2)] == [404, 404]
