import asyncio
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from preau.kernel.live.bus import Changed, MemoryBus, Message, RedisBus, Revoked, decode, encode
from preau.kernel.live.topics import PersonTopic, SchoolTopic

TOPIC = str(PersonTopic("test.news").of(1))


class Ear:
    def __init__(self) -> None:
        self.got: list[Message | str] = []
        self.stirred = asyncio.Event()

    def heard(self, message: Message) -> None:
        self._take(message)

    def connected(self) -> None:
        self._take("connected")

    def lost(self) -> None:
        self._take("lost")

    def _take(self, what: Message | str) -> None:
        self.got.append(what)
        self.stirred.set()

    async def until(self, met: Callable[[list[Any]], bool], seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while not met(self.got):
                self.stirred.clear()
                await self.stirred.wait()


class Redis:
    """A server of our own, to be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/3"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
        raise AssertionError("redis-server does not answer")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server")
    pytest.importorskip("redis")
    server = Redis(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.mark.parametrize(
    "message",
    [
        Changed(TOPIC),
        Changed(TOPIC, "row-3"),
        Changed(str(SchoolTopic("a.b", lambda *_: True).at(1))),
        Revoked("m", 1.5),
    ],
)
def test_a_message_arrives_as_it_was_sent(message: Message) -> None:
    assert decode(encode(message)) == message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"3",
        b'"changed"',
        b"{}",
        b'{"changed": 3}',
        b'{"changed": "Lina Haddouche"}',
        b'{"changed": "%s\\nevent: gap"}' % TOPIC.encode(),
        b'{"changed": "%s", "fragment": "Lina Haddouche"}' % TOPIC.encode(),
        b'{"changed": "%s", "fragment": "a\\n\\nevent: bye"}' % TOPIC.encode(),
        b'{"revoked": "x"}',
        b'{"revoked": "x", "at": "soon"}',
        b'{"changed": "' + b"x" * 4000 + b'"}',
    ],
)
def test_what_is_no_message_of_ours_is_nothing(data: bytes) -> None:
    assert decode(data) is None


def test_pages_in_threads_reach_the_loop_of_the_streams() -> None:
    async def run() -> None:
        bus, ear = MemoryBus(), Ear()
        listening = asyncio.create_task(bus.listen(ear))
        await ear.until(lambda got: got == ["connected"])
        pages = [threading.Thread(target=bus.publish, args=[Changed(TOPIC, f"row-{n}")]) for n in range(20)]
        for page in pages:
            page.start()
        await ear.until(lambda got: len(got) == 21)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        bus.publish(Changed(TOPIC))
        assert len(ear.got) == 21

    asyncio.run(run())


def test_a_page_that_outlives_the_loop_is_not_harmed() -> None:
    bus, ear = MemoryBus(), None

    async def run() -> None:
        nonlocal ear
        ear = Ear()
        listening = asyncio.create_task(bus.listen(ear))
        await ear.until(lambda got: bool(got))
        bus._listening = dict(bus._listening)
        kept.update(bus._listening)
        listening.cancel()

    kept: dict[Any, Any] = {}
    asyncio.run(run())
    bus._listening = kept  # as if it closed between looking and telling
    bus.publish(Changed(TOPIC))


def test_redis_carries_messages_between_processes(redis_server: Redis) -> None:
    async def run() -> None:
        ear = Ear()
        listening = asyncio.create_task(RedisBus(redis_server.url, "t:live").listen(ear))
        await ear.until(lambda got: got == ["connected"])
        page = RedisBus(redis_server.url, "t:live")
        await asyncio.to_thread(page.publish, Changed(TOPIC, "row-1"))
        await asyncio.to_thread(
            RedisBus(redis_server.url, "another:live").publish, Changed(TOPIC, "not-ours")
        )
        await asyncio.to_thread(page._client.publish, "t:live", b"junk")
        await asyncio.to_thread(page.publish, Revoked("m", 2.0))
        await ear.until(lambda got: Revoked("m", 2.0) in got)
        assert ear.got == ["connected", Changed(TOPIC, "row-1"), Revoked("m", 2.0)]
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    asyncio.run(run())


def test_redis_killed_and_started_again(redis_server: Redis) -> None:
    """The loss is noticed, pages go on, and once it is back everything is heard again."""

    async def run() -> None:
        ear, page = Ear(), RedisBus(redis_server.url, "t:live")
        page.REST = 0.2
        listening = asyncio.create_task(RedisBus(redis_server.url, "t:live").listen(ear))
        await ear.until(lambda got: got == ["connected"])
        await asyncio.to_thread(page.publish, Changed(TOPIC, "row-1"))
        await ear.until(lambda got: Changed(TOPIC, "row-1") in got)

        redis_server.kill()
        await ear.until(lambda got: got[-1] == "lost")
        begun = time.monotonic()
        for _ in range(1000):
            page.publish(Changed(TOPIC, "row-2"))
        assert time.monotonic() - begun < 2

        await asyncio.to_thread(redis_server.start)
        await ear.until(lambda got: got[-1] == "connected")
        while Changed(TOPIC, "row-3") not in ear.got:  # a page that has just failed rests for a moment
            await asyncio.to_thread(page.publish, Changed(TOPIC, "row-3"))
            await asyncio.sleep(0.01)
        assert Changed(TOPIC, "row-2") not in ear.got
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    asyncio.run(run())


def test_redis_that_accepts_and_says_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that vanished: nothing is refused, nothing answers."""
    pytest.importorskip("redis")
    monkeypatch.setattr(RedisBus, "SILENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        bus = RedisBus(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", "t:live")

        async def run() -> None:
            ear = Ear()
            listening = asyncio.create_task(bus.listen(ear))
            await ear.until(lambda got: "lost" in got)
            assert "connected" not in ear.got
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

        asyncio.run(run())
        begun = time.monotonic()
        for _ in range(100):
            bus.publish(Changed(TOPIC))
        assert time.monotonic() - begun < 3, "one page waits, the others do not"
