"""What people who mean no good send to the notices, and where they try to lead them."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from preau.modules.directory.testing import Cast, Who
from preau.modules.notifications.channels import mail, webpush
from preau.modules.notifications.channels.answers import Message, Outcome
from preau.modules.notifications.channels.endpoints import BadEndpoint, check_endpoint, public_address
from preau.modules.notifications.selectors.preferences import silence_token


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://[64:ff9b::7f00:1]/",  # NAT64 of 127.0.0.1
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[2002:7f00:1::]/",  # 6to4 of 127.0.0.1
        "https://[2002:a00:1::1]/",
        "https://[::127.0.0.1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/",
        "https://[::]/",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "https://169.254.169.254/",
        "https://192.0.0.192/",
        "https://198.18.0.1/",
        "https://240.0.0.1/",
        "https://255.255.255.255/",
        "https://127.1/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://2130706433/",
        "https://127.0.0.1./",
        "https://localhost./",
        "https://printer.local./",
        "https://a.internal./",
        "https://user@fcm.googleapis.com/",
        "https://fcm.googleapis.com:22/",
        "http://fcm.googleapis.com/",
        "https://fcm.googleapis.com\\@127.0.0.1/",
        "https://[::1/",
        "https:///x",
        "//fcm.googleapis.com/",
        "https://①②⑦.⓪.⓪.①/",
    ],
)
def test_no_spelling_of_an_address_leads_into_this_network(endpoint: str) -> None:
    with pytest.raises((BadEndpoint, socket.gaierror)):
        public_address(endpoint)


@pytest.fixture
def dripping() -> Iterator[str]:
    """A push service that answers one letter at a time, for ever."""
    stop = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listening.accept()
        with line:
            line.recv(65_536)
            try:
                line.sendall(b"HTTP/1.1 201 Created\r\nX-Slow: ")
                while not stop.wait(0.1):
                    line.sendall(b"a")
            except OSError:
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    stop.set()
    listening.close()
    thread.join(5)


def test_a_push_service_that_never_ends_its_answer_holds_no_worker(
    dripping: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUSH_SERVICES = [dripping]
    monkeypatch.setattr(webpush, "SECONDS", 1.0)
    monkeypatch.setattr(webpush, "LONGEST", 1.5)
    begun = time.monotonic()
    answer = []

    def ask() -> None:
        try:
            answer.append(webpush._posted(f"{dripping}/x", b"x", {}))
        except Exception as error:
            answer.append(error)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(8)
    assert not asking.is_alive() and time.monotonic() - begun < 6


def test_the_link_of_a_letter_to_somebody_who_was_erased_silences_nobody(cast: Cast, client: Any) -> None:
    token = silence_token(987_654_321, "digest")
    assert client.post(f"/notices/unsubscribe/?t={token}").status_code == 404
    assert client.get(f"/notices/unsubscribe/?t={token}").status_code == 404


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\x00", "é", "WzEsIDJd:x:y", "." * 5000, "%00", "[]"])
def test_a_forged_link_is_unknown(token: str, client: Any, db: None) -> None:
    assert client.post("/notices/unsubscribe/", QUERY_STRING=f"t={token}").status_code == 404


@pytest.mark.parametrize(
    "until",
    ["0001-01-01 00:00", "9999-12-31 23:59:59", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
     "\x00", "2026-13-01", "now", "1e999", "2026-10-25T02:30"],
)  # fmt: skip
def test_reading_up_to_an_odd_moment_is_no_error_of_ours(until: str, cast: Cast, as_person: Any) -> None:
    sent = as_person(Who.HEAD).post("/notices/read/", {"until": until, "_scope": cast.scope_field()})
    assert sent.status_code in (302, 422)


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "\x00",
        "9" * 40,
        "-1",
        "é",
        "," * 99,
        "0001-01-01T00:00:00+14:00.00000000-0000-4000-8000-000000000000",
        "9999-12-31T23:59:59-14:00.00000000-0000-4000-8000-000000000000",
        "2026-01-01T00:00:00.00000000-0000-4000-8000-000000000000",
        "0001-01-01T00:00:00+14:00~00000000-0000-4000-8000-000000000000",
        "0001-01-01T00:00:00+14:00_00000000-0000-4000-8000-000000000000",
        "0001-01-01T00:00:00+14:00,00000000-0000-4000-8000-000000000000",
    ],
)
def test_an_odd_cursor_is_the_first_page(after: str, cast: Cast, as_person: Any) -> None:
    assert as_person(Who.HEAD).get("/notices/", {"after": after}).status_code in (200, 404)


def _message(**given: Any) -> Message:
    from uuid import uuid4

    values: dict[str, Any] = {
        "reference": uuid4(), "address": "a@example.org", "sender": "Collège", "title": "t", "body": "b",
        "url": "https://x.example/", "unsubscribe_url": "", "preferences_url": "https://x.example/p",
    }  # fmt: skip
    return Message(**values | given)


@pytest.mark.parametrize(
    "mark", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"]
)
def test_no_name_writes_a_header_of_a_letter(mark: str) -> None:
    evil = f"Classe{mark}Bcc: x@example.net"
    made = mail.letter(_message(title=evil, sender=evil)).message()
    assert "Bcc" not in made
    head = made.as_bytes().split(b"\n\n")[0]
    assert not any(line.strip().startswith(b"Bcc:") for line in head.splitlines())


@pytest.mark.parametrize(
    "address",
    ['"\x0bBcc: x@example.net"@example.org', "a@example.org\r\nBcc: x@example.net", "a@example.org,b@example.org",
     "a@example.org>", "<a@example.org>", '"a\x0c"@example.org', "a@example.org\x00"],
)  # fmt: skip
def test_no_address_writes_a_header_or_a_second_recipient(address: str, settings: Any) -> None:
    if not mail.is_address(address):
        assert mail.send(_message(address=address)).outcome is Outcome.REFUSED
        return
    made = mail.letter(_message(address=address)).message()
    assert b"\nBcc:" not in made.as_bytes() and b"\n Bcc:" not in made.as_bytes()


def test_a_long_endpoint_is_refused() -> None:
    with pytest.raises(BadEndpoint):
        check_endpoint("https://fcm.googleapis.com/" + "a" * 5000)
