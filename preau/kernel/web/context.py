from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from preau.kernel.modules import modules
from preau.kernel.web.scope import scope_field


def page(request: HttpRequest) -> dict[str, Any]:
    """What every page shows around its content: who one is, where one may go."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"actor": None, "hats": [], "years": [], "navigation": [], "scope_field": ""}
    presence = request.presence  # type: ignore[attr-defined]
    return {
        "actor": actor,
        "hats": [
            {"key": hat.key, "label": hat.label, "place": hat.place, "current": hat.key == actor.hat.key}
            for hat in presence.hats
        ],
        "years": [
            {
                "uuid": year.uuid,
                "label": year.label,
                "state": year.get_state_display(),
                "current": year == actor.year,
            }
            for year in presence.years(actor.hat)
        ],
        "navigation": _navigation(request, actor),
        "scope_field": scope_field(actor),
    }


def _navigation(request: HttpRequest, actor: Any) -> list[dict[str, Any]]:
    entries = [entry for module in modules() for entry in module.navigation if entry.shown_to(actor)]
    found = []
    for entry in sorted(entries, key=lambda entry: entry.order):
        url = reverse(entry.url_name)
        current = request.path == url if url == "/" else request.path.startswith(url)
        found.append({"label": entry.label, "url": url, "icon": entry.icon, "current": current})
    return found
