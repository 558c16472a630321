"""The open streams of one process, and what each of them is told. Lives in one event loop."""

import asyncio
from collections import defaultdict
from typing import Final

from django.conf import settings

from preau.kernel.live.bus import Changed, Message, Revoked
from preau.kernel.live.clock import now
from preau.kernel.live.tickets import Ticket

HEARTBEAT: Final = 20.0  # seconds; a browser that has heard nothing for twice as long opens a new stream
WAITING_MOST: Final = 64  # frames a slow reader may be behind; beyond, it is told to fetch everything
KEPT: Final = 120.0  # seconds for which is known what changed
KEPT_MOST: Final = 10_000
JUMP: Final = 2.0  # seconds a clock may be moved, and two machines may differ
COME_BACK: Final = 20  # streams a second that are asked to come back, when all end at once

_HEART = b":\n\n"
_GAP = b"event: gap\ndata:\n\n"


class Refused(Exception):
    """The ticket is no longer good: a new one is had through the walls."""


class Full(Exception):
    """No stream here just now; the page polls meanwhile."""

    def __init__(self, again_in: int) -> None:
        super().__init__(again_in)
        self.again_in = again_in


class Stream:
    def __init__(self, ticket: Ticket, ends: float) -> None:
        self.ticket = ticket
        self._ends = ends  # by the loop's clock: nobody moves it
        self._waiting: dict[bytes, None] = {}  # said twice before it is read is said once
        self._stirred = asyncio.Event()
        self._stirred.set()
        self._hello = b"event: hello\ndata:\n\n"  # with what was missed: until it is read, nothing has been
        self._bye: int | None = None
        self.over = False

    def tell(self, frame: bytes) -> None:
        if _GAP in self._waiting:
            return
        if frame == _GAP or len(self._waiting) >= WAITING_MOST:
            self._waiting.clear()
            frame = _GAP
        self._waiting[frame] = None
        self._stirred.set()

    def end(self, come_back_within: int = 1) -> None:
        """The browser comes back at a random moment of so many seconds: not all of them at once."""
        self._bye = come_back_within
        self._stirred.set()

    def gone(self) -> None:
        self.over = True
        self._stirred.set()

    async def next(self) -> bytes:
        """What is to be written now; afterwards `over` says whether that was the last."""
        left = self._ends - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(HEARTBEAT, max(left, 0))):
                await self._stirred.wait()
        except TimeoutError:
            if left > HEARTBEAT:
                return _HEART
            self._bye = 1
        self._stirred.clear()
        frames = b"".join(self._waiting) + self._hello
        self._hello = b""
        self._waiting.clear()
        if self._bye is not None:
            frames += b"event: bye\ndata: %d\n\n" % self._bye
            self.over = True
        return frames


class Hub:
    """Who listens to what. A `Hearer` of the bus.

    Nothing is remembered but what changed in the last two minutes. A browser comes back saying since
    when it has heard nothing; where that is longer than this process has listened, or remembers, it is
    told so (`gap`) and fetches everything. A ticket made before this process listened is refused: it
    may have been revoked unheard.
    """

    def __init__(self) -> None:
        self._listening_since: float | None = None
        self._closing = False
        self._streams: set[Stream] = set()
        self._on_topic: defaultdict[str, set[Stream]] = defaultdict(set)
        self._of_account: defaultdict[str, dict[Stream, None]] = defaultdict(dict)
        self._changes: dict[tuple[str, bytes], float] = {}  # the oldest first
        self._remembers_since = 0.0
        self._revoked: dict[str, float] = {}
        self._ahead = 0.0  # of the wall clock over the loop's

    def __len__(self) -> int:
        return len(self._streams)

    @property
    def ready(self) -> bool:
        return self._listening_since is not None and not self._closing

    def open(self, ticket: Ticket, *, away: float) -> Stream:
        """`away`: for how many seconds the browser has heard nothing.

        Raises `Refused` (401) or `Full` (503).
        """
        if self._listening_since is None or self._closing:
            raise Full(15)
        if ticket.issued < self._listening_since or ticket.issued <= max(
            self._revoked.get(ticket.session, 0.0), self._revoked.get(ticket.account, 0.0)
        ):
            raise Refused
        own = self._of_account[ticket.account]
        if len(own) >= settings.LIVE_STREAMS_PER_ACCOUNT:
            # The oldest is the likeliest to be of a computer that sleeps or lost its line.
            oldest = next(iter(own))
            oldest.end(come_back_within=60)
            self.close(oldest)
        elif len(self._streams) >= settings.LIVE_STREAMS:
            raise Full(60)
        loop = asyncio.get_running_loop()
        stream = Stream(ticket, loop.time() + min(ticket.expires - now(), settings.LIVE_TICKET_SECONDS))
        self._streams.add(stream)
        self._of_account[ticket.account][stream] = None
        for topic in ticket.topics:
            self._on_topic[topic].add(stream)
        self._catch_up(stream, now() - away)
        return stream

    def close(self, stream: Stream) -> None:
        self._streams.discard(stream)
        for topic in stream.ticket.topics:
            self._on_topic[topic].discard(stream)
            if not self._on_topic[topic]:
                del self._on_topic[topic]
        self._of_account[stream.ticket.account].pop(stream, None)
        if not self._of_account[stream.ticket.account]:
            del self._of_account[stream.ticket.account]

    def end_all(self) -> None:
        """This process stops: the browsers come back to another one, or to the next."""
        self._closing = True
        self._end_streams()

    def heard(self, message: Message) -> None:
        if isinstance(message, Revoked):
            self._revoked[message.mark] = max(message.at, self._revoked.get(message.mark, 0.0))
            for stream in [each for each in self._streams if message.mark in _marks(each)]:
                if stream.ticket.issued <= message.at:
                    stream.end()
                    self.close(stream)
            return
        frame = _frame(message)
        self._changes.pop((message.topic, frame), None)
        self._changes[message.topic, frame] = now()
        if len(self._changes) > KEPT_MOST:
            self._forget_one()
        for stream in self._on_topic.get(message.topic, ()):
            stream.tell(frame)

    def connected(self) -> None:
        self._end_streams()
        self._changes.clear()
        self._ahead = now() - asyncio.get_running_loop().time()
        self._listening_since = self._remembers_since = now()

    def lost(self) -> None:
        """No stream that hears nothing: its browser would believe that nothing happens."""
        self._listening_since = None
        self._end_streams()

    def tidy(self) -> None:
        """Every few seconds: forget what is old, and begin anew when the clock was moved."""
        at = now()
        if self.ready and abs(at - asyncio.get_running_loop().time() - self._ahead) > JUMP:
            self.connected()
        while self._changes and next(iter(self._changes.values())) < at - KEPT:
            self._forget_one()
        oldest = at - settings.LIVE_TICKET_SECONDS - JUMP
        self._revoked = {mark: when for mark, when in self._revoked.items() if when > oldest}

    def _catch_up(self, stream: Stream, since: float) -> None:
        if since < self._remembers_since:
            stream.tell(_GAP)
            return
        for (topic, frame), at in self._changes.items():
            if at >= since - JUMP and topic in stream.ticket.topics:
                stream.tell(frame)

    def _forget_one(self) -> None:
        key = next(iter(self._changes))
        self._remembers_since = self._changes.pop(key)

    def _end_streams(self) -> None:
        within = max(1, len(self._streams) // COME_BACK)
        for stream in list(self._streams):
            stream.end(come_back_within=within)
            self.close(stream)


def _marks(stream: Stream) -> tuple[str, str]:
    return stream.ticket.session, stream.ticket.account


def _frame(message: Changed) -> bytes:
    return f"event: changed\ndata: {message.topic} {message.fragment}".rstrip().encode() + b"\n\n"
