from typing import Any

from django.http import HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from preau.kernel.offline import worker
from preau.kernel.ui.comfort import Comfort
from preau.kernel.web.guards import visitors

FOR_EVERYBODY = "public, max-age=300"


@require_safe
@visitors
def service_worker(request: Any) -> HttpResponse:
    """At the root: a worker answers for the addresses below its own."""
    response = HttpResponse(worker.script(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = FOR_EVERYBODY
    response.headers["Service-Worker-Allowed"] = "/"
    return response


@require_safe
@visitors
def page(request: Any) -> HttpResponse:
    """What the worker shows when no answer comes. The same whoever asks."""
    response = HttpResponse(worker.offline_page())
    response.headers["Cache-Control"] = FOR_EVERYBODY
    return response


@require_safe
@visitors
def manifest(request: Any) -> HttpResponse:
    """How a phone shows Préau among its applications: under the name of the school of who asks."""
    comfort = Comfort.of(getattr(request.user, "comfort", None))
    ground = next(comfort.grounds()).path
    place = request.actor.hat.place if request.actor else ""
    said = {
        "id": "/",
        "name": _("Préau – %(place)s") % {"place": place} if place else "Préau",
        "short_name": "Préau",
        "description": _("L’espace numérique de votre établissement"),
        "lang": "fr",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": ground,
        "background_color": ground,
        "icons": [
            {
                "src": static(f"offline/icons/{name}-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, purpose in (("app", "any"), ("maskable", "maskable"))
            for size in (192, 512)
        ],
    }
    return JsonResponse(
        said, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )
