from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from preau.kernel.access.actor import Actor
from preau.kernel.live import tickets
from preau.kernel.live.topics import may_hear, parse, streams
from preau.kernel.modules import modules
from preau.kernel.web.guards import signed_in


@require_safe
@signed_in
def ticket(request: Any) -> HttpResponse:
    """Which of the topics asked for this person may hear today, and the ticket that says so.

    Not theirs, unknown or no topic at all: left out, all alike. Without a ticket the page polls.
    """
    granted = _granted(request.actor, request.GET.getlist("topic")) if streams(request.actor) else []
    signed = ""
    if granted:
        signed = tickets.issue(
            account_id=request.actor.identity.account_id,
            session_key=request.session.session_key,
            topics=granted,
        )
    # The browser keeps it from page to page: one question in ten minutes, not one for each page.
    return JsonResponse({"ticket": signed, "topics": granted, "seconds": settings.LIVE_TICKET_SECONDS})


def _granted(actor: Actor, asked: list[str]) -> list[str]:
    declared = [topic for module in modules() for topic in module.live_topics]
    wanted = {str(topic): topic for written in asked[: tickets.TOPICS_MOST] if (topic := parse(written))}
    return [written for written, topic in wanted.items() if may_hear(actor, topic, declared)]
