from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from preau.kernel.audit.acts import READS, reads
from preau.kernel.clock import today_in
from preau.kernel.numbers import grouped
from preau.kernel.spreadsheets import csv_answer
from preau.kernel.web.guards import access
from preau.kernel.web.limits import limited
from preau.modules.console import permissions, services
from preau.modules.console.exports.journal import table
from preau.modules.console.forms import JournalFilter, ReadingFilter
from preau.modules.console.selectors import journal as selectors


@require_safe
@access(permissions.READ_JOURNAL)
def journal(request: Any) -> HttpResponse:
    form = JournalFilter(request.GET, families=selectors.families_read(request.actor))
    return _journal_page(request, form)


def _journal_page(request: Any, form: JournalFilter) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "page": selectors.journal(request.actor, form),
        "filtered": any(form.data.get(name) for name in ("q", "family", "since", "until", "about")),
        "at_most": grouped(selectors.EXPORTED_AT_MOST),
        "kept": selectors.kept_for(selectors.families_read(request.actor)),
    }
    if permissions.EXPORT_JOURNAL.allows(request.actor, None) and form.is_valid():
        # What the list shows now, carried by the button: its ids would be those of the filter again.
        families = selectors.families_read(request.actor)
        context["export"] = JournalFilter(form.data, families=families, auto_id=False)
    return render(request, "console/journal.html", context, status=200 if form.is_valid() else 422)


@require_POST
@access(permissions.EXPORT_JOURNAL)
@limited("export", per_minute=6)
def journal_export(request: Any) -> HttpResponse:
    form = JournalFilter(request.POST, families=selectors.families_read(request.actor))
    if not form.is_valid():
        return _journal_page(request, form)
    lines = list(selectors.exported(request.actor, form))
    services.tell_of_export(actor=request.actor, rows=len(lines))
    day = today_in(request.actor.only.school)
    return csv_answer(f"journal-{day.isoformat()}.csv", table(lines))


@require_safe
@access(permissions.READ_READINGS)
def reading_list(request: Any) -> HttpResponse:
    form = ReadingFilter(request.GET)
    context = {
        "form": form,
        "page": selectors.consultations(request.actor, form),
        "filtered": any(form.data.get(name) for name in ("q", "since", "until", "about")),
        "kept": selectors.kept_for(frozenset({READS})),
        "declared": sorted(str(read.label) for read in reads().values()),
    }
    return render(request, "console/reading_list.html", context, status=200 if form.is_valid() else 422)
