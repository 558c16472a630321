"""Dead letters: what failed for good, until somebody replays or abandons it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone

from preau.kernel.work import waking
from preau.kernel.work.models import Task, TaskQuerySet
from preau.kernel.work.registry import work_named


def dead_letters(school_id: int | None) -> TaskQuerySet:
    """Those of a school, the latest first; None: those of the instance."""
    dead = Task.objects.filter(state=Task.State.DEAD, share=school_id or 0)
    return dead.order_by("-died_at", "-id")


def label_of(task: Task) -> Any:
    """What the task does, in French where its work says so."""
    work = work_named(task.name)
    return work.label if work else task.name


@transaction.atomic
def replay(task: Task) -> bool:
    """Try again from the start. False when it is dead no more, or one like it waits already."""
    found = Task.objects.select_for_update().filter(pk=task.pk, state=Task.State.DEAD).first()
    if found is None:
        return False
    if (
        found.once
        and Task.objects.waiting().filter(name=found.name, share=found.share, once=found.once).exists()
    ):
        found.delete()
        return False
    found.state, found.attempts, found.died_at, found.run_at = Task.State.READY, 0, None, timezone.now()
    found.created_at = timezone.now()  # the patience of « not now » begins anew
    found.save(update_fields=["state", "attempts", "died_at", "run_at", "created_at"])
    transaction.on_commit(waking.ring, robust=True)
    return True


@transaction.atomic
def abandon(task: Task) -> bool:
    """It will not be done. False when it is dead no more."""
    gone, _ = Task.objects.filter(pk=task.pk, state=Task.State.DEAD).delete()
    return bool(gone)


@dataclass(frozen=True)
class Depth:
    """How much waits, for health and figures."""

    by_state: dict[tuple[str, str], int]  # (lane, state) → tasks
    oldest_ready: datetime | None
    dead: int


def depth() -> Depth:
    counted = Task.objects.order_by().values_list("lane", "state").annotate(Count("id"))
    by_state = {(lane, state): count for lane, state, count in counted}
    oldest = Task.objects.filter(state=Task.State.READY).aggregate(Min("run_at"))["run_at__min"]
    dead = sum(count for (_, state), count in by_state.items() if state == Task.State.DEAD)
    return Depth(by_state, oldest, dead)
