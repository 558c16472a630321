"""When a message may reach a person."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preau.kernel.modules import Urgency
from preau.modules.notifications.selectors.hours import QuietHours, SchoolHours, deliver_at

PARIS = ZoneInfo("Europe/Paris")
ZONES = [
    "Europe/Paris",
    "America/Guadeloupe",
    "America/Cayenne",
    "Indian/Reunion",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Marquesas",
    "America/Miquelon",
    "Australia/Lord_Howe",  # moves by half an hour
    "Pacific/Chatham",  # lies on a quarter
]
AT_HOME, NOBODY = SchoolHours(PARIS), QuietHours()

quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
days = st.frozensets(st.integers(1, 7))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda m: m.replace(tzinfo=UTC))
schools = st.builds(
    lambda zone, hours, days: SchoolHours(ZoneInfo(zone), *hours, days),
    st.sampled_from(ZONES),
    st.tuples(quarters, quarters).filter(lambda pair: pair[0] < pair[1]),
    days,
)
people = st.builds(QuietHours, st.none() | quarters, st.none() | quarters, days, quarters)


def at(text: str, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("urgency", "written", "arrives"),
    [
        (Urgency.NORMAL, "2026-11-20T10:00", "2026-11-20T10:00"),  # a Friday
        (Urgency.NORMAL, "2026-11-20T21:30", "2026-11-23T07:30"),  # over the weekend
        (Urgency.NORMAL, "2026-11-19T05:00", "2026-11-19T07:30"),
        (Urgency.NORMAL, "2026-11-20T18:59:59", "2026-11-20T18:59:59"),
        (Urgency.NORMAL, "2026-11-20T19:00", "2026-11-23T07:30"),
        (
            Urgency.URGENT,
            "2026-11-22T21:30",
            "2026-11-22T21:30",
        ),  # « absente demain à 8 h », a Sunday evening
        (Urgency.URGENT, "2026-11-22T23:10", "2026-11-23T06:00"),
        (Urgency.DIGEST, "2026-11-20T10:00", "2026-11-20T18:00"),
        (Urgency.DIGEST, "2026-11-20T20:00", "2026-11-23T18:00"),
        (Urgency.NORMAL, "2026-03-29T01:30", "2026-03-30T07:30"),  # the night that has no 2:30
        (Urgency.NORMAL, "2026-10-25T02:30", "2026-10-26T07:30"),  # the night that has two
    ],
)
def test_what_is_written_arrives_when_the_school_sends(urgency: Urgency, written: str, arrives: str) -> None:
    assert deliver_at(urgency, AT_HOME, NOBODY, at(written)) == at(arrives)


def test_a_person_who_works_at_night_is_told_when_they_are_up() -> None:
    sleeps = QuietHours(time(8), time(15))

    assert deliver_at(Urgency.NORMAL, AT_HOME, sleeps, at("2026-11-20T09:00")) == at("2026-11-20T15:00")


def test_quiet_hours_over_midnight_hold_on_both_sides() -> None:
    evening = QuietHours(time(17), time(9))

    assert deliver_at(Urgency.NORMAL, AT_HOME, evening, at("2026-11-19T18:00")) == at("2026-11-20T09:00")


def test_who_is_quiet_during_all_of_school_is_told_outside_of_it() -> None:
    busy = QuietHours(time(7), time(19))

    assert deliver_at(Urgency.NORMAL, AT_HOME, busy, at("2026-11-20T10:00")) == at("2026-11-20T19:00")


def test_each_school_reckons_by_its_own_clock() -> None:
    noumea = SchoolHours(ZoneInfo("Pacific/Noumea"))
    now = at("2026-11-20T10:00")  # 20:00 there

    assert deliver_at(Urgency.NORMAL, noumea, NOBODY, now) == at("2026-11-23T07:30", noumea.zone)


@given(st.sampled_from(list(Urgency)), schools, people, moments)
@settings(max_examples=300, deadline=None)
def test_never_before_now_never_farther_than_a_week_and_asked_again_the_same(
    urgency: Urgency, school: SchoolHours, person: QuietHours, now: datetime
) -> None:
    due = deliver_at(urgency, school, person, now)

    assert now <= due <= now + timedelta(days=9)
    assert deliver_at(urgency, school, person, due) == due
    # A clock that jumps back asks again and hears the same, or something sooner.
    assert deliver_at(urgency, school, person, now - timedelta(hours=3)) <= due


@given(schools, people, moments)
@settings(max_examples=200, deadline=None)
def test_no_earlier_minute_would_have_done(school: SchoolHours, person: QuietHours, now: datetime) -> None:
    """Against the plain walk, a quarter of an hour at a time."""

    def may(moment: datetime) -> bool:
        here = moment.astimezone(school.zone)
        return (
            here.isoweekday() in school.days
            and school.opens <= here.time() < school.closes
            and not person.hold(here)
        )

    due = deliver_at(Urgency.NORMAL, school, person, now)
    step = now
    while step < due:
        assert not may(step), step
        step += timedelta(minutes=15)


@given(schools, people, moments)
@settings(max_examples=200, deadline=None)
def test_what_is_urgent_waits_for_nothing_but_the_night(
    school: SchoolHours, person: QuietHours, now: datetime
) -> None:
    due = deliver_at(Urgency.URGENT, school, person, now)

    assert due - now <= timedelta(hours=9)
    assert time(6) <= due.astimezone(school.zone).time() < time(22)
    if time(6) <= now.astimezone(school.zone).time() < time(22):
        assert due == now
