from typing import Any

from django.contrib import auth
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from preau.kernel.web import throttle
from preau.kernel.web.guards import scope_free, signed_in, visitors
from preau.modules.accounts.forms import LoginForm


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
def login(request: Any) -> HttpResponse:
    if request.method != "POST" and request.actor is not None:
        return HttpResponseRedirect(_next(request))
    form = LoginForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        auth.login(request, form.account)
        response = HttpResponseRedirect(_next(request))
        throttle.remember_device(request, response, form.account.login)
        return response
    status = 429 if form.tired else 422 if form.is_bound else 200
    return render(request, "accounts/login.html", {"form": form, "next": _next(request)}, status=status)


@require_POST
@visitors
@scope_free
def logout(request: Any) -> HttpResponse:
    auth.logout(request)
    response = redirect("accounts:login")
    # A shared computer: nothing of the last person stays in the browser.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_POST
@signed_in
@scope_free
def hat_choose(request: Any) -> HttpResponse:
    hat = next((hat for hat in request.presence.hats if hat.key == request.POST.get("hat")), None)
    if hat is None:
        raise Http404
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
    request.session["year"] = str(year.uuid)
    return HttpResponseRedirect(_next(request))
