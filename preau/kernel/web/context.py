from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from preau.kernel.modules import help_about, modules
from preau.kernel.ui.accent import Accent, sheet_of
from preau.kernel.ui.comfort import Comfort
from preau.kernel.web.scope import scope_field

PROJECTING = "projecting"  # in the session: others look at the screen, names and messages are hidden
_NOBODY: dict[str, Any] = {
    "actor": None,
    "hats": [],
    "years": [],
    "navigation": [],
    "top_items": [],
    "scope_field": "",
}


def page(request: HttpRequest) -> dict[str, Any]:
    """What every page shows around its content: who one is, where one may go."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {**_NOBODY, "comfort": Comfort(), "help_url": _help(request, None)}
    presence = request.presence  # type: ignore[attr-defined]
    return {
        "actor": actor,
        "accent": _accent(actor),
        "comfort": Comfort.of(getattr(request.user, "comfort", None)),
        "projecting": PROJECTING in request.session,
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
        "help_url": _help(request, actor),
        # Asked only where a whole page is drawn: a fragment has no bar.
        "top_items": partial(_top_items, request, actor),
        "scope_field": scope_field(actor),
        "searches": any(kind.offered_to(actor) for module in modules() for kind in module.search),
    }


def _accent(actor: Any) -> str:
    """The sheet of the one school they stand in, where its colour is not that of everybody."""
    if actor.only is None or actor.only.school.accent == Accent.BLUE:
        return ""
    return sheet_of(actor.only.school.accent)


def _help(request: HttpRequest, actor: Any) -> str:
    """The help of this very page; the whole help where it has none, as an error has not."""
    met = request.resolver_match
    found = help_about(met.view_name, actor) if met is not None else None
    return reverse("welcome:help_page", args=[found.key]) if found else reverse("welcome:help_list")


def _navigation(request: HttpRequest, actor: Any) -> list[dict[str, Any]]:
    entries = [entry for module in modules() for entry in module.navigation if entry.shown_to(actor)]
    found = []
    for entry in sorted(entries, key=lambda entry: entry.order):
        url = reverse(entry.url_name)
        current = request.path == url if url == "/" else request.path.startswith(url)
        found.append({"label": entry.label, "url": url, "icon": entry.icon, "current": current})
    return found


def _top_items(request: HttpRequest, actor: Any) -> list[dict[str, Any]]:
    items = sorted((item for module in modules() for item in module.top_items), key=lambda item: item.order)
    shown = ((item.template, item.content(request, actor)) for item in items)
    return [{"template": template, "content": content} for template, content in shown if content is not None]
