from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from django.contrib import auth
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from preau.kernel.idempotency.middleware import repeatable
from preau.kernel.live.changes import revoke_session
from preau.kernel.ui.comfort import Comfort
from preau.kernel.web import shared
from preau.kernel.web.context import PROJECTING
from preau.kernel.web.guards import scope_free, signed_in, visitors
from preau.kernel.web.origin import device_of, network_of
from preau.kernel.web.waiting import hashes
from preau.modules.accounts import services
from preau.modules.accounts.forms import ComfortForm, LoginForm


def _next(request: Any) -> str:
    """Where one wanted to go: a path of this site, never the name of a view."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@visitors
@scope_free
@hashes
def login(request: Any) -> HttpResponse:
    if request.method != "POST" and request.actor is not None:
        return HttpResponseRedirect(_next(request))
    form = LoginForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        auth.login(request, form.account)
        services.session_opened(account=form.account, network=network_of(request), device=device_of(request))
        response: HttpResponse = HttpResponseRedirect(_next(request))
        chosen = form.cleaned_data.get("shared", False)
        shared.signed_in(request, response, login=form.account.login, chosen=chosen)
        return response
    status = 429 if form.tired else 422 if form.is_bound else 200
    shared.prepare_form(request)
    context = {
        "form": form,
        "next": _next(request),
        "computer": shared.computer_of(request),
        "ended": shared.ended(request),
    }
    response = render(request, "accounts/login.html", context, status=status)
    shared.forgotten(request, response)
    return response


@require_POST
@visitors
@scope_free
def logout(request: Any) -> HttpResponse:
    was_shared = request.session.is_shared
    auth.logout(request)
    response = redirect("accounts:login")
    shared.signed_out(request, response, was_shared=was_shared)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@scope_free
@repeatable
@shared.unnoticed
def session(request: Any) -> HttpResponse:
    """How long this session still lasts: asked by the clock of a page, or opened where no script runs when
    its time is up. A POST says that somebody is there."""
    if request.method == "POST":
        request.session.stir()
    left = request.session.seconds_left()
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"left": left})
    if request.method == "POST":
        return HttpResponseRedirect(_next(request))
    return render(request, "accounts/session.html", {"left": left})


@require_POST
@signed_in
@scope_free
def hat_choose(request: Any) -> HttpResponse:
    hat = next((hat for hat in request.presence.hats if hat.key == request.POST.get("hat")), None)
    if hat is None:
        raise Http404
    revoke_session(request)
    request.session["hat"] = hat.key
    request.session.pop("year", None)
    return HttpResponseRedirect(_next(request))


@require_POST
@signed_in
@scope_free
def year_choose(request: Any) -> HttpResponse:
    years = request.presence.years(request.actor.hat)
    year = next((year for year in years if str(year.uuid) == request.POST.get("year")), None)
    if year is None:
        raise Http404
    revoke_session(request)
    request.session["year"] = str(year.uuid)
    return HttpResponseRedirect(_next(request))


@require_POST
@signed_in
@scope_free
def project(request: Any) -> HttpResponse:
    """Others look at the screen, or no longer do. Kept in the session, for all its tabs, and gone with it."""
    if request.POST.get("on") == "1":
        request.session[PROJECTING] = True
    else:
        request.session.pop(PROJECTING, None)
    return HttpResponseRedirect(_whence(request))


def _whence(request: Any) -> str:
    """The page the form stood on, as the browser says: an address of ours, whose words stand in no page."""
    came = urlsplit(request.headers.get("Referer", ""))
    path = came.path + (f"?{came.query}" if came.query else "")
    safe = came.netloc == request.get_host() and url_has_allowed_host_and_scheme(path, None)
    return path if safe and path.startswith("/") else "/"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@scope_free
def comfort(request: Any) -> HttpResponse:
    form = ComfortForm(request.POST or None, initial=asdict(Comfort.of(request.user.comfort)))
    if form.is_valid():
        services.choose_comfort(account=request.user, comfort=Comfort.of(form.cleaned_data))
        return redirect(f"{reverse('accounts:comfort')}?saved=1")
    return render(request, "accounts/comfort.html", {"form": form}, status=422 if form.is_bound else 200)
