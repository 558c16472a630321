"""What a clock asks for: at the hours of the wall, once, whatever the clock does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.kernel.models import School
from preau.kernel.work import schedule
from preau.kernel.work.models import ScheduleMark
from preau.kernel.work.schedule import Cron, Schedule, forget_looks, tick

PARIS = ZoneInfo("Europe/Paris")


class Asked(list[int | None]):
    """Which schools a schedule asked for."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    monkeypatch.setattr(schedule, "_schedules", {})
    forget_looks()
    yield Asked()
    forget_looks()


def at(asked: Asked, cron: str, *, for_each_school: bool = False) -> None:
    schedule.add_schedule(Schedule("test", Cron.read(cron), for_each_school, asked.append))


def paris(*moment: int, fold: int = 0) -> datetime:
    return datetime(*moment, tzinfo=PARIS, fold=fold)  # type: ignore[arg-type,misc]


def test_a_schedule_asks_at_its_hour_once_however_often_one_looks(asked: Asked, db: None) -> None:
    at(asked, "15 3 * * *")
    tick(paris(2026, 11, 20, 3, 0))
    for seconds in range(0, 1800, 20):
        tick(paris(2026, 11, 20, 3, 10) + timedelta(seconds=seconds))
    assert asked == [None]


def test_it_does_not_ask_for_the_past_when_it_is_new(asked: Asked, db: None) -> None:
    at(asked, "15 3 * * *")
    tick(paris(2026, 11, 20, 9, 0))
    assert asked == []


def test_what_was_missed_while_nothing_ran_is_asked_for_once(asked: Asked, db: None) -> None:
    at(asked, "15 3 * * *")
    tick(paris(2026, 11, 16, 3, 0))
    forget_looks()
    tick(paris(2026, 11, 20, 9, 0))
    tick(paris(2026, 11, 20, 9, 1))
    assert asked == [None]


def test_an_hour_that_does_not_exist_in_march_is_not_skipped(asked: Asked, db: None) -> None:
    at(asked, "30 2 * * *")
    start = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    for minutes in range(0, 120, 1):
        tick(start + timedelta(minutes=minutes))
    assert asked == [None]


def test_an_hour_that_comes_twice_in_october_asks_once(asked: Asked, db: None) -> None:
    at(asked, "30 2 * * *")
    start = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    for minutes in range(0, 300, 1):
        tick(start + timedelta(minutes=minutes))
    assert asked == [None]


def test_a_clock_that_jumps_years_ahead_and_comes_back_goes_on_asking(asked: Asked, db: None) -> None:
    at(asked, "15 3 * * *")
    tick(paris(2026, 11, 20, 3, 0))
    tick(paris(2031, 1, 1, 12, 0))
    assert asked == [None]
    tick(paris(2026, 11, 20, 3, 1))
    tick(paris(2026, 11, 20, 3, 20))
    assert asked == [None, None]


def test_each_school_is_asked_for_by_its_own_wall(asked: Asked, db: None) -> None:
    here = School.objects.create(name="Collège d’ici", timezone="Europe/Paris")
    far = School.objects.create(name="Collège du lagon", timezone="Pacific/Noumea")
    at(asked, "15 3 * * *", for_each_school=True)
    tick(paris(2026, 11, 19, 12, 0))
    asked.clear()
    tick(datetime(2026, 11, 19, 16, 15, tzinfo=UTC))  # 3:15 on the 20th in Nouméa
    assert far.pk in asked
    assert here.pk not in asked
    tick(paris(2026, 11, 20, 3, 15))
    assert here.pk in asked
    assert len(asked) == len(set(asked))


def test_two_processes_that_look_at_the_same_minute_ask_once(asked: Asked, db: None) -> None:
    at(asked, "* * * * *")
    tick(paris(2026, 11, 20, 3, 0))
    tick(paris(2026, 11, 20, 3, 1))
    forget_looks()  # another process has its own memory
    tick(paris(2026, 11, 20, 3, 1))
    assert asked == [None]
    assert ScheduleMark.objects.get().seen == "2026-11-20T03:01"


@pytest.mark.parametrize(
    ("line", "day", "expected"),
    [
        ("0 8 * * 1-5", (2026, 11, 20), True),  # a Friday
        ("0 8 * * 1-5", (2026, 11, 21), False),
        ("0 8 * * 7", (2026, 11, 22), True),
        ("0 8 * * 0", (2026, 11, 22), True),
        ("0 8 1 * *", (2026, 12, 1), True),
        ("0 8 1 * 5", (2026, 11, 20), True),
        ("0 8 31 2 *", (2026, 2, 28), False),
        ("0 8 * 9,10 *", (2026, 11, 20), False),
    ],
)
def test_days_of_a_cron_line(line: str, day: tuple[int, int, int], expected: bool) -> None:
    assert Cron.read(line).on(datetime(*day).date()) is expected


@pytest.mark.parametrize(
    "line", ["", "* * * *", "60 * * * *", "* 24 * * *", "*/0 * * * *", "5-1 * * * *", "a * * * *"]
)
def test_a_line_that_is_no_cron_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Cron.read(line)


@given(
    cron=st.sampled_from(["*/7 * * * *", "0 3 * * *", "15,45 8-17 * * 1-5", "0 0 1 * *", "59 23 31 12 *"]),
    until=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    minutes=st.integers(0, 3000),
)
def test_the_last_minute_named_is_the_one_a_minute_by_minute_search_finds(
    cron: str, until: datetime, minutes: int
) -> None:
    until = until.replace(second=0, microsecond=0)
    after = until - timedelta(minutes=minutes)
    read = Cron.read(cron)
    walked = (until - timedelta(minutes=n) for n in range(minutes))
    expected = next(
        (m for m in walked if m.minute in read.minutes and m.hour in read.hours and read.on(m.date())), None
    )
    assert read.last(after, until) == expected
