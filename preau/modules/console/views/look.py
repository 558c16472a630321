from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from preau.kernel.ui.accent import Accent
from preau.kernel.web.guards import access
from preau.modules.console import permissions, services
from preau.modules.console.forms import LookForm


@require_http_methods(["GET", "HEAD", "POST"])
@access(permissions.CHOOSE_LOOK)
def look(request: Any) -> HttpResponse:
    form = LookForm(request.POST or None, initial={"accent": request.actor.only.school.accent})
    if form.is_valid():
        services.choose_accent(actor=request.actor, accent=Accent(form.cleaned_data["accent"]))
        return redirect(f"{reverse('console:look')}?saved=1")
    return render(request, "console/look.html", {"form": form}, status=422 if form.is_bound else 200)
