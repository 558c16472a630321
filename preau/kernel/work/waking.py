"""Workers sleep until something was committed: the table is asked again only as a safety net."""

import logging
import threading
import time
from typing import Any

from django.db import connection, connections

CHANNEL = "preau_work"
log = logging.getLogger("preau.work")

_bell = threading.Condition()
_rung = 0


def ring() -> None:
    """Something was committed: wake the workers of this process and, on PostgreSQL, of the others."""
    ring_here()
    if connection.vendor == "postgresql":
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"NOTIFY {CHANNEL}")
        except Exception:
            # What was committed stands: the safety net will find it.
            log.warning("the workers of other processes were not woken")


def ring_here() -> None:
    global _rung
    with _bell:
        _rung += 1
        _bell.notify_all()


def rung() -> int:
    """To be read before looking for work: what was committed since then is not slept over."""
    return _rung


def wait(since: int, timeout: float) -> None:
    """Return when rung since `since`, at the latest after `timeout` seconds."""
    with _bell:
        _bell.wait_for(lambda: _rung != since, timeout)


def listen(stop: threading.Event) -> threading.Thread | None:
    """On PostgreSQL: a thread with a connection of its own that hears the other processes."""
    if connection.vendor != "postgresql":
        return None
    thread = threading.Thread(target=_listen, args=(stop,), name="preau-bell", daemon=True)
    thread.start()
    return thread


def _listen(stop: threading.Event) -> None:
    import psycopg

    parameters: dict[str, Any] = connections["default"].get_connection_params()
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    while not stop.is_set():
        try:
            with psycopg.connect(**parameters, autocommit=True) as heard:
                heard.execute(f"LISTEN {CHANNEL}")
                ring_here()  # what was committed while nobody listened
                while not stop.is_set():
                    for _ in heard.notifies(timeout=1, stop_after=1):
                        ring_here()
        except psycopg.Error:
            log.warning("the bell of the workers is silent: they look by themselves")
            until = time.monotonic() + 5
            while time.monotonic() < until and not stop.wait(0.5):
                pass
