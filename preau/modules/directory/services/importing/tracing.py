"""What an import writes, row by row: worked out without holding anybody up, written in one short transaction,
remembered so that it can be taken back."""

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, models, transaction

from preau.kernel.batches import in_batches
from preau.kernel.inserting import insertion
from preau.kernel.tenancy import guards

Row = TypeVar("Row", bound=models.Model)


class Moved(Exception):
    """Somebody changed a row between its reading and its writing: it is all to be worked out again."""


class Trace:
    """Rows made, changed and removed. Nothing is written before `write`: numbers of new rows are reserved,
    and statements made ready, while others go on writing – SQLite has one writer at a time."""

    def __init__(self) -> None:
        self.made: dict[str, list[int]] = {}
        self.changed: list[tuple[str, int, dict[str, tuple[Any, Any]]]] = []
        self.removed: list[tuple[str, dict[str, Any]]] = []
        self._waiting: dict[type[models.Model], dict[int, tuple[models.Model, set[str]]]] = {}
        self._read: dict[type[models.Model], dict[int, dict[str, Any]]] = {}  # values as they were found
        self._known: dict[tuple[type[models.Model], int], models.Model] = {}
        self._steps: list[Callable[[], None]] = []

    def make(self, model: type[Row], rows: Iterable[Row]) -> list[Row]:
        """The rows, with the numbers they will have."""
        new = list(rows)
        if not new:
            return []
        for row, pk in zip(new, reserved(model, len(new)), strict=True):
            row.pk = pk
            for prepare in ("take_school_from_scope", "index_names", "index_code"):
                if hasattr(row, prepare):
                    getattr(row, prepare)()
        self.made.setdefault(model._meta.label_lower, []).extend(row.pk for row in new)
        self._known.update({(model, row.pk): row for row in new})
        statement = insertion(model, new)

        def insert() -> None:
            _guarded(model, new)
            with connection.cursor() as cursor:
                cursor.executemany(*statement)

        self._steps.append(insert)
        return new

    def change(self, row: models.Model, **values: Any) -> bool:
        """Whether anything is another value than before."""
        model = type(row)
        # Read again from a table that is not written yet, it is still the same row.
        row = self._known.setdefault((model, row.pk), row)
        told = {
            name: (plain(getattr(row, name)), plain(value))
            for name, value in values.items()
            if getattr(row, name) != value
        }
        if not told:
            return False
        found = self._read.setdefault(model, {}).setdefault(row.pk, {})
        for name, (before, _after) in told.items():
            found.setdefault(name, before)
            setattr(row, name, values[name])
        self.changed.append((model._meta.label_lower, row.pk, told))
        waiting = self._waiting.setdefault(model, {})
        _row, names = waiting.setdefault(row.pk, (row, set()))
        names.update(told)
        return True

    def flush(self) -> None:
        """What was changed so far is written before what comes next."""
        for model, waiting in self._waiting.items():
            fields = {field.attname: field for field in model._meta.concrete_fields}
            by_names: dict[frozenset[str], list[models.Model]] = {}
            for row, names in waiting.values():
                written = set(names)
                if hasattr(row, "index_names"):
                    row.index_names()
                    written |= {"sort_name", "search_name"}
                if "version" in fields:
                    row.version += 1  # type: ignore[attr-defined]
                    written.add("version")
                by_names.setdefault(frozenset(written), []).append(row)
            for together, rows in by_names.items():
                self._steps.append(_update(model, rows, [fields[name] for name in sorted(together)]))
        self._waiting.clear()

    def remove(self, rows: Sequence[models.Model]) -> None:
        """Rows of one model."""
        if not rows:
            return
        model = type(rows[0])
        names = [field.attname for field in model._meta.concrete_fields]
        for row in rows:
            values = {name: plain(getattr(row, name)) for name in names}
            self.removed.append((model._meta.label_lower, values))
        pks = [row.pk for row in rows]

        def delete() -> None:
            for batch in in_batches(pks):
                gone, _by_model = model._default_manager.filter(pk__in=batch).delete()
                if gone < len(batch):
                    raise Moved

        self._steps.append(delete)

    def write(self) -> None:
        """In the caller's transaction. Raises `Moved` where a row is not as it was read."""
        self.flush()
        for model, found in self._read.items():
            self._compare(model, found)
        for step in self._steps:
            step()
        self._steps.clear()

    def _compare(self, model: type[models.Model], found: dict[int, dict[str, Any]]) -> None:
        made = set(self.made.get(model._meta.label_lower, ()))
        names = sorted({name for values in found.values() for name in values})
        for batch in in_batches(pk for pk in found if pk not in made):
            rows = model._default_manager.filter(pk__in=batch).order_by().values("pk", *names)
            seen = {row["pk"]: row for row in rows}
            for pk in batch:
                here = seen.get(pk)
                if here is None or any(plain(here[name]) != value for name, value in found[pk].items()):
                    raise Moved

    def packed(self) -> bytes:
        told = {"made": self.made, "changed": self.changed, "removed": self.removed}
        return zlib.compress(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())

    @classmethod
    def unpacked(cls, kept: bytes) -> "Trace":
        told = json.loads(zlib.decompress(bytes(kept)))
        trace = cls()
        trace.made = told["made"]
        trace.changed = [
            (label, pk, {name: (old, new) for name, (old, new) in fields.items()})
            for label, pk, fields in told["changed"]
        ]
        trace.removed = [(label, values) for label, values in told["removed"]]
        return trace


def reserved(model: type[models.Model], number: int) -> list[int]:
    """Numbers no other row of this table will have. Unused, they are lost, as after any rollback."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, number],
            )
            return [pk for (pk,) in cursor.fetchall()]
        with transaction.atomic():
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT %s, 0"
                " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = %s)",
                [table, table],
            )
            cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [number, table])
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            (last,) = cursor.fetchone()
    return list(range(last - number + 1, last + 1))


def _update(model: type[models.Model], rows: list[Any], fields: list[Any]) -> Callable[[], None]:
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    held = ["id"]
    held += ["school_id"] if getattr(model, "school_owned", False) else []
    held += ["year_id"] if getattr(model, "year_owned", False) else []
    where = " AND ".join(f"{quote(name)} = %s" for name in held)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE {where}"  # noqa: S608
    params = [
        [
            *(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields),
            *(getattr(row, name) for name in held),
        ]
        for row in rows
    ]

    def update() -> None:
        _guarded(model, rows, [field.name for field in fields])
        with connection.cursor() as cursor:
            cursor.executemany(sql, params)

    return update


def _guarded(model: type[models.Model], rows: Sequence[Any], names: Iterable[str] | None = None) -> None:
    """What `bulk_create` and `bulk_update` of a school's rows would have asked."""
    if not getattr(model, "school_owned", False):
        return
    if names is not None:
        guards.check_unmoved(model, names)
    guards.check_rows(model, rows, names)


def plain(value: Any) -> Any:
    """As JSON holds it: days and UUIDs as text."""
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def model_of(label: str) -> type[models.Model]:
    return apps.get_model(label)
