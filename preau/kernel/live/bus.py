"""From the threads that serve pages to the loops that hold streams, in one process or over Redis.

A message says that something changed or that somebody left: no name, no value. Publishing never fails
a page.
"""

import asyncio
import json
import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings

from preau.kernel.live.topics import is_fragment, parse

log = logging.getLogger("preau.live")


@dataclass(frozen=True)
class Changed:
    topic: str
    fragment: str = ""


@dataclass(frozen=True)
class Revoked:
    """Streams opened with a ticket made before `at` for this session or account end."""

    mark: str
    at: float


Message = Changed | Revoked


class Hearer(Protocol):
    """What a loop of streams does with what it hears. Called in that loop."""

    def heard(self, message: Message) -> None: ...

    def connected(self) -> None:
        """From now on everything is heard."""

    def lost(self) -> None:
        """From now on messages may be missed."""


class Bus(Protocol):
    def publish(self, message: Message) -> None:
        """From any thread. Never raises, never waits long."""

    async def listen(self, hearer: Hearer) -> None:
        """Until cancelled."""


class MemoryBus:
    """Pages and streams in one process: `preau serve`."""

    def __init__(self) -> None:
        self._listening: dict[Hearer, asyncio.AbstractEventLoop] = {}
        self._lock = threading.Lock()

    def publish(self, message: Message) -> None:
        with self._lock:
            listening = list(self._listening.items())
        for hearer, loop in listening:
            with suppress(RuntimeError):  # that loop is closing
                loop.call_soon_threadsafe(hearer.heard, message)

    async def listen(self, hearer: Hearer) -> None:
        with self._lock:
            self._listening[hearer] = asyncio.get_running_loop()
        hearer.connected()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            with self._lock:
                del self._listening[hearer]


class RedisBus:
    """Pages and streams in processes of their own. All hear one channel: messages are short and few."""

    PATIENCE = 0.5  # seconds a page may wait for Redis, once
    REST = 5.0  # seconds during which it is not tried again
    SILENCE = 5.0  # seconds without a word after which Redis is asked whether it is there
    SLOWEST_PAUSE = 5.0

    def __init__(self, url: str, channel: str) -> None:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._url = url
        self._channel = channel
        self._resting_until = 0.0
        self._errors = (redis.RedisError, OSError, TimeoutError)
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=self.PATIENCE,
            socket_connect_timeout=self.PATIENCE,
            # A connection closed since is opened again, once.
            retry=Retry(NoBackoff(), 1),
        )

    def publish(self, message: Message) -> None:
        if time.monotonic() < self._resting_until:
            return
        try:
            self._client.publish(self._channel, encode(message))
        except self._errors as error:
            self._resting_until = time.monotonic() + self.REST
            log.warning("live messages are not sent for %.0f s: %s", self.REST, type(error).__name__)

    async def listen(self, hearer: Hearer) -> None:
        pause = 0.1
        while True:
            begun = time.monotonic()
            try:
                await self._hear(hearer)
            except self._errors as error:
                log.warning("live messages are not heard: %s", type(error).__name__)
            hearer.lost()
            pause = 0.1 if time.monotonic() - begun > 60 else min(pause * 2, self.SLOWEST_PAUSE)
            await asyncio.sleep(pause)

    async def _hear(self, hearer: Hearer) -> None:
        import redis.asyncio
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        client = redis.asyncio.Redis.from_url(
            self._url,
            socket_connect_timeout=self.SILENCE,
            # The library would connect again by itself, and nobody would know of the gap.
            retry=Retry(NoBackoff(), 0),
        )
        async with client, client.pubsub() as subscription:
            await subscription.subscribe(self._channel)
            asked = False
            while True:
                got = await subscription.get_message(timeout=self.SILENCE)
                if got is None:
                    if asked:
                        raise TimeoutError
                    await subscription.ping()
                asked = got is None
                if got is not None and got["type"] == "subscribe":
                    hearer.connected()
                elif got is not None and got["type"] == "message" and (message := decode(got["data"])):
                    hearer.heard(message)


def encode(message: Message) -> bytes:
    if isinstance(message, Changed):
        return json.dumps({"changed": message.topic, "fragment": message.fragment}).encode()
    return json.dumps({"revoked": message.mark, "at": message.at}).encode()


def decode(data: bytes) -> Message | None:
    """None for anything else than a message of ours: the channel may be written by another version."""
    try:
        read: Any = json.loads(data)
        if "changed" in read:
            topic, fragment = str(read["changed"]), str(read.get("fragment", ""))
            sound = parse(topic) is not None and (not fragment or is_fragment(fragment))
            return Changed(topic, fragment) if sound else None
        return Revoked(str(read["revoked"]), float(read["at"]))
    except (ValueError, KeyError, TypeError):
        return None


@lru_cache(maxsize=1)
def bus() -> Bus:
    """The one of this process."""
    if settings.LIVE_REDIS_URL:
        return RedisBus(settings.LIVE_REDIS_URL, settings.LIVE_CHANNEL)
    return MemoryBus()
