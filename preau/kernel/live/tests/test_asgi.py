"""What the application answers, without a server."""

import asyncio
from typing import Any

import pytest
from django.core import signing

from preau.kernel.live import asgi, tickets
from preau.kernel.live.asgi import Live
from preau.kernel.live.bus import Changed, MemoryBus
from preau.kernel.live.topics import PersonTopic
from preau.kernel.web import metrics

NEWS = str(PersonTopic("test.news").of(1))


class Visit:
    """One request. `reads` says whether the browser takes what is written."""

    def __init__(self, app: Live, *, method: str = "GET", path: str = "/live", **headers: str) -> None:
        given = {"host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
        self.app = app
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }
        self.sent: list[Any] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.left = asyncio.Event()
        self.wrote = asyncio.Condition()

    async def __call__(self) -> None:
        await self.app(self.scope, self._receive, self._send)

    async def _receive(self) -> Any:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self.reads.wait()
        async with self.wrote:
            self.sent.append(message)
            self.wrote.notify_all()

    async def until(self, words: bytes) -> None:
        async with asyncio.timeout(2), self.wrote:
            await self.wrote.wait_for(lambda: words in self.body)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])


def ticket(*topics: str, **given: Any) -> str:
    return "Live " + tickets.issue(
        **{"account_id": 1, "session_key": "s", "topics": topics or [NEWS], **given}
    )


def asked(**given: Any) -> Visit:
    """The answer to one request that is refused, or answered at once."""

    async def run() -> Visit:
        visit = Visit(Live(on=MemoryBus()), **given)
        await visit()
        return visit

    return asyncio.run(run())


def _signed(**changes: Any) -> str:
    at = tickets.now()
    content = {"a": "a", "s": "s", "t": [NEWS], "i": at, **changes}
    return "Live " + signing.dumps(content, salt="preau.live.ticket", compress=True)


REFUSED = {
    "none": "",
    "another scheme": "Bearer x",
    "junk": "Live x.y.z",
    "too long": "Live " + "x" * 100_000,
    "signed for something else": "Live " + signing.dumps({"t": [NEWS]}, salt="another"),
    "signed without its fields": "Live " + signing.dumps([1], salt="preau.live.ticket"),
    "with strange fields": _signed(i="yesterday"),
    "too old": _signed(i=tickets.now() - 601),
    "from the future": _signed(i=tickets.now() + 3600),
}


@pytest.mark.parametrize("case", REFUSED)
def test_no_stream_without_a_sound_ticket(case: str) -> None:
    answer = asked(authorization=REFUSED[case])
    assert (answer.status, answer.body) == (401, b"")


def test_a_changed_ticket_is_none() -> None:
    sound = ticket()
    for place in range(10, len(sound), 7):
        forged = sound[:place] + ("A" if sound[place] != "A" else "B") + sound[place + 1 :]
        assert asked(authorization=forged).status == 401, place


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://ailleurs.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"origin": "http://127.0.0.1@ailleurs.example"}, 403),
        ({"origin": "ftp://127.0.0.1"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"host": "ailleurs.example"}, 400),
        ({"host": ""}, 400),
        ({"method": "POST"}, 405),
        ({"method": "OPTIONS"}, 405),
    ],
    ids=str,
)
def test_another_site_opens_no_stream(headers: Any, status: int) -> None:
    assert asked(authorization=ticket(), **headers).status == status


def test_alone_it_knows_no_other_address() -> None:
    assert asked(path="/").status == 404
    assert asked(path="/live/").status == 404


def test_a_stream_from_hello_to_leaving() -> None:
    async def run() -> None:
        bus = MemoryBus()
        app = Live(on=bus)
        first = Visit(app, path="/live/health")
        await first()
        await asyncio.sleep(0)  # listening begins
        visit = Visit(app, authorization=ticket(), origin="http://127.0.0.1", sec_fetch_site="same-origin")
        under_way = asyncio.create_task(visit())
        await visit.until(b"event: hello")
        assert visit.headers[b"content-type"].startswith(b"text/event-stream")
        assert visit.headers[b"x-accel-buffering"] == b"no"
        assert visit.headers[b"cache-control"] == b"no-store"
        bus.publish(Changed(NEWS))
        await visit.until(f"event: changed\ndata: {NEWS}\n\n".encode())
        assert len(app.hub) == 1
        figures = metrics.text()
        assert b"preau_live_streams 1.0" in figures and b"preau_live_hears 1.0" in figures
        visit.left.set()
        async with asyncio.timeout(1):
            await under_way
        assert len(app.hub) == 0

    asyncio.run(run())


def test_a_browser_that_takes_nothing_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "SLOWEST_READER", 0.05)

    async def run() -> None:
        app = Live(on=MemoryBus())
        await Visit(app, path="/live/health")()
        await asyncio.sleep(0)
        visit = Visit(app, authorization=ticket())
        under_way = asyncio.create_task(visit())
        await visit.until(b"hello")
        visit.reads.clear()
        app.hub.heard(Changed(NEWS))
        async with asyncio.timeout(1):
            await under_way
        assert len(app.hub) == 0

    asyncio.run(run())


def test_a_process_that_cannot_hear_sends_to_polling() -> None:
    class Deaf:
        def publish(self, message: Any) -> None: ...

        async def listen(self, hearer: Any) -> None:
            await asyncio.get_running_loop().create_future()

    async def run() -> None:
        app = Live(on=Deaf())
        visit = Visit(app, authorization=ticket())
        await visit()
        assert visit.status == 503
        assert int(visit.headers[b"retry-after"]) > 0
        health = Visit(app, path="/live/health")
        await health()
        assert health.status == 503

    asyncio.run(run())


@pytest.mark.parametrize("away", ["", "-3", "nan", "inf", "1e400", "soon", "99999999"])
def test_a_strange_absence_means_fetching_everything(away: str) -> None:
    async def run() -> None:
        app = Live(on=MemoryBus())
        await Visit(app, path="/live/health")()
        await asyncio.sleep(0)
        visit = Visit(app, authorization=ticket(), x_preau_away=away)
        under_way = asyncio.create_task(visit())
        await visit.until(b"event: gap\ndata:\n\nevent: hello")
        visit.left.set()
        await under_way

    asyncio.run(run())
