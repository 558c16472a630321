"""What anybody may read. None of these pages says who somebody is."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from preau.kernel.models import School
from preau.kernel.templatetags.closing import SCHOOL_COOKIE
from preau.kernel.web.guards import visitors
from preau.modules.welcome.selectors import charters, front, legal
from preau.modules.welcome.selectors.status import status as status_now

_A_YEAR = 365 * 24 * 3600


def _school(uuid: UUID) -> School:
    school = front.school_named(uuid)
    if school is None:
        raise Http404
    return school


@require_safe
@visitors
def school_card(request: Any, school: UUID) -> HttpResponse:
    found = _school(school)
    response = render(request, "welcome/card.html", front.card_context(found))
    # The login of this device can then tell when the school is closed.
    response.set_cookie(
        SCHOOL_COOKIE,
        str(found.uuid),
        max_age=_A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@require_safe
@visitors
def charter(request: Any, school: UUID) -> HttpResponse:
    return _charter(request, _school(school), None)


@require_safe
@visitors
def charter_version(request: Any, school: UUID, charter: UUID) -> HttpResponse:
    return _charter(request, _school(school), charter)


def _charter(request: Any, school: School, version: UUID | None) -> HttpResponse:
    shelf = charters.charters_of(school, version)
    if shelf is None:
        raise Http404
    actor = request.actor
    is_pupil = actor is not None and actor.hat.profile == "pupil"
    asked = request.GET.get("for")
    reader = asked if asked in ("pupils", "adults") else "pupils" if is_pupil else "adults"
    context = {
        "visited": school,
        "shelf": shelf,
        "reader": reader,
        "shows_adults": reader == "adults",
        "shows_pupils": reader == "pupils",
    }
    return render(request, "welcome/charter.html", context)


@require_safe
@visitors
def notice(request: Any) -> HttpResponse:
    return render(request, "welcome/notice.html", {"instance": settings.INSTANCE})


@require_safe
@visitors
def personal_data(request: Any) -> HttpResponse:
    context = {"instance": settings.INSTANCE, "services": legal.personal_data()}
    return render(request, "welcome/personal_data.html", context)


@require_safe
@visitors
def accessibility(request: Any) -> HttpResponse:
    return render(request, "welcome/accessibility.html", {"instance": settings.INSTANCE})


@require_safe
@visitors
def status(request: Any) -> HttpResponse:
    return render(request, "welcome/status.html", {"status": status_now()})
