"""How often Python looks for garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = 100_000


@contextmanager
def rarely_collected() -> Iterator[None]:
    """For a command that makes very many rows and ends: nearly a third of its time went into looking for
    garbage among rows that are all in use. Not for a server: others' requests would pay in memory."""
    usual = gc.get_threshold()
    gc.set_threshold(_SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
