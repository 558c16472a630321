"""Few wrong tries, many right ones: a whole school shares one address at eight o’clock.

A device that has logged in to an account before is counted on its own: nobody else’s wrong tries shut
it out. Other devices are counted by account and address together, so that a stranger only tires
their own network; an address alone only far beyond what a school mistypes.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.utils.crypto import salted_hmac

TRIES = 10
TRIES_PER_ADDRESS = 600  # wrong ones only
WINDOW = 15 * 60  # seconds
HASHES_AT_ONCE = 2
LOGINS_AT_ONCE = 4  # of the threads that serve pages
COOKIE = "preau_device"
_YEAR = 365 * 24 * 3600

log = logging.getLogger("preau.login")
_hashing = threading.BoundedSemaphore(HASHES_AT_ONCE)
_room = threading.BoundedSemaphore(LOGINS_AT_ONCE)


class TooManyTries(Exception):
    """Refused before any hashing."""


class Crowded(TooManyTries):
    """Not their fault: others are logging in."""


class Counters:
    """What the wrong tries of one request count on."""

    def __init__(self, request: Any, login: str) -> None:
        address = request.META.get("REMOTE_ADDR", "")
        device = _device_known_to(request, login)
        if device:
            self.limits = {_key("device", device): TRIES}
        else:
            self.limits = {
                _key("login", f"{login} {address}"): TRIES,
                _key("address", address): TRIES_PER_ADDRESS,
            }

    def refuse_if_tired(self) -> None:
        """Raises `TooManyTries`."""
        this, before, weight = _slices()
        try:
            kept = cache.get_many([f"{key}-{each}" for key in self.limits for each in (this, before)])
        except Exception:
            # Without its counters a school still gets in.
            log.warning("the cache does not answer: wrong tries are not counted")
            return
        for key, limit in self.limits.items():
            if kept.get(f"{key}-{this}", 0) + kept.get(f"{key}-{before}", 0) * weight >= limit:
                raise TooManyTries

    def count(self) -> bool:
        """Whether this wrong try was the last one allowed on the account from here."""
        this, before, weight = _slices()
        first, limit = next(iter(self.limits.items()))
        tries = 0.0
        with suppress(Exception):
            for key in self.limits:
                made = cache.add(f"{key}-{this}", 1, 2 * WINDOW)
                counted = 1 if made else cache.incr(f"{key}-{this}")
                tries = counted if key == first else tries
            tries += cache.get(f"{first}-{before}", 0) * weight
        return limit <= tries < limit + 1

    def forget(self) -> None:
        """After a right password. The address goes on being counted."""
        this, before, _ = _slices()
        first = next(iter(self.limits))
        with suppress(Exception):
            cache.delete_many([f"{first}-{this}", f"{first}-{before}"])


def _slices() -> tuple[int, int, float]:
    """This slice of the clock, the one before, and what that still weighs.

    A key for each slice: a clock that jumps lands in another one and shuts nobody out until it has
    come back to where it was.
    """
    piece, passed = divmod(time.time(), WINDOW)
    return int(piece), int(piece) - 1, 1 - passed / WINDOW


def remember_device(request: Any, response: Any, login: str) -> None:
    """A cookie that says: this device has logged in as `login` before. It opens nothing."""
    if not _device_known_to(request, login):
        value = signing.dumps([_mark(login), token_urlsafe(16)], salt=COOKIE)
        response.set_cookie(
            COOKIE, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )


def is_of_another(request: Any, login: str) -> bool:
    """Whether the last to log in on this device was somebody else."""
    return COOKIE in request.COOKIES and not _device_known_to(request, login)


def _device_known_to(request: Any, login: str) -> str:
    try:
        whose, device = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=_YEAR)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if whose == _mark(login) else ""


def _mark(login: str) -> str:
    # With the instance's key: whoever finds the cookie cannot try names against it.
    return salted_hmac(COOKIE, login).hexdigest()[:32]


def _hashed(value: str) -> str:
    return sha256(value.encode()).hexdigest()[:32]


def _key(kind: str, value: str) -> str:
    # What is kept for a while names nobody.
    return f"tries-{kind}-{_hashed(value)}"


@contextmanager
def hashing() -> Iterator[None]:
    """At most `HASHES_AT_ONCE` passwords are tried at once in a process, and few wait: pages keep their
    threads. Raises `Crowded` when there is no room."""
    if not _room.acquire(timeout=5):  # a class that logs in at the same moment waits a second
        raise Crowded
    try:
        if not _hashing.acquire(timeout=2):
            raise Crowded
        try:
            yield
        finally:
            _hashing.release()
    finally:
        _room.release()
