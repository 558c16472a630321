from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from preau.kernel.clock import today, today_in
from preau.kernel.web.browsers import is_known
from preau.kernel.web.guards import scope_free, signed_in, visitors
from preau.modules.accounts.api import arrange_home
from preau.modules.portal.forms import MoveForm
from preau.modules.portal.selectors import Arrangement, Placed, blocks_on_top, home_blocks, moved
from preau.modules.welcome import api as welcome


def _chosen(request: Any) -> Arrangement:
    return Arrangement.of(request.user.home, request.actor.hat.profile)


@require_safe
@visitors
def home(request: Any) -> HttpResponse:
    """What now? Each module brings the blocks it has for this person. A visitor is shown the instance."""
    if request.actor is None:
        if is_known(request) and "q" not in request.GET:
            return redirect_to_login("/")
        template, front = welcome.front_page(request.GET.get("q", ""))
        return render(request, template, front)
    chosen = _chosen(request)
    placed = home_blocks(request, request.actor, chosen)
    only = request.actor.only
    context = {
        "on_top": [_drawn(each) for each in blocks_on_top(request, request.actor)],
        "blocks": [_drawn(each) for each in placed],
        "rare": any(each.block.rare for each in placed),
        "day": today_in(only.school) if only else today(),
        "may_arrange": len(placed) > 1 or chosen.hidden,
    }
    return render(request, "portal/home.html", context)


def _drawn(placed: Placed) -> dict[str, Any]:
    return {"key": placed.block.key, "template": placed.block.template, **placed.content}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@scope_free
def home_arrange(request: Any) -> HttpResponse:
    placed = home_blocks(request, request.actor, _chosen(request), every=True)
    if request.method != "POST":
        return render(request, "portal/home_arrange.html", {"placed": placed})
    if "reset" in request.POST:
        arrange_home(account=request.user, profile=request.actor.hat.profile, order=(), hidden=())
        return redirect("portal:home_arrange")
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise Http404
    verb, key = form.parts()
    after = moved(placed, verb, key)
    if after is None:
        raise Http404
    arrange_home(
        account=request.user,
        profile=request.actor.hat.profile,
        order=after.order,
        hidden=sorted(after.hidden),
    )
    return redirect(f"{reverse('portal:home_arrange')}?{urlencode({'moved': key})}#{key}")
