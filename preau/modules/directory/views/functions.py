from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from preau.kernel.rules import Conflict, RuleBroken
from preau.kernel.web.guards import access
from preau.modules.directory import permissions, services
from preau.modules.directory.forms import EndForm, LeadForm
from preau.modules.directory.selectors.functions import functions_page
from preau.modules.directory.selectors.groups_by_hand import staff_here


@require_safe
@access(permissions.APPOINT_LEAD)
def function_list(request: Any) -> HttpResponse:
    return functions_answer(request)


@require_POST
@access(permissions.APPOINT_LEAD)
def digital_lead_create(request: Any) -> HttpResponse:
    form = LeadForm(request.POST, staff=staff_here(request.actor, request.actor.only.day))
    if form.is_valid():
        try:
            services.appoint_digital_lead(actor=request.actor, **form.cleaned_data)
            return redirect("directory:function_list")
        except Conflict:
            raise
        except RuleBroken as broken:
            form.add_error(None, str(broken.message))
    return functions_answer(request, appoint=form)


def functions_answer(
    request: Any, *, appoint: LeadForm | None = None, ending: EndForm | None = None
) -> HttpResponse:
    """The page, with the form that was sent and comes back with its errors."""
    standing = request.actor.only
    page = functions_page(request.actor)
    writable = not standing.year.is_closed
    if appoint is None:
        staff = staff_here(request.actor, standing.day) if writable else []
        appoint = LeadForm(staff=staff, initial={"starts_on": standing.day})
    refused = appoint.errors or (ending and ending.errors)
    context = {
        "page": page,
        "standing": standing,
        "writable": writable,
        "appoint": appoint,
        "leads": [
            (each, ending if ending and ending.function == each else EndForm(function=each, day=standing.day))
            for each in page.leads
        ],
    }
    return render(request, "directory/function_list.html", context, status=422 if refused else 200)
