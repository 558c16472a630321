"""SIGKILL at each of the five points, then a restart: every fact stands, every effect exists exactly once.

The processes are real, and so is their database: a file, or one of its own on the PostgreSQL of the run.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from preau.kernel.work.points import CLAIMED, COMMITTED, POINTS, SETTLED, WORKED, WRITTEN

MORTAL = "preau.kernel.work.tests.mortal"
FACTS = 12
TELLER = {WRITTEN, COMMITTED}


class House:
    """A database of its own, and the processes that run on it."""

    def __init__(self, address: str, var: Path) -> None:
        self.environment = {
            **os.environ,
            "DATABASE_URL": address,
            "PREAU_VAR": str(var),
            "DJANGO_SETTINGS_MODULE": "preau.config.settings",
            "MORTAL_LEASE": "0.2",
        }
        self.environment.pop("REDIS_URL", None)

    def run(self, *words: str) -> int:
        done = subprocess.run(
            [sys.executable, "-m", *words], env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        return done.returncode

    def ask(self, query: str) -> list[str]:
        code = f"""
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute({query!r})
    for row in cursor.fetchall(): print(*row)
"""
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.splitlines()


def _address(base: dict[str, Any], name: str) -> str:
    host, port = base["HOST"] or "127.0.0.1", base["PORT"] or 5432
    return f"postgres://{base['USER']}:{base['PASSWORD']}@{host}:{port}/{name}"


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | Path]:
    """Tables and a school, made once: a file, or the name of a database. Each house begins as a copy of it."""
    folder = tmp_path_factory.mktemp("kill")
    if connection.vendor == "sqlite":
        path = folder / "kill.sqlite3"
        _found(House(f"sqlite:///{path}", folder))
        yield path
        return
    with _database(f"preau_kill_{os.getpid()}") as address:
        _found(House(address, folder))
        yield address.rpartition("/")[2]


@pytest.fixture
def house(founded: str | Path, tmp_path: Path) -> Iterator[House]:
    if isinstance(founded, Path):
        copied = shutil.copy(founded, tmp_path / founded.name)
        yield House(f"sqlite:///{copied}", tmp_path)
        return
    with _database(f"{founded}_copy", founded) as address:
        yield House(address, tmp_path)


@contextmanager
def _database(name: str, like: str = "template1") -> Iterator[str]:
    """Beside the one of the run."""
    import psycopg

    base = settings.DATABASES["default"]
    with psycopg.connect(_address(base, "postgres"), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        try:
            yield _address(base, name)
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _found(house: House) -> None:
    house.run("preau", "migrate", "--verbosity", "0")
    house.run(MORTAL, "tables")
    code = "import django; django.setup(); from preau.kernel.models import School; School.objects.create(name='Collège du Gué')"
    subprocess.run([sys.executable, "-c", code], env=house.environment, check=True)


def test_killed_at_each_of_the_five_points_every_effect_exists_exactly_once(house: House) -> None:
    """One house, five kills in a row: each finds what the last one left."""
    first = 0
    for point in POINTS:
        if point in TELLER:
            assert house.run(MORTAL, "tell", str(first), str(FACTS), point, "5") == -signal.SIGKILL
        else:
            house.run(MORTAL, "tell", str(first), str(FACTS))
            assert (
                house.run(MORTAL, "work", point, "2" if point in (WORKED, SETTLED) else "1")
                == -signal.SIGKILL
            )
        # Whoever did not get an answer asks again; then a worker starts anew.
        assert house.run(MORTAL, "tell", str(first), str(FACTS)) == 0
        assert house.run(MORTAL, "work") == 0
        first += FACTS
    assert CLAIMED in POINTS
    facts = house.ask("SELECT number, count(*) FROM fact GROUP BY number ORDER BY number")
    assert facts == [f"{number} 1" for number in range(first)]
    effects = house.ask(
        "SELECT number, subscriber, count(*) FROM effect GROUP BY number, subscriber ORDER BY 1, 2"
    )
    assert effects == [f"{number} {which} 1" for number in range(first) for which in ("first", "second")]
    assert house.ask("SELECT count(*) FROM work_task") == ["0"]


def test_a_server_told_to_stop_finishes_the_task_it_is_at(house: House) -> None:
    """`preau serve` holds workers: SIGTERM ends the pages first, then lets them come to an end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", MORTAL, "site", str(port), "0"], env=house.environment, stdout=subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == b"at it\n"  # the task has begun; it ends when pages have stopped
        server.terminate()
        assert server.wait(60) == 0
    finally:
        server.kill()
    assert house.ask("SELECT subscriber FROM effect") == ["slow"]
    assert house.ask("SELECT count(*) FROM work_task") == ["0"]
