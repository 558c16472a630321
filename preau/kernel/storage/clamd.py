"""Speaks with clamd: INSTREAM over a unix or TCP socket. Knows no model."""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_LONGEST_ANSWER = 4096


class NotScanned(Exception):
    """The scanner did not answer, or not to the end. Ask again later."""


class TooLarge(Exception):
    """The scanner refuses a stream of this length: asking again gives the same."""


@dataclass(frozen=True)
class Verdict:
    finding: str = ""  # the signature's name

    @property
    def is_clean(self) -> bool:
        return not self.finding


def scan(url: str, pieces: Iterable[bytes], *, timeout: float = 60.0) -> Verdict:
    """Raises `NotScanned` or `TooLarge`."""
    try:
        with _connected(url, timeout) as line:
            line.sendall(b"zINSTREAM\0")
            try:
                for piece in pieces:
                    if piece:  # a length of nought ends the stream
                        line.sendall(struct.pack("!L", len(piece)) + piece)
                line.sendall(struct.pack("!L", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # over its limit, clamd answers and hangs up while we still send
            return _verdict(_answer(line))
    except (TimeoutError, OSError) as failed:
        raise NotScanned(str(failed) or type(failed).__name__) from failed


def answers(url: str, *, timeout: float = 1.0) -> bool:
    """Raises `OSError` where nobody is there."""
    with _connected(url, timeout) as line:
        line.sendall(b"zPING\0")
        return _answer(line) == "PONG"


def _connected(url: str, timeout: float) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(timeout)
        try:
            line.connect(parts.path)
        except BaseException:
            line.close()
            raise
        return line
    if parts.scheme == "tcp" and parts.hostname:
        return socket.create_connection((parts.hostname, parts.port or 3310), timeout=timeout)
    raise ValueError("CLAMD_URL is tcp://host:port or unix:/path")


def _answer(line: socket.socket) -> str:
    received = b""
    while b"\0" not in received and len(received) < _LONGEST_ANSWER:
        piece = line.recv(1024)
        if not piece:
            break
        received += piece
    return received.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _verdict(answer: str) -> Verdict:
    """`stream: OK`, `stream: Eicar-Signature FOUND`, `INSTREAM size limit exceeded. ERROR`."""
    if answer == "stream: OK":
        return Verdict()
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Verdict(answer.removeprefix("stream: ").removesuffix(" FOUND")[:120] or "?")
    if "size limit exceeded" in answer:
        raise TooLarge(answer)
    raise NotScanned(answer or "no answer")
