"""What failed for good in a school, and how much waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit.labels import Named
from preau.kernel.work import dead
from preau.kernel.work.models import Task
from preau.kernel.work.registry import work_named

PAGE = 50


@dataclass(frozen=True)
class Letter:
    """A dead letter in words. `reason` is the kind and place of the error, never what was in it."""

    task: Task
    what: str
    died_at: datetime
    reason: str


@dataclass(frozen=True)
class Figures:
    dead: int
    waiting: int
    running: int


@dataclass(frozen=True)
class WorkPage:
    figures: Figures
    letters: list[Letter] = field(default_factory=list)
    after: str = ""


def figures(actor: Actor) -> Figures:
    """One query."""
    counted = (
        Task.objects.filter(share=_school(actor).pk).order_by().values_list("state").annotate(Count("id"))
    )
    by_state: Mapping[str, int] = dict(counted)
    return Figures(
        dead=by_state.get(Task.State.DEAD, 0),
        waiting=sum(by_state.get(state, 0) for state in Task.WAITING),
        running=by_state.get(Task.State.RUNNING, 0),
    )


def dead_of(actor: Actor) -> int:
    """How many pieces of work of the open school have failed for good."""
    return int(tasks(actor).filter(state=Task.State.DEAD).count())


def tasks(actor: Actor) -> Any:
    """The work of the open school, whatever its state. The table is the instance's: workers serve all."""
    return Task.objects.filter(share=_school(actor).pk)


def work_page(actor: Actor, after: UUID | None) -> WorkPage:
    """Two queries, one more behind a cursor. A forged cursor finds nothing."""
    school = _school(actor)
    found = dead.dead_letters(school.pk)
    counts = figures(actor)
    if after is not None:
        last = found.filter(uuid=after).first()
        if last is None:
            return WorkPage(counts)
        found = found.filter(Q(died_at__lt=last.died_at) | Q(died_at=last.died_at, id__lt=last.pk))
    rows = list(found[: PAGE + 1])
    more = len(rows) > PAGE
    zone = ZoneInfo(school.timezone)
    letters = [
        Letter(row, _what(row), (row.died_at or row.created_at).astimezone(zone), row.error)
        for row in rows[:PAGE]
    ]
    return WorkPage(counts, letters, str(rows[PAGE - 1].uuid) if more else "")


def _what(task: Task) -> str:
    if work_named(task.name) is None:
        return _("Travail d’une autre version de Préau : %(name)s") % {"name": task.name}
    return str(dead.label_of(task))


def names(codes: list[Any]) -> dict[Any, Named]:
    """How the journal names a piece of work."""
    return {code: Named(str(work.label)) for code in codes if (work := work_named(code))}


def _school(actor: Actor) -> Any:
    assert actor.only is not None
    return actor.only.school
