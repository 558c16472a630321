"""Answers kept and given again."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from preau.kernel.idempotency import keys
from preau.kernel.idempotency.models import Kept
from preau.kernel.web import errors

LONGEST_BODY = 64_000  # bytes
KEPT_FOR = timedelta(hours=48)
# How long a write with its own transactions may run before its key is taken for abandoned.
LEASE = timedelta(minutes=5)
REPLAYED = "Idempotency-Replayed"
# Never a cookie: the answer may be given to another session of the same person.
_HEADERS = ("Content-Type", "Content-Disposition", "Content-Language", "ETag", "Last-Modified", "Location")
# What became of a form, for the script that kept what was typed in it: its key and the status.
TOLD_COOKIE = "preau_told"
_FAMILIES = ("HX-", "Tus-", "Upload-")


def is_done(response: Any) -> bool:
    """Whether the write was carried out. A refusal is not kept: what is corrected is sent again."""
    return bool(response.status_code < 400)


def fill(kept: Kept, response: Any) -> None:
    kept.status = response.status_code
    kept.headers = {
        name: value
        for name, value in response.headers.items()
        if name in _HEADERS or name.startswith(_FAMILIES)
    }
    content = None if response.streaming else bytes(response.content)
    kept.body = content if content is not None and len(content) <= LONGEST_BODY else None


def again(request: Any, kept: Kept) -> HttpResponse:
    if kept.body is None:
        response = errors.saved_before(request)
    else:
        response = HttpResponse(bytes(kept.body), status=kept.status, headers=kept.headers)
    response.headers[REPLAYED] = "true"
    return response


def tell(request: Any, response: Any) -> None:
    """An answer that asks to be tried again tells nothing: what was typed is not settled by it. Neither does
    one to a script, which reads it itself."""
    if request.content_type not in keys.FORMS or keys.HEADER in request.headers:
        return
    key = request.POST.get(keys.FIELD, "")
    if keys.DRAWN.fullmatch(key) and response.status_code < 500 and not response.has_header("Retry-After"):
        told = f"{key}.{response.status_code}"
        response.set_cookie(TOLD_COOKIE, told, max_age=600, samesite="Lax", secure=request.is_secure())


def is_abandoned(kept: Kept, now: datetime) -> bool:
    """A process that began it has died. Also when its beginning lies ahead: the clock was set back."""
    return kept.status is None and not (kept.created_at <= now < kept.created_at + LEASE)


def purge(now: datetime | None = None) -> int:
    """Removes what is older than two days. What lies ahead – the clock was set back – goes as well."""
    now = now or timezone.now()
    gone, _ = Kept.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    ahead, _ = Kept.objects.filter(created_at__gt=now + KEPT_FOR).delete()
    return gone + ahead
