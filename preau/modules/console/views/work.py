from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from preau.kernel.web.guards import access
from preau.modules.console import permissions, services
from preau.modules.console.forms import AbandonForm, CursorForm, TaskForm
from preau.modules.console.selectors import work as selectors


@require_safe
@access(permissions.HANDLE_WORK)
def work(request: Any) -> HttpResponse:
    return _work_page(request)


def _work_page(request: Any, sent: AbandonForm | None = None) -> HttpResponse:
    """`sent`: the form about one letter, back with its errors."""
    cursor = CursorForm(request.GET)
    page = selectors.work_page(request.actor, cursor.cleaned_data["after"] if cursor.is_valid() else None)
    letters = [
        (letter, sent if sent is not None and sent.task == letter.task else AbandonForm(task=letter.task))
        for letter in page.letters
    ]
    context = {"page": page, "letters": letters, "at_once": services.AT_ONCE}
    return render(request, "console/work.html", context, status=422 if sent is not None else 200)


@require_POST
@access(permissions.HANDLE_WORK)
def work_replay_all(request: Any) -> HttpResponse:
    services.replay_all(actor=request.actor)
    return redirect("console:work")


@require_POST
@access(permissions.HANDLE_WORK)
def work_replay(request: Any) -> HttpResponse:
    services.replay_task(actor=request.actor, task=_task(request))
    return redirect("console:work")


@require_POST
@access(permissions.HANDLE_WORK)
def work_abandon(request: Any) -> HttpResponse:
    found = _task(request)
    form = AbandonForm(request.POST, task=found)
    if not form.is_valid():
        return _work_page(request, form)
    reason = services.Reason(form.cleaned_data["reason"])
    services.abandon_task(actor=request.actor, task=found, reason=reason)
    return redirect("console:work")


def _task(request: Any) -> Any:
    """The one the form is about, of this school."""
    form = TaskForm(request.POST)
    return get_object_or_404(
        selectors.tasks(request.actor), uuid=form.cleaned_data["task"] if form.is_valid() else None
    )
