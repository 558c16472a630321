"""ETag and If-Match: the same « version » that forms carry in a hidden field, for whoever speaks HTTP."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _

from preau.kernel.rules import Superseded

View = TypeVar("View", bound=Callable[..., HttpResponse])


class Versioned(Protocol):
    uuid: UUID
    version: int


class NotTheVersionNamed(Superseded):
    """`If-Match` names another version than the one that stands (412)."""

    status = 412


def etag_of(row: Versioned) -> str:
    return quote_etag(f"{row.uuid.hex}-{row.version}")


def versioned(response: HttpResponse, row: Versioned) -> HttpResponse:
    """The answer that shows or has just written `row`, with its ETag."""
    response.headers["ETag"] = etag_of(row)
    return response


def expect(request: HttpRequest, row: Versioned, *, theirs: Any = None, wanted: Any = None) -> None:
    """Before a write: raises `NotTheVersionNamed` when `If-Match` is there and names another version.

    It spares the service a try. The service goes on comparing `base_version` under its lock.
    """
    named = request.headers.get("If-Match")
    if named is None:
        return
    tags = parse_etags(named)
    if tags != ["*"] and etag_of(row) not in tags:
        raise NotTheVersionNamed(
            _("Ces informations ont changé depuis que vous les avez lues : rien n’a été enregistré."),
            theirs=theirs,
            wanted=wanted,
        )


def conditional(etag: Callable[..., Any]) -> Callable[[View], View]:
    """For a fragment that is asked for again and again. `etag(request, …)` says in one cheap query what
    it would show; when that has not moved the answer is 304 and nothing is drawn. None: always drawn.

    Inside `@access` and its kin. Who asks, under which hat, in which year, and the rules of their schools
    are part of the tag already.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def asked(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            shown = etag(request, *args, **kwargs)
            if shown is None:
                return view(request, *args, **kwargs)
            tag = quote_etag(_for(request.actor, request.get_full_path(), shown))
            spared = get_conditional_response(request, etag=tag)
            if spared is not None:
                return spared
            response = view(request, *args, **kwargs)
            if response.status_code == 200:
                response.headers["ETag"] = tag
            return response

        return asked  # type: ignore[return-value]

    return guard


def _for(actor: Any, path: str, shown: Any) -> str:
    places = sorted(
        (s.school.pk, str(s.school.rules_version), s.year.pk, str(s.day)) for s in actor.standings.values()
    )
    parts = (actor.person_id, actor.hat.key, places, path, shown)
    return salted_hmac("preau.versions", repr(parts)).hexdigest()
