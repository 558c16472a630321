from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from preau.kernel.idempotency.middleware import repeatable
from preau.kernel.models import SchoolUnit
from preau.kernel.spreadsheets import csv_answer
from preau.kernel.web.guards import access
from preau.kernel.web.limits import limited
from preau.modules.directory import permissions
from preau.modules.directory.forms import FilesForm
from preau.modules.directory.imports.checking import Check, Expected, check
from preau.modules.directory.imports.problems import Severity


# Nothing is written and nothing kept: sent twice, the files are read twice.
@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.CHECK_FILES)
@limited("files", per_minute=12)
@repeatable
def file_check(request: Any) -> HttpResponse:
    form = FilesForm(request.POST, request.FILES) if request.method == "POST" else FilesForm()
    done = None
    if form.is_bound and form.is_valid():
        year = request.actor.year
        expected = Expected(frozenset(SchoolUnit.objects.values_list("uai", flat=True)), year.starts_on.year)
        done = check([(file.name, file) for file in form.cleaned_data["exports"]], expected)
        if "list" in request.POST:
            return csv_answer(f"verification-{year.label}.csv", _table(done))
    context = {"form": form, "check": done}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "directory/file_check.html", context, status=status)


def _table(done: Check) -> list[list[Any]]:
    """Every problem on a line; files of which nothing is used stand first."""
    words = {
        Severity.LEFT_OUT: _("Non repris"),
        Severity.DOUBT: _("À vérifier"),
        Severity.REMARK: _("À savoir"),
    }
    refused = [(each.name, each.refused) for each in done.files if each.refused]
    refused += [(each.name, each.reason) for each in done.left_aside]
    return [
        [_("Gravité"), _("Fichier"), _("Ligne"), _("Personne"), _("Cause")],
        *([_("Fichier non lu"), name, "", "", reason] for name, reason in refused),
        *(
            [words[problem.severity], file, problem.line or "", problem.who, problem.cause]
            for file, problem in sorted(done.told, key=lambda told: list(words).index(told.problem.severity))
        ),
    ]
