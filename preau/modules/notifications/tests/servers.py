"""The outside, on this machine: a mail server, an SMS operator and a push service that misbehave when told."""

import json
import socket
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@dataclass
class MailServer:
    """`moods`: what to do with the next letters, then all is well: refuse, full, busy, drop, unlike."""

    port: int = 0
    moods: list[str] = field(default_factory=list)
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    _mood: str = ""

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        self._mood = self.moods.pop(0) if self.moods else ""
        answers = {"refuse": "550 5.1.1 unknown", "full": "552 5.2.2 full", "busy": "451 4.7.1 later"}
        if self._mood in answers:
            return answers[self._mood]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if self._mood == "unlike":
            return "554 5.7.1 looks like spam"
        self.letters.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        self.recipients.append(list(envelope.rcpt_tos))
        if self._mood == "drop":
            server.transport.abort()
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    handler = MailServer()
    with socket.socket() as free:  # the controller knocks at the very port it was given
        free.bind(("127.0.0.1", 0))
        handler.port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()


@dataclass
class Operator:
    """An SMS operator that knows a message by its reference. `moods` for the next messages: hang (takes it
    and says nothing), broken (takes it and answers 500), lost (does not take it and says nothing), bad."""

    url: str = ""
    moods: list[str] = field(default_factory=list)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: int = 0
    asked: int = 0
    silent: bool = False  # the status is not told either
    told: threading.Event = field(default_factory=threading.Event)


class _OperatorsDoor(BaseHTTPRequestHandler):
    operator: Operator

    def do_POST(self) -> None:
        operator, body = self.operator, json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operator.posts += 1
        mood = operator.moods.pop(0) if operator.moods else ""
        if mood == "bad":
            return self._answer(422, {})
        if mood != "lost":
            operator.sent[body["reference"]] = body
        if mood in ("hang", "lost"):
            operator.told.wait(20)  # held until the test is over
            return None
        return self._answer(500 if mood == "broken" else 201, {"id": f"op-{len(operator.sent)}"})

    def do_GET(self) -> None:
        self.operator.asked += 1
        reference = self.path.rpartition("/")[2]
        if self.operator.silent:
            return self._answer(503, {})
        known = reference in self.operator.sent
        return self._answer(200 if known else 404, {"id": "op-asked"} if known else {})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: Any) -> None:
        """Nothing on the test's output."""


@contextmanager
def operator() -> Iterator[Operator]:
    made = Operator()
    with _served(type("Door", (_OperatorsDoor,), {"operator": made})) as url:
        made.url = url
        try:
            yield made
        finally:
            made.told.set()


@dataclass
class Browser:
    """A browser's keys: it alone reads what is pushed."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = b"0123456789abcdef"

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    @property
    def p256dh(self) -> str:
        return unpadded(self.public)

    @property
    def auth(self) -> str:
        return unpadded(self.secret)

    def read(self, body: bytes) -> bytes:
        """RFC 8291, from the other side."""
        salt, sender = body[:16], body[21 : 21 + body[20]]
        shared = self.private.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        )

        def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
            return HKDF(hashes.SHA256(), length, salt, info).derive(secret)

        key = derived(shared, self.secret, b"WebPush: info\0" + self.public + sender, 32)
        content = derived(key, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(key, salt, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(content).decrypt(nonce, body[21 + body[20] :], None)
        return plain.rstrip(b"\0").removesuffix(b"\x02")


@dataclass
class PushService:
    """Keeps what is pushed. `answers` for the next messages: (status, Retry-After)."""

    url: str = ""
    answers: list[tuple[int, str]] = field(default_factory=list)
    pushed: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


class _PushDoor(BaseHTTPRequestHandler):
    service: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.service.pushed.append((self.path, dict(self.headers), body))
        status, retry = self.service.answers.pop(0) if self.service.answers else (201, "")
        self.send_response(status)
        if retry:
            self.send_header("Retry-After", retry)
        if status == 307:
            self.send_header("Location", "http://127.0.0.1:1/inside")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Nothing on the test's output."""


@contextmanager
def push_service() -> Iterator[PushService]:
    made = PushService()
    with _served(type("Door", (_PushDoor,), {"service": made})) as url:
        made.url = url
        yield made


@contextmanager
def _served(door: Any) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), door)
    server.daemon_threads = True
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    running.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        running.join()


def unpadded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def padded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
