"""Whether somebody has signed in with this browser before."""

from typing import Any

from django.conf import settings

from preau.kernel.web import shared, throttle


def is_known(request: Any) -> bool:
    """Its owner wants to sign in again; and what an ended session left is emptied by the login page alone."""
    ours = (settings.SESSION_COOKIE_NAME, throttle.COOKIE, shared.MARK, shared.FORGETS)
    return any(name in request.COOKIES for name in ours)
