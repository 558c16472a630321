"""Facts that modules tell. The teller does not know who listens; a listener may run later, in another
process, after an upgrade."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import Any, ClassVar, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils.dateparse import parse_date, parse_datetime

from preau.kernel.access.actor import Actor
from preau.kernel.work.models import Task
from preau.kernel.work.outbox import put
from preau.kernel.work.registry import ATTEMPTS, NotNow, Work, register, short_name

Told = TypeVar("Told", bound="Event")
_subscribers: dict[str, list[Work]] = {}


class Event:
    """Base of events: frozen dataclasses of ids and values with a `school_id`, and a `year_id` where the
    fact is one of a year. Personal data stays in its rows."""

    version: ClassVar[int] = 1
    school_id: int

    @classmethod
    def upgraded(cls, version: int, values: dict[str, Any]) -> dict[str, Any]:
        """The values of an older version as this one names them. Override with each new version."""
        raise NotImplementedError(f"{cls.__name__} cannot read its version {version}")


class OutsideTransaction(RuntimeError):
    """An event was told in autocommit: it could be lost, or tell what was rolled back."""


def event_name(kind: type[Event]) -> str:
    return short_name(kind.__module__, kind.__name__)


def publish(event: Event, *, actor: Actor | None = None) -> None:
    """Write one task for each subscriber, in the transaction of the fact.

    Raises `OutsideTransaction` in autocommit.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{type(event).__name__} is published inside transaction.atomic()")
    name = event_name(type(event))
    payload = _written(event)
    put(
        [
            Task(
                name=work.name,
                event=name,
                payload=payload,
                school_id=event.school_id,
                year_id=getattr(event, "year_id", None),
                lane=work.lane,
                key=work.key(event) if work.key else "",
            )
            for work in _subscribers.get(name, ())
        ],
        actor=actor,
    )


def subscribe(
    kind: type[Told],
    *,
    lane: str = "default",
    attempts: int = ATTEMPTS,
    key: Callable[[Told], str] | None = None,
    atomic: bool = True,
    label: Any = "",
) -> Callable[[Callable[[Told], None]], Callable[[Told], None]]:
    """Run the function once for each such event, in its school and year.

    - key: events of one key are answered one after another, in the order they were told.
    - atomic: False for what cannot share a transaction; it must then bear to run twice.
    - label: what it does, for the screen of what failed.
    """

    def register_it(function: Callable[[Told], None]) -> Callable[[Told], None]:
        name = short_name(function.__module__, function.__name__)
        work = Work(
            name=name,
            label=label or name,
            lane=lane,
            attempts=attempts,
            atomic=atomic,
            call=lambda payload, actor: function(_read(kind, payload)),
            key=key,
        )
        register(work, f"{function.__module__}.{function.__qualname__}")
        listening = _subscribers.setdefault(event_name(kind), [])
        listening[:] = [other for other in listening if other.name != name] + [work]
        return function

    return register_it


def _written(event: Event) -> dict[str, Any]:
    values = asdict(event)  # type: ignore[call-overload]
    text = json.dumps({"version": type(event).version, "values": values}, cls=DjangoJSONEncoder)
    read: dict[str, Any] = json.loads(text)
    return read


def _read(kind: type[Told], payload: Mapping[str, Any]) -> Told:
    version, values = payload["version"], dict(payload["values"])
    if version > kind.version:
        # Told by a newer release that runs beside this one: its own workers will know.
        raise NotNow(seconds=60)
    if version < kind.version:
        values = kind.upgraded(version, values)
    kinds = _kinds(kind)  # type: ignore[arg-type]
    return kind(**{name: _as(kinds[name], value) for name, value in values.items()})


@cache
def _kinds(kind: type[Event]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}  # type: ignore[arg-type]


def _as(hint: Any, value: Any) -> Any:
    """A value of JSON as its field says: dates, instants, UUIDs, and tuples of them."""
    if value is None:
        return None
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        return tuple(_as(get_args(hint)[0], each) for each in value)
    readers: dict[Any, Callable[[Any], Any]] = {datetime: parse_datetime, date: parse_date, UUID: UUID}
    return readers[hint](value) if hint in readers else value
