"""Few wrong tries, many right ones: a whole school shares one address at eight o’clock.

A device that has logged in to an account before is counted on its own: nobody else’s wrong tries shut
it out. Other devices are counted by account and address together, so that a stranger only tires
their own network; an address alone only far beyond what a school mistypes.
"""

import logging
import threading
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
        try:
            kept = cache.get_many(self.limits)
        except Exception:
            # Without its counters a school still gets in.
            log.warning("the cache does not answer: wrong tries are not counted")
            return
        if any(kept.get(key, 0) >= limit for key, limit in self.limits.items()):
            raise TooManyTries

    def count(self) -> None:
        with suppress(Exception):
            for key in self.limits:
                if not cache.add(key, 1, WINDOW):
                    cache.incr(key)

    def forget(self) -> None:
        """After a right password. The address goes on being counted."""
        with suppress(Exception):
            cache.delete(next(iter(self.limits)))


def remember_device(request: Any, response: Any, login: str) -> None:
    """A cookie that says: this device has logged in as `login` before. It opens nothing."""
    if not _device_known_to(request, login):
        value = signing.dumps([_mark(login), token_urlsafe(16)], salt=COOKIE)
        response.set_cookie(
            COOKIE, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )


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
    threads. Raises `TooManyTries` when there is no room."""
    if not _room.acquire(timeout=5):  # a class that logs in at the same moment waits a second
        raise TooManyTries
    try:
        if not _hashing.acquire(timeout=2):
            raise TooManyTries
        try:
            yield
        finally:
            _hashing.release()
    finally:
        _room.release()
