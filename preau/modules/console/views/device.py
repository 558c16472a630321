from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preau.kernel.idempotency.middleware import repeatable
from preau.kernel.rules import Refused
from preau.kernel.web import shared
from preau.kernel.web.guards import access
from preau.modules.console import permissions, services
from preau.modules.console.forms import ComputerForm


# Repeatable: an answer given again brings no cookie, and the mark is one.
@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.SHARE_COMPUTERS)
@repeatable
def device(request: Any) -> HttpResponse:
    """The computer one sits at: whether it is shared."""
    computer = shared.computer_of(request)
    if request.method == "POST":
        _refuse_anothers(request, computer)
    initial = {"place": computer.place, "minutes": computer.minutes} if computer else None
    form = ComputerForm(request.POST or None, initial=initial)
    if not form.is_valid():
        context = {"form": form, "computer": computer, "is_ours": _is_ours(request, computer)}
        return render(request, "console/device.html", context, status=422 if form.is_bound else 200)
    wanted = shared.Computer(str(request.actor.only.school.uuid), **form.cleaned_data)
    if wanted != computer:
        services.tell_of_sharing(actor=request.actor, minutes=wanted.minutes)
    response = redirect(f"{reverse('console:device')}?saved=1")
    shared.mark(request, response, wanted)
    return response


@require_POST
@access(permissions.SHARE_COMPUTERS)
@repeatable
def device_unshare(request: Any) -> HttpResponse:
    computer = shared.computer_of(request)
    _refuse_anothers(request, computer)
    if computer is not None:
        services.tell_of_unsharing(actor=request.actor)
    response = redirect("console:device")
    shared.unmark(request, response)
    return response


def _is_ours(request: Any, computer: shared.Computer | None) -> bool:
    return computer is None or computer.school == str(request.actor.only.school.uuid)


def _refuse_anothers(request: Any, computer: shared.Computer | None) -> None:
    if not _is_ours(request, computer):
        raise Refused(_("Un autre établissement a marqué cet ordinateur : lui seul peut y revenir."))
