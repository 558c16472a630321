"""Plain answers when something cannot be. None says more than the person may know."""

import sys
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.kernel.rules import Refused, RuleBroken, Superseded
from preau.kernel.web import outages
from preau.kernel.web.scope import FIELD

# Never shown again on a page, whatever form it came from.
_UNSHOWN = {FIELD, "csrfmiddlewaretoken", "uuid", "version", "hat", "next", "_key"}


def _answer(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    context.setdefault("actions", [(_("Revenir à l’accueil"), "/")])
    return render(request, "ui/error.html", {"status": status, **context}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = exception.message if isinstance(exception, Refused) else None
    return _answer(request, 403, message=message, typed=_typed(request))


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(
        request,
        403,
        title=_("Cette page était ouverte depuis trop longtemps"),
        message=_("Rien n’a été enregistré. Revenez à la page, rechargez-la et recommencez."),
        typed=_typed(request),
    )


def unknown(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    several = len(getattr(getattr(request, "presence", None), "hats", ())) > 1
    message = (
        _(
            "Cette page n’existe pas, ou pas pour vous ici. Si elle appartient à un autre de vos"
            " établissements, changez d’établissement en haut de la page."
        )
        if several
        else None
    )
    return _answer(request, 404, message=message)


def broken(request: HttpRequest) -> HttpResponse:
    # No context processor and no database: either may be what is broken.
    from django.template.loader import render_to_string

    status, title, message = outages.meant_by(sys.exception())
    context: dict[str, Any] = {"status": status, "title": title, "message": message}
    if status != 500:
        with suppress(Exception):
            context["typed"] = _typed(request)
    response = HttpResponse(render_to_string("ui/error.html", context), status=status)
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    response = _answer(
        request,
        429,
        title=_("Un peu moins vite"),
        message=ngettext(
            "C’était trop à la fois : rien n’a été enregistré. Recommencez dans %(seconds)d seconde.",
            "C’était trop à la fois : rien n’a été enregistré. Recommencez dans %(seconds)d secondes.",
            seconds,
        )
        % {"seconds": seconds},
        typed=_typed(request),
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def still_running(request: HttpRequest) -> HttpResponse:
    response = _answer(
        request,
        409,
        title=_("C’est en cours"),
        message=_("Ce formulaire a déjà été envoyé et Préau y travaille encore. Attendez un instant."),
        typed=_typed(request),
    )
    response.headers["Retry-After"] = "5"
    return response


def used_before(request: HttpRequest) -> HttpResponse:
    return _answer(
        request,
        422,
        title=_("Ce formulaire a déjà servi"),
        message=_(
            "Le premier envoi est enregistré, celui-ci ne l’est pas. Rouvrez la page pour en faire un autre."
        ),
        typed=_typed(request),
    )


def saved_before(request: HttpRequest) -> HttpResponse:
    """The answer was too long to be kept: only that it was one."""
    return _answer(
        request,
        200,
        title=_("C’est déjà enregistré"),
        message=_("Ce formulaire a été envoyé deux fois : il n’a été enregistré qu’une fois."),
    )


def unreadable_key(request: HttpRequest) -> HttpResponse:
    return _answer(
        request,
        400,
        message=_("La clé de cet envoi n’est pas lisible. Rien n’a été enregistré."),
        typed=_typed(request),
    )


def rule_broken(request: HttpRequest, exception: RuleBroken) -> HttpResponse:
    context: dict[str, Any] = {"message": exception.message, "typed": _typed(request)}
    if isinstance(exception, Superseded):
        context["theirs"], context["wanted"] = exception.theirs, exception.wanted
    return _answer(request, exception.status, **context)


def left(request: HttpRequest) -> HttpResponse:
    return _answer(
        request,
        403,
        title=_("Votre accès est terminé"),
        message=_(
            "Votre compte n’est plus rattaché à un établissement."
            " S’il devrait l’être, adressez-vous à son secrétariat."
        ),
        actions=[],
        leave=True,
    )


def drawn_elsewhere(request: Any, named: tuple[str, str]) -> HttpResponse:
    """The form was drawn in another school or year than the one now open: nothing is written."""
    school, _year = named
    presence = request.presence
    hats = [
        hat for hat in presence.hats if any(str(place.uuid) == school for place in presence.schools_of(hat))
    ]
    here = {str(s.school.uuid): s for s in request.actor.standings.values()}.get(school)
    if here is not None:
        message = _(
            "Cette page date d’une autre année scolaire. Vous travaillez maintenant dans %(year)s :"
            " rien n’a été enregistré."
        ) % {"year": here.year.label}
        return _answer(request, 409, message=message, typed=_typed(request))
    switch = None
    if hats:
        switch = {"hat": hats[0].key, "label": _("Revenir à %(place)s") % {"place": hats[0].place}}
    message = _(
        "Cette page a été ouverte pour un autre établissement que celui où vous êtes maintenant :"
        " rien n’a été enregistré."
    )
    return _answer(request, 409, message=message, switch=switch, typed=_typed(request))


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, to be copied again: nothing typed is lost."""
    return [(name, str(value)) for name, value in request.POST.items() if value and not _is_unshown(name)]


def _is_unshown(name: str) -> bool:
    return name in _UNSHOWN or any(word in name for word in ("pass", "code", "token", "otp"))


def logout_path() -> str:
    return reverse("accounts:logout")
