"""The real server with the demonstration's schools, in a folder and a database that go away.

For the benches, and for the pictures of `tools/screens.py`.
"""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
from psycopg import sql

from bench.load import HOST

PROJECT = Path(__file__).resolve().parents[1]
DAY = "2026-11-17"  # a Tuesday of an ordinary month: figures and pictures of two versions can be compared
PREAU = (sys.executable, "-m", "preau")
# What a developer may have set for other work, and would change what is measured.
_SET_BY_OTHERS = (
    "DATABASE_URL",
    "REDIS_URL",
    "LIVE_REDIS_URL",
    "CONN_MAX_AGE",
    "SECRET_KEY",
    "HTTPS",
    "LOG_LEVEL",
)


# Names a folder, for as long as a run of tests: many servers begin there with the same data.
KEPT = "PREAU_DEMO_KEPT"
# Under pytest a server would take the settings of the tests, their folder of files among them.
AS_SERVED = {"DJANGO_SETTINGS_MODULE": "preau.config.settings"}


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

    def memory_mb(self) -> float | None:
        """What the process holds now. None where the system does not tell."""
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        except OSError:
            return None
        return round(pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000, 1)


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
def served(database_url: str | None, *, folder: Path | None = None, **given: str) -> Iterator[Server]:
    """`preau serve` on a free port; without a `database_url`, on SQLite. `given`: more of its environment.
    `folder`: where its data is, which then stays."""
    with nullcontext(str(folder)) if folder else tempfile.TemporaryDirectory(prefix="preau-served-") as var:
        env = {key: value for key, value in os.environ.items() if key not in _SET_BY_OTHERS}
        env |= {"PREAU_VAR": var, "PREAU_DEMO_DAY": DAY, "DEBUG": "0", "PREAU_SQL_WALL": "0"}
        env |= given
        if database_url:
            env["DATABASE_URL"] = database_url
        if KEPT in os.environ and not database_url:
            shutil.copytree(_filled_once(env), var, dirs_exist_ok=True)
        else:
            _fill(env)
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


def _fill(env: dict[str, str]) -> None:
    for command in (["migrate", "--verbosity", "0"], ["demo"]):
        subprocess.run([*PREAU, *command], cwd=PROJECT, env=env, check=True, stderr=subprocess.DEVNULL)


def _filled_once(env: dict[str, str]) -> Path:
    """A folder with the demonstration, filled by the first of a run's processes that asks for it."""
    filled = Path(os.environ[KEPT]) / env.get("DJANGO_SETTINGS_MODULE", "preau.config.settings")
    with filled.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not filled.exists():
            making = filled.with_suffix(".making")
            making.mkdir()
            _fill({**env, "PREAU_VAR": str(making)})
            making.rename(filled)
    return filled


def accounts(server: Server) -> dict[str, str]:
    """The passwords of the demonstration, by login."""
    listed = subprocess.run(
        [*PREAU, "accounts", "--json"],
        cwd=PROJECT,
        env=server.env,
        check=True,
        capture_output=True,
        text=True,
    )
    return {row["login"]: row["password"] for row in json.loads(listed.stdout)}


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(address, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("the server does not answer")
