"""Work that is slow, or for the night: jobs asked for by code, and jobs that a clock asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from preau.kernel.access.actor import Actor
from preau.kernel.work.models import Task
from preau.kernel.work.outbox import put
from preau.kernel.work.registry import ATTEMPTS, Hopeless, NotNow, Work, register, short_name
from preau.kernel.work.schedule import Cron, Schedule, add_schedule

__all__ = ["Hopeless", "Job", "NotNow", "every", "job"]


@dataclass(frozen=True)
class Job:
    """A function that workers run. Called directly it runs here and now."""

    work: Work
    function: Callable[..., None]

    def __call__(self, **payload: Any) -> None:
        self.function(**payload)

    def enqueue(
        self,
        *,
        school_id: int | None = None,
        year_id: int | None = None,
        run_at: datetime | None = None,
        key: str = "",
        unique: str = "",
        payload: Mapping[str, Any] | None = None,
        actor: Actor | None = None,
    ) -> None:
        """Ask for one run, in the caller's transaction where there is one.

        - school_id, year_id: the scope it runs in; without a school it opens its own.
        - key: tasks of one key run one after another.
        - unique: dropped while one such task of this job and school waits; not while it runs.
        - actor: it runs as them, with the rights they have then.
        """
        task = Task(
            name=self.work.name,
            payload=dict(payload or {}),
            school_id=school_id,
            year_id=year_id,
            lane=self.work.lane,
            key=key,
            once=unique,
            run_at=run_at or timezone.now(),
        )
        put([task], actor=actor)


def job(
    name: str, *, lane: str = "default", attempts: int = ATTEMPTS, atomic: bool = True, label: Any = ""
) -> Callable[[Callable[..., None]], Job]:
    """- atomic: the job's effects and its settling are one transaction, so they exist once. False for a job
    that is long or acts outside: it commits by itself and must bear to run again.
    - label: what it does, for the screen of what failed.

    A job that takes an `actor` argument gets the person it runs as.
    """

    def register_it(function: Callable[..., None]) -> Job:
        wants_actor = "actor" in function.__code__.co_varnames[: _arguments(function)]

        def call(payload: Mapping[str, Any], actor: Actor | None) -> None:
            function(**payload, **({"actor": actor} if wants_actor else {}))

        work = Work(name, label or name, lane, attempts, atomic, call)
        register(work, f"{function.__module__}.{function.__qualname__}")
        return Job(work, function)

    return register_it


def every(
    cron: str,
    *,
    lane: str = "slow",
    for_each_school: bool = False,
    atomic: bool = True,
    attempts: int = ATTEMPTS,
    label: Any = "",
) -> Callable[[Callable[[], None]], Job]:
    """Run at the hours of a cron line (minute, hour, day, month, weekday), by the wall clock of each school
    or, for the instance, by its own. Missed while nothing ran, it runs once when something does again."""

    def register_it(function: Callable[[], None]) -> Job:
        name = short_name(function.__module__, function.__name__)
        made = job(name, lane=lane, attempts=attempts, atomic=atomic, label=label)(function)

        def ask(school_id: int | None) -> None:
            made.enqueue(school_id=school_id, unique="schedule")

        add_schedule(Schedule(name, Cron.read(cron), for_each_school, ask))
        return made

    return register_it


def _arguments(function: Callable[..., None]) -> int:
    code = function.__code__
    return code.co_argcount + code.co_kwonlyargcount
