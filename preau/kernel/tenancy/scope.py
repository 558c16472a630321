"""Which schools and years the code that runs now may read, and which one it may write."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from preau.kernel.models import School, SchoolYear

log = logging.getLogger("preau.scope")


class _Every(Enum):
    EVERY = "every"


EVERY: Final = _Every.EVERY
type_every = Literal[_Every.EVERY]


class NoSchoolScope(RuntimeError):
    """A school-owned table was read or written while no school was open."""


class NoYearScope(RuntimeError):
    """A year-owned table was read or written while no school year was open."""


class OneSchoolPerWrite(RuntimeError):
    """A write was tried while no school, or more than one, was open."""


@dataclass(frozen=True)
class Scope:
    schools: frozenset[int] | type_every
    years: frozenset[int] | type_every | None  # None: no year was named

    @property
    def only_school(self) -> int:
        """The one school a write may touch. Raises `OneSchoolPerWrite`."""
        if self.schools is EVERY or len(self.schools) != 1:
            raise OneSchoolPerWrite("A write opens exactly one school.")
        (school,) = self.schools
        return school


_scope: ContextVar[Scope] = ContextVar("preau_scope")


def current_scope() -> Scope:
    """Raises `NoSchoolScope` outside `in_school` and its kin."""
    try:
        return _scope.get()
    except LookupError:
        raise NoSchoolScope("No school is open here: use acting() or in_school().") from None


def scope_or_none() -> Scope | None:
    return _scope.get(None)


@contextmanager
def opened(scope: Scope) -> Iterator[Scope]:
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


def enter(scope: Scope) -> None:
    """Replace the open scope until the `opened` around it ends."""
    current_scope()
    _scope.set(scope)


def _keys(rows: "Iterable[School | SchoolYear | int]") -> frozenset[int]:
    return frozenset(row if isinstance(row, int) else row.pk for row in rows)


@contextmanager
def in_schools(
    schools: "Iterable[School | int]", years: "Iterable[SchoolYear | int] | None" = None
) -> Iterator[Scope]:
    """Open several schools for reading. Writes are refused unless it is exactly one."""
    with opened(Scope(_keys(schools), None if years is None else _keys(years))) as scope:
        yield scope


@contextmanager
def in_school(school: "School | int", year: "SchoolYear | int | None" = None) -> Iterator[Scope]:
    """Open one school, and one of its years where the work is about a year."""
    with in_schools([school], None if year is None else [year]) as scope:
        yield scope


@contextmanager
def in_every_school(*, reason: str) -> Iterator[Scope]:
    """Read across schools and years. Writes stay refused; `reason` goes to the log."""
    log.debug("every school: %s", reason)
    with opened(Scope(EVERY, EVERY)) as scope:
        yield scope


@contextmanager
def in_every_year(*, reason: str) -> Iterator[Scope]:
    """Read every year of the schools that are open already."""
    log.debug("every year: %s", reason)
    with opened(replace(current_scope(), years=EVERY)) as scope:
        yield scope
