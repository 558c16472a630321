"""The same wall in the database itself, hung after every migration.

PostgreSQL gets composite foreign keys (key, school[, year]); SQLite, which cannot add one to a
standing table, gets triggers that refuse the same rows. Both are written so that running
them again, or after a kill, ends in the same state.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig, apps
from django.db import connections, models

from preau.kernel.tenancy.fields import shared_columns
from preau.kernel.tenancy.guards import keys_to_owned

MARK = "same_school"


@dataclass(frozen=True)
class Bond:
    """One foreign key between owned tables, and the columns that must agree."""

    table: str
    column: str
    target: str
    shared: tuple[str, ...]

    @property
    def name(self) -> str:
        whole = f"{self.table}_{self.column}"
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


def stays() -> Iterator[Stay]:
    for model in _owned_models():
        yield Stay(model._meta.db_table, ("school_id", "year_id") if model.year_owned else ("school_id",))


def _owned_models() -> Iterator[Any]:
    return (model for model in apps.get_models() if getattr(model, "school_owned", False))


def bonds() -> Iterator[Bond]:
    for model in _owned_models():
        for key in keys_to_owned(model):
            target: type[models.Model] = key.remote_field.model
            shared = [model._meta.get_field(name).column for name in shared_columns(model, target)]
            yield Bond(model._meta.db_table, key.column, target._meta.db_table, tuple(shared))


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
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            _hang_on_postgresql(cursor, wanted)
            cursor.execute(_POSTGRESQL_REFUSES)
            for stay in stays():
                if stay.table in standing:
                    for statement in _postgresql_stay(stay):
                        cursor.execute(statement)


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
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE %s", [f"%{MARK}__stays"])
        return names | {name.rsplit("__", 1)[0] for (name,) in cursor.fetchall()}


def wanted_names() -> set[str]:
    """Names of the constraints that should stand."""
    return {bond.name for bond in bonds()} | {stay.name for stay in stays()}


def _sqlite_names(cursor: Any) -> list[str]:
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"%{MARK}__%"])
    return [name for (name,) in cursor.fetchall()]


def _sqlite_triggers(bond: Bond) -> Iterator[str]:
    agree = " AND ".join(f'"{column}" = NEW."{column}"' for column in bond.shared)
    refuse = f"SELECT RAISE(ABORT, '{bond.name}')"
    for when in ("INSERT", f'UPDATE OF "{bond.column}", ' + ", ".join(f'"{c}"' for c in bond.shared)):
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
    for name, (table, _valid) in standing.items():
        if name not in {bond.name for bond in wanted}:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for bond in wanted:
        columns = ", ".join(f'"{column}"' for column in bond.shared)
        index = Bond(bond.target, "_".join(bond.shared), "", ()).name
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
            cursor.execute(f'ALTER TABLE "{bond.table}" VALIDATE CONSTRAINT "{bond.name}"')
