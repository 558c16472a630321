"""Reads the text of an SQL statement: which school-owned tables stand in it, and what holds them."""

from collections import ChainMap
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import sqlglot
from django.apps import apps
from sqlglot import exp


class WallBroken(AssertionError):
    """A statement names a school-owned table without holding it to the open school or year."""


@dataclass(eq=False)
class Source:
    """A table as it stands in one FROM, JOIN, UPDATE or DELETE, and the conditions that hold it:
    each a group of slots whose values must all lie in the scope."""

    table: str
    alias: str
    holds: list[frozenset[int]] = field(default_factory=list)


Names = ChainMap[str, Source]  # what an alias stands for, this query's own first


@dataclass
class Findings:
    """What one statement must satisfy each time it runs: for each school-owned table in it, per
    column, conditions of which one must lie in the scope."""

    needed: dict[str, list[tuple[str, list[frozenset[int]]]]] = field(
        default_factory=lambda: {"school_id": [], "year_id": []}
    )


@cache
def owned_columns() -> dict[str, tuple[str, ...]]:
    """Table name -> the columns it must be held by."""
    return {
        model._meta.db_table: ("school_id", "year_id")
        if getattr(model, "year_owned", False)
        else ("school_id",)
        for model in apps.get_models()
        if getattr(model, "school_owned", False)
    }


@lru_cache(maxsize=4096)
def findings_in(text: str) -> Findings:
    """What a statement, its placeholders named `:p0` on, asks of their values. Raises `WallBroken`."""
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


Holds = dict[Source, list[frozenset[int]]]


class _Reader:
    """Reads one statement for one column: first what stands where, then what holds what.

    Only a query's own conditions hold its tables: a condition inside a subquery says nothing about
    the rows outside. A table that this reader did not place is held by nothing.
    """

    def __init__(self, column: str, findings: Findings) -> None:
        self.column = column
        self.findings = findings
        self.sources: list[Source] = []
        self.exempt: set[Source] = set()
        self.edges: list[tuple[Source, Source]] = []  # (what holds this, holds that)
        self.placed: set[int] = set()  # ids of the table nodes read
        self.keys_of: dict[int, Source] = {}  # a query that yields primary keys -> whose
        self.chosen_by: list[tuple[Source, exp.Expr]] = []  # rows picked by key from a query

    def read(self, statement: exp.Expr) -> None:
        self._visit(statement, ChainMap())
        for source, query in self.chosen_by:
            inner = self.keys_of.get(id(query))
            if inner is not None and inner.table == source.table:
                self.edges.append((inner, source))
        for table in statement.find_all(exp.Table):
            if id(table) not in self.placed:
                self.sources.append(Source(table.name.lower(), ""))
        self.findings.needed[self.column] = [
            (source.table, self._conditions(source))
            for source in self.sources
            if source not in self.exempt and self.column in owned_columns().get(source.table, ())
        ]

    def _conditions(self, source: Source) -> list[frozenset[int]]:
        """Its own, and those of every table its column is equal to."""
        reached, waiting = {source}, [source]
        while waiting:
            here = waiting.pop()
            for origin in (a for a, b in self.edges if b is here and a not in reached):
                reached.add(origin)
                waiting.append(origin)
        return [group for each in reached for group in each.holds]

    def _visit(self, node: exp.Expr, outer: Names) -> None:
        if isinstance(node, exp.Select):
            self._select(node, outer)
        elif isinstance(node, exp.Update | exp.Delete):
            self._change(node, outer)
        elif isinstance(node, exp.Insert):
            self._insert(node, outer)
        else:
            if isinstance(node, exp.Lock):  # FOR UPDATE OF names tables that stand in the FROM already
                self.placed.update(id(table) for table in node.find_all(exp.Table))
            self._below(node, outer)

    def _select(self, node: exp.Select, outer: Names) -> None:
        here = outer.new_child()
        origin = node.args.get("from_")
        joins = node.args.get("joins") or []
        for relation in ([origin.this] if origin else []) + [join.this for join in joins]:
            self._place(relation, here, outer)
        if len(node.expressions) == 1:
            column = node.expressions[0].unalias()
            if isinstance(column, exp.Column) and column.name.lower() == "id":
                found = self._named(column, here)
                if found is not None:
                    self.keys_of[id(node)] = found
        self._where(node, here)
        for join in joins:
            self._join(join, here)
        with_ = node.args.get("with_")
        if with_ is not None:  # a common table stands before the query and sees nothing of it
            self._visit(with_, outer)
        self._below(node, here, skip=[with_])

    def _change(self, node: exp.Update | exp.Delete, outer: Names) -> None:
        here = outer.new_child()
        beside = node.args.get("from_")
        relations = [node.this, *([beside.this] if beside else []), *(node.args.get("using") or [])]
        for relation in relations:
            self._place(relation, here, outer)
        self._where(node, here)
        where = node.args.get("where")
        target = here.get(node.this.alias_or_name.lower())
        plain = isinstance(node, exp.Delete) and not node.args.get("using") and target is not None
        if plain and where is not None and _is_by_primary_key(where.this):
            assert target is not None
            self.exempt.add(target)
        self._below(node, here)

    def _below(self, node: exp.Expr, here: Names, skip: list[Any] | None = None) -> None:
        for child in node.iter_expressions():
            if not any(child is passed for passed in skip or []):
                self._visit(child, here)

    def _place(self, relation: exp.Expr, here: Names, outer: Names) -> None:
        # A parenthesised join, or anything else that is no plain table, is not placed: nothing holds it.
        if isinstance(relation, exp.Table) and not relation.args.get("joins"):
            source = Source(relation.name.lower(), relation.alias_or_name.lower())
            self.sources.append(source)
            self.placed.add(id(relation))
            here[source.alias] = source

    def _where(self, node: exp.Expr, here: Names) -> None:
        where = node.args.get("where")
        if where is not None:
            self._keep(self._holds(where.this, here), here, None)
            self._equalities(where.this, here, None)

    def _join(self, join: exp.Expr, here: Names) -> None:
        condition = join.args.get("on")
        side = (join.args.get("side") or "").upper()
        if condition is None or side in ("RIGHT", "FULL"):
            return
        # The condition of a LEFT JOIN leaves every row of the left side standing.
        only = here.maps[0].get(join.this.alias_or_name.lower()) if side == "LEFT" else None
        if side == "LEFT" and only is None:
            return
        self._keep(self._holds(condition, here), here, only)
        self._equalities(condition, here, only)

    def _keep(self, holds: Holds, here: Names, only: Source | None) -> None:
        own = set(here.maps[0].values())
        for source, groups in holds.items():
            if source in own and (only is None or source is only):
                source.holds += groups

    def _holds(self, condition: exp.Expr, here: Names) -> Holds:
        """Which tables a condition holds, and by which groups of slots: one of them suffices."""
        condition = _bare(condition)
        if isinstance(condition, exp.And):
            return _either(self._holds(condition.this, here), self._holds(condition.expression, here))
        if isinstance(condition, exp.Or):
            return _both(self._holds(condition.this, here), self._holds(condition.expression, here))
        if isinstance(condition, exp.In):
            source = self._of_column(condition.this, here)
            slots = [_slot(value) for value in condition.expressions]
            if source and slots and None not in slots and not condition.args.get("query"):
                return {source: [frozenset(slot for slot in slots if slot is not None)]}
        elif isinstance(condition, exp.EQ):
            for column, value in (
                (condition.this, condition.expression),
                (condition.expression, condition.this),
            ):
                source, slot = self._of_column(column, here), _slot(value)
                if source and slot is not None:
                    return {source: [frozenset({slot})]}
        return {}

    def _equalities(self, condition: exp.Expr, here: Names, only: Source | None) -> None:
        for part in _conjuncts(condition):
            if isinstance(part, exp.EQ):
                a, b = self._of_column(part.this, here), self._of_column(part.expression, here)
                if a is None or b is None:
                    a, b = self._same_row(part, here)
                if a and b:
                    self._link(a, b, here, only)
            elif isinstance(part, exp.In) and part.args.get("query"):
                column = _bare(part.this)
                query = (
                    part.args["query"].unnest()
                    if isinstance(part.args["query"], exp.Subquery)
                    else part.args["query"]
                )
                source = self._named(column, here)
                if source and column.name.lower() == "id" and (only is None or source is only):
                    self.chosen_by.append((source, query))

    def _same_row(self, part: exp.EQ, here: Names) -> tuple[Source | None, Source | None]:
        """A table compared with itself by primary key is the same row, whatever its alias."""
        left, right = _bare(part.this), _bare(part.expression)
        a, b = self._named(left, here), self._named(right, here)
        if a and b and a.table == b.table and left.name.lower() == right.name.lower() == "id":
            return a, b
        return None, None

    def _link(self, a: Source, b: Source, here: Names, only: Source | None) -> None:
        own = set(here.maps[0].values())
        for origin, held in ((a, b), (b, a)):
            if held in own and (only is None or held is only):
                self.edges.append((origin, held))

    def _of_column(self, node: exp.Expr, here: Names) -> Source | None:
        node = _bare(node)
        return self._named(node, here) if node.name.lower() == self.column else None

    def _named(self, node: exp.Expr, here: Names) -> Source | None:
        if not isinstance(node, exp.Column):
            return None
        if node.table:
            return here.get(node.table.lower())
        own = here.maps[0]  # a bare column is taken for this query's own table
        return next(iter(own.values())) if len(own) == 1 else None

    def _insert(self, node: exp.Insert, outer: Names) -> None:
        target = node.this.this if isinstance(node.this, exp.Schema) else node.this
        self.placed.add(id(target))
        conflict = node.args.get("conflict")
        # INSERT OR REPLACE: whatever row is in the way. OR IGNORE leaves it as it stands.
        if str(node.args.get("alternative") or "").upper() not in ("", "IGNORE"):
            self.sources.append(Source(target.name.lower(), ""))
        action = str(conflict.args.get("action") or "").upper() if conflict is not None else ""
        if conflict is not None and "UPDATE" in action:
            keys = {key.name.lower() for key in conflict.args.get("conflict_keys") or []}
            if self.column not in keys:  # the row in the way might be another school's, or another year's
                self.sources.append(Source(target.name.lower(), ""))
        self._below(node, outer)


def _either(a: Holds, b: Holds) -> Holds:
    return {source: a.get(source, []) + b.get(source, []) for source in a.keys() | b.keys()}


def _both(a: Holds, b: Holds) -> Holds:
    """An alternative holds a table where each of its sides does."""
    return {source: [x | y for x in a[source] for y in b[source]] for source in a.keys() & b.keys()}


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    node = _bare(node)
    if isinstance(node, exp.And):
        yield from _conjuncts(node.this)
        yield from _conjuncts(node.expression)
    else:
        yield node


def _slot(node: exp.Expr) -> int | None:
    node = _bare(node)
    if isinstance(node, exp.Placeholder) and str(node.this).startswith("p"):
        return int(str(node.this)[1:])
    return None


def _is_by_primary_key(condition: exp.Expr) -> bool:
    for part in _conjuncts(condition):
        if isinstance(part, exp.In | exp.EQ):
            column = _bare(part.this)
            values = part.expressions if isinstance(part, exp.In) else [part.expression]
            if isinstance(column, exp.Column) and column.name.lower() == "id" and values:
                return all(_slot(value) is not None for value in values)
    return False
