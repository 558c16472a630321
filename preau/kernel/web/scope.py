"""The school and year a page was drawn in, carried by each of its forms."""

from typing import Any

from preau.kernel.access.actor import Actor, Standing

FIELD = "_scope"
HEADER = "X-Preau-Scope"


def scope_value(standing: Standing) -> str:
    return f"{standing.school.uuid}.{standing.year.uuid}"


def scope_field(actor: Actor | None) -> str:
    """Empty when several schools are read at once: such a page names the school of each form itself."""
    return scope_value(actor.only) if actor is not None and actor.only is not None else ""


def scope_named_in(request: Any) -> tuple[str, str]:
    """(school, year) as the form or the htmx request names them; empty words where it does not."""
    school, _, year = (request.headers.get(HEADER) or request.POST.get(FIELD, "")).partition(".")
    return school, year
