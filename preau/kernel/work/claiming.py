"""Who does what next: leases, turns between schools, order within a key, and what came back."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, Min, OuterRef, Q
from django.utils import timezone

from preau.kernel.work import points
from preau.kernel.work.models import Task, TaskQuerySet
from preau.kernel.work.registry import LANES, work_named

LEASE = timedelta(minutes=2)
AT_ONCE = 20  # tasks of one school before the next school's turn
SWEPT_AT_ONCE = 500
# Further ahead than a lease lasts, or a task is put off after a failure: the clock was wrong then.
DISTRUST_LEASE = timedelta(hours=1)
DISTRUST_TRY = timedelta(days=2)


class Turns:
    """One worker's walk around the lanes and the schools: a few tasks of one, then the next.

    However many tasks a school has waiting, another's first task waits for one round at most.
    """

    def __init__(self, lanes: Sequence[str] = LANES) -> None:
        self.lanes = tuple(lanes)
        self._last = dict.fromkeys(self.lanes, -1)
        self._round = 0

    def claim(self) -> list[Task]:
        """Tasks to run now, leased to whoever asks; empty when there are none."""
        self._round += 1
        # The first lane first, but every fourth time another leads: none is starved.
        start = (self._round // 4) % len(self.lanes) if self._round % 4 == 0 else 0
        for lane in self.lanes[start:] + self.lanes[:start]:
            if claimed := self._claim_in(lane):
                return claimed
        return []

    def _claim_in(self, lane: str) -> list[Task]:
        ready = _may_start().filter(lane=lane)
        # In two looks, so that both walk along the index.
        share = _first_share(ready.filter(share__gt=self._last[lane]))
        if share is None:
            share = _first_share(ready.filter(share__lte=self._last[lane]))
        if share is None:
            return []
        self._last[lane] = share
        with transaction.atomic():
            claimed = list(_locked(ready.filter(share=share).order_by("id"))[:AT_ONCE])
            lease, until = uuid4(), timezone.now() + LEASE
            Task.objects.filter(pk__in=[task.pk for task in claimed]).update(
                state=Task.State.RUNNING, lease=lease, leased_until=until, attempts=F("attempts") + 1
            )
        for task in claimed:
            task.state, task.lease, task.leased_until = Task.State.RUNNING, lease, until
            task.attempts += 1
        if claimed:
            points.reached(points.CLAIMED)
        return claimed


def _first_share(ready: TaskQuerySet) -> int | None:
    return ready.order_by("share", "id").values_list("share", flat=True).first()


def _may_start() -> TaskQuerySet:
    """Ready, and nothing of the same key before it, nor at work: told before, it may be committed after."""
    first = Q(pk__lt=OuterRef("pk")) | Q(state=Task.State.RUNNING)
    before = Task.objects.unfinished().filter(first, key=OuterRef("key"))
    return Task.objects.filter(Q(key="") | ~Exists(before), state=Task.State.READY)


def _locked(tasks: TaskQuerySet) -> TaskQuerySet:
    # SQLite has one writer: whoever is in the transaction is alone.
    skips = connection.features.has_select_for_update_skip_locked
    return tasks.select_for_update(skip_locked=True, of=("self",)) if skips else tasks


def give_back(tasks: Sequence[Task]) -> None:
    """Leases that will not be used: the worker stops. Its claim was no try."""
    for task in tasks:
        _return(task, state=Task.State.READY, attempts=task.attempts - 1)


def renew(task: Task) -> None:
    Task.objects.filter(pk=task.pk, lease=task.lease).update(leased_until=timezone.now() + LEASE)


def hold(tasks: Sequence[Task]) -> bool:
    """Lock their rows to the end of the transaction: no other worker takes them however long it lasts.
    False when the lease of one was lost."""
    mine = Task.objects.filter(pk__in=[task.pk for task in tasks], lease=tasks[0].lease)
    return len(mine.order_by("id").select_for_update(of=("self",)).values_list("pk")) == len(tasks)


def settle(tasks: Sequence[Task]) -> bool:
    """The tasks, all of one claim, are done: their rows go, the next of their keys come forward.
    False when the lease of one was lost."""
    gone, _ = Task.objects.filter(pk__in=[task.pk for task in tasks], lease=tasks[0].lease).delete()
    _bring_forward({task.key for task in tasks if task.key})
    return gone == len(tasks)


def reschedule(task: Task, run_at: datetime, *, attempts: int, error: str) -> None:
    _return(task, state=Task.State.SCHEDULED, run_at=run_at, attempts=attempts, error=error)


def bury(task: Task, error: str) -> None:
    """To the dead letters. Those of its key behind it go on: one letter holds up nobody else's."""
    with transaction.atomic():
        buried = Task.objects.filter(pk=task.pk, lease=task.lease).update(
            state=Task.State.DEAD, lease=None, leased_until=None, error=error, died_at=timezone.now()
        )
        if buried:
            _bring_forward({task.key} - {""})


def _return(task: Task, **values: object) -> None:
    """Let it wait again, unless another of the same `once` was asked for meanwhile: that one will do."""
    held = Task.objects.filter(pk=task.pk, lease=task.lease)
    try:
        with transaction.atomic():
            held.update(lease=None, leased_until=None, **values)
    except IntegrityError:
        held.delete()


def _bring_forward(keys: Collection[str]) -> None:
    if not keys:
        return
    first = Task.objects.unfinished().filter(key__in=keys).order_by().values("key").annotate(first=Min("id"))
    _make_ready([row["first"] for row in first])


def _make_ready(behind: Sequence[int]) -> None:
    """Those that somebody holds, asking for them once more, are found by the next sweep."""
    free = _locked(Task.objects.filter(pk__in=behind, state=Task.State.BEHIND)).values_list("pk", flat=True)
    Task.objects.filter(pk__in=list(free)).update(state=Task.State.READY)


def sweep(now: datetime | None = None) -> bool:
    """Put what became due among the ready, take back what a dead worker held. True when anything moved.

    Each look is a read: a write is begun only when there is something to move.
    """
    now = now or timezone.now()
    return any([_promote(now), _reap(now), _unstick()])


def _promote(now: datetime) -> bool:
    due = Task.objects.filter(
        Q(run_at__lte=now) | Q(run_at__gt=now + DISTRUST_TRY, attempts__gt=0), state=Task.State.SCHEDULED
    ).order_by("run_at")
    if not due.exists():
        return False
    with transaction.atomic():
        keys = list(_locked(due).values_list("pk", flat=True)[:SWEPT_AT_ONCE])
        Task.objects.filter(pk__in=keys).update(state=Task.State.READY)
    return True


def _reap(now: datetime) -> bool:
    lost = Task.objects.filter(
        Q(leased_until__lt=now) | Q(leased_until__gt=now + DISTRUST_LEASE), state=Task.State.RUNNING
    ).order_by("leased_until")
    if not lost.exists():
        return False
    with transaction.atomic():
        # Who is still at it holds the row's lock, where its task runs in one transaction.
        for task in _locked(lost)[:SWEPT_AT_ONCE]:
            work = work_named(task.name)
            if work is not None and task.attempts >= work.attempts:
                bury(task, "the worker died each time")
            else:
                _return(task, state=Task.State.READY)
    return True


def _unstick() -> bool:
    """Who waits behind nobody: the one before was settled at the very moment they were written."""
    before = Task.objects.unfinished().filter(key=OuterRef("key"), pk__lt=OuterRef("pk"))
    stuck = Task.objects.filter(state=Task.State.BEHIND).filter(~Exists(before)).order_by("id")
    keys = list(stuck.values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    if keys:
        with transaction.atomic():
            _make_ready(keys)
    return bool(keys)
