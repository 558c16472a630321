"""Few wrong tries, many right ones: a whole school shares one address at eight o'clock."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.core.cache import cache

TRIES_PER_LOGIN = 10
TRIES_PER_ADDRESS = 60  # wrong ones only
WINDOW = 15 * 60  # seconds
HASHES_AT_ONCE = 2

_hashing = threading.BoundedSemaphore(HASHES_AT_ONCE)


class TooManyTries(Exception):
    """Refused before any hashing."""


def _key(kind: str, value: str) -> str:
    # What is kept for a while names nobody.
    return f"tries-{kind}-{sha256(value.encode()).hexdigest()[:32]}"


def refuse_if_tired(*, login: str, address: str) -> None:
    """Raises `TooManyTries` when this login, or this address, has failed too often of late."""
    if (cache.get(_key("login", login)) or 0) >= TRIES_PER_LOGIN:
        raise TooManyTries
    if (cache.get(_key("address", address)) or 0) >= TRIES_PER_ADDRESS:
        raise TooManyTries


def count_failure(*, login: str, address: str) -> None:
    for key in (_key("login", login), _key("address", address)):
        if not cache.add(key, 1, WINDOW):
            try:
                cache.incr(key)
            except ValueError:  # it ran out between the two
                cache.set(key, 1, WINDOW)


def forget_failures(*, login: str) -> None:
    cache.delete(_key("login", login))


@contextmanager
def hashing() -> Iterator[None]:
    """At most `HASHES_AT_ONCE` passwords are tried at once in a process: pages keep their threads.
    Raises `TooManyTries` after a few seconds of waiting."""
    if not _hashing.acquire(timeout=5):
        raise TooManyTries
    try:
        yield
    finally:
        _hashing.release()
