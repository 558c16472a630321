"""The real server with the demonstration's schools, in a folder and a database that go away."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
from psycopg import sql

from bench.load import HOST

PROJECT = Path(__file__).resolve().parents[1]
DAY = "2026-11-17"  # a Tuesday of an ordinary month: runs of two versions can be compared
PREAU = (sys.executable, "-m", "preau")
# What a developer may have set for other work, and would change what is measured.
_SET_BY_OTHERS = ("DATABASE_URL", "REDIS_URL", "CONN_MAX_AGE", "SECRET_KEY", "HTTPS", "LOG_LEVEL")


class NotReachable(Exception):
    """No PostgreSQL here, or none that lets us make a database."""


@dataclass(frozen=True)
class Server:
    port: int
    pid: int
    env: dict[str, str]  # of the server: a command run with it meets the same data

    def cpu_ms(self) -> float | None:
        """What the process has used since it began. None where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


@contextmanager
def postgresql_database() -> Iterator[str]:
    """The address of an empty database, dropped afterwards. Raises `NotReachable`."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        given = "postgres://postgres@127.0.0.1:5432/preau"
    host = given.rpartition("/")[0]
    name = f"preau_bench_{os.getpid()}"
    try:
        connection = psycopg.connect(f"{host}/postgres", autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        raise NotReachable(f"PostgreSQL does not answer (DATABASE_URL): {error}") from None
    with connection:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise NotReachable(f"DATABASE_URL may not create a database: {error}") from None
        try:
            yield f"{host}/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def served(database_url: str | None) -> Iterator[Server]:
    """`preau serve` on a free port; without a `database_url`, on SQLite."""
    with tempfile.TemporaryDirectory(prefix="preau-bench-") as folder:
        env = {key: value for key, value in os.environ.items() if key not in _SET_BY_OTHERS}
        env |= {"PREAU_VAR": folder, "PREAU_DEMO_DAY": DAY, "DEBUG": "0", "PREAU_SQL_WALL": "0"}
        if database_url:
            env["DATABASE_URL"] = database_url
        for command in (["migrate", "--verbosity", "0"], ["demo"]):
            subprocess.run([*PREAU, *command], cwd=PROJECT, env=env, check=True, stderr=subprocess.DEVNULL)
        with socket.socket() as free:
            free.bind((HOST, 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [*PREAU, "serve", "--host", HOST, "--port", str(port)], cwd=PROJECT, env=env
        )
        try:
            _wait_for(f"http://{HOST}:{port}/health/ready", process)
            yield Server(port, process.pid, env)
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(address, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("the server does not answer")
