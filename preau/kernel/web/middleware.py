"""Who comes in, as what, and into which school and year. Everything inside runs in that scope."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from preau.kernel.access.acting import NoStanding, Presence, acting_as, directory, narrow
from preau.kernel.access.actor import Actor, Hat, Identity
from preau.kernel.rules import Refused, RuleBroken
from preau.kernel.web import errors
from preau.kernel.web.headers import EVERY_ANSWER
from preau.kernel.web.origin import device_of, network_of
from preau.kernel.web.scope import scope_named_in

Answer = Callable[[HttpRequest], HttpResponse]

SAFE = ("GET", "HEAD", "OPTIONS")


class PlainAnswers:
    """Headers of every answer: nothing from elsewhere, nothing inline, nothing kept on a shared computer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in EVERY_ANSWER.items():
            response.headers.setdefault(name, value)
        return response


class Acting:
    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.actor = None
        request.presence = None
        if not request.user.is_authenticated:
            return self.get_response(request)
        identity = Identity(
            request.user.person_id,
            request.user.pk,
            network=network_of(request),
            device=device_of(request),
        )
        request.presence = directory().presence_of(identity)
        actor = self._actor(request, request.presence)
        if actor is None:
            return self._left(request)
        request.actor = actor
        with acting_as(actor):
            return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """A form names the school and year it was drawn in: the write opens that one, or is refused."""
        if request.actor is None or request.method in SAFE or getattr(view, "scope_free", False):
            return None
        named = scope_named_in(request)
        standing = next(
            (s for s in request.actor.standings.values() if named == (str(s.school.uuid), str(s.year.uuid))),
            None,
        )
        if standing is None:
            return errors.drawn_elsewhere(request, named)
        request.actor = request.actor.narrowed_to(standing.school.pk)
        narrow(request.actor)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        if isinstance(exception, RuleBroken):
            return errors.rule_broken(request, exception)
        return None

    def _actor(self, request: Any, presence: Presence) -> Actor | None:
        hat = self._hat(request, presence)
        if hat is None:
            return None
        try:
            return presence.actor(hat, self._year(request))
        except NoStanding:  # the year kept in the session is no longer theirs to open
            request.session.pop("year", None)
            return presence.actor(hat, None)

    def _hat(self, request: Any, presence: Presence) -> Hat | None:
        chosen = request.session.get("hat")
        hats = presence.hats
        return next((hat for hat in hats if hat.key == chosen), hats[0] if hats else None)

    def _year(self, request: Any) -> UUID | None:
        year = request.session.get("year")
        return UUID(year) if year else None

    def _left(self, request: Any) -> HttpResponse:
        """A session kept after its person left: they may still log out, and no more."""
        if request.path == errors.logout_path():
            return self.get_response(request)
        return errors.left(request)
