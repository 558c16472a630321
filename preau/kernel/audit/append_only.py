"""The journal in the database itself: no row is changed, none leaves before its day. Hung after every
migration, like the walls; written so that running it again, or after a kill, ends in the same state."""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.db import connections

from preau.kernel.audit.models import KEPT_MODELS

MARK = "append_only"
# Of the database's own clock, in UTC: a server whose clock was put forward removes nothing.
_TODAY = {"sqlite": "date('now')", "postgresql": "(now() AT TIME ZONE 'UTC')::date"}


def tables() -> list[str]:
    return [model._meta.db_table for model in KEPT_MODELS]


def wanted_names(vendor: str) -> set[str]:
    """Names of the triggers that should stand."""
    verbs = ["update", "delete"] + (["truncate"] if vendor == "postgresql" else [])
    return {f"{table}_{MARK}__{verb}" for table in tables() for verb in verbs}


def hung(using: str = "default") -> set[str]:
    """Names of the triggers that stand now, and are not switched off."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"%{MARK}__%"]
            )
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgname LIKE %s AND tgenabled <> 'D'", [f"%{MARK}__%"]
            )
        return {name for (name,) in cursor.fetchall()}


def take_down(using: str = "default", **_: Any) -> None:
    """SQLite reads every trigger when a table is renamed, as its migrations do: they go first."""
    if connections[using].vendor == "sqlite":
        drop(using)


def drop(using: str = "default") -> None:
    """For tests that empty every table, and for nobody else."""
    connection = connections[using]
    standing = hung(using)
    with connection.cursor() as cursor:
        for table in tables():
            for name in sorted(name for name in standing if name.startswith(f"{table}_{MARK}__")):
                of_table = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{of_table}')


def hang(using: str = "default", app_config: AppConfig | None = None, **_: Any) -> None:
    """Idempotent. As a `post_migrate` receiver it waits for the last app, when every table stands."""
    if app_config is not None and app_config != [c for c in apps.get_app_configs() if c.models_module][-1]:
        return
    connection = connections[using]
    standing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_REFUSES)
        for table in tables():
            if table in standing:
                statements = _sqlite(table) if connection.vendor == "sqlite" else _postgresql(table)
                for statement in statements:
                    cursor.execute(statement)


def _sqlite(table: str) -> Iterator[str]:
    for verb, when in (("update", ""), ("delete", f'WHEN OLD."keep_until" >= {_TODAY["sqlite"]} ')):
        name = f"{table}_{MARK}__{verb}"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" BEFORE {verb.upper()} ON "{table}" {when}'
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


_POSTGRESQL_REFUSES = """
CREATE OR REPLACE FUNCTION preau_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _postgresql(table: str) -> Iterator[str]:
    refuse = "EXECUTE FUNCTION preau_append_only()"
    yield (
        f'CREATE OR REPLACE TRIGGER "{table}_{MARK}__update" BEFORE UPDATE ON "{table}" FOR EACH ROW {refuse}'
    )
    yield (
        f'CREATE OR REPLACE TRIGGER "{table}_{MARK}__delete" BEFORE DELETE ON "{table}" FOR EACH ROW '
        f'WHEN (OLD."keep_until" >= {_TODAY["postgresql"]}) {refuse}'
    )
    yield f'DROP TRIGGER IF EXISTS "{table}_{MARK}__truncate" ON "{table}"'
    yield (
        f'CREATE TRIGGER "{table}_{MARK}__truncate" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {refuse}'
    )
