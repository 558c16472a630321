"""The connections of the embedded server: how long one may take to say what it wants, how much, and how
long to listen to the answer.

uvicorn bounds none of these. A connection that is slow, silent or endless costs a file descriptor and
no thread, and is closed here.
"""

import resource
from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from preau.kernel.web.headers import of_the_server

SLOWEST_HEAD = 10.0  # seconds from the first byte, or from the connection, to the end of the headers
LONGEST_HEAD = 32_768  # bytes
SLOWEST_READER = 60.0  # seconds a full line to a reader may stand still
KEEP_ALIVE = 20  # seconds between two pages on one connection
BACKLOG = 1024
CONNECTIONS = 2000


class Door(HttpToolsProtocol):
    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        self._head: TimerHandle | None = None
        self._reader: TimerHandle | None = None
        self._in_head = True
        self._head_size = 0
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        within = self._in_head
        super().data_received(data)
        if not self._in_head:
            return
        # A piece that ends the request before it says little of this one.
        self._head_size += len(data) if within else 1
        if self._head_size > LONGEST_HEAD and not self.transport.is_closing():
            self._refuse(431)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head_size = True, 0
        self._await_head()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_waiting()
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > LONGEST_HEAD:
            self._refuse(431)
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self.cycle is not None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self.cycle is not None:
            super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._reader is None:
            self._reader = self.loop.call_later(SLOWEST_READER, self.transport.abort)

    def resume_writing(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        self._refuse(400)

    def _await_head(self) -> None:
        if self._head is None:
            self._head = self.loop.call_later(SLOWEST_HEAD, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _too_slow(self) -> None:
        self._head = None
        if self.transport.is_closing():
            return
        if self._head_size:
            self._refuse(408)
        else:
            self.transport.close()  # browsers open connections ahead: nobody waits for an answer

    def _refuse(self, status: int) -> None:
        lines = [STATUS_LINE[status], *(b"%s: %s\r\n" % each for each in of_the_server())]
        self.transport.write(b"".join([*lines, b"content-length: 0\r\n\r\n"]))
        self.transport.close()


def how_many() -> int:
    """Connections at once: never more than leave files for the database and the static ones."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS if files < 0 else max(64, min(CONNECTIONS, files - 128))


def options() -> dict[str, Any]:
    """What `preau serve` gives to uvicorn."""
    return {
        "http": Door,
        "limit_concurrency": how_many(),
        "backlog": BACKLOG,
        "timeout_keep_alive": KEEP_ALIVE,
        "timeout_graceful_shutdown": 15,
        # `proxies` decides whom to believe; uvicorn would believe every process of this machine.
        "proxy_headers": False,
        "server_header": False,
        # Its lines hold addresses with what was searched for; ours do not.
        "access_log": False,
        "log_config": None,
        "ws": "none",
    }
