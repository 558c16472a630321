"""Reads every SQL statement before it runs and refuses the ones that leave their school.

Managers, join restrictions and guards each cover one way of writing a query. This wall does
not care how the statement came to be. It runs in development, in tests and in CI; sqlglot,
with which `statements.py` reads, is not shipped.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from preau.kernel.tenancy.scope import EVERY, scope_or_none
from preau.kernel.tenancy.statements import WallBroken, findings_in, owned_columns

__all__ = ["WallBroken", "build", "check", "owned_columns"]

# A list of values is one slot whatever its length, so that a statement is read once.
_TOKENS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|%%|IN \((%s(?:, ?%s)*)\)|%s")
# What only shapes the database or the session. Everything else is read, however it begins.
_UNREAD = re.compile(
    r"^\s*(CREATE|ALTER|DROP|TRUNCATE|PRAGMA|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|START|COMMIT|SET|ANALYZE|VACUUM"
    r"|REINDEX|LOCK|COMMENT)\b",
    re.IGNORECASE,
)

# A query behind a semicolon, or a table made of one. A trigger's own body stands between BEGIN and END.
_HIDES_A_QUERY = re.compile(
    r"\bAS\s*\(?\s*(SELECT|TABLE|WITH)\b|;\s*(SELECT|WITH|UPDATE|DELETE|TABLE)\b", re.IGNORECASE
)


@cache
def _owned_names() -> re.Pattern[str]:
    names = "|".join(rf"\b{re.escape(table)}\b" for table in owned_columns())
    return re.compile(names or r"(?!)", re.IGNORECASE)


def check(sql: str, params: Sequence[Any] | None) -> None:
    """Raises `WallBroken`. `params` are the statement's values in order."""
    if not _owned_names().search(sql):
        return
    if _UNREAD.match(sql) and not _HIDES_A_QUERY.search(sql):
        return
    scope = scope_or_none()
    if scope is not None and scope.schools is EVERY and scope.years is EVERY:
        return
    text, slots = _with_slots(sql)
    findings = findings_in(text)
    for column in ("school_id", "year_id"):
        opened = None if scope is None else scope.schools if column == "school_id" else scope.years
        if opened is EVERY:
            continue
        for table, conditions in findings.needed[column]:
            if not any(
                opened is not None and _values(slots, group, params) <= opened for group in conditions
            ):
                raise WallBroken(f"{table} is not held to the open {column} in: {sql[:2000]}")


def _values(slots: list[tuple[int, int]], group: frozenset[int], params: Sequence[Any] | None) -> set[Any]:
    spans = (slots[slot] for slot in group)
    return {value for start, count in spans for value in (params or ())[start : start + count]}


def _with_slots(sql: str) -> tuple[str, list[tuple[int, int]]]:
    """The statement with its placeholders named, and for each the (first value, how many)."""
    slots: list[tuple[int, int]] = []
    position = 0

    def name(match: re.Match[str]) -> str:
        nonlocal position
        token = match.group(0)
        if token == "%%":
            return "%"
        if token[0] in "'\"":
            return token.replace("%%", "%")
        count = token.count("%s")
        slots.append((position, count))
        position += count
        slot = f":p{len(slots) - 1}"
        return f"IN ({slot})" if match.group(1) else slot

    return _TOKENS.sub(name, sql), slots


class _Wall:
    """A Django `execute_wrapper`."""

    migrating = False

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if not self.migrating:
            for values in params if many else [params]:
                check(sql, values)
        return execute(sql, params, many, context)


_wall = _Wall()


def build() -> None:
    """Put the wall before every connection, those open and those to come."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        _stand_before(connection=connection)
    connection_created.connect(_stand_before, dispatch_uid="preau.wall")
    pre_migrate.connect(_step_aside, dispatch_uid="preau.wall.down")
    post_migrate.connect(_step_back, dispatch_uid="preau.wall.up")


def _stand_before(connection: Any, **_: Any) -> None:
    if _wall not in connection.execute_wrappers:
        connection.execute_wrappers.append(_wall)


def _step_aside(**_: Any) -> None:
    _wall.migrating = True


def _step_back(**_: Any) -> None:
    _wall.migrating = False
