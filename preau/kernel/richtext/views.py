"""What the editor asks while one writes. Nothing is kept here."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from preau.kernel.richtext.allowed import LONGEST_FORMULA, TooLong
from preau.kernel.richtext.forms import Typed
from preau.kernel.richtext.render import formula as drawn
from preau.kernel.web.guards import scope_free, signed_in


@require_safe
@signed_in
def formula(request: Any) -> HttpResponse:
    """A formula as it will be shown: `tex`, and `display` when it stands on its own line."""
    tex = request.GET.get("tex", "")[: LONGEST_FORMULA + 1].strip()
    return HttpResponse(drawn(tex, display=bool(request.GET.get("display"))) if tex else "")


@require_POST
@signed_in
@scope_free
def clean(request: Any) -> HttpResponse:
    """A paste of a word processor, or what was typed before the editor came, as it would be kept."""
    try:
        read = Typed(request.POST.get("light"), request.POST.get("html", "")).read()
    except TooLong as error:
        return HttpResponse(str(error.message), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(read.html)
