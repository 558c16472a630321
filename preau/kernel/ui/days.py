"""Days and hours as people say them, the line of one day, and what waits for somebody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from preau.kernel.dates import written
from preau.kernel.ui.hues import hue_of

_NEAR = {-1: _("hier"), 0: _("aujourd’hui"), 1: _("demain")}


def short_day(day: date, *, year: bool = False) -> str:
    """« jeu. 12 mars »; with `year`, « jeu. 12 mars 2027 »."""
    words = f"{str(WEEKDAYS_ABBR[day.weekday()]).lower().rstrip('.')}. {written(day, 'j F')}"
    return f"{words} {day.year}" if year else words


def day_in_words(day: date, today: date) -> str:
    """« hier », « aujourd’hui », « demain », « jeu. 12 mars »; with its year where that is another."""
    near = _NEAR.get((day - today).days)
    return str(near) if near else short_day(day, year=day.year != today.year)


def hour(moment: datetime) -> str:
    return f"{moment:%H:%M}"


@dataclass(frozen=True)
class Change:
    """What is not as usual. `kind`: one of `badge`'s; `gone`: it does not take place."""

    words: str
    kind: str = "warn"
    gone: bool = False


@dataclass(frozen=True)
class Slot:
    """One lesson, meeting or outing. Both moments are in the time of the school."""

    title: str
    starts_at: datetime
    ends_at: datetime
    subject: str = ""  # what its hue goes by, where not by its title
    where: str = ""
    who: str = ""
    url: str = ""
    change: Change | None = None

    @property
    def hue(self) -> int:
        return hue_of(self.subject or self.title)


@dataclass(frozen=True)
class Line:
    """A slot as the line shows it, or the mark of the present moment between two of them."""

    slot: Slot | None
    state: str  # past, now, next or later; `mark` where no slot is going on
    words: str = ""
    free: str = ""  # how long nothing stands before it


_WORTH_SAYING: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class DayLine:
    """`now`: the moment it is looked at, in the time of the school; None on any other day."""

    label: str
    slots: Sequence[Slot]
    now: datetime | None = None

    @property
    def lines(self) -> Iterator[Line]:
        ordered = sorted(self.slots, key=lambda slot: (slot.starts_at, slot.ends_at))
        marked = self.now is None or any(slot.starts_at <= self.now < slot.ends_at for slot in ordered)
        coming, before = True, None
        for slot in ordered:
            if not marked and self.now is not None and slot.starts_at > self.now:
                marked = True
                yield Line(None, "mark", hour(self.now))
            state = self._state(slot, coming)
            coming = coming and state != "next"
            yield Line(slot, state, self._words(slot, state), _free(before, slot))
            before = max(before, slot.ends_at) if before else slot.ends_at
        if not marked and self.now is not None and ordered:
            yield Line(None, "mark", hour(self.now))

    def _state(self, slot: Slot, coming: bool) -> str:
        if self.now is None or slot.starts_at > self.now:
            gone = slot.change is not None and slot.change.gone
            return "next" if self.now and coming and not gone else "later"
        return "now" if self.now < slot.ends_at else "past"

    def _words(self, slot: Slot, state: str) -> str:
        if state == "now" and not (slot.change and slot.change.gone):
            return gettext("En cours, jusqu’à %(hour)s") % {"hour": hour(slot.ends_at)}
        if state == "next" and self.now is not None:
            minutes = -(-(slot.starts_at - self.now) // timedelta(minutes=1))
            if minutes < 60:
                return ngettext("Dans %(number)s minute", "Dans %(number)s minutes", minutes) % {
                    "number": minutes
                }
            return gettext("À suivre")
        return ""


def _free(before: datetime | None, slot: Slot) -> str:
    if before is None or slot.starts_at - before < _WORTH_SAYING:
        return ""
    hours, minutes = divmod(int((slot.starts_at - before) / timedelta(minutes=1)), 60)
    length = f"{hours} h {minutes:02}" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"
    return gettext("%(length)s sans cours") % {"length": length}


@dataclass(frozen=True)
class Awaited:
    """Something that waits for the reader. `due`: the last day; None where nothing presses."""

    label: str
    action: str  # verb on the button
    url: str
    due: date | None = None
    detail: str = ""
    icon: str = ""


@dataclass(frozen=True)
class AwaitedLine:
    awaited: Awaited
    due: str
    kind: str  # of the badge: wrong, warn or quiet


def awaited_lines(awaited: Sequence[Awaited], today: date) -> list[AwaitedLine]:
    """The most pressing first; what has no day comes last."""
    ordered = sorted(awaited, key=lambda each: (each.due is None, each.due or today))
    return [AwaitedLine(each, *_due(each.due, today)) for each in ordered]


def _due(due: date | None, today: date) -> tuple[str, str]:
    if due is None:
        return "", "quiet"
    late = (today - due).days
    if late > 0:
        return ngettext("En retard d’un jour", "En retard de %(number)s jours", late) % {
            "number": late
        }, "wrong"
    if late == 0:
        return gettext("Aujourd’hui"), "warn"
    if late == -1:
        return gettext("Avant demain soir"), "quiet"
    return gettext("Avant le %(day)s") % {"day": day_in_words(due, today)}, "quiet"
