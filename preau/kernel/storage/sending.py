"""ASGI, around the pages: sends files from the folder while no thread of the pages waits for a slow line."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

_PIECE = 256 * 1024
_PATH, _RANGE = b"x-preau-send-path", b"x-preau-send-range"


class SendsFiles:
    """A page that answers with a path and a range is done; the bytes go out from here.

    Only what the pages themselves answer is read: these names in a request mean nothing.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        asked: tuple[Path, int, int] | None = None

        async def forward(message: Message) -> None:
            nonlocal asked
            if message["type"] == "http.response.start":
                headers = dict(message.get("headers", ()))
                if _PATH in headers:
                    start, _, length = headers[_RANGE].decode().partition("-")
                    asked = Path(unquote(headers[_PATH].decode())), int(start), int(length)
                    kept = [
                        pair
                        for pair in message["headers"]
                        if pair[0] not in (_PATH, _RANGE, b"content-encoding")
                    ]
                    message = {**message, "headers": kept}
                await send(message)
            elif asked is None:
                await send(message)
            # The body of the page is empty: its own end is said below.

        await self.application({**scope, "preau.sends_files": True}, receive, forward)
        if asked is not None:
            await _send_file(*asked, receive, send)


async def _send_file(path: Path, start: int, length: int, receive: Receive, send: Send) -> None:
    file = await asyncio.to_thread(path.open, "rb")
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        await asyncio.to_thread(file.seek, start)
        left = length
        while left > 0 and not gone.done():
            piece = await asyncio.to_thread(file.read, min(_PIECE, left))
            if not piece:
                break  # shorter than its row says: the line is cut, and the browser sees it
            left -= len(piece)
            # Waits while the line is full: a slow phone holds a file handle, not a thread.
            await send({"type": "http.response.body", "body": piece, "more_body": left > 0})
        if length == 0:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        await asyncio.to_thread(file.close)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
