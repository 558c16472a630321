"""Putting tasks into the table, in the caller's transaction."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from preau.kernel.access.actor import Actor
from preau.kernel.inserting import insertion
from preau.kernel.work import points, waking
from preau.kernel.work.models import Task


def put(tasks: Sequence[Task], *, actor: Actor | None = None) -> None:
    """Insert tasks and wake the workers at commit. One whose `once` waits already is dropped."""
    if not tasks:
        return
    now = timezone.now()
    for task in tasks:
        task.share, task.created_at = task.school_id or 0, now
        if actor is not None:
            task.person_id, task.account_id = actor.identity.person_id, actor.identity.account_id
        if task.run_at > now:
            task.state = Task.State.SCHEDULED
    _queue_behind([task for task in tasks if task.key and task.state == Task.State.READY])
    unasked = list(tasks)
    while unasked:
        _insert(unasked)
        unasked = _begun_meanwhile([task for task in unasked if task.once])
    points.reached(points.WRITTEN)
    if not _rings_already():
        transaction.on_commit(_committed, robust=True)


def _insert(tasks: Sequence[Task]) -> None:
    """Two at once with the same `once`: the second insert does nothing."""
    with connection.cursor() as cursor:
        cursor.executemany(*insertion(Task, tasks, conflicts=True))


def _queue_behind(tasks: Sequence[Task]) -> None:
    """Who has one of its key before it waits for it. What slips through in a race is held at the claim."""
    if not tasks:
        return
    held = set(
        Task.objects.unfinished().filter(key__in={task.key for task in tasks}).values_list("key", flat=True)
    )
    for task in tasks:
        if task.key in held:
            task.state = Task.State.BEHIND
        held.add(task.key)


def _begun_meanwhile(tasks: Sequence[Task]) -> list[Task]:
    """Those to be asked for again: what waited in their place was begun before it could be held.

    What waits is held to the end of this transaction, shared by all who ask for it: begun before, it
    would not see what is being written beside it, and nothing would come after it.
    """
    if not tasks or connection.vendor != "postgresql":
        return []  # SQLite has one writer: nothing is begun while somebody asks
    asked = zip(*((task.name, task.share, task.once) for task in tasks), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task.name, task.share, task.once FROM work_task task"
            " JOIN unnest(%s::text[], %s::bigint[], %s::text[]) AS asked (name, share, once)"
            " ON (task.name, task.share, task.once) = (asked.name, asked.share, asked.once)"
            " WHERE task.once <> '' AND task.state IN ('scheduled', 'ready', 'behind') FOR SHARE OF task",
            [list(column) for column in asked],
        )
        waiting = set(cursor.fetchall())
    return [task for task in tasks if (task.name, task.share, task.once) not in waiting]


def _rings_already() -> bool:
    callbacks: list[Any] = connection.run_on_commit
    return any(entry[1] is _committed for entry in callbacks)


def _committed() -> None:
    points.reached(points.COMMITTED)
    waking.ring()
