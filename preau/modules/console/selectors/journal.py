"""What the journal's pages read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.audit.acts import A_YEAR, TECHNICAL, Family, codes_of, kept_days
from preau.kernel.audit.labels import PERSON
from preau.kernel.audit.models import Entry, Reading
from preau.kernel.audit.sentences import Told, tell
from preau.kernel.batches import in_batches
from preau.kernel.clock import now_in
from preau.kernel.dates import written
from preau.kernel.tenancy.scope import in_every_year
from preau.modules.console import permissions
from preau.modules.directory.api import Group, PersonRecord

PAGE = 50
EXPORTED_AT_MOST = 20_000
_CHUNK = 1_000
_ABOUT: dict[str, Any] = {"person": PersonRecord, "group": Group}
RECORD, GROUP = "directory.personrecord", "directory.group"


@dataclass(frozen=True)
class Day:
    """Lines of one day; `label` as people say it."""

    label: str
    lines: list[Told]


@dataclass(frozen=True)
class Page:
    """One page of lines, the latest first. `after` opens the next one; empty on the last."""

    days: list[Day] = field(default_factory=list)
    after: str = ""
    about: str = ""  # whose history this is, by name


def families_read(actor: Actor) -> frozenset[str]:
    """Management reads all; who looks after the workspace reads how it runs, not what is done to people."""
    return frozenset(Family.values) if permissions.manages(actor) else frozenset(TECHNICAL)


def kept_for(families: frozenset[str]) -> str:
    """How long lines written today stay, to follow « au bout »: « d’un an », « de 90 à 365 jours »."""
    days = sorted({kept_days(family) for family in families})
    if len(days) > 1:
        return _("de {shortest} à {longest} jours").format(shortest=days[0], longest=days[-1])
    if days[0] == A_YEAR:
        return _("d’un an")
    return _("de {days} jours").format(days=days[0])


def entries(actor: Actor) -> Any:
    """The acts of the open school this person may read."""
    if permissions.manages(actor):
        return Entry.objects.all()
    return Entry.objects.filter(act__in=codes_of(set(families_read(actor))))


def readings(actor: Actor) -> Any:
    return Reading.objects.all() if permissions.manages(actor) else Reading.objects.none()


def journal(actor: Actor, form: Any) -> Page:
    """Six queries for any page, one more behind a cursor, two with a history. A filter that cannot be
    read, a forged cursor or a person of elsewhere find nothing."""
    if not form.is_valid():
        return Page()
    found = entries(actor)
    if family := form.cleaned_data["family"]:
        found = found.filter(act__in=codes_of({family}))
    return _page(actor, form, found)


def consultations(actor: Actor, form: Any) -> Page:
    """The same for what was looked at."""
    return _page(actor, form, readings(actor)) if form.is_valid() else Page()


def exported(actor: Actor, form: Any) -> Iterator[Told]:
    """What the filter finds, the latest first, a thousand at a time: names are asked for each lot."""
    standing = _standing(actor)
    found = entries(actor)
    if family := form.cleaned_data["family"]:
        found = found.filter(act__in=codes_of({family}))
    found, _about = _filtered(standing, form.cleaned_data, found)
    rows = list(found.order_by("-at", "-id")[:EXPORTED_AT_MOST])
    for batch in in_batches(rows, _CHUNK):
        yield from tell(batch, standing.school)


def latest(actor: Actor) -> list[Told]:
    """Two: each kind of thing they name costs a query."""
    return tell(entries(actor).order_by("-at", "-id")[:2], _standing(actor).school)


def since_midnight(actor: Actor, found: Any) -> int:
    standing = _standing(actor)
    today = now_in(standing.school).date()
    midnight = _midnight(today, ZoneInfo(standing.school.timezone))
    count: int = found.filter(at__gte=midnight).count()
    return count


def _standing(actor: Actor) -> Standing:
    assert actor.only is not None, "the journal is of one school"
    return actor.only


def _page(actor: Actor, form: Any, found: Any) -> Page:
    standing = _standing(actor)
    found, about = _filtered(standing, form.cleaned_data, found)
    if after := form.cleaned_data["after"]:
        last = found.filter(uuid=after).first()
        if last is None:
            return Page(about=about)
        found = found.filter(Q(at__lt=last.at) | Q(at=last.at, id__lt=last.pk))
    rows = list(found.order_by("-at", "-id")[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    after = str(rows[-1].uuid) if more else ""
    return Page(_by_day(tell(rows, standing.school), standing), after, about)


def _by_day(lines: list[Told], standing: Standing) -> list[Day]:
    # The clock, not the day a demonstration is opened on: the journal is of what really happened.
    today = now_in(standing.school).date()
    said = {today: _("Aujourd’hui"), today - timedelta(days=1): _("Hier")}
    return [
        Day(said.get(day) or written(day, "l j F Y").capitalize(), list(of_day))
        for day, of_day in groupby(lines, key=lambda line: line.day)
    ]


def _filtered(standing: Standing, wanted: dict[str, Any], found: Any) -> tuple[Any, str]:
    zone = ZoneInfo(standing.school.timezone)
    if since := wanted["since"]:
        found = found.filter(at__gte=_midnight(since, zone))
    if until := wanted["until"]:
        found = found.filter(at__lt=_midnight(until + timedelta(days=1), zone))
    if words := wanted["q"]:
        found = found.filter(_of_people(PersonRecord.objects.named(words)))
    if not wanted["about"]:
        return found, ""
    kind, _dot, uuid = wanted["about"].partition(".")
    with in_every_year(reason="the history of a group of another year"):
        thing = _ABOUT[kind].objects.filter(uuid=UUID(uuid)).first()
    if thing is None:
        return found.none(), ""
    if kind == "group":
        return found.filter(_of_thing(found, GROUP, [thing.pk])), thing.label
    return found.filter(_of_people(PersonRecord.objects.filter(pk=thing.pk))), thing.name


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _of_people(records: Any) -> Q:
    """By them, for them, or about them."""
    people = records.order_by().values("person")
    return (
        Q(person_id__in=people)
        | Q(on_behalf_of__in=people)
        | Q(kind=PERSON, object_id__in=people)
        | Q(kind=RECORD, object_id__in=records.order_by().values("pk"))
    )


def _of_thing(found: Any, kind: str, ids: list[int]) -> Q:
    about = Q(kind=kind, object_id__in=ids)
    return about | Q(beside_kind=kind, beside_id__in=ids) if found.model is Entry else about
