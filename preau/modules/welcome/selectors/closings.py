from typing import Any

from django.http import HttpRequest

from preau.kernel.access.actor import Actor
from preau.kernel.clock import today_in


def block(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """What the schools one is in tell about today. From rows the page has already; an authority reads many
    schools and is none of their people."""
    if actor.hat.profile == "authority":
        return None
    schools = [
        standing.school
        for standing in actor.standings.values()
        if standing.school.closing_on(today_in(standing.school))
    ]
    return {"closed": schools} if schools else None
