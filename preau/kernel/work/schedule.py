"""What a clock asks for, by the wall of each time zone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from preau.kernel.models import School
from preau.kernel.work.models import ScheduleMark

LONGEST_LOOK_BACK = timedelta(days=40)  # a monthly job missed while the machine was away still runs
DISTRUST = timedelta(hours=3)  # a mark further ahead than the clock can fall back was set by a wrong clock


@dataclass(frozen=True)
class Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]  # 0 is Sunday
    either_day: bool  # day and weekday both given: as in cron, either is enough

    @classmethod
    def read(cls, line: str) -> "Cron":
        """Five fields of `*`, `a`, `a-b`, `*/n`, `a-b/n` and commas. Raises `ValueError`."""
        parts = line.split()
        if len(parts) != 5:
            raise ValueError(f"five fields: {line}")
        minutes, hours, days, months, weekdays = (
            _field(part, low, high)
            for part, (low, high) in zip(parts, ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7)), strict=True)
        )
        sundays = frozenset(day % 7 for day in weekdays)
        return cls(minutes, hours, days, months, sundays, parts[2] != "*" and parts[4] != "*")

    def on(self, day: date) -> bool:
        by_day, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return day.month in self.months and (
            (by_day or by_weekday) if self.either_day else (by_day and by_weekday)
        )

    def last(self, after: datetime, until: datetime) -> datetime | None:
        """The latest minute it names in (after, until], both naive."""
        day = until.date()
        while day >= after.date():
            if self.on(day):
                for hour in sorted(self.hours, reverse=True):
                    for minute in sorted(self.minutes, reverse=True):
                        found = datetime.combine(day, time(hour, minute))
                        if found <= after:
                            return None
                        if found <= until:
                            return found
            day -= timedelta(days=1)
        return None


def _field(text: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = low if span == "*" else int(first)
        end = high if span == "*" else int(last or first)
        if not low <= start <= end <= high or (step and int(step) < 1):
            raise ValueError(f"{part} is not within {low}-{high}")
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(found)


@dataclass(frozen=True)
class Schedule:
    name: str
    cron: Cron
    for_each_school: bool
    ask: Callable[[int | None], None]


_schedules: dict[str, Schedule] = {}
_looked: dict[tuple[str, str], str] = {}  # this process need not look twice at one minute


def add_schedule(schedule: Schedule) -> None:
    _schedules[schedule.name] = schedule


def forget_looks() -> None:
    """For tests that move the clock."""
    _looked.clear()


def tick(now: datetime | None = None) -> None:
    """Ask for all that is due at this minute and was not asked for yet, by any process."""
    now = now or timezone.now()
    zones: dict[str, list[int]] | None = None
    for schedule in _schedules.values():
        if not schedule.for_each_school:
            _look(schedule, settings.TIME_ZONE, [None], now)
            continue
        zones = _zones() if zones is None else zones
        for zone, schools in zones.items():
            _look(schedule, zone, schools, now)


def _zones() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for school, zone in School.objects.order_by("id").values_list("id", "timezone"):
        found.setdefault(zone, []).append(school)
    return found


def _look(schedule: Schedule, zone: str, schools: Iterable[int | None], now: datetime) -> None:
    wall = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    minute = wall.isoformat(timespec="minutes")
    if _looked.get((schedule.name, zone)) == minute:
        return
    mark = ScheduleMark.objects.filter(schedule=schedule.name, zone=zone).first()
    # Read first: on SQLite a transaction waits for the one writer.
    if mark is None or _due(schedule, mark, wall) or _is_wrong(mark, wall):
        with transaction.atomic():
            ScheduleMark.objects.get_or_create(schedule=schedule.name, zone=zone, defaults={"seen": minute})
            mark = ScheduleMark.objects.select_for_update().get(schedule=schedule.name, zone=zone)
            if _due(schedule, mark, wall):
                for school in schools:
                    schedule.ask(school)
                mark.seen = minute
            elif _is_wrong(mark, wall):
                mark.seen = minute
            mark.save(update_fields=["seen"])
    _looked[schedule.name, zone] = minute


def _due(schedule: Schedule, mark: ScheduleMark, wall: datetime) -> bool:
    seen = max(datetime.fromisoformat(mark.seen), wall - LONGEST_LOOK_BACK)
    return schedule.cron.last(seen, wall) is not None


def _is_wrong(mark: ScheduleMark, wall: datetime) -> bool:
    return datetime.fromisoformat(mark.seen) > wall + DISTRUST
