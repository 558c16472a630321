"""Rows that hold from one day to another, and only some weeks of the year."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from preau.kernel.models import SchoolYear

MOST_WEEKS = 62  # of a mask


class Dated(models.Model):
    """Holds from its first to its last day, both included; without a last day, until further notice."""

    starts_on = models.DateField(_("premier jour"))
    ends_on = models.DateField(_("dernier jour"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def end(self, last_day: date) -> bool:
        """Written at once. A last day before its first: it never was, and goes. Whether it is still there."""
        if last_day < self.starts_on:
            self.delete()
            return False
        self.ends_on = last_day
        self.save(update_fields=["ends_on"])
        return True


def ends_after_it_starts(name: str) -> models.CheckConstraint:
    """For the Meta of a `Dated` model."""
    return models.CheckConstraint(
        name=name,
        condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
    )


def on(day: date, prefix: str = "") -> Q:
    """The `Dated` rows that hold on `day`; `prefix` is the path to them, `groups__` say."""
    return Q(_HoldsOn(F(f"{prefix}starts_on"), F(f"{prefix}ends_on"), day=day))


def since(day: date, prefix: str = "") -> Q:
    """The `Dated` rows that hold on `day` or later; `prefix` as in `on`."""
    return Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": day})


def end_rows(rows: "models.QuerySet[Any]", last_day: date) -> None:
    """The `Dated` rows among these that go on after that day end there; those that would only begin after it
    go: not a day of them has passed."""
    rows.filter(starts_on__gt=last_day).delete()
    rows.filter(Q(ends_on=None) | Q(ends_on__gt=last_day)).update(ends_on=last_day)


class _HoldsOn(models.Func):
    """One condition: written as three lookups it is the costliest part of making many a query."""

    output_field = models.BooleanField()

    def __init__(self, *expressions: Any, day: date, **extra: Any) -> None:
        super().__init__(*expressions, **extra)
        self.day = day

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> Any:
        first, last = (compiler.compile(each)[0] for each in self.source_expressions)
        day = connection.ops.adapt_datefield_value(self.day)
        return f"({first} <= %s AND ({last} IS NULL OR {last} >= %s))", [day, day]


# What `on` says of a row owned by a year, for a statement written by hand: `.format` takes the table's alias,
# the parameters are the school, the year, and twice the day.
YEARS_ROW_ON = (
    "{0}.school_id = %s AND {0}.year_id = %s"
    " AND {0}.starts_on <= %s AND ({0}.ends_on IS NULL OR {0}.ends_on >= %s)"
)


def week_number(year: "SchoolYear", day: date) -> int:
    """1 for the week, from Monday, in which the school year starts; 0 or less before it."""
    first_monday = year.starts_on - timedelta(days=year.starts_on.weekday())
    return (day - first_monday).days // 7 + 1


def week_bit(year: "SchoolYear", day: date) -> int:
    """The bit of a `weeks` mask that stands for the week of `day`. 0 outside the year's weeks."""
    number = week_number(year, day)
    return 1 << number if 1 <= number <= MOST_WEEKS else 0


def weeks_mask(*numbers: int) -> int:
    """A `weeks` mask with these week numbers. Raises `ValueError` outside 1..62."""
    if any(not 1 <= number <= MOST_WEEKS for number in numbers):
        raise ValueError("a school year has weeks 1 to 62")
    return sum(1 << number for number in set(numbers))


# As schools part their fortnights: A is the week in which the year starts.
WEEKS_A = weeks_mask(*range(1, MOST_WEEKS + 1, 2))
WEEKS_B = weeks_mask(*range(2, MOST_WEEKS + 1, 2))


def in_week_of(year: "SchoolYear", day: date, field: str = "weeks") -> Q:
    """The rows whose mask has the week of `day`. No mask: every week."""
    bit = week_bit(year, day)
    return Q(**{field: None}) | Q(_HasBit(F(field), Value(bit, models.BigIntegerField())))


class _HasBit(models.Func):
    """`mask & bit <> 0`, the same on both databases."""

    template = "(%(expressions)s) <> 0"
    arg_joiner = " & "
    output_field = models.BooleanField()

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        super().__init__(*expressions, **extra)
