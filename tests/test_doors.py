"""The server's own door: who is slow, silent or endless holds up nobody."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import uvicorn

from preau.kernel.web import doors
from preau.kernel.web.body import WholeBody

BIG = b"x" * 30_000_000


async def _pages(scope: Any, receive: Any, send: Any) -> None:
    body = BIG if scope["path"] == "/big" else (scope["client"][0] + repr(scope["headers"])).encode()
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server as `preau serve` opens it, with less patience."""
    monkeypatch.setattr(doors, "SLOWEST_HEAD", 1.0)
    monkeypatch.setattr(doors, "SLOWEST_READER", 0.5)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(doors.BACKLOG)
    config = uvicorn.Config(WholeBody(_pages), lifespan="off", **doors.options())  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(20)


def _connected(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=20)
    made.settimeout(20)
    return made


def _asked(port: int, sent: bytes) -> bytes:
    with _connected(port) as line:
        line.sendall(sent)
        found = b""
        with suppress(ConnectionResetError):  # closed with something of ours unread
            while piece := line.recv(65536):
                found += piece
        return found


GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


def test_two_hundred_half_open_lines_keep_nobody_from_a_page(door):
    slow = [_connected(door) for _ in range(200)]
    for line in slow:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    for _ in range(20):
        assert _asked(door, GET + b"\r\n").startswith(b"HTTP/1.1 200")
    for line in slow:  # and each of them is sent away, though it may go on a letter at a time
        assert line.recv(100).startswith(b"HTTP/1.1 408")
        line.close()


def test_whoever_says_nothing_is_let_go_without_a_word(door):
    with _connected(door) as line:
        assert line.recv(100) == b""


@pytest.mark.parametrize(
    "head",
    [
        b"X: " + b"a" * 40_000 + b"\r\n",
        b"".join(b"X%d: y\r\n" % n for n in range(6000)),
        b"X: " + b"a" * 200_000,
    ],
    ids=["one", "many", "endless"],
)
def test_endless_headers_are_refused_and_the_refusal_carries_the_headers(head, door):
    answer = _asked(door, GET + head + (b"" if len(head) > 150_000 else b"\r\n"))
    if len(head) > 150_000 and not answer:
        return  # cut off before the line was heard
    assert answer.startswith(b"HTTP/1.1 431")
    assert b"x-content-type-options: nosniff" in answer and b"default-src 'none'" in answer


def test_what_is_no_http_gets_the_headers_too(door):
    answer = _asked(door, b"\x16\x03\x01 nonsense\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400") and b"nosniff" in answer and b"server:" not in answer.lower()


def test_a_body_behind_short_headers_does_not_count_as_headers(door):
    body = b"a" * 100_000
    answer = _asked(
        door, b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n" + body
    )
    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("accept", "seen"), [(b"text/html,*/*", "<h1"), (b"*/*", "Rien n’a été enregistré.")]
)
def test_who_sends_too_much_is_told_so_once_they_listen(accept, seen, door):
    """A browser reads nothing before it has sent everything; cut off meanwhile, it shows an error of its own."""
    sent = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\nAccept: " + accept + b"\r\n\r\n"
    head, _, said = _asked(door, sent + b"a" * 8_000_000).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413") and seen in said.decode()
    assert (b"style-src 'self'" in head) is (b"html" in accept), "its page has its style"
    assert ("Revenez en arrière" in said.decode()) and "{%" not in said.decode()


def test_a_reader_who_stops_reading_is_left(door):
    with _connected(door) as line:
        line.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 200")
        stopped = threading.Event()
        stopped.wait(1.5)  # as they do
        read = 0
        with suppress(ConnectionError):
            while piece := line.recv(1 << 20):
                read += len(piece)
        assert read < len(BIG)


def test_nobody_passes_for_a_proxy(door):
    answer = _asked(door, GET + b"X-Forwarded-For: 203.0.113.9\r\nX_Forwarded_For: 203.0.113.9\r\n\r\n")
    assert b"127.0.0.1" in answer and b"x_forwarded_for" not in answer


def test_two_pages_on_one_line_are_two_pages(door):
    with _connected(door) as line:
        for _ in range(3):
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            found = b""
            while b"x')" not in found:  # the end of its text may come by itself
                found += line.recv(65536)
            assert found.startswith(b"HTTP/1.1 200")
