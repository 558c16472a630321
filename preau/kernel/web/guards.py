"""Every view says who may come in. A test refuses a view that does not."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from preau.kernel.access.permission import Permission
from preau.kernel.web import shared

View = TypeVar("View", bound=Callable[..., HttpResponse])


def visitors(view: View) -> View:
    """Anybody, signed in or not."""
    view.entrance = "visitors"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Anybody who is somebody in a school or an authority today."""
    return _entrance(view, "signed_in")


def access(permission: Permission[Any]) -> Callable[[View], View]:
    """Those `permission` allows. Where it is about a thing, the view fetches it and calls `require`
    on it; where it is about none, it is required here."""

    def guard(view: View) -> View:
        return _entrance(view, permission.code, permission)

    return guard


def scope_free(view: View) -> View:
    """A form that belongs to no school: leaving, changing hats."""
    view.scope_free = True  # type: ignore[attr-defined]
    return view


def _way_back(request: HttpRequest) -> str:
    """On a shared computer the next person is not led to the page of the one before."""
    goes_back = request.method == "GET" and not shared.ended(request)
    return request.get_full_path() if goes_back else "/"


def _entrance(view: View, name: str, permission: Permission[Any] | None = None) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor is None:  # type: ignore[attr-defined]
            return redirect_to_login(_way_back(request))
        if permission is not None and not kwargs:
            permission.require(request.actor, None)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    guarded.entrance = name  # type: ignore[attr-defined]
    guarded.permission = permission  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]
