"""What a browser shows to open a stream: signed, short-lived, and renewed only through the walls."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core import signing

from preau.kernel.live.clock import now
from preau.kernel.live.topics import mark, parse

TOPICS_MOST: Final = 24
_SALT = "preau.live.ticket"
_AHEAD = 60.0  # seconds by which the clock of another machine may be before ours


@dataclass(frozen=True)
class Ticket:
    account: str
    session: str
    topics: frozenset[str]
    issued: float

    @property
    def expires(self) -> float:
        return self.issued + float(settings.LIVE_TICKET_SECONDS)


def issue(*, account_id: int | None, session_key: str, topics: Iterable[str]) -> str:
    return signing.dumps(
        {
            "a": mark("account", account_id),
            "s": mark("session", session_key),
            "t": sorted(topics)[:TOPICS_MOST],
            "i": now(),
        },
        salt=_SALT,
        compress=True,
    )


def read(written: str) -> Ticket | None:
    """None when it is forged, damaged, too old or from the future."""
    try:
        found: Any = signing.loads(written, salt=_SALT)
        topics = frozenset(str(topic) for topic in found["t"] if parse(str(topic)))
        ticket = Ticket(str(found["a"]), str(found["s"]), topics, float(found["i"]))
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None
    return ticket if ticket.issued - _AHEAD <= now() < ticket.expires else None
