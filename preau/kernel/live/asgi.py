"""`/live`: streams of « this changed », beside Django. No ORM, no session, no thread for a stream."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from preau.kernel.live import tickets
from preau.kernel.live.bus import Bus, bus
from preau.kernel.live.hub import Full, Hub, Refused, Stream
from preau.kernel.web import metrics

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

SLOWEST_READER: Final = 20.0  # seconds to take what is written
TIDIES: Final = 5.0  # seconds
LONGEST_TICKET: Final = 8_000  # characters
LONGEST_AWAY: Final = 3600.0  # seconds; who was away for longer fetches everything again anyway

_EVERY: Headers = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
]
_STREAM: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),  # nginx would keep frames until it has a page of them
    *_EVERY,
]


class Live:
    """ASGI. `/live` and `/live/health`; every other address is `beside`'s, or unknown."""

    def __init__(self, beside: Application | None = None, *, on: Bus | None = None) -> None:
        self._beside = beside
        self._bus = on
        self.hub = Hub()
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == "/live":
            self._begin()
            await self._live(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == "/live/health":
            self._begin()
            await _answer(send, *((200, b"ready\n") if self.hub.ready else (503, b"not heard\n")))
        elif self._beside is not None:
            await self._beside(scope, receive, send)
        elif scope["type"] == "http":
            await _answer(send, 404)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                _take_room()
                self._begin()
                self._end_on_signals()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _begin(self) -> None:
        """A server without a lifespan begins with its first request."""
        if not self._tasks:
            metrics.gauge("live_streams", "Open lines of this process", lambda: len(self.hub))
            metrics.gauge("live_hears", "1 while the bus is heard", lambda: float(self.hub.ready))
            heard = (self._bus or bus()).listen(self.hub)
            self._tasks = [asyncio.create_task(heard), asyncio.create_task(self._tidy())]

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDIES)
            self.hub.tidy()

    def _end_on_signals(self) -> None:
        # The server waits for open answers before it ends the lifespan: a stream would hold it for ever.
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            servers = signal.getsignal(number)
            if callable(servers):
                signal.signal(number, _first(lambda: loop.call_soon_threadsafe(self.hub.end_all), servers))

    async def _live(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["method"] != "GET":
            await _answer(send, 405, more=[(b"allow", b"GET")])
            return
        status = _refused(headers)
        if status:
            await _answer(send, status)
            return
        scheme, _, written = headers.get("authorization", "").partition(" ")
        sound = scheme == "Live" and len(written) <= LONGEST_TICKET
        ticket = tickets.read(written) if sound else None
        try:
            if ticket is None:
                raise Refused
            stream = self.hub.open(ticket, away=_away(headers.get("x-preau-away", "")))
        except Refused:
            await _answer(send, 401, more=[(b"www-authenticate", b"Live")])
        except Full as full:
            await _answer(send, 503, more=[(b"retry-after", b"%d" % full.again_in)])
        else:
            try:
                await _write(stream, receive, send)
            finally:
                self.hub.close(stream)


async def _write(stream: Stream, receive: Receive, send: Send) -> None:
    watch = asyncio.create_task(_leaves(receive, stream))
    try:
        async with asyncio.timeout(SLOWEST_READER):
            await send({"type": "http.response.start", "status": 200, "headers": _STREAM})
        while not stream.over:
            frames = await stream.next()
            async with asyncio.timeout(SLOWEST_READER):
                await send({"type": "http.response.body", "body": frames, "more_body": not stream.over})
    except TimeoutError:
        return  # it does not read: the server closes the connection
    finally:
        watch.cancel()


async def _leaves(receive: Receive, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.gone()


def _refused(headers: dict[str, str]) -> int | None:
    """Another site's page may not open a stream, whatever it holds."""
    host = headers.get("host", "")
    domain, _port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return 400
    origin = headers.get("origin")
    if origin is not None and origin not in (f"https://{host}", f"http://{host}"):
        return 403
    return None if headers.get("sec-fetch-site", "same-origin") == "same-origin" else 403


def _away(written: str) -> float:
    try:
        away = float(written)
    except ValueError:
        return LONGEST_AWAY
    return away if 0 <= away <= LONGEST_AWAY else LONGEST_AWAY  # not a number is neither


async def _answer(send: Send, status: int, body: bytes = b"", *, more: Headers | None = None) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body)), *_EVERY]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *(more or [])]})
    await send({"type": "http.response.body", "body": body})


def _first(work: Callable[[], object], then: Callable[..., object]) -> Callable[..., None]:
    def handle(number: int, frame: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            work()
        then(number, frame)

    return handle


def _take_room() -> None:
    """A stream is an open file; most systems give 1 024 unless asked."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 2 * settings.LIVE_STREAMS + 1024
        if soft != resource.RLIM_INFINITY and soft < wanted:
            most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
