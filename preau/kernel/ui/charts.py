"""Pictures of figures, drawn by the server: what a template needs to draw them, and the same as a table.

Every place is a share of the width or height, so that a picture takes any room while its letters keep
the size the reader has chosen. Values are whole numbers; `decimals` says how many of their last digits stand
behind the comma (a mark of 12.5 is 1250 with `decimals=2`). `None` is no value: a gap, never a zero.
"""

from calendar import Calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, NamedTuple

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext

from preau.kernel.dates import written

Value = int | None
STEPS = (1, 2, 5)  # times a power of ten: what people count by


class Tick(NamedTuple):
    at: str  # share of the room, in percent
    words: str


class Stroke(NamedTuple):
    x1: str
    y1: str
    x2: str
    y2: str


class Dot(NamedTuple):
    x: str
    y: str
    words: str


class Bar(NamedTuple):
    label: str
    words: str
    length: str  # in percent; empty where there is no value
    marked: bool


class Column(NamedTuple):
    label: str
    words: str
    x: str
    y: str
    width: str
    height: str
    middle: str
    marked: bool


class Day(NamedTuple):
    number: int
    x: str
    y: str
    kind: str
    sign: str


class Mark(NamedTuple):
    """What a day of a month is marked with: a kind of `Month.kinds`, and what happened, in words."""

    kind: str
    words: str


class Kind(NamedTuple):
    sign: str  # one or two letters: a colour alone tells nothing
    label: str
    colour: str = "info"  # ok, warn, wrong, info


@dataclass(frozen=True, kw_only=True)
class Chart:
    title: str

    template: ClassVar[str]
    numbers: ClassVar[bool] = True  # in the columns of the table

    @property
    def empty(self) -> bool:
        raise NotImplementedError

    @property
    def summary(self) -> str:
        """What the picture shows, for who does not see it, and for who wants it said."""
        raise NotImplementedError

    @property
    def heads(self) -> Sequence[str]:
        raise NotImplementedError

    @property
    def rows(self) -> list[Sequence[str]]:
        """The same figures, line by line; the first cell names the line."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class _Figures(Chart):
    decimals: int = 0
    unit: str = ""

    def told(self, value: Value) -> str:
        """As people write it: 1250 is « 12,5 »."""
        if value is None:
            return "–"
        exact = Decimal(value).scaleb(-self.decimals).normalize()
        number = str(number_format(f"{exact:f}", force_grouping=True))
        return f"{number}\u00a0{self.unit}" if self.unit else number


@dataclass(frozen=True, kw_only=True)
class Line(_Figures):
    """A series along its labels, against a reference where there is one.

    `lowest` and `highest` are where the scale begins and ends (0 and 20 for marks); else the values decide.
    """

    labels: Sequence[str]
    name: str
    values: Sequence[Value]
    reference_name: str = ""
    reference: Sequence[Value] = ()
    lowest: int | None = None
    highest: int | None = None

    template: ClassVar[str] = "ui/_chart_line.html"

    def __post_init__(self) -> None:
        if len(self.values) != len(self.labels) or len(self.reference) not in (0, len(self.labels)):
            raise ValueError("a value, or None, for each label")

    @property
    def empty(self) -> bool:
        return not _known(self.values)

    @property
    def summary(self) -> str:
        known = _known(self.values)
        if not known:
            return gettext("Aucune valeur pour l’instant.")
        words = gettext("%(name)s : de %(low)s à %(high)s, en dernier %(last)s.") % {
            "name": self.name,
            "low": self.told(min(known)),
            "high": self.told(max(known)),
            "last": self.told(known[-1]),
        }
        beside = _known(self.reference)
        if beside:
            words += " " + gettext("%(name)s : en dernier %(last)s.") % {
                "name": self.reference_name,
                "last": self.told(beside[-1]),
            }
        return words

    @property
    def heads(self) -> Sequence[str]:
        return ["", self.name, *([self.reference_name] if self.reference else [])]

    @property
    def rows(self) -> list[Sequence[str]]:
        series = [self.values, *([self.reference] if self.reference else [])]
        return [
            [label, *(self.told(values[place]) for values in series)]
            for place, label in enumerate(self.labels)
        ]

    @property
    def ticks(self) -> list[Tick]:
        low, high = self._scale
        return [Tick(self._y(value), self.told(value)) for value in range(low, high + 1, _step(low, high))]

    @property
    def strokes(self) -> list[Stroke]:
        return list(self._strokes(self.values))

    @property
    def reference_strokes(self) -> list[Stroke]:
        return list(self._strokes(self.reference))

    @property
    def dots(self) -> list[Dot]:
        return [
            Dot(self._x(place), self._y(value), f"{label}\u00a0: {self.told(value)}")
            for place, (label, value) in enumerate(zip(self.labels, self.values, strict=True))
            if value is not None
        ]

    @property
    def ends(self) -> list[str]:
        """The labels below: only the ends, which have room for long words on a telephone."""
        return [self.labels[0], self.labels[-1]] if len(self.labels) > 1 else list(self.labels)

    @cached_property
    def _scale(self) -> tuple[int, int]:
        known = [*_known(self.values), *_known(self.reference)] or [0]
        low = min(known) if self.lowest is None else min(self.lowest, *known)
        high = max(known) if self.highest is None else max(self.highest, *known)
        if low == high:  # all equal: a line with room around it, and nothing below zero for what never is
            unit = 10**self.decimals
            low, high = (max(low - unit, 0) if low >= 0 else low - unit), high + unit
        step = _step(low, high)
        return low // step * step, -(-high // step) * step

    def _strokes(self, values: Sequence[Value]) -> Iterator[Stroke]:
        """From each value to the next beside it: across a gap there is no line."""
        for place in range(1, len(values)):
            before, value = values[place - 1], values[place]
            if before is not None and value is not None:
                yield Stroke(self._x(place - 1), self._y(before), self._x(place), self._y(value))

    def _x(self, place: int) -> str:
        return _share(place, len(self.labels) - 1) if len(self.labels) > 1 else "50%"

    def _y(self, value: int) -> str:
        low, high = self._scale
        return _share(high - value, high - low)


@dataclass(frozen=True, kw_only=True)
class Bars(_Figures):
    """One bar a label, from zero: for labels of any length. `marked` is the one this page is about."""

    heading: str  # what the labels are: « Classe »
    name: str  # what is counted: « Absences »
    labels: Sequence[str]
    values: Sequence[Value]
    highest: int | None = None
    marked: str = ""

    template: ClassVar[str] = "ui/_chart_bars.html"

    def __post_init__(self) -> None:
        if len(self.values) != len(self.labels):
            raise ValueError("a value, or None, for each label")
        if any(value < 0 for value in _known(self.values)):
            raise ValueError("a bar begins at zero")

    @property
    def empty(self) -> bool:
        return not _known(self.values)

    @property
    def summary(self) -> str:
        known = _known(self.values)
        if not known:
            return gettext("Aucune valeur pour l’instant.")
        if min(known) == max(known):
            return gettext("%(name)s : %(value)s partout.") % {
                "name": self.name,
                "value": self.told(known[0]),
            }
        most = self.labels[list(self.values).index(max(known))]
        return gettext("%(name)s : de %(low)s à %(high)s (%(most)s).") % {
            "name": self.name,
            "low": self.told(min(known)),
            "high": self.told(max(known)),
            "most": most,
        }

    @property
    def heads(self) -> Sequence[str]:
        return [self.heading, self.name]

    @property
    def rows(self) -> list[Sequence[str]]:
        return [[label, self.told(value)] for label, value in zip(self.labels, self.values, strict=True)]

    @property
    def bars(self) -> Iterator[Bar]:
        whole = max([*_known(self.values), self.highest or 0])
        for label, value in zip(self.labels, self.values, strict=True):
            length = "" if value is None else _share(value, whole)
            yield Bar(label, self.told(value), length, label == self.marked)


@dataclass(frozen=True, kw_only=True)
class Distribution(Chart):
    """How many fall into each class of values, side by side. `marked` is the class one is in oneself."""

    heading: str  # what the classes are of: « Note »
    name: str  # what is counted: « Élèves »
    labels: Sequence[str]  # short: « 8–10 »
    counts: Sequence[int]
    marked: str = ""

    template: ClassVar[str] = "ui/_chart_distribution.html"

    def __post_init__(self) -> None:
        if len(self.counts) != len(self.labels):
            raise ValueError("a count for each label")

    @property
    def empty(self) -> bool:
        return not any(self.counts)

    @property
    def summary(self) -> str:
        if self.empty:
            return gettext("Aucune valeur pour l’instant.")
        most = self.labels[self.counts.index(max(self.counts))]
        words = gettext("%(total)s au total ; le plus souvent %(most)s (%(count)s).") % {
            "total": sum(self.counts),
            "most": most,
            "count": max(self.counts),
        }
        if self.marked:
            words += " " + gettext("Repère : %(marked)s.") % {"marked": self.marked}
        return words

    @property
    def heads(self) -> Sequence[str]:
        return [self.heading, self.name]

    @property
    def rows(self) -> list[Sequence[str]]:
        return [[label, str(count)] for label, count in zip(self.labels, self.counts, strict=True)]

    @property
    def ends(self) -> list[str]:
        """The labels below: the classes follow one another, so their ends say them all."""
        return [self.labels[0], self.labels[-1]] if len(self.labels) > 1 else list(self.labels)

    @property
    def columns(self) -> Iterator[Column]:
        room, most = len(self.labels), max(self.counts, default=0)
        for place, (label, count) in enumerate(zip(self.labels, self.counts, strict=True)):
            yield Column(
                label=label,
                words=str(count),
                x=_share(place * 10 + 1, room * 10),
                y=_share(most - count, most),
                width=_share(8, room * 10),
                height=_share(count, most),
                middle=_share(place * 2 + 1, room * 2),
                marked=label == self.marked,
            )


@dataclass(frozen=True, kw_only=True)
class Month(Chart):
    """A month of days, Monday first, some of them marked."""

    year: int
    month: int
    kinds: Mapping[str, Kind]
    marks: Mapping[date, Mark] = field(default_factory=dict)

    template: ClassVar[str] = "ui/_chart_month.html"
    numbers: ClassVar[bool] = False

    @property
    def empty(self) -> bool:
        return not self._marked

    @property
    def name(self) -> str:
        return date_format(date(self.year, self.month, 1), "F Y")

    @property
    def summary(self) -> str:
        if self.empty:
            return gettext("%(month)s : aucun jour marqué.") % {"month": self.name.capitalize()}
        days = ngettext(
            "%(month)s : %(count)d jour marqué.", "%(month)s : %(count)d jours marqués.", len(self._marked)
        )
        return days % {"month": self.name.capitalize(), "count": len(self._marked)}

    @property
    def heads(self) -> Sequence[str]:
        return [gettext("Jour"), gettext("Ce qu’il y a eu")]

    @property
    def rows(self) -> list[Sequence[str]]:
        return [
            [written(day, "l j F"), f"{self.kinds[mark.kind].label}\u00a0: {mark.words}"]
            for day, mark in self._marked
        ]

    @property
    def legend(self) -> list[Kind]:
        """Of the kinds that this month shows."""
        shown = {mark.kind for _, mark in self._marked}
        return [kind for name, kind in self.kinds.items() if name in shown]

    @property
    def weekdays(self) -> Iterator[Tick]:
        for place in range(7):
            yield Tick(_share(place * 2 + 1, 14), str(WEEKDAYS_ABBR[place]).rstrip("."))

    @property
    def height(self) -> str:
        return f"{len(self._weeks) * 2.75}rem"

    @property
    def side(self) -> tuple[str, str]:
        """Width and height of a day."""
        return _share(1, 7), _share(1, len(self._weeks))

    @property
    def days(self) -> Iterator[Day]:
        for row, week in enumerate(self._weeks):
            for place, day in enumerate(week):
                if day.month != self.month:
                    continue
                mark = self.marks.get(day)
                kind = self.kinds[mark.kind] if mark else Kind("", "", "")
                yield Day(day.day, _share(place, 7), _share(row, len(self._weeks)), kind.colour, kind.sign)

    @cached_property
    def _weeks(self) -> list[list[date]]:
        return Calendar().monthdatescalendar(self.year, self.month)

    @cached_property
    def _marked(self) -> list[tuple[date, Mark]]:
        """Of this month only, in the order of its days."""
        inside = (day for day in self.marks if (day.year, day.month) == (self.year, self.month))
        return [(day, self.marks[day]) for day in sorted(inside)]


def _known(values: Sequence[Value]) -> list[int]:
    return [value for value in values if value is not None]


def _share(part: int, whole: int) -> str:
    """In percent. Nothing of nothing is nothing."""
    return f"{part * 100 / whole:.4g}%" if whole else "0%"


def _step(low: int, high: int) -> int:
    """Between the lines of a scale: two to five of them, at round numbers."""
    width, power = max(high - low, 1), 1
    while True:
        for step in STEPS:
            if width <= step * power * 5:
                return step * power
        power *= 10
