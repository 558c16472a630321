"""When a message may reach a person. One pure function decides, at the time of telling and again at
the time of sending."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from preau.kernel.modules import Urgency

# What is urgent passes any hour of the school and of the person, but nobody is woken.
DAY_BEGINS, DAY_ENDS = time(6), time(22)
EVERY_DAY = frozenset(range(1, 8))
FAR = 9  # days looked ahead: any weekly rhythm has come round

_BEGINNING = time(0)
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class SchoolHours:
    zone: ZoneInfo
    opens: time = time(7, 30)
    closes: time = time(19)
    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})


@dataclass(frozen=True)
class QuietHours:
    """`begins` may lie after `ends`: the night between. Equal or empty: no quiet hours."""

    begins: time | None = None
    ends: time | None = None
    days: frozenset[int] = frozenset()
    digest_at: time = time(18)

    def hold(self, moment: datetime) -> bool:
        if moment.isoweekday() in self.days:
            return True
        if self.begins is None or self.ends is None or self.begins == self.ends:
            return False
        at = moment.time()
        if self.begins < self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def deliver_at(urgency: Urgency, school: SchoolHours, person: QuietHours, now: datetime) -> datetime:
    """The first moment, `now` or later, at which a message may reach the person outside their screen.

    - urgent: at any hour of the day, whatever the school's and the person's; at night, in the morning;
    - normal: in the school's hours and outside the person's quiet ones. Where they leave nothing, the
      person's own quiet hours win over the school's;
    - digest: at the person's hour, on a day of the school that is not one of their quiet ones.

    Asked again at the moment it answered, it answers that moment.
    """
    for may in _rules(urgency, school, person):
        for candidate in _moments(school, person, now):
            if may(candidate.astimezone(school.zone)):
                return candidate
    return now  # neither week nor day left a moment: better told than not


def _rules(urgency: Urgency, school: SchoolHours, person: QuietHours) -> Sequence[Callable[[datetime], bool]]:
    """The conditions on a local moment, the strictest first."""

    def by_day(moment: datetime) -> bool:
        return DAY_BEGINS <= moment.time() < DAY_ENDS

    def at_school(moment: datetime) -> bool:
        return moment.isoweekday() in school.days and school.opens <= moment.time() < school.closes

    def undisturbed(moment: datetime) -> bool:
        return not person.hold(moment)

    if urgency is Urgency.URGENT:
        return [by_day]
    if urgency is Urgency.DIGEST:
        days = (school.days or EVERY_DAY) - person.days or EVERY_DAY - person.days or EVERY_DAY
        # An hour long: a worker that comes a little late need not wait for the next day.
        return [lambda moment: moment.isoweekday() in days and _within_an_hour(moment, person.digest_at)]
    return [
        lambda moment: at_school(moment) and undisturbed(moment),
        lambda moment: by_day(moment) and undisturbed(moment),
        undisturbed,
    ]


def _within_an_hour(moment: datetime, hour: time) -> bool:
    begins = hour.hour * 60 + hour.minute
    return 0 <= (moment.hour * 60 + moment.minute - begins) % 1440 < 60


def _moments(school: SchoolHours, person: QuietHours, now: datetime) -> Iterator[datetime]:
    """`now`, then every later moment at which an answer can turn from no to yes, in order."""
    yield now
    first = now.astimezone(school.zone).date()
    edges = {school.opens, DAY_BEGINS, person.digest_at, person.ends or _BEGINNING, _BEGINNING}
    for ahead in range(-1, FAR):
        found = set(_on(first + timedelta(days=ahead), edges, school.zone))
        yield from (moment for moment in sorted(found) if moment > now)


def _on(day: date, edges: set[time], zone: ZoneInfo) -> Iterator[datetime]:
    for edge in edges:
        for fold in (0, 1):  # an hour that comes twice begins twice
            yield datetime.combine(day, edge, tzinfo=zone).replace(fold=fold).astimezone(UTC)
    # An hour the clock jumps over begins where it lands: on a quarter, in every zone there is.
    begins = datetime.combine(day, _BEGINNING, tzinfo=zone).astimezone(UTC)
    for step in range(23 * 4):
        yield begins + step * _QUARTER
