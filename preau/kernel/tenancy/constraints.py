"""The same wall in the database itself, hung after every migration.

PostgreSQL gets composite foreign keys (key, school[, year]); SQLite, which cannot add one to a
standing table, gets triggers that refuse the same rows. Both are written so that running
them again, or after a kill, ends in the same state.

Two rules came when rows were there already: keys that agree on more (`agrees_on`), spans that lie apart
(`apart_by`). Rows that break them do not stop an upgrade: new ones are refused, and the log names the old.
"""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.apps import AppConfig, apps
from django.db import IntegrityError, connections, models, transaction

from preau.kernel.tenancy.fields import shared_columns
from preau.kernel.tenancy.guards import keys_to_owned
from preau.kernel.tenancy.scope import in_every_school

MARK = "same_school"
log = logging.getLogger("preau.walls")


@dataclass(frozen=True)
class Bond:
    """One foreign key between owned tables, and the columns that must be equal on both sides: its school,
    its year, and in a bond of its own what the key `agrees_on`."""

    table: str
    column: str
    target: str
    shared: tuple[str, ...]
    agreed: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return self.shared + self.agreed

    @property
    def name(self) -> str:
        whole = "_".join((self.table, self.column, *self.agreed))
        digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
        return f"{whole[:40]}_{digest}_{MARK}"


@dataclass(frozen=True)
class Stay:
    """An owned table, and the columns of a row that never change."""

    table: str
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        return Bond(self.table, "stays", "", ()).name


@dataclass(frozen=True)
class Apart:
    """A table whose spans of days do not overlap within a school."""

    table: str
    first: str
    last: str

    @property
    def name(self) -> str:
        return Bond(self.table, "apart", "", ()).name


def aparts() -> Iterator[Apart]:
    for model in _owned_models():
        if columns := getattr(model, "apart_by", None):
            yield Apart(model._meta.db_table, *columns)


@dataclass(frozen=True)
class Move:
    """A table whose every write moves its school's `rules_version`, whoever writes and however."""

    table: str

    @property
    def name(self) -> str:
        return Bond(self.table, "moves", "", ()).name


def moves() -> Iterator[Move]:
    for model in _owned_models():
        if getattr(model, "moves_rules", False):
            yield Move(model._meta.db_table)


def stays() -> Iterator[Stay]:
    for model in _owned_models():
        yield Stay(model._meta.db_table, ("school_id", "year_id") if model.year_owned else ("school_id",))


def _owned_models() -> Iterator[Any]:
    return (model for model in apps.get_models() if getattr(model, "school_owned", False))


def bonds() -> Iterator[Bond]:
    for model in _owned_models():
        for key in keys_to_owned(model):
            target: type[models.Model] = key.remote_field.model
            shared = tuple(model._meta.get_field(name).column for name in shared_columns(model, target))
            bond = Bond(model._meta.db_table, key.column, target._meta.db_table, shared)
            yield bond
            if agreed := tuple(model._meta.get_field(name).column for name in key.agrees_on):
                yield replace(bond, agreed=agreed)


def take_down(using: str = "default", **_: Any) -> None:
    """SQLite reads every trigger when a table is renamed, as its migrations do: they go first."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name in _sqlite_names(cursor):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')


def hang(using: str = "default", app_config: AppConfig | None = None, **_: Any) -> None:
    """Idempotent. As a `post_migrate` receiver it waits for the last app, when every table stands."""
    if app_config is not None and app_config != [c for c in apps.get_app_configs() if c.models_module][-1]:
        return
    connection = connections[using]
    standing = set(connection.introspection.table_names())
    wanted = [bond for bond in bonds() if {bond.table, bond.target} <= standing]
    if connection.vendor == "sqlite":
        take_down(using)
        with connection.cursor() as cursor:
            for bond in wanted:
                for statement in _sqlite_triggers(bond):
                    cursor.execute(statement)
            for stay in stays():
                if stay.table in standing:
                    cursor.execute(_sqlite_stay(stay))
            for apart in aparts():
                if apart.table in standing:
                    for statement in _sqlite_apart(apart):
                        cursor.execute(statement)
            for move in moves():
                if move.table in standing:
                    for statement in _sqlite_move(move):
                        cursor.execute(statement)
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            _hang_on_postgresql(cursor, wanted)
            cursor.execute(_POSTGRESQL_REFUSES)
            for stay in stays():
                if stay.table in standing:
                    for statement in _postgresql_stay(stay):
                        cursor.execute(statement)
            for apart in aparts():
                if apart.table in standing:
                    _hang_apart_on_postgresql(cursor, apart)
            cursor.execute(_POSTGRESQL_RULES_MOVE)
            for move in moves():
                if move.table in standing:
                    for statement in _postgresql_move(move):
                        cursor.execute(statement)
    _report(using)


def old_wrong_rows(using: str = "default") -> dict[str, list[int]]:
    """Constraint -> ids of the rows that were there before it and break it."""
    standing = set(connections[using].introspection.table_names())
    found: dict[str, list[int]] = {}
    with (
        in_every_school(reason="rows older than a constraint"),
        connections[using].cursor() as cursor,
    ):
        for bond in bonds():
            if bond.agreed and {bond.table, bond.target} <= standing:
                differ = " OR ".join(f'a."{column}" <> b."{column}"' for column in bond.agreed)
                cursor.execute(
                    f'SELECT a."id" FROM "{bond.table}" a JOIN "{bond.target}" b'  # noqa: S608  our own names
                    f' ON b."id" = a."{bond.column}" WHERE {differ} ORDER BY 1'
                )
                found[bond.name] = [row[0] for row in cursor.fetchall()]
        for apart in aparts():
            if apart.table in standing:
                cursor.execute(
                    f'SELECT DISTINCT a."id" FROM "{apart.table}" a JOIN "{apart.table}" b'  # noqa: S608
                    f' ON b."school_id" = a."school_id" AND b."id" <> a."id"'
                    f' AND b."{apart.first}" <= a."{apart.last}" AND a."{apart.first}" <= b."{apart.last}"'
                    " ORDER BY 1"
                )
                found[apart.name] = [row[0] for row in cursor.fetchall()]
    return {name: rows for name, rows in found.items() if rows}


def _report(using: str) -> None:
    for name, rows in old_wrong_rows(using).items():
        ids = ", ".join(map(str, rows[:20]))
        # Not as arguments: the log hides the texts among them.
        log.error(
            f"{name}: {len(rows)} older rows break it and stand; correct them, then migrate again. Ids: {ids}"
        )


def hung(using: str = "default") -> set[str]:
    """Names of the constraints that stand in the database now."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return {name.rsplit("__", 1)[0] for name in _sqlite_names(cursor)}
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conname LIKE %s AND convalidated", [f"%{MARK}"]
        )
        names = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE %s", [f"%{MARK}\\_\\_%"])
        return names | {name.rsplit("__", 1)[0] for (name,) in cursor.fetchall()}


def wanted_names() -> set[str]:
    """Names of the constraints that should stand."""
    held: list[Bond | Stay | Apart | Move] = [*bonds(), *stays(), *aparts(), *moves()]
    return {each.name for each in held}


def _sqlite_names(cursor: Any) -> list[str]:
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"%{MARK}__%"])
    return [name for (name,) in cursor.fetchall()]


def _sqlite_triggers(bond: Bond) -> Iterator[str]:
    agree = " AND ".join(f'"{column}" = NEW."{column}"' for column in bond.columns)
    refuse = f"SELECT RAISE(ABORT, '{bond.name}')"
    for when in ("INSERT", f'UPDATE OF "{bond.column}", ' + ", ".join(f'"{c}"' for c in bond.columns)):
        verb = when.split(" ", 1)[0].lower()
        yield (
            f'CREATE TRIGGER "{bond.name}__{verb}" BEFORE {when} ON "{bond.table}" '  # noqa: S608  our own names
            f'WHEN NEW."{bond.column}" IS NOT NULL '
            # A key to nobody is the plain foreign key's business, which waits for the commit.
            f'AND EXISTS (SELECT 1 FROM "{bond.target}" WHERE "id" = NEW."{bond.column}") '
            f'AND NOT EXISTS (SELECT 1 FROM "{bond.target}" WHERE "id" = NEW."{bond.column}" AND {agree}) '
            f"BEGIN {refuse}; END"
        )


def _sqlite_stay(stay: Stay) -> str:
    moved = " OR ".join(f'NEW."{column}" <> OLD."{column}"' for column in stay.columns)
    columns = ", ".join(f'"{column}"' for column in stay.columns)
    return (
        f'CREATE TRIGGER "{stay.name}__stays" BEFORE UPDATE OF {columns} ON "{stay.table}" '
        f"WHEN {moved} BEGIN SELECT RAISE(ABORT, '{stay.name}'); END"
    )


def _sqlite_move(move: Move) -> Iterator[str]:
    for verb, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        yield (
            f'CREATE TRIGGER "{move.name}__{verb.lower()}" AFTER {verb} ON "{move.table}" '  # noqa: S608  our own names
            # As Django writes a UUID here.
            "BEGIN UPDATE kernel_school SET rules_version = lower(hex(randomblob(16))) "
            f"WHERE id = {row}.school_id; END"
        )


# Once a statement, however many rows it writes.
_POSTGRESQL_RULES_MOVE = """
CREATE OR REPLACE FUNCTION preau_rules_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE kernel_school SET rules_version = gen_random_uuid() WHERE id IN (SELECT school_id FROM changed);
  RETURN NULL;
END $$
"""


def _postgresql_move(move: Move) -> Iterator[str]:
    for verb, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        yield (
            f'CREATE OR REPLACE TRIGGER "{move.name}__{verb.lower()}" AFTER {verb} ON "{move.table}" '
            f"REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION preau_rules_move()"
        )


def _sqlite_apart(apart: Apart) -> Iterator[str]:
    for verb, when in (("insert", "INSERT"), ("update", f'UPDATE OF "{apart.first}", "{apart.last}"')):
        yield (
            f'CREATE TRIGGER "{apart.name}__{verb}" BEFORE {when} ON "{apart.table}" '  # noqa: S608  our own names
            f'WHEN EXISTS (SELECT 1 FROM "{apart.table}" WHERE "school_id" = NEW."school_id" '
            f'AND "id" IS NOT NEW."id" '
            f'AND "{apart.first}" <= NEW."{apart.last}" AND NEW."{apart.first}" <= "{apart.last}") '
            f"BEGIN SELECT RAISE(ABORT, '{apart.name}'); END"
        )


_POSTGRESQL_REFUSES = """
CREATE OR REPLACE FUNCTION preau_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% never changes its school or its year', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _postgresql_stay(stay: Stay) -> Iterator[str]:
    moved = " OR ".join(f'NEW."{column}" <> OLD."{column}"' for column in stay.columns)
    columns = ", ".join(f'"{column}"' for column in stay.columns)
    yield (
        f'CREATE OR REPLACE TRIGGER "{stay.name}__stays" BEFORE UPDATE OF {columns} ON "{stay.table}" '
        f"FOR EACH ROW WHEN ({moved}) EXECUTE FUNCTION preau_row_stays()"
    )


def _hang_on_postgresql(cursor: Any, wanted: list[Bond]) -> None:
    cursor.execute(
        "SELECT conname, conrelid::regclass::text, convalidated FROM pg_constraint WHERE conname LIKE %s",
        [f"%{MARK}"],
    )
    standing = {name: (table, valid) for name, table, valid in cursor.fetchall()}
    keep = {bond.name for bond in wanted} | {apart.name for apart in aparts()}
    for name, (table, _valid) in standing.items():
        if name not in keep:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for bond in wanted:
        columns = ", ".join(f'"{column}"' for column in bond.columns)
        index = Bond(bond.target, "_".join(bond.columns), "", ()).name
        cursor.execute(f'CREATE UNIQUE INDEX IF NOT EXISTS "{index}" ON "{bond.target}" ("id", {columns})')
        if bond.name not in standing:
            # Two steps: the first holds new rows at once, the second reads the old ones without
            # stopping writers.
            cursor.execute(
                f'ALTER TABLE "{bond.table}" ADD CONSTRAINT "{bond.name}" '
                f'FOREIGN KEY ("{bond.column}", {columns}) REFERENCES "{bond.target}" ("id", {columns}) '
                "DEFERRABLE INITIALLY DEFERRED NOT VALID"
            )
        if not standing.get(bond.name, ("", False))[1]:
            validate = f'ALTER TABLE "{bond.table}" VALIDATE CONSTRAINT "{bond.name}"'
            _unless_old_rows_break_it(cursor, validate, tolerate=bool(bond.agreed))


def _hang_apart_on_postgresql(cursor: Any, apart: Apart) -> None:
    cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [apart.name])
    if cursor.fetchone() is None:
        # Ranges of one number: the comparison of plain numbers would need an extension.
        hang = (
            f'ALTER TABLE "{apart.table}" ADD CONSTRAINT "{apart.name}" EXCLUDE USING gist '
            "(int8range(school_id, school_id, '[]') WITH &&, "
            f"""daterange("{apart.first}", "{apart.last}", '[]') WITH &&)"""
        )
        _unless_old_rows_break_it(cursor, hang, tolerate=True)


def _unless_old_rows_break_it(cursor: Any, statement: str, *, tolerate: bool) -> None:
    try:
        with transaction.atomic(using=cursor.db.alias):
            cursor.execute(statement)
    except IntegrityError:
        if not tolerate:
            raise
