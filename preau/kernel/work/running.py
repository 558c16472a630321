"""Running one task: in its school, as who asked, once."""

import logging
import random
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from enum import Enum

from django.db import connection, transaction
from django.utils import timezone

from preau.kernel.access.acting import acting
from preau.kernel.access.actor import Actor, Identity
from preau.kernel.models import School, SchoolYear
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work import claiming, points
from preau.kernel.work.models import Task
from preau.kernel.work.registry import Hopeless, NotNow, Work, work_named

FIRST_WAIT = 10.0  # seconds before the second try; doubled each time
LONGEST_WAIT = 3 * 3600.0
TOGETHER = 0.05  # seconds: SQLite has one writer, and a page may be waiting to be it
PATIENCE = timedelta(days=7)  # for what says « not now » again and again

log = logging.getLogger("preau.work")


class Outcome(Enum):
    DONE = "done"
    LATER = "later"
    DEAD = "dead"
    LOST = "lost"  # another worker has the lease


class LeaseLost(Exception):
    """Another worker took the task meanwhile: nothing of this run stands."""


class WantedToLeave(Exception):
    """A task asked for the end of its process. Only its own: the worker serves the others."""


def run_together(tasks: Sequence[Task]) -> int:
    """Run tasks of one claim, as many as fit in `TOGETHER` seconds in one transaction; when one fails,
    nothing of the others stands either, and each runs alone. Returns how many of the first were dealt with.
    """
    works = [work_named(task.name) for task in tasks]
    fit = next((n for n, work in enumerate(works) if work is None or not work.atomic), len(tasks))
    if fit > 1 and (done := _in_one_transaction(tasks[:fit])):
        return done
    alone = tasks[: max(fit, 1)]
    for task in alone:
        run(task)
    return len(alone)


def _in_one_transaction(tasks: Sequence[Task]) -> int:
    """0 when it was rolled back."""
    done: list[Task] = []
    until = time.monotonic() + TOGETHER
    try:
        with transaction.atomic():
            if not claiming.hold(tasks):
                raise LeaseLost
            for task in tasks:
                work = work_named(task.name)
                assert work is not None
                _call(work, task)
                done.append(task)
                if time.monotonic() > until:
                    break
            points.reached(points.WORKED)
            if not claiming.settle(done):
                raise LeaseLost
    except Exception:
        # Which one it was shows when each runs alone.
        return 0
    points.reached(points.SETTLED)
    return len(done)


def run(task: Task) -> Outcome:
    """Run a claimed task and settle it. Never raises for what the task did."""
    work = work_named(task.name)
    if work is None:
        # A newer release that runs beside this one knows it.
        return _not_now(task, NotNow(seconds=60))
    try:
        if work.atomic:
            with transaction.atomic():
                if not claiming.hold([task]):
                    raise LeaseLost
                _call(work, task)
                points.reached(points.WORKED)
                _settle(task)
        else:
            with _renewed(task):
                _call(work, task)
            points.reached(points.WORKED)
            with transaction.atomic():
                _settle(task)
    except LeaseLost:
        return Outcome.LOST
    except NotNow as later:
        return _not_now(task, later)
    except Exception as error:
        return _failed(work, task, error)
    points.reached(points.SETTLED)
    return Outcome.DONE


def _settle(task: Task) -> None:
    if not claiming.settle([task]):
        raise LeaseLost


def _call(work: Work, task: Task) -> None:
    with ExitStack() as stack:
        actor: Actor | None = None
        if task.school_id is not None and task.person_id is not None and task.year_id is not None:
            school = School.objects.get(pk=task.school_id)
            with in_school(school):
                year = SchoolYear.objects.get(pk=task.year_id)
            identity = Identity(task.person_id, task.account_id, "job")
            actor = stack.enter_context(acting(identity, school, year))
        elif task.school_id is not None:
            stack.enter_context(in_school(task.school_id, task.year_id))
        try:
            work.call(task.payload, actor)
        except Exception:
            raise
        except BaseException as wanted:
            # `sys.exit()` somewhere below would end this thread, and nobody would see that it is gone.
            raise WantedToLeave(type(wanted).__name__).with_traceback(wanted.__traceback__) from wanted


def _not_now(task: Task, later: NotNow) -> Outcome:
    if timezone.now() - task.created_at > PATIENCE:
        claiming.bury(task, "never the moment")
        return Outcome.DEAD
    run_at = timezone.now() + timedelta(seconds=later.seconds)
    claiming.reschedule(task, run_at, attempts=task.attempts - 1, error=task.error)
    return Outcome.LATER


def _failed(work: Work, task: Task, error: Exception) -> Outcome:
    where = _place_of(error)
    if isinstance(error, Hopeless) or task.attempts >= work.attempts:
        log.error("a task is dead after %s tries", task.attempts, extra={"task": task.name, "error": where})
        claiming.bury(task, where)
        return Outcome.DEAD
    log.warning("a task failed at try %s", task.attempts, extra={"task": task.name, "error": where})
    run_at = timezone.now() + timedelta(seconds=wait_before_try(task.attempts + 1))
    claiming.reschedule(task, run_at, attempts=task.attempts, error=where)
    return Outcome.LATER


def wait_before_try(number: int) -> float:
    """Seconds; doubled with each try, and never the same for two tasks that failed together."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (number - 2))
    return longest * random.uniform(0.7, 1.3)  # noqa: S311  no secret


def _place_of(error: Exception) -> str:
    """Kind and place of an error. Its message may hold what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "preau" in frame.filename] or frames
    if not ours:
        return type(error).__name__
    place = ours[-1].filename.rpartition("preau/")[2]
    return f"{type(error).__name__} ({place}:{ours[-1].lineno} {ours[-1].name})"[:300]


@contextmanager
def _renewed(task: Task) -> Iterator[None]:
    """Renew the lease while a long task runs."""
    stop = threading.Event()

    def renew() -> None:
        while not stop.wait(claiming.LEASE.total_seconds() / 4):
            try:
                claiming.renew(task)
            except Exception:
                log.warning("the lease of %s could not be renewed", task.name)
        connection.close()  # this thread ends: nobody would use what is kept open

    renewing = threading.Thread(target=renew, name="preau-lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        stop.set()
        renewing.join()
