"""What services say to the pages that are open: this has changed, fetch it again."""

import logging
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from preau.kernel.live.bus import Changed, Message, Revoked, bus
from preau.kernel.live.clock import now
from preau.kernel.live.topics import Topic, is_fragment, mark

log = logging.getLogger("preau.live")


@dataclass(frozen=True)
class _Send:
    message: Message

    def __call__(self) -> None:
        try:
            bus().publish(self.message)
        except Exception:  # what was to be told is committed: the page goes on
            log.exception("a live message was not sent")


def changed(topic: Topic, fragment: str = "") -> None:
    """Tell the browsers that listen, once this transaction is committed; nothing if it is not.

    `fragment` is the id of one element where a topic has several on a page; without it all of them are
    fetched again. Said twice in a transaction, it is sent once. Never fails: who misses it sees the
    change when their stream is renewed, or by polling.
    """
    if fragment and not is_fragment(fragment):
        raise ValueError(f"{fragment!r} is not the id of a fragment")
    _on_commit(_Send(Changed(str(topic), fragment)))


def passing(topic: Topic, fragment: str = "") -> None:
    """Tell at once, from inside a transaction too: of how far a long write has come, never of what it wrote.
    The fragment fetched again reads it from the cache."""
    if fragment and not is_fragment(fragment):
        raise ValueError(f"{fragment!r} is not the id of a fragment")
    _Send(Changed(str(topic), fragment))()


def _on_commit(send: _Send) -> None:
    connection = transaction.get_connection()
    here = set(connection.savepoint_ids)
    # One sent from here or from around here is rolled back only if this one is too.
    if any(func == send and saved <= here for saved, func, _ in connection.run_on_commit):
        return
    transaction.on_commit(send)


def revoke_session(request: Any) -> None:
    """Close the streams of this browser: it leaves, or goes on as something else."""
    if request is not None and request.session.session_key:
        _Send(Revoked(mark("session", request.session.session_key), now()))()


def revoke_account(account_id: int) -> None:
    """Close the streams of this account on every device: its password changed, or it was closed."""
    _on_commit(_Send(Revoked(mark("account", account_id), now())))
