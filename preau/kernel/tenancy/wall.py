"""Reads every SQL statement before it runs and refuses the ones that leave their school.

Managers, join restrictions and guards each cover one way of writing a query. This wall does
not care how the statement came to be. It runs in development, in tests and in CI; sqlglot,
which it needs, is not shipped.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from preau.kernel.tenancy.scope import EVERY, scope_or_none

if TYPE_CHECKING:
    from sqlglot import exp

# A list of values is one slot whatever its length, so that a statement is read once.
_TOKENS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|%%|IN \((%s(?:, ?%s)*)\)|%s")
_READ = ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH", "MERGE", "REPLACE")


class WallBroken(AssertionError):
    """A statement names a school-owned table without holding it to the open school or year."""


@dataclass(eq=False)
class Source:
    """A table as it stands in one FROM, JOIN, UPDATE or DELETE."""

    table: str
    alias: str


@dataclass
class Findings:
    """What one statement must satisfy each time it runs, per column: the slots whose values are
    checked against the scope, and the tables that nothing holds."""

    slots: dict[str, set[int]] = field(default_factory=lambda: {"school_id": set(), "year_id": set()})
    loose: dict[str, list[str]] = field(default_factory=lambda: {"school_id": [], "year_id": []})


@cache
def owned_columns() -> dict[str, tuple[str, ...]]:
    """Table name -> the columns it must be held by."""
    return {
        model._meta.db_table: ("school_id", "year_id") if getattr(model, "year_owned", False) else ("school_id",)
        for model in apps.get_models()
        if getattr(model, "school_owned", False)
    }


@cache
def _owned_names() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(table)}\b" for table in owned_columns()) or r"(?!)")


def check(sql: str, params: Sequence[Any] | None) -> None:
    """Raises `WallBroken`. `params` are the statement's values in order."""
    if not sql.lstrip(" (").upper().startswith(_READ) or not _owned_names().search(sql):
        return
    scope = scope_or_none()
    if scope is not None and scope.schools is EVERY and scope.years is EVERY:
        return
    text, slots = _with_slots(sql)
    findings = _read(text)
    for column in ("school_id", "year_id"):
        opened = None if scope is None else scope.schools if column == "school_id" else scope.years
        if opened is EVERY:
            continue
        if findings.loose[column]:
            tables = ", ".join(sorted(set(findings.loose[column])))
            raise WallBroken(f"{tables} not held by {column} in: {sql[:2000]}")
        for slot in findings.slots[column]:
            start, count = slots[slot]
            values = set((params or ())[start : start + count])
            if opened is None or not values <= opened:
                raise WallBroken(f"{column} {values} is outside the open scope in: {sql[:2000]}")


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


@lru_cache(maxsize=4096)
def _read(text: str) -> Findings:
    import sqlglot
    from sqlglot import exp

    try:
        # SQLite's statements, as Django writes them, are read by the same grammar.
        (statement,) = sqlglot.parse(text, dialect="postgres")
    except Exception as unread:
        raise WallBroken(f"a statement that cannot be read is refused: {text[:2000]}") from unread
    if statement is None or isinstance(statement, exp.Command):
        raise WallBroken(f"a statement that cannot be read is refused: {text[:2000]}")
    findings = Findings()
    for column in ("school_id", "year_id"):
        _Reader(column, findings).read(statement)
    return findings


class _Reader:
    """Reads one statement for one column. Two passes: what stands where, then what holds what."""

    def __init__(self, column: str, findings: Findings) -> None:
        self.column = column
        self.findings = findings
        self.sources: list[Source] = []
        self.held: set[Source] = set()
        self.edges: list[tuple[Source, Source]] = []  # (if this is held, that is)

    def read(self, statement: "exp.Expression") -> None:
        self._visit(statement, {})
        while grown := {b for a, b in self.edges if a in self.held and b not in self.held}:
            self.held |= grown
        self.findings.loose[self.column] = [
            source.table
            for source in self.sources
            if source not in self.held and self.column in owned_columns().get(source.table, ())
        ]

    def _visit(self, node: "exp.Expression", outer: dict[str, Source]) -> None:
        from sqlglot import exp

        if isinstance(node, exp.Select):
            here = dict(outer)
            origin = node.args.get("from_")
            joins = node.args.get("joins") or []
            relations = ([origin.this] if origin else []) + [join.this for join in joins]
            for relation in relations:
                self._place(relation, here, outer)
            where = node.args.get("where")
            if where is not None:
                self._hold(where.this, here, None)
            for join in joins:
                self._join(join, here)
            self._visit_below(node, here, skip=relations)
        elif isinstance(node, exp.Update | exp.Delete):
            here = dict(outer)
            self._place(node.this, here, outer)
            where = node.args.get("where")
            if where is not None:
                self._hold(where.this, here, None)
                if isinstance(node, exp.Delete) and _is_by_primary_key(where.this):
                    self.held.add(self.sources[-1])
            self._visit_below(node, here, skip=[node.this])
        elif isinstance(node, exp.Insert):
            self._insert(node, outer)
        else:
            self._visit_below(node, outer, skip=[])

    def _visit_below(self, node: "exp.Expression", here: dict[str, Source], skip: list[Any]) -> None:
        from sqlglot import exp

        for child in node.iter_expressions():
            if any(child is passed for passed in skip):
                continue
            if isinstance(child, exp.Table):
                # A table where no FROM of ours put it: nothing can hold it.
                self.sources.append(Source(child.name, child.alias_or_name))
                continue
            if isinstance(child, exp.From | exp.Join):
                # Its relation is placed already; conditions may hold further queries.
                inner = [grandchild for grandchild in child.iter_expressions() if grandchild is not child.this]
                for grandchild in inner:
                    self._visit(grandchild, here)
                continue
            self._visit(child, here)

    def _place(self, relation: "exp.Expression", here: dict[str, Source], outer: dict[str, Source]) -> None:
        from sqlglot import exp

        if isinstance(relation, exp.Table):
            source = Source(relation.name, relation.alias_or_name)
            self.sources.append(source)
            here[source.alias] = source
        else:
            # A query in FROM stands alone: its own tables must be held inside it.
            self._visit(relation, outer)

    def _join(self, join: "exp.Expression", here: dict[str, Source]) -> None:
        condition = join.args.get("on")
        if condition is None:
            return
        side = (join.args.get("side") or "").upper()
        if side in ("RIGHT", "FULL"):
            return
        # The condition of a LEFT JOIN leaves every row of the left side standing.
        only = here.get(join.this.alias_or_name) if side == "LEFT" else None
        if side == "LEFT" and only is None:
            return
        self._hold(condition, here, only)

    def _hold(self, condition: "exp.Expression", here: dict[str, Source], only: Source | None) -> None:
        from sqlglot import exp

        for part in _conjuncts(condition):
            if isinstance(part, exp.In):
                source = self._source(part.this, here)
                slots = [_slot(value) for value in part.expressions]
                if source and slots and None not in slots and not part.args.get("query"):
                    self._hold_by_slots(source, slots, only)
            elif isinstance(part, exp.EQ):
                left, right = _bare(part.this), _bare(part.expression)
                a, b = self._source(left, here), self._source(right, here)
                if a and b:
                    self._hold_by_equality(a, b, only)
                elif a and (slot := _slot(right)) is not None:
                    self._hold_by_slots(a, [slot], only)
                elif b and (slot := _slot(left)) is not None:
                    self._hold_by_slots(b, [slot], only)

    def _hold_by_slots(self, source: Source, slots: list[int | None], only: Source | None) -> None:
        if only is None or source is only:
            self.held.add(source)
            if self.column in owned_columns().get(source.table, ()):
                self.findings.slots[self.column].update(slot for slot in slots if slot is not None)

    def _hold_by_equality(self, a: Source, b: Source, only: Source | None) -> None:
        if only is None or b is only:
            self.edges.append((a, b))
        if only is None or a is only:
            self.edges.append((b, a))

    def _source(self, node: "exp.Expression", here: dict[str, Source]) -> Source | None:
        from sqlglot import exp

        node = _bare(node)
        if not isinstance(node, exp.Column) or node.name != self.column:
            return None
        if node.table:
            return here.get(node.table)
        return next(iter(here.values())) if len(here) == 1 else None

    def _insert(self, node: "exp.Insert", outer: dict[str, Source]) -> None:
        from sqlglot import exp

        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        conflict = node.args.get("conflict")
        if conflict is not None and conflict.args.get("action") and "UPDATE" in str(conflict.args["action"]).upper():
            names = {key.name for key in conflict.args.get("conflict_keys") or []}
            if self.column not in names and self.column == "school_id":
                # The row in the way might be another school's.
                self.sources.append(Source(target.name, target.alias_or_name))
        self._visit_below(node, outer, skip=[node.this, conflict])


def _bare(node: "exp.Expression") -> "exp.Expression":
    from sqlglot import exp

    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _conjuncts(node: "exp.Expression") -> "Iterator[exp.Expression]":
    from sqlglot import exp

    node = _bare(node)
    if isinstance(node, exp.And):
        yield from _conjuncts(node.this)
        yield from _conjuncts(node.expression)
    else:
        yield node


def _slot(node: "exp.Expression") -> int | None:
    from sqlglot import exp

    node = _bare(node)
    if isinstance(node, exp.Placeholder) and str(node.this).startswith("p"):
        return int(str(node.this)[1:])
    return None


def _is_by_primary_key(condition: "exp.Expression") -> bool:
    from sqlglot import exp

    for part in _conjuncts(condition):
        if isinstance(part, exp.In | exp.EQ):
            column = _bare(part.this)
            values = part.expressions if isinstance(part, exp.In) else [part.expression]
            if isinstance(column, exp.Column) and column.name == "id" and all(_slot(v) is not None for v in values):
                return bool(values)
    return False


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
