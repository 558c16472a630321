"""From a drop of files to « Appliquer »: what would change is kept, read, decided upon, or given up."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.dates import written
from preau.kernel.rules import Conflict, RuleBroken
from preau.modules.directory.models import PERSON_FIELDS, Import, ImportLine, PersonRecord
from preau.modules.directory.models.sources import LINES_KEPT
from preau.modules.directory.selectors.imports import likely
from preau.modules.directory.services.importing.tracing import plain

State, Act = Import.State, ImportLine.Act


class AlreadyRunning(Conflict):
    """Somebody else's import waits or runs. `batch` is theirs."""

    def __init__(self, batch: Import) -> None:
        who = batch.begun_by.name if batch.begun_by else _("Préau")
        begun = timezone.localtime(batch.begun_at)
        super().__init__(
            _(
                "%(who)s a commencé un import le %(day)s à %(hour)s : ouvrez-le pour l’appliquer ou"
                " l’abandonner, puis recommencez. Rien de vos fichiers n’a été gardé."
            )
            % {"who": who, "day": written(begun, "j F"), "hour": date_format(begun, "H:i")}
        )
        self.batch = batch


def running_import() -> Import | None:
    """The one the school has under way, whoever began it and whatever its year."""
    busy = Import.objects.filter(state__in=Import.BUSY).select_related("begun_by")
    found: Import | None = busy.first()
    return found


@transaction.atomic
def begin_import(
    *,
    actor: Actor | None,
    begun_by: PersonRecord | None,
    effective_on: date,
    lines: Iterable[ImportLine],
    files: list[dict[str, Any]],
    counts: Mapping[str, Any],
    asks: list[dict[str, Any]],
) -> Import:
    """Keep what the files would change, to be read before anything is written to the directory.

    Raises `AlreadyRunning` (409): a school has one import at a time.
    """
    try:
        with transaction.atomic():
            batch: Import = Import.objects.create(
                begun_by=begun_by,
                effective_on=effective_on,
                files=files,
                counts=dict(counts),
                asks=asks,
            )
    except IntegrityError:
        running = running_import()
        if running is None:
            raise
        raise AlreadyRunning(running) from None
    kept = list(lines)
    for rank, line in enumerate(kept):
        line.batch, line.rank = batch, rank
    ImportLine.objects.insert_many(kept)
    audit.record(actor, "directory.files_read", batch, values={"lines": len(kept)})
    return batch


@transaction.atomic
def give_up_import(*, actor: Actor | None, batch: Import) -> Import:
    """Forget what files would have changed. Done twice, it changes nothing."""
    batch = Import.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state == State.GIVEN_UP:
        return batch
    if batch.state not in (State.READY, State.FAILED):
        raise Conflict(_("Cet import est déjà en cours ou appliqué."))
    batch.lines.all().delete()
    batch.state, batch.settled_at = State.GIVEN_UP, timezone.now()
    batch.save(update_fields=["state", "settled_at"])
    audit.record(actor, "directory.files_given_up", batch)
    return batch


@transaction.atomic
def forget_lines() -> int:
    """What an import changed line by line, a month after it was settled: it is the past of people, and can no
    longer be taken back. How many imports lost theirs."""
    before = timezone.now() - LINES_KEPT
    settled = Q(applied_at__lt=before) | Q(applied_at=None, settled_at__lt=before)
    # Read and left there, it would stand in everybody's way.
    forgotten = Q(state=State.READY, begun_at__lt=before)
    old = Import.objects.filter(settled | forgotten).filter(
        Exists(ImportLine.objects.filter(batch=OuterRef("pk")))
    )
    batches = list(old)
    for batch in batches:
        batch.lines.all().delete()
        if batch.state == State.READY:
            batch.state, batch.settled_at = State.GIVEN_UP, timezone.now()
            audit.record(None, "directory.files_given_up", batch)
        batch.trace = None
        batch.save(update_fields=["state", "settled_at", "trace"])
    return len(batches)


@transaction.atomic
def ask_to_apply(
    *, actor: Actor | None, applied_by: PersonRecord | None, batch: Import, said_yes: Iterable[str]
) -> Import:
    """`said_yes`: the codes of what was asked and confirmed. Sent again, it is asked once.

    Raises `RuleBroken` where a question is unanswered, `Conflict` where somebody was faster.
    """
    batch = Import.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state in (State.WAITING, State.APPLYING, State.APPLIED):
        return batch
    if batch.state != State.READY:
        raise Conflict(_("Cet import a été abandonné ou annulé."))
    missing = {ask["code"] for ask in batch.asks} - set(said_yes)
    if missing:
        raise RuleBroken(_("Répondez d’abord aux questions : cochez chacune pour dire que c’est voulu."))
    batch.state, batch.applied_by = State.WAITING, applied_by
    batch.save(update_fields=["state", "applied_by"])
    audit.record(actor, "directory.files_confirmed", batch)
    return batch


@transaction.atomic
def decide_line(*, actor: Actor | None, line: ImportLine, decision: Mapping[str, Any]) -> ImportLine:
    """Say who a doubtful row is, or which value of a field counts. Nothing of the directory changes yet.

    `decision`: `same` (uuid of a candidate), `other` (somebody new), or `fields` (name → file or ours).
    Raises `RuleBroken` for what the line does not offer, `Conflict` once it is applied.
    """
    batch = Import.objects.select_for_update(of=("self",)).get(pk=line.batch_id)
    if batch.state != State.READY:
        raise Conflict(_("Cet import n’est plus à relire : rien n’a été changé."))
    line = ImportLine.objects.get(pk=line.pk)
    _settle(line, decision)
    line.save(update_fields=["decision", "detail"])
    audit.record(actor, "directory.file_line_decided", batch)
    return line


@transaction.atomic
def accept_likely(*, actor: Actor | None, batch: Import, at_least: int) -> int:
    """Take for the same everybody whose only candidate has this score or more. How many were."""
    batch = Import.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state != State.READY:
        raise Conflict(_("Cet import n’est plus à relire : rien n’a été changé."))
    lines = likely(batch, at_least)
    who = {line.pk: line.detail["candidates"][0][0] for line in lines}
    uuids = dict(PersonRecord.objects.filter(pk__in=who.values()).values_list("pk", "uuid"))
    for line in lines:
        _settle(line, {"same": str(uuids[who[line.pk]])})
    ImportLine.objects.bulk_update(lines, ["decision", "detail"], batch_size=100)
    audit.record(actor, "directory.file_line_decided", batch)
    return len(lines)


def _settle(line: ImportLine, decision: Mapping[str, Any]) -> None:
    if line.act == Act.DOUBTFUL:
        offered = [candidate[0] for candidate in line.detail.get("candidates", ())]
        if "same" in decision:
            record = PersonRecord.objects.filter(pk__in=offered, uuid=decision["same"]).first()
            if record is None:
                raise RuleBroken(_("Cette personne n’est pas de celles qui sont proposées."))
            line.decision = {"same": str(record.uuid)}
            line.detail = line.detail | {"fields": _to_take_over(line, record)}
        else:
            line.decision = {"other": True} if decision.get("other") else {}
            line.detail = {name: value for name, value in line.detail.items() if name != "fields"}
        return
    names = {name for name, *_rest in line.detail.get("fields", ())}
    chosen = dict(decision.get("fields", {}))
    if not chosen.keys() <= names or not set(chosen.values()) <= {"file", "ours"}:
        raise RuleBroken(_("Ce choix n’est pas de ceux qui sont proposés."))
    line.decision = {"fields": {**line.decision.get("fields", {}), **chosen}}


def _to_take_over(line: ImportLine, record: PersonRecord) -> list[list[str]]:
    """The file fills and changes; where it says nothing, what is known stays."""
    fields = []
    for name in PERSON_FIELDS:
        ours, theirs = plain(getattr(record, name)) or "", line.said.get(name, "")
        if theirs and theirs != ours:
            fields.append([name, "", ours, theirs, "change"])
    return fields
