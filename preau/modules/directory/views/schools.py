from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from preau.kernel import years
from preau.kernel.models import SchoolYear
from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.web.guards import access
from preau.modules.directory import permissions
from preau.modules.directory.forms import PrepareYearForm
from preau.modules.directory.selectors import home


@require_safe
@access(permissions.OVERSEE)
def school_list(request: Any) -> HttpResponse:
    return render(request, "directory/school_list.html", home.schools_overseen(request.actor))


@require_safe
@access(permissions.MANAGE_YEARS)
def year_list(request: Any) -> HttpResponse:
    return _year_page(request, PrepareYearForm(initial=years.next_dates(list(SchoolYear.objects.all()))))


def _year_page(request: Any, form: PrepareYearForm) -> HttpResponse:
    context = {"years": SchoolYear.objects.all(), "form": form, "states": SchoolYear.State}
    return render(request, "directory/year_list.html", context, status=422 if form.errors else 200)


@require_POST
@access(permissions.MANAGE_YEARS)
def year_create(request: Any) -> HttpResponse:
    form = PrepareYearForm(request.POST)
    if form.is_valid():
        try:
            years.prepare_year(actor=request.actor, school=request.actor.only.school, **form.cleaned_data)
            return redirect("directory:year_list")
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    return _year_page(request, form)


@require_POST
@access(permissions.MANAGE_YEARS)
def year_discard(request: Any, year: UUID) -> HttpResponse:
    found = get_object_or_404(SchoolYear, uuid=year)
    permissions.MANAGE_YEARS.require(request.actor, found)
    years.discard_year(actor=request.actor, year=found)
    return redirect("directory:year_list")


@require_POST
@access(permissions.MANAGE_YEARS)
def year_open(request: Any, year: UUID) -> HttpResponse:
    found = get_object_or_404(SchoolYear, uuid=year)
    permissions.MANAGE_YEARS.require(request.actor, found)
    years.open_year(actor=request.actor, year=found)
    return redirect("directory:year_list")


@require_POST
@access(permissions.MANAGE_YEARS)
def year_close(request: Any, year: UUID) -> HttpResponse:
    found = get_object_or_404(SchoolYear, uuid=year)
    permissions.MANAGE_YEARS.require(request.actor, found)
    years.close_year(actor=request.actor, year=found)
    return redirect("directory:year_list")
