"""The files of the new year: dropped, read, decided upon, applied, taken back."""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preau.kernel.audit.recording import record_reads
from preau.kernel.idempotency.middleware import repeatable
from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.spreadsheets import csv_answer
from preau.kernel.web.guards import access
from preau.kernel.web.limits import limited
from preau.modules.directory import jobs, permissions, topics
from preau.modules.directory.forms import DecideForm, FilesForm, LinesForm, QuestionsForm
from preau.modules.directory.forms.columns import ColumnsForm
from preau.modules.directory.imports.columns import TableMapping
from preau.modules.directory.imports.staging import Staged, staged
from preau.modules.directory.models import ColumnMapping, Import, ImportLine, PersonRecord
from preau.modules.directory.selectors import imports
from preau.modules.directory.services import importing

LIKELY = 85  # at this score nobody has yet been somebody else, and one candidate is alone


@require_safe
@access(permissions.IMPORT_FILES)
def import_list(request: Any) -> HttpResponse:
    return _list(request, FilesForm())


@require_POST
@access(permissions.IMPORT_FILES)
@limited("files", per_minute=12)
@repeatable
def import_create(request: Any) -> HttpResponse:
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form)
    try:
        done = staged(
            [(file.name, file) for file in form.cleaned_data["exports"]],
            actor=request.actor,
            begun_by=_own_record(request),
            year=request.actor.year,
            day=request.actor.only.day,
        )
    except importing.AlreadyRunning as running:
        form.add_error(None, str(running.message))
        return _list(request, form, status=409)
    if done.batch is None:
        return _list(request, FilesForm(), done)
    return redirect("directory:import_detail", done.batch.uuid)


def _list(request: Any, form: FilesForm, done: Staged | None = None, status: int = 0) -> HttpResponse:
    context = {
        "form": form,
        "done": done,
        "check": done.check if done else None,
        "batches": Import.objects.visible_to(request.actor).select_related("begun_by", "applied_by")[:20],
        "closed": request.actor.year.is_closed,
    }
    status = status or (422 if form.is_bound else 200)
    return render(request, "directory/import_list.html", context, status=status)


@require_safe
@access(permissions.IMPORT_FILES)
def import_detail(request: Any, batch: UUID) -> HttpResponse:
    return _detail(request, _found(request, batch))


@require_safe
@access(permissions.IMPORT_FILES)
def import_state(request: Any, batch: UUID) -> HttpResponse:
    """Its state alone, for a page that waits."""
    return render(request, "directory/_import_state.html", _state(request, _found(request, batch)))


def _found(request: Any, batch: UUID) -> Import:
    visible = Import.objects.visible_to(request.actor).select_related("begun_by", "applied_by", "year")
    found: Import = get_object_or_404(visible, uuid=batch)
    permissions.IMPORT_FILES.require(request.actor, found)
    return found


def _own_record(request: Any) -> PersonRecord | None:
    found: PersonRecord | None = PersonRecord.objects.filter(person=request.actor.person_id).first()
    return found


def _state(request: Any, batch: Import) -> dict[str, Any]:
    return {
        "batch": batch,
        "states": Import.State,
        "progress": importing.progress_of(batch.uuid) if batch.state in Import.RUNNING else None,
        "topic": topics.IMPORTS.at(batch.school_id, batch.uuid),
        "may_undo": importing.may_be_undone(batch) and not request.actor.year.is_closed,
    }


def _detail(
    request: Any, batch: Import, error: str = "", questions: QuestionsForm | None = None
) -> HttpResponse:
    is_ready = batch.state == Import.State.READY
    asked = imports.questions(batch)
    context = _state(request, batch) | {
        "figures": imports.figures(batch),
        "acts": [ImportLine.Act(act) for act in imports.CHANGING],
        "to_decide": imports.told(batch, imports.DECIDED) if is_ready else [],
        "undecided": imports.undecided(batch) if is_ready else 0,
        "told": imports.told(batch, imports.TOLD),
        "questions": (questions or QuestionsForm(questions=asked)) if asked else None,
        "has_lines": batch.lines.exists(),
        "error": error,
        "likely": LIKELY,
    }
    return render(request, "directory/import_detail.html", context, status=422 if error else 200)


@require_safe
@access(permissions.IMPORT_FILES)
def import_lines(request: Any, batch: UUID) -> HttpResponse:
    found = _found(request, batch)
    return _lines(request, found, LinesForm(request.GET))


def _lines(request: Any, batch: Import, form: LinesForm, error: str = "") -> HttpResponse:
    asked = form.cleaned_data if form.is_valid() else {}
    acts = imports.told(batch, (*imports.DECIDED, *imports.CHANGING, *imports.TOLD))
    act = asked.get("act") or (acts[0][0] if acts else ImportLine.Act.REMARK)
    lines = batch.lines.filter(act=act)
    if asked.get("thing"):
        lines = lines.filter(thing=asked["thing"])
    after = asked.get("after")
    if after is not None:
        lines = lines.filter(rank__gt=after)
    page = list(lines[: imports.PAGE + 1])
    shown = imports.lines_shown(page[: imports.PAGE])
    if not page and not batch.lines.exists():
        acts = []  # given up, or of more than a month ago: they are counted still
    context = {
        "batch": batch,
        "acts": [(label, f"?act={code}", code == act, number) for code, label, number in acts],
        "act": act,
        "thing": asked.get("thing", ""),
        "only": imports.only(batch, act, asked.get("thing", "")),
        "after": after,
        "lines": shown,
        "next": page[imports.PAGE - 1].rank if len(page) > imports.PAGE else None,
        "decides": batch.state == Import.State.READY,
        "error": error,
        "likely": LIKELY,
        "sure": len(imports.likely(batch, LIKELY)) if act == ImportLine.Act.DOUBTFUL else 0,
    }
    return render(request, "directory/import_lines.html", context, status=422 if error else 200)


@require_POST
@access(permissions.IMPORT_FILES)
def import_decide(request: Any, batch: UUID) -> HttpResponse:
    found = _found(request, batch)
    form = DecideForm(request.POST)
    rank: int = form.cleaned_data["line"] if form.is_valid() else -1
    line = found.lines.filter(rank=rank, act__in=(*imports.DECIDED, ImportLine.Act.CHANGE)).first()
    if line is None:
        refused = gettext("Ce choix n’est pas de ceux qui sont proposés.")
        return _lines(request, found, LinesForm(request.POST), error=refused)
    where = LinesForm({**request.POST.dict(), "act": line.act})
    try:
        importing.decide_line(actor=request.actor, line=line, decision=form.decision)
    except Conflict:
        raise
    except RuleBroken as broken:
        return _lines(request, found, where, error=str(broken.message))
    shown = where.cleaned_data if where.is_valid() else {}
    kept = {name: value for name in ("thing", "after") if (value := shown.get(name)) not in ("", None)}
    page = urlencode({"act": line.act, **kept})
    return redirect(f"{reverse('directory:import_lines', args=[found.uuid])}?{page}#line-{rank}")


@require_POST
@access(permissions.IMPORT_FILES)
def import_accept(request: Any, batch: UUID) -> HttpResponse:
    found = _found(request, batch)
    importing.accept_likely(actor=request.actor, batch=found, at_least=LIKELY)
    return redirect(f"{reverse('directory:import_lines', args=[found.uuid])}?act=doubtful")


@require_POST
@access(permissions.IMPORT_FILES)
def import_apply(request: Any, batch: UUID) -> HttpResponse:
    found = _found(request, batch)
    form = QuestionsForm(request.POST, questions=imports.questions(found))
    said_yes = form.cleaned_data["yes"] if form.is_valid() else []
    try:
        asked = importing.ask_to_apply(
            actor=request.actor, applied_by=_own_record(request), batch=found, said_yes=said_yes
        )
    except Conflict:
        raise
    except RuleBroken as broken:
        return _detail(request, found, error=str(broken.message), questions=form)
    if asked.state == Import.State.WAITING:
        jobs.apply_files.enqueue(
            school_id=asked.school_id,
            year_id=asked.year_id,
            unique=str(asked.uuid),
            payload={"batch": str(asked.uuid)},
            actor=request.actor,
        )
    return redirect("directory:import_detail", found.uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.IMPORT_FILES)
def import_columns(request: Any, columns: UUID) -> HttpResponse:
    """What the columns of a table are. It is not kept itself: it is brought again, and read so."""
    found = get_object_or_404(ColumnMapping, headers_digest=columns.hex)
    permissions.IMPORT_FILES.require(request.actor, None)

    headers = [header for header, _field in found.columns["columns"]]
    mapping = TableMapping.guessed(headers).remembered(json.dumps(found.columns))

    form = ColumnsForm(request.POST or None, mapping=mapping)
    if request.method == "POST" and form.is_valid():
        importing.choose_columns(
            actor=request.actor,
            by=_own_record(request),
            mapping=found,
            kind=str(form.mapping.kind),
            columns=json.loads(form.mapping.to_json()),
        )
        return redirect(f"{reverse('directory:import_columns', args=[columns])}?kept=1")
    context = {"form": form, "kept": "kept" in request.GET}
    return render(request, "directory/import_columns.html", context, status=422 if form.errors else 200)


@require_POST
@access(permissions.IMPORT_FILES)
def import_give_up(request: Any, batch: UUID) -> HttpResponse:
    importing.give_up_import(actor=request.actor, batch=_found(request, batch))
    return redirect("directory:import_list")


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.IMPORT_FILES)
def import_undo(request: Any, batch: UUID) -> HttpResponse:
    """What taking it back would do; sent, it is done."""
    found, error = _found(request, batch), ""
    if request.method == "POST":
        try:
            importing.undo_import(actor=request.actor, batch=found, day=request.actor.only.day)
            return redirect("directory:import_detail", found.uuid)
        except Conflict:
            raise
        except RuleBroken as broken:
            error = str(broken.message)
    may = importing.may_be_undone(found) and not request.actor.year.is_closed
    undoing = importing.undoing_of(found, request.actor.only.day) if may else None
    context = {"batch": found, "undoing": undoing, "error": error}
    return render(request, "directory/import_undo.html", context, status=422 if error else 200)


@require_safe
@access(permissions.IMPORT_FILES)
def import_export(request: Any, batch: UUID) -> HttpResponse:
    found = _found(request, batch)
    record_reads(request.actor, "directory.import_exported", [found])
    return csv_answer(f"import-{found.begun_at:%Y-%m-%d}.csv", imports.exported(found))
