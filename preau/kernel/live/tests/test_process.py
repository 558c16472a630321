"""Real servers: how they stop, and what they carry."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from preau.kernel.live import tickets
from preau.kernel.live.bus import Changed, RedisBus
from preau.kernel.live.tests.test_bus import Redis, redis_server
from preau.kernel.live.topics import PersonTopic

__all__ = ["redis_server"]

NEWS = PersonTopic("test.news")
SECRET = "of-these-tests"


@contextmanager
def serving(application: str, folder: Path, **given: str) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    env |= {"PREAU_VAR": str(folder), "SECRET_KEY": SECRET, "LIVE_STREAMS_PER_ACCOUNT": "100", **given}
    env |= {"DJANGO_SETTINGS_MODULE": "preau.config.settings"}
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/live/health", timeout=2):
                break
        yield port, process
    finally:
        process.kill()
        process.wait()


def stream(port: int, settings: Any) -> socket.socket:
    """An open stream, its greeting read."""
    settings.SECRET_KEY = SECRET
    ticket = tickets.issue(account_id=1, session_key="s", topics=[str(NEWS.of(1))])
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    head = f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Live {ticket}\r\nX-Preau-Away: 0\r\n\r\n"
    line.sendall(head.encode())
    assert b"200 OK" in until(line, b"event: hello\ndata:\n\n")
    return line


def until(line: socket.socket, words: bytes) -> bytes:
    got = b""
    while words not in got:
        more = line.recv(65_536)
        assert more, got
        got += more
    return got


def rest(line: socket.socket) -> bytes:
    got = b""
    while more := line.recv(65_536):
        got += more
    return got


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_process_with_fifty_streams_stops_at_once(tmp_path: Path, settings: Any, number: int) -> None:
    with ExitStack() as stack, serving("preau.config.asgi:application", tmp_path) as (port, process):
        lines = [stack.enter_context(stream(port, settings)) for _ in range(50)]
        begun = time.monotonic()
        process.send_signal(number)
        process.wait(10)
        # Under 1 s alone on the machine; without being told, they would be waited for.
        assert time.monotonic() - begun < 8
        assert all(b"event: bye\ndata: 2\n\n" in rest(line) for line in lines), "each is told to come back"
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_alone_it_hears_through_redis_and_loads_no_model(
    tmp_path: Path, settings: Any, redis_server: Redis
) -> None:
    settings.SECRET_KEY = SECRET
    with serving("preau.config.live:application", tmp_path, REDIS_URL=redis_server.url) as (port, _):
        with stream(port, settings) as line:
            page = RedisBus(redis_server.url, "preau:3:live")
            page.publish(Changed(str(NEWS.of(1)), "row-1"))
            assert until(line, b"row-1\n\n").count(b"event: changed") == 1

            redis_server.kill()
            assert b"event: bye" in until(line, b"event: bye\ndata: 1\n\n")
        redis_server.start()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with suppress(AssertionError), stream(port, settings):
                break
            time.sleep(0.05)  # between two tries, not instead of a condition
        else:
            pytest.fail("it does not hear again")
    code = "import preau.config.live, sys; sys.exit('preau.kernel.models' in sys.modules)"
    env = {**os.environ, "PREAU_VAR": str(tmp_path), "REDIS_URL": redis_server.url}
    env |= {"DJANGO_SETTINGS_MODULE": "preau.config.settings"}
    assert subprocess.run([sys.executable, "-c", code], env=env).returncode == 0


def test_alone_it_does_not_start_without_redis(tmp_path: Path) -> None:
    env = {key: value for key, value in os.environ.items() if "REDIS" not in key}
    env |= {"PREAU_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "preau.config.settings"}
    done = subprocess.run([sys.executable, "-c", "import preau.config.live"], env=env, capture_output=True)
    assert done.returncode == 1
    assert b"REDIS_URL" in done.stderr
