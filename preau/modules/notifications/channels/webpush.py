"""RFC 8030: a message to a browser, by the push service the browser chose."""

import json
import re
import ssl
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import SHUT_RDWR, create_connection, socket
from threading import Timer
from urllib.parse import urlsplit
from uuid import UUID

from django.utils import timezone

from preau.modules.notifications.channels.answers import Answer, Outcome
from preau.modules.notifications.channels.endpoints import BadEndpoint, public_address
from preau.modules.notifications.channels.pushcrypto import authorization, encrypted, public_key

__all__ = ["device_label", "public_key", "push"]

SECONDS = 10.0  # of silence
LONGEST = 20.0  # seconds, whatever is said meanwhile: a letter at a time would hold a worker for ever
DAY = 24 * 3600
_SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "Mac"}
_BROWSERS = {"Firefox/": "Firefox", "Edg/": "Edge", "OPR/": "Opera", "Chrome/": "Chrome", "Safari/": "Safari"}


def push(
    *, endpoint: str, p256dh: str, auth: str, tag: UUID, title: str, body: str, path: str, urgent: bool
) -> Answer:
    """One message to one browser. `tag` replaces an earlier message of the same tag, waiting at the service
    (`Topic`) or shown already (the worker's `tag`): asked twice, the person sees one."""
    text = json.dumps({"title": title, "body": body, "path": path, "tag": str(tag)}, ensure_ascii=False)
    headers = {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(DAY),
        "Urgency": "high" if urgent else "normal",
        "Topic": tag.hex,  # at most 32 letters of the URL alphabet
        "Authorization": authorization(endpoint),
    }
    try:
        answer = _posted(endpoint, encrypted(text.encode(), p256dh=p256dh, auth=auth), headers)
    except BadEndpoint:
        return Answer(Outcome.REFUSED, address_is_dead=True)
    except (OSError, HTTPException):
        return Answer(Outcome.LATER)
    return _meaning(*answer)


def _meaning(status: int, retry_after: int) -> Answer:
    if 200 <= status < 300:
        return Answer(Outcome.TAKEN)
    if status in (404, 410):
        return Answer(Outcome.REFUSED, address_is_dead=True)
    if status in (408, 425, 429) or status >= 500:
        return Answer(Outcome.LATER, retry_after=retry_after)
    # Redirections are refused too: they would lead round the check of the address.
    return Answer(Outcome.REFUSED)


def _posted(endpoint: str, body: bytes, headers: dict[str, str]) -> tuple[int, int]:
    parts = urlsplit(endpoint)
    address, port = public_address(endpoint)
    connection = _connection(parts.scheme, parts.hostname or "", port, address)
    try:
        connection.request(
            "POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, headers
        )
        answer = connection.getresponse()
        answer.read(1024)
        return answer.status, _seconds(answer)
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int, address: str) -> HTTPConnection:
    """Connects to the address that was checked. Asked a second time, the name could lead elsewhere."""
    if scheme == "https":
        return _Secure(host, port, address)
    return _Plain(host, port, address)


class _Plain(HTTPConnection):
    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._address = address
        self._end: _End | None = None

    def connect(self) -> None:
        self.sock = create_connection((self._address, self.port), SECONDS)
        self._end = _End(self.sock)

    def close(self) -> None:
        super().close()
        if self._end is not None:
            self._end.cancel()


class _Secure(HTTPSConnection):
    def __init__(self, host: str, port: int, address: str) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(host, port, timeout=SECONDS, context=self._tls)
        self._address = address
        self._end: _End | None = None

    def connect(self) -> None:
        bare = create_connection((self._address, self.port), SECONDS)
        self._end = _End(bare)
        self.sock = self._tls.wrap_socket(bare, server_hostname=self.host)

    def close(self) -> None:
        super().close()
        if self._end is not None:
            self._end.cancel()


class _End:
    """Cuts a line that is still open after `LONGEST`, whoever reads from it."""

    def __init__(self, line: socket) -> None:
        self._line = line.dup()  # TLS takes the first one over
        self._timer = Timer(LONGEST, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        with suppress(OSError):
            self._line.shutdown(SHUT_RDWR)

    def cancel(self) -> None:
        self._timer.cancel()
        self._line.close()


def _seconds(answer: HTTPResponse) -> int:
    """`Retry-After`, in seconds or as a date; 0 without one, a day at most."""
    said = answer.headers.get("Retry-After", "")
    if said.isdigit():
        return min(int(said), DAY)
    try:
        wait = (parsedate_to_datetime(said) - timezone.now()).total_seconds()
    except (ValueError, TypeError):
        return 0
    return max(0, min(int(wait), DAY))


def device_label(user_agent: str) -> str:
    """« Firefox · Android »: enough to tell one's own browsers apart, no more."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    if not system and re.search(r"\bLinux\b", user_agent):
        system = "Linux"
    return " · ".join(filter(None, (browser, system)))
