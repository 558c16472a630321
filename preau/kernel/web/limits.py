"""How often one account on one device may do something. A hall of pupils behind one address never counts
as one.

Counted in slices of the clock, each under a key of its own, one atomic `incr` a request: the slice
before weighs less the older it is. A clock that jumps lands in another slice – it can neither lock
anybody out nor leave a count behind. Without the cache everything is allowed, and that is logged.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from preau.kernel.web import errors, metrics

View = TypeVar("View", bound=Callable[..., HttpResponse])

log = logging.getLogger("preau.limits")

MINUTE, MOMENT = 60, 10  # seconds a slice lasts
DEVICES = 4  # an account on several devices may do that many times what one may
REST = 5.0  # seconds a cache that failed is left alone: its time-out is not paid by every request
SAFE = ("GET", "HEAD", "OPTIONS")

_rests_until = 0.0  # of the monotonic clock


@dataclass(frozen=True)
class Limit:
    """`per_minute` on one device; `burst` within ten seconds, where less than the minute's."""

    name: str
    per_minute: int
    burst: int = 0

    def wait(self, account: int, device: str) -> int:
        """Counts this request. 0, or the seconds to wait."""
        slices = [
            (f"{account}.{device}", self.per_minute, MINUTE),
            (f"{account}", self.per_minute * DEVICES, MINUTE),
        ]
        if self.burst:
            slices.append((f"{account}.{device}", self.burst, MOMENT))
        return max(count(f"{self.name}.{whose}", most, seconds) for whose, most, seconds in slices)


WRITES = Limit("write", per_minute=120, burst=40)


def count(key: str, most: int, seconds: int, *, now: float | None = None) -> int:
    """One more of `key`, of which `most` are allowed within `seconds`. 0, or the seconds to wait."""
    global _rests_until
    if time.monotonic() < _rests_until:
        return 0
    clock = time.time() if now is None else now
    piece, passed = divmod(clock, seconds)
    this, before = (f"limit-{_hashed(key)}-{int(each)}" for each in (piece, piece - 1))
    try:
        found = _add_one(this, 2 * seconds)
        if found > most:
            return max(1, round(seconds - passed))
        weight = 1 - passed / seconds
        past = cache.get(before, 0) * weight
    except Exception as gone:
        _rests_until = time.monotonic() + REST
        metrics.cache_missing.inc()
        log.warning("the cache does not answer: nobody is slowed down", extra={"error": type(gone).__name__})
        return 0
    return max(1, round((found + past - most) / max(past, 1) * seconds)) if found + past > most else 0


def _add_one(key: str, seconds: int) -> int:
    try:
        return cache.incr(key)
    except ValueError:
        # Two may be first: only one of them makes it, both add to it.
        cache.add(key, 0, seconds)
        return cache.incr(key)


def _hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:32]  # what is kept for a while names nobody


def device_of(request: Any) -> str:
    """This browser, as long as its session lasts."""
    return str(request.session.session_key or "")


def limited(name: str, *, per_minute: int, burst: int = 0) -> Callable[[View], View]:
    """For what costs much – a search, an export – or is asked often on purpose: the pieces of a file.
    Inside `@access` and its kin. Such a view does not count among the writes.

    Refused with 429, a sentence, `Retry-After`, and what was typed.
    """
    limit = Limit(name, per_minute, burst)

    def guard(view: View) -> View:
        @wraps(view)
        def paced(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            return _refusal(request, limit) or view(request, *args, **kwargs)

        paced.limit = limit  # type: ignore[attr-defined]
        return paced  # type: ignore[return-value]

    return guard


class Paced:
    """Every write of somebody signed in, where its view has no limit of its own. More than any hand, and
    any page of ours, sends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method in SAFE or request.actor is None or getattr(view, "limit", None) is not None:
            return None
        return _refusal(request, WRITES)


def _refusal(request: Any, limit: Limit) -> HttpResponse | None:
    account = request.actor.identity.account_id if request.actor is not None else None
    if account is None:
        return None
    seconds = limit.wait(account, device_of(request))
    if not seconds:
        return None
    metrics.throttled.labels(limit.name).inc()
    log.info("slowed down", extra={"limit": limit.name, "seconds": seconds})
    return errors.too_many(request, seconds)
