"""Many values in few statements: SQLite counts the marks of one, PostgreSQL plans badly for thousands."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Value = TypeVar("Value")

BATCH = 500  # values a statement


def in_batches(values: Iterable[Value], size: int = BATCH) -> Iterator[list[Value]]:
    waiting = iter(values)
    while batch := list(islice(waiting, size)):
        yield batch
