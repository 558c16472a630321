"""Help, and the first steps of a profile."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from preau.kernel.clock import today
from preau.kernel.modules import HelpPage, help_pages
from preau.kernel.web.guards import scope_free, signed_in, visitors
from preau.modules.accounts.api import leave_first_steps, resume_first_steps, see_first_step
from preau.modules.welcome.forms import StepForm
from preau.modules.welcome.selectors import steps

# By the order of a help page: tests/test_help.py holds that none stands in no chapter.
CHAPTERS = (
    (_("Chaque jour"), range(30)),
    (_("Trouver quelqu’un"), range(30, 50)),
    (_("Être prévenu, lire à son aise"), range(50, 70)),
    (_("Administrer"), range(70, 80)),
    (_("Cet espace"), range(80, 100)),
)
ONE_CHAPTER = 8  # fewer pages than this are one list


@require_safe
@visitors
def help_list(request: Any) -> HttpResponse:
    context = {
        "chapters": _chapters(help_pages(request.actor)),
        "steps": steps.steps_of(request.user, request.actor) if request.actor is not None else [],
    }
    return render(request, "welcome/help_list.html", context)


def _chapters(pages: list[HelpPage]) -> list[tuple[Any, list[HelpPage]]]:
    """What a visitor may read is too little to be parted."""
    if len(pages) < ONE_CHAPTER:
        return [("", pages)]
    found = ((title, [page for page in pages if page.order in orders]) for title, orders in CHAPTERS)
    return [(title, own) for title, own in found if own]


@require_safe
@visitors
def help_page(request: Any, page: str) -> HttpResponse:
    found = next((each for each in help_pages(request.actor) if each.key == page), None)
    if found is None:
        raise Http404
    return render(request, "welcome/help_page.html", {"about": found})


def _step(request: Any) -> Any:
    """The one the form names, among those of the profile worn."""
    form = StepForm(request.POST)
    found = steps.step_named(request.actor, form.cleaned_data["step"]) if form.is_valid() else None
    if found is None:
        raise Http404
    return found


@require_POST
@signed_in
@scope_free
def first_step_see(request: Any) -> HttpResponse:
    see_first_step(account=request.user, profile=request.actor.hat.profile, step=_step(request).key)
    return redirect("portal:home")


@require_POST
@signed_in
@scope_free
def first_step_open(request: Any) -> HttpResponse:
    """Going there is doing it."""
    found = _step(request)
    see_first_step(account=request.user, profile=request.actor.hat.profile, step=found.key)
    return redirect(found.url(request.actor))


@require_POST
@signed_in
@scope_free
def first_steps_leave(request: Any) -> HttpResponse:
    """`until=later`: for a week. Else for good, and they stay in the help."""
    later = request.POST.get("until") == "later"
    until = today() + timedelta(days=steps.LATER_DAYS) if later else None
    leave_first_steps(account=request.user, profile=request.actor.hat.profile, until=until)
    return redirect("portal:home")


@require_POST
@signed_in
@scope_free
def first_steps_resume(request: Any) -> HttpResponse:
    resume_first_steps(account=request.user, profile=request.actor.hat.profile)
    return redirect("portal:home")
