"""« Appliquer »: all lines of an import in one transaction, or none."""

import logging
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.live.changes import changed, passing
from preau.kernel.models import SchoolYear
from preau.kernel.rules import Conflict
from preau.kernel.search.jobs import touch
from preau.kernel.work.events import publish
from preau.modules.directory import topics
from preau.modules.directory.documents import PEOPLE
from preau.modules.directory.events import FilesApplied
from preau.modules.directory.models import Import, ImportLine, PersonRecord
from preau.modules.directory.services.importing.links import write_guardianships, write_staff
from preau.modules.directory.services.importing.people import write_people
from preau.modules.directory.services.importing.pupils import write_pupils
from preau.modules.directory.services.importing.sources import write_sources
from preau.modules.directory.services.importing.structure import (
    write_courses,
    write_groups,
    write_subjects,
    write_units,
)
from preau.modules.directory.services.importing.tracing import Moved
from preau.modules.directory.services.importing.writing import Writing

log = logging.getLogger("preau.imports")

State = Import.State
# In this order: nothing is written before what it hangs on.
STEPS = (
    ("units", write_units),
    ("subjects", write_subjects),
    ("groups", write_groups),
    ("people", write_people),
    ("pupils", write_pupils),
    ("guardianships", write_guardianships),
    ("staff", write_staff),
    ("courses", write_courses),
    ("sources", write_sources),
)
_AN_HOUR = 3600


def apply_import(*, actor: Actor | None, batch: Import) -> Import:
    """Write what the lines say. Raises `Conflict` where it is no longer to be applied, `YearClosed` in a year
    that was closed meanwhile; whatever goes wrong, no line of it is written.

    What is to be written is worked out first, while others go on writing; then all is written in one
    transaction, unless somebody changed one of its rows in between: then it is worked out again. Killed in
    the middle, it is run again from the start: the state and the rows are one transaction.
    """
    for last in (False, False, True):
        batch = Import.objects.get(pk=batch.pk)
        if batch.state == State.APPLIED:
            return batch
        try:
            return _written(actor, batch, _worked_out(batch))
        except (Moved, IntegrityError):
            if last:
                raise
            log.info("an import is worked out again: somebody was faster")
    raise AssertionError


def _worked_out(batch: Import) -> Writing:
    if batch.state not in Import.RUNNING:
        raise Conflict(_("Cet import n’est plus à appliquer."))
    writing = Writing(batch, SchoolYear.objects.get(pk=batch.year_id))
    for rank, (name, write) in enumerate(STEPS):
        tell_progress(batch.school_id, batch.uuid, rank, name)
        write(writing)
    return writing


@transaction.atomic
def _written(actor: Actor | None, batch: Import, writing: Writing) -> Import:
    batch = Import.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state == State.APPLIED:
        return batch
    if batch.state not in Import.RUNNING:
        raise Conflict(_("Cet import n’est plus à appliquer."))
    writing.trace.write()
    batch.state, batch.applied_at = State.APPLIED, timezone.now()
    batch.trace = writing.trace.packed()
    batch.outcome = _outcome(writing)
    batch.save(update_fields=["state", "applied_at", "trace", "outcome"])
    touch(PEOPLE, _people_touched(writing))
    told = {"arrivals": batch.outcome["arrivals"], "changes": batch.outcome["changes"]}
    told |= {"departures": batch.outcome["departures"], "year": writing.year}
    audit.record(actor, "directory.files_applied", batch, values=told)
    publish(FilesApplied(school_id=batch.school_id, year_id=batch.year_id, batch=batch.uuid))
    changed(topics.IMPORTS.at(batch.school_id, batch.uuid))
    return batch


def _people_touched(writing: Writing) -> set[int]:
    label = PersonRecord._meta.label_lower
    touched = set(writing.trace.made.get(label, ()))
    touched.update(pk for of, pk, _fields in writing.trace.changed if of == label)
    for lines in writing.lines.values():
        touched.update(
            line.target_id for line in lines if line.thing in ("pupil", "staff") and line.target_id
        )
    return touched


def _outcome(writing: Writing) -> dict[str, Any]:
    acts: dict[str, int] = {}
    for lines in writing.lines.values():
        for line in lines:
            acts[line.act] = acts.get(line.act, 0) + 1
    act = ImportLine.Act
    return {
        "arrivals": acts.get(act.ARRIVE, 0),
        "changes": acts.get(act.CHANGE, 0) + acts.get(act.CONFLICT, 0),
        "departures": acts.get(act.DEPART, 0),
        "aside": writing.aside,
        "stale": sorted(set(writing.stale))[:50],
    }


def fail_import(*, batch: Import) -> None:
    """Say that nothing of it was written. The error itself is in the server's log."""
    with transaction.atomic():
        batch = Import.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if batch.state in (State.WAITING, State.APPLYING):
            batch.state, batch.settled_at = State.FAILED, timezone.now()
            batch.save(update_fields=["state", "settled_at"])
            audit.record(None, "directory.files_failed", batch)
            changed(topics.IMPORTS.at(batch.school_id, batch.uuid))


def tell_progress(school_id: int, uuid: UUID, rank: int, name: str) -> None:
    """For the page that waits. Where no cache answers, it shows the state alone."""
    try:
        cache.set(f"import-{uuid}", (rank, len(STEPS), name), _AN_HOUR)
        passing(topics.IMPORTS.at(school_id, uuid))
    except Exception:
        log.debug("no cache for the progress of an import")


def progress_of(uuid: UUID) -> tuple[int, int, str] | None:
    """Steps done, steps in all, name of the current one."""
    try:
        found: tuple[int, int, str] | None = cache.get(f"import-{uuid}")
    except Exception:
        return None
    return found
