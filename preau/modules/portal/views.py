from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from preau.kernel.clock import today, today_in
from preau.kernel.modules import modules
from preau.kernel.web.guards import signed_in


@require_safe
@signed_in
def home(request: Any) -> HttpResponse:
    """What now? Each module brings the blocks it has for this person."""
    every = (block for module in modules() for block in module.home_blocks)
    offered = sorted(every, key=lambda block: block.order)
    blocks = [
        {"key": block.key, "template": block.template, **content}
        for block in offered
        if (content := block.content(request, request.actor)) is not None
    ]
    only = request.actor.only
    day = today_in(only.school) if only else today()
    return render(request, "portal/home.html", {"blocks": blocks, "day": day})
