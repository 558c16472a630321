"""The five places where a process may die between a fact and its effects. Tests kill it at each."""

from collections.abc import Callable

WRITTEN = "written"  # the rows of the outbox stand, their transaction is open
COMMITTED = "committed"  # committed, no worker was woken
CLAIMED = "claimed"  # a worker holds the lease, nothing was done
WORKED = "worked"  # the effect stands, its transaction is open
SETTLED = "settled"  # effect and settling are committed
POINTS = (WRITTEN, COMMITTED, CLAIMED, WORKED, SETTLED)

watchers: list[Callable[[str], None]] = []


def reached(point: str) -> None:
    for watcher in watchers:
        watcher(point)
