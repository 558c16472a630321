"""Computers that several people use: how long a session lasts there, and that nothing of it is left.

Three cookies, none of which opens anything:

- `preau_shared`  this computer is shared, as a school has said: where, and for how many minutes. Signed.
- `preau_forgets` this browser holds something of somebody; the login page has it forgotten.
- the session's own, which ends with the browser.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from preau.kernel.web import throttle

View = TypeVar("View", bound=Callable[..., HttpResponse])

LEAST, USUAL, MOST = 3, 10, 60  # minutes without activity
PLACE_MOST: Final = 60  # letters
MARK: Final = "preau_shared"
FORGETS: Final = "preau_forgets"
OPEN, LEFT = "open", "left"  # what `preau_forgets` says: a session is running, or somebody logged out
_SAID: Final = ".said"  # … and the login page has told it
_SAYS_FOR: Final = 60  # seconds: every open tab ends on that page
_OURS: Final = "preau_"
_YEAR: Final = 365 * 24 * 3600
_MONTH: Final = 30 * 24 * 3600
_EVERYTHING: Final = '"cache", "storage"'


@dataclass(frozen=True)
class Computer:
    """A shared computer, as the school of this uuid has marked it."""

    school: str
    place: str
    minutes: int


def computer_of(request: Any) -> Computer | None:
    """None when it is not marked, or the mark is forged, damaged or older than a year."""
    try:
        found: Any = signing.loads(request.COOKIES.get(MARK, ""), salt=MARK, max_age=_YEAR)
        computer = Computer(str(found["school"]), str(found["place"]), int(found["minutes"]))
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None
    return computer if LEAST <= computer.minutes <= MOST else None


def mark(request: Any, response: HttpResponse, computer: Computer) -> None:
    """From now on every session of this browser is a shared one, that of who marks it as well."""
    _keep_mark(response, computer)
    begin(request, response, computer.minutes)


def unmark(request: Any, response: HttpResponse) -> None:
    _drop(request, response, MARK)
    _drop(request, response, FORGETS)
    request.session.end_after(None)


def _keep_mark(response: HttpResponse, computer: Computer) -> None:
    said = {"school": computer.school, "place": computer.place, "minutes": computer.minutes}
    _set(response, MARK, signing.dumps(said, salt=MARK), _YEAR)


def begin(request: Any, response: HttpResponse, minutes: int) -> None:
    """This session is one of a shared computer."""
    request.session.end_after(minutes)
    _set(response, FORGETS, OPEN, _MONTH)
    # It names nobody, but tells who was here to whoever knows a login.
    _drop(request, response, throttle.COOKIE)


def signed_in(request: Any, response: HttpResponse, *, login: str, chosen: bool) -> None:
    """After a login. `chosen`: the person says that the computer is shared."""
    if _is_to_forget(request) or throttle.is_of_another(request, login):
        response.headers["Clear-Site-Data"] = _EVERYTHING
    computer = computer_of(request)
    if computer is not None:
        _keep_mark(response, computer)  # for another year: it is in use
        begin(request, response, computer.minutes)
    elif chosen:
        begin(request, response, USUAL)
    else:
        _drop(request, response, FORGETS)
        throttle.remember_device(request, response, login)


def signed_out(request: Any, response: HttpResponse, *, was_shared: bool) -> None:
    """After a logout: the browser empties itself, and one that does not know how is emptied by the login
    page."""
    response.headers["Clear-Site-Data"] = _EVERYTHING
    _drop_cookies(request, response, but={MARK} if was_shared else {MARK, throttle.COOKIE})
    _set(response, FORGETS, LEFT, _MONTH)


def ended(request: Any) -> str:
    """`OPEN`, `LEFT` or nothing: what became of the session that was here. Where nobody is signed in."""
    return str(request.COOKIES.get(FORGETS, "")).removesuffix(_SAID)[:8]


def _is_to_forget(request: Any) -> bool:
    return ended(request) != "" and not request.COOKIES[FORGETS].endswith(_SAID)


def forgotten(request: Any, response: HttpResponse) -> None:
    """The login page has been told what to empty. Its own form holds a token: that one is made anew."""
    if not _is_to_forget(request):
        return
    response.headers["Clear-Site-Data"] = _EVERYTHING
    _drop_cookies(request, response, but={MARK, throttle.COOKIE, settings.CSRF_COOKIE_NAME})
    _set(response, FORGETS, f"{LEFT if ended(request) == LEFT else OPEN}{_SAID}", _SAYS_FOR)


def prepare_form(request: Any) -> None:
    """Before the login page is drawn: no token of who was here before."""
    if _is_to_forget(request):
        rotate_token(request)


def unnoticed(view: View) -> View:
    """For a view that is asked without anybody having done anything: by the clock of a page."""
    view.unnoticed = True  # type: ignore[attr-defined]
    return view


def is_activity(request: Any) -> bool:
    """Whether somebody opened a page or sent a form. What scripts ask – a block that changed, a ticket,
    pieces of a file, a form that waited – says nothing of anybody being there; while somebody types, the
    page says so itself."""
    headers = request.headers
    if "prefetch" in headers.get("Sec-Purpose", headers.get("Purpose", "")):
        return False
    # Browsers that do not say the mode ask pages as HTML, and scripts ask anything.
    return headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and "text/html" in headers.get(
        "Accept", ""
    )


class Clock:
    """Counts activity on shared computers, and lets nothing of their answers be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        if request.session.is_shared and "public" not in response.headers.get("Cache-Control", ""):
            # Faces are kept for some minutes elsewhere.
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        if request.session.is_shared and is_activity(request) and not getattr(view, "unnoticed", False):
            request.session.stir()


def _set(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _drop(request: Any, response: HttpResponse, name: str) -> None:
    if name in request.COOKIES:
        response.delete_cookie(name, samesite="Lax")


def _drop_cookies(request: Any, response: HttpResponse, *, but: set[str]) -> None:
    for name in request.COOKIES:
        if name.startswith(_OURS) and name not in but:
            _drop(request, response, name)
