"""The end of a session on a shared computer, as a page tells it: docs/shared-computers.md."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

register = template.Library()

_LATER = 2  # seconds: the server's clock has passed when the browser's has


def _left(context: Context) -> int | None:
    session = getattr(context.get("request"), "session", None)
    left: int | None = session.seconds_left() if session is not None and context.get("actor") else None
    return left


@register.inclusion_tag("ui/_session_end.html", takes_context=True)
def session_end(context: Context) -> dict[str, Any]:
    """In the head: without script, the page leaves by itself."""
    left = _left(context)
    if left is None:
        return {}
    return {"within": left + _LATER, "session": reverse("accounts:session")}


@register.inclusion_tag("ui/_session.html", takes_context=True)
def session_line(context: Context) -> dict[str, Any]:
    """Where the page warns that the session is about to end. Once a page; nothing elsewhere."""
    left = _left(context)
    if left is None:
        return {}
    return {
        "left": left,
        "session": reverse("accounts:session"),
        "login": reverse("accounts:login"),
        "csrf_token": context.get("csrf_token"),
        "scope_field": context.get("scope_field", ""),
    }
