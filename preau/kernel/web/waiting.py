"""Logins wait here, before they are given a thread: a class that comes in at eight o’clock costs the
others none of theirs. ASGI; the limits of `throttle` hold below, wherever else pages are served."""

import asyncio
from collections.abc import Callable, MutableMapping
from typing import Any, TypeVar

from django.http import HttpResponse
from django.urls import Resolver404, resolve

from preau.kernel.web.body import Application, Receive, Send

View = TypeVar("View", bound=Callable[..., HttpResponse])

AT_ONCE = 3  # one more than passwords are tried at once: the next is ready when one is done
LONGEST_WAIT = 20.0  # seconds
LONGEST_QUEUE = 500
CROWDED = "preau.crowded"


def hashes(view: View) -> View:
    """For a view whose POST tries a password: it waits for its turn outside the threads."""
    view.hashes = True  # type: ignore[attr-defined]
    return view


def is_crowded(request: Any) -> bool:
    """Whether this request has waited in vain, and should be told so without any work."""
    return bool(request.META.get("asgi.scope", {}).get(CROWDED))


class WaitingRoom:
    def __init__(self, application: Application) -> None:
        self.application = application
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["method"] != "POST" or not _hashes(scope["path"]):
            await self.application(scope, receive, send)
            return
        turns = self._of_this_loop()
        if self._waiting >= LONGEST_QUEUE:
            await self.application({**scope, CROWDED: True}, receive, send)
            return
        self._waiting += 1
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                await turns.acquire()
        except TimeoutError:
            await self.application({**scope, CROWDED: True}, receive, send)
            return
        finally:
            self._waiting -= 1
        try:
            await self.application(scope, receive, send)
        finally:
            turns.release()

    def _of_this_loop(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._turns = loop, asyncio.Semaphore(AT_ONCE)
        return self._turns


def _hashes(path: str) -> bool:
    try:
        return getattr(resolve(path).func, "hashes", False) is True
    except Resolver404:
        return False
