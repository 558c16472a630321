"""What a page needs to follow what changes: docs/live.md."""

from typing import Any

from django import template
from django.template.context import Context

from preau.kernel.live.topics import streams

register = template.Library()


@register.inclusion_tag("ui/_live.html", takes_context=True)
def live_line(context: Context) -> dict[str, Any]:
    """Where the page says that it is cut off, and how it listens. Once a page."""
    return {"streams": streams(context["actor"])}
