from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from preau.kernel.web.guards import access
from preau.modules.console import permissions
from preau.modules.console.selectors import home as selectors


@require_safe
@access(permissions.READ_JOURNAL)
def home(request: Any) -> HttpResponse:
    return render(
        request,
        "console/home.html",
        {
            "page": selectors.overview(request.actor),
            "settings": selectors.settings_offered(request.actor),
        },
    )
