"""Requests are taken whole before a thread is: a slow or cut line costs nobody else their page."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

LONGEST_BODY = 2_500_000  # bytes; files come by another way
SLOWEST_BODY = 30.0  # seconds


class WholeBody:
    """ASGI. Reads the body first, within a time and a size, and gives it to `application` at once.

    A body cut off by a dropped line is not executed with what had arrived: the browser knows
    that it was not sent, and a date that lost its last digit is still a date.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        declared = next((int(v) for k, v in scope["headers"] if k == b"content-length" and v.isdigit()), None)
        if declared is not None and declared > LONGEST_BODY:
            await _answer(send, 413)
            return
        try:
            async with asyncio.timeout(SLOWEST_BODY):
                body = await _read(receive)
        except TimeoutError:
            await _answer(send, 408)
            return
        if body is None:
            return  # they have gone
        if len(body) > LONGEST_BODY:
            await _answer(send, 413)
            return
        if declared is not None and len(body) != declared:
            await _answer(send, 400)
            return
        if declared is None:  # sent in pieces: its length is known now
            scope = {**scope, "headers": [*scope["headers"], (b"content-length", str(len(body)).encode())]}
        given = False

        async def whole() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.application(scope, whole, send)


async def _read(receive: Receive) -> bytes | None:
    """None when the line was cut. Stops reading past `LONGEST_BODY`."""
    body = bytearray()
    while len(body) <= LONGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return bytes(body)


async def _answer(send: Send, status: int) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send(
        {"type": "http.response.body", "body": {408: b"trop lent\n", 413: b"trop long\n"}.get(status, b"\n")}
    )
