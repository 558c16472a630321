"""Writing down. Called by services, in the transaction of what they do: both stand, or neither."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db import connection, models

from preau.kernel.access.actor import Actor, Identity
from preau.kernel.audit.acts import READS, act_named, kept_days, names_in, read_named
from preau.kernel.audit.models import Entry, Reading, utc_today
from preau.kernel.tenancy.scope import in_school

PREAU, COMMAND, VISITOR = "preau", "command", "visitor"
LONGEST_WORD = 60
_DAY = 24 * 3600
_SECRET = ("pass", "secret", "token", "code", "otp")

_unattended: ContextVar[str] = ContextVar("preau_unattended", default=PREAU)


@dataclass(frozen=True)
class Visitor:
    """Somebody at the door, of whom only the direction they came from is known."""

    network: str
    device: str


class Ref(NamedTuple):
    """Something that is named when it is read and is no row: a piece of work, by its code."""

    kind: str
    id: str | int


class NotAFact(TypeError):
    """A value that is no id, number, date or short word: a journal keeps no text and no secret."""


class OutsideTransaction(RuntimeError):
    """Written down apart from the deed, one of them might stand alone."""


Who = Actor | Identity | Visitor | None


@contextmanager
def by_command() -> Iterator[None]:
    """What has no actor in here was asked for on the command line."""
    token = _unattended.set(COMMAND)
    try:
        yield
    finally:
        _unattended.reset(token)


def record(
    actor: Who,
    act: str,
    thing: models.Model | None = None,
    *,
    values: Mapping[str, Any] | None = None,
) -> Entry:
    """One row, one statement, in the open school. `actor` None: nobody, Préau itself.

    `values` are what the act's sentence names besides {who} and {record}: rows, numbers, days, and
    words of a closed list. Raises `UndeclaredAct`, `NotAFact`, `OutsideTransaction`.
    """
    family = act_named(act).family
    given = dict(values or {})
    if given.keys() != names_in(act):
        raise NotAFact(f"{act} tells {sorted(names_in(act))}, not {sorted(given)}")
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{act} is recorded in the transaction of what was done")
    beside = next((value for value in given.values() if isinstance(value, models.Model)), None)
    entry: Entry = Entry.objects.create(
        act=act,
        keep_until=utc_today() + timedelta(days=kept_days(family)),
        kind=_kind(thing),
        object_id=thing.pk if thing is not None else None,
        beside_kind=_kind(beside),
        beside_id=beside.pk if beside is not None else None,
        in_year=_year(actor, thing, beside),
        values={name: _packed(name, value) for name, value in given.items()},
        **_whence(actor),
    )
    return entry


def record_reads(actor: Actor, read: str, rows: Iterable[Any]) -> None:
    """`rows` of one school were shown: remembered once a day for each, however often they are opened.

    Costs one statement the first time, none after. What they show is decided by the caller.
    """
    read_named(read)
    today = utc_today()
    keys = {f"audit-read-{read}-{actor.person_id}-{_kind(row)}-{row.pk}-{today}": row for row in rows}
    known = _known(keys)
    fresh = [row for key, row in keys.items() if key not in known]
    if not fresh:
        return
    with in_school(fresh[0].school_id):
        Reading.objects.bulk_create(
            (
                Reading(
                    read=read,
                    day=today,
                    keep_until=today + timedelta(days=kept_days(READS)),
                    kind=_kind(row),
                    object_id=row.pk,
                    **_whence(actor),
                )
                for row in fresh
            ),
            # The constraint decides; the cache only spares the statement.
            ignore_conflicts=True,
        )
    with suppress(Exception):
        cache.set_many(dict.fromkeys(keys, 1), _DAY)


def _known(keys: Iterable[str]) -> Mapping[str, Any]:
    try:
        return cache.get_many(keys)
    except Exception:
        return {}  # without its cache a school still keeps its word


def _whence(actor: Who) -> dict[str, Any]:
    """As whom, and from where as far as it is kept."""
    if actor is None:
        return {"entrance": _unattended.get()}
    if isinstance(actor, Visitor):
        return {"entrance": VISITOR, "network": actor.network, "device": actor.device}
    who = actor.identity if isinstance(actor, Actor) else actor
    return {
        "person_id": who.person_id,
        "account_id": who.account_id,
        "on_behalf_of": who.on_behalf_of,
        "profile": actor.hat.profile if isinstance(actor, Actor) else "",
        "entrance": who.entrance,
        "network": who.network,
        "device": who.device,
    }


def _kind(row: models.Model | None) -> str:
    return row._meta.label_lower if row is not None else ""


def _year(actor: Who, *rows: Any) -> int | None:
    for row in rows:
        if row is not None and row._meta.label_lower == "kernel.schoolyear":
            return int(row.pk)
        if getattr(row, "year_owned", False):
            return int(row.year_id)
    if isinstance(actor, Actor) and actor.only is not None:
        return actor.only.year.pk
    return None


def _packed(name: str, value: Any) -> Any:
    if any(word in name for word in _SECRET):
        raise NotAFact(f"{name} is not for a journal")
    if isinstance(value, models.Model):
        return {"kind": _kind(value), "id": value.pk}
    if isinstance(value, Ref):
        return {"kind": value.kind, "id": value.id}
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str) and len(value) <= LONGEST_WORD and value.isprintable():
        return str(value)
    raise NotAFact(f"{name} is no id, number, day or short word")
