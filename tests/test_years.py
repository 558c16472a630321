"""The verbs of a year, what they refuse, and what happens to those who were writing."""

import threading
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from preau.kernel.models import SchoolYear
from preau.kernel.rules import Conflict, RuleBroken, YearClosed
from preau.kernel.tenancy.guards import WriteOutsideTransaction
from preau.kernel.tenancy.scope import in_school
from preau.kernel.years import close_year, current_year, discard_year, next_dates, open_year, prepare_year
from preau.modules.directory.models import Function, Group
from preau.modules.directory.services import found_school
from preau.modules.directory.testing import make_staff, make_year

State = SchoolYear.State


@pytest.fixture
def school(db):
    return found_school(
        name="Collège d’essai", city="Pantin", units=[("0930004Z", "college", "Collège d’essai")]
    )


def prepare(school, start):
    return prepare_year(actor=None, school=school, starts_on=date(start, 9, 1), ends_on=date(start + 1, 7, 4))


def test_a_year_is_prepared_opened_and_closed(school):
    first = open_year(actor=None, year=prepare(school, 2026))
    assert first.state == State.OPEN and first.opened_at
    second = open_year(actor=None, year=prepare(school, 2027))
    closed = close_year(actor=None, year=first)
    assert closed.state == State.CLOSED and closed.closed_at
    assert second.state == State.OPEN


def test_a_year_in_preparation_is_taken_back_while_nothing_was_written_in_it(school):
    open_year(actor=None, year=prepare(school, 2026))
    slip = prepare(school, 2028)
    discard_year(actor=None, year=slip)
    discard_year(actor=None, year=slip)  # a double click
    coming = prepare(school, 2027)
    with in_school(school, coming):
        Group.objects.create(kind="manual", code="a", label="a")
    with pytest.raises(RuleBroken):
        discard_year(actor=None, year=coming)
    for verb in (open_year, close_year):
        with pytest.raises(Conflict):
            verb(actor=None, year=slip)


def test_an_open_year_is_not_taken_back_and_the_newer_is_not_closed_first(school):
    older = open_year(actor=None, year=prepare(school, 2026))
    newer = open_year(actor=None, year=prepare(school, 2027))
    with pytest.raises(Conflict):
        discard_year(actor=None, year=older)
    with pytest.raises(RuleBroken):
        close_year(actor=None, year=newer)


@pytest.mark.parametrize("start", [9998, 1999, 2025])
def test_a_year_typed_wrong_is_refused(school, start):
    open_year(actor=None, year=prepare(school, 2026))
    with pytest.raises(RuleBroken):
        prepare(school, start)


def test_each_verb_done_twice_changes_nothing(school):
    first = open_year(actor=None, year=prepare(school, 2026))
    assert open_year(actor=None, year=first).opened_at == first.opened_at
    open_year(actor=None, year=prepare(school, 2027))
    closed = close_year(actor=None, year=first)
    assert close_year(actor=None, year=first).closed_at == closed.closed_at


def test_only_one_year_is_prepared_and_two_are_alive(school):
    prepare(school, 2026)
    with pytest.raises(RuleBroken):
        prepare(school, 2027)


def test_a_third_year_is_not_opened(school):
    for start in (2025, 2026):
        open_year(actor=None, year=prepare(school, start))
    third = prepare(school, 2027)
    with pytest.raises(RuleBroken):
        open_year(actor=None, year=third)


def test_the_only_open_year_is_not_closed(school):
    only = open_year(actor=None, year=prepare(school, 2026))
    with pytest.raises(RuleBroken):
        close_year(actor=None, year=only)


def test_a_closed_year_is_not_opened_again(school):
    first = open_year(actor=None, year=prepare(school, 2026))
    open_year(actor=None, year=prepare(school, 2027))
    close_year(actor=None, year=first)
    with pytest.raises(Conflict):
        open_year(actor=None, year=first)


@pytest.mark.parametrize(
    ("starts_on", "ends_on"), [(date(2026, 9, 1), date(2026, 9, 1)), (date(2026, 9, 1), date(2028, 7, 1))]
)
def test_dates_that_are_no_year_are_refused(school, starts_on, ends_on):
    with pytest.raises(RuleBroken):
        prepare_year(actor=None, school=school, starts_on=starts_on, ends_on=ends_on)


@pytest.mark.parametrize("starts_on", [date(2027, 7, 4), date(2027, 1, 1)])
def test_years_do_not_overlap_and_the_refusal_names_the_other(school, starts_on):
    open_year(actor=None, year=prepare(school, 2026))
    with pytest.raises(RuleBroken) as refused:
        prepare_year(actor=None, school=school, starts_on=starts_on, ends_on=date(2027, 12, 31))
    assert "chevauchent l’année 2026-2027" in str(refused.value.message)
    following = prepare_year(actor=None, school=school, starts_on=date(2027, 7, 5), ends_on=date(2028, 7, 4))
    assert open_year(actor=None, year=following).state == State.OPEN


def test_the_database_refuses_years_that_overlap_in_one_school(school):
    year = prepare(school, 2026)
    other = found_school(name="Ailleurs", city="Pantin", units=[("0930007C", "college", "Ailleurs")])
    prepare(other, 2026)  # another school's year is no matter
    with in_school(school):
        with pytest.raises(DatabaseError), transaction.atomic():
            SchoolYear.objects.create(
                label="double", starts_on=year.ends_on, ends_on=date(2028, 7, 4), state=State.OPEN
            )
        later = SchoolYear.objects.create(
            label="suite", starts_on=date(2027, 7, 5), ends_on=date(2028, 7, 4), state=State.OPEN
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            SchoolYear.objects.filter(pk=later.pk).update(starts_on=year.ends_on)


def test_two_years_of_one_name_are_refused(school):
    open_year(actor=None, year=prepare(school, 2026))
    with pytest.raises(RuleBroken):
        prepare(school, 2026)


def test_the_digital_lead_goes_on_and_head_teachers_are_named_anew(school):
    first = make_year(school, 2026)
    with in_school(school, first):
        lead = make_staff("Référente", "teacher")
        group = Group.objects.create(kind="division", code="6A", label="6A")
        for kind, where in ((Function.Kind.DIGITAL_LEAD, None), (Function.Kind.HEAD_TEACHER, group)):
            Function.objects.create(record=lead, kind=kind, group=where, starts_on=first.starts_on)
    second = make_year(school, 2027)
    with in_school(school, second):
        assert [function.kind for function in Function.objects.all()] == [Function.Kind.DIGITAL_LEAD]


def test_the_current_year_is_the_open_one_the_day_falls_in():
    def year(start, state=State.OPEN):
        return SchoolYear(
            label=str(start), starts_on=date(start, 9, 1), ends_on=date(start + 1, 7, 4), state=state
        )

    past, now, coming = year(2025, State.CLOSED), year(2026), year(2027, State.PREPARING)
    assert current_year([past, now, coming], date(2026, 11, 20)) is now
    assert current_year([past, now, coming], date(2027, 8, 1)) is now
    assert current_year([now, year(2027)], date(2027, 8, 1)) is now
    opened = year(2027)
    assert current_year([now, opened], date(2027, 9, 1)) is opened
    assert current_year([now], date(2026, 8, 20)) is now
    assert current_year([coming], date(2027, 9, 10)) is None
    assert next_dates([past, now]) == {"starts_on": date(2027, 9, 1), "ends_on": date(2028, 7, 4)}


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_the_write_under_way_and_the_next_write_finds_it_closed():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    school = found_school(name="Course", city="Pantin", units=[("0930005A", "college", "Course")])
    first, _ = make_year(school, 2026), make_year(school, 2027)
    wrote, closed, order = threading.Event(), threading.Event(), []

    def close() -> None:
        wrote.wait(10)
        close_year(actor=None, year=first)
        order.append("closed")
        closed.set()
        connection.close()

    closing = threading.Thread(target=close)
    closing.start()
    with in_school(school, first):
        with transaction.atomic():
            Group.objects.create(kind="manual", code="a", label="a")
            wrote.set()
            assert not closed.wait(0.3), "the close did not wait for the write"
            order.append("written")
        closing.join(10)
        assert order == ["written", "closed"]
        with pytest.raises(YearClosed), transaction.atomic():
            Group.objects.create(kind="manual", code="b", label="b")


@pytest.mark.django_db(transaction=True)
def test_a_row_of_a_year_is_written_in_a_transaction_only():
    school = found_school(name="Essai", city="Pantin", units=[("0930006B", "college", "Essai")])
    year = make_year(school, 2026)
    with in_school(school, year):
        with pytest.raises(WriteOutsideTransaction):
            Group.objects.create(kind="manual", code="a", label="a")
        with transaction.atomic():
            group = Group.objects.create(kind="manual", code="a", label="a")
        with pytest.raises(WriteOutsideTransaction):
            group.delete()
