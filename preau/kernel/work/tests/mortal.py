"""A process that can be killed at a named point. Run by test_kill.py and bench/work.py, in a database of its own.

python -m preau.kernel.work.tests.mortal tell FIRST COUNT [POINT NTH]
python -m preau.kernel.work.tests.mortal work [POINT NTH]
"""

import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "preau.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  settings first
from django.db import connection, transaction  # noqa: E402

from preau.kernel.work import claiming, points  # noqa: E402
from preau.kernel.work.events import Event, publish, subscribe  # noqa: E402
from preau.kernel.work.jobs import job  # noqa: E402
from preau.kernel.work.models import Task  # noqa: E402
from preau.kernel.work.worker import EMBEDDED, Worker, Workers  # noqa: E402

KEYS = 50
stopped = threading.Event()


@dataclass(frozen=True)
class Counted(Event):
    school_id: int
    number: int


def _effect(number: int, subscriber: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO effect (number, subscriber, at) VALUES (%s, %s, %s)",
            [number, subscriber, time.time()],
        )


@subscribe(Counted)
def first_effect(event: Counted) -> None:
    _effect(event.number, "first")


@subscribe(Counted, key=lambda event: f"counted:{event.number % KEYS}")
def second_effect(event: Counted) -> None:
    _effect(event.number, "second")


def make_tables() -> None:
    key = "bigserial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE fact (number integer, at double precision)")
        cursor.execute(
            f"CREATE TABLE effect (id {key} PRIMARY KEY, number integer, subscriber text, at double precision)"
        )


def tell_slowly(first: int, count: int) -> None:
    """Each after a pause: how long from its commit to its effects, when the workers sleep? On SQLite they are
    threads of the same process, as `preau serve` has them."""
    workers = Workers(*(EMBEDDED if connection.vendor == "sqlite" else ()))
    workers.start()
    for number in range(first, first + count):
        time.sleep(0.05)
        tell(number, 1)
    while Task.objects.exists():
        time.sleep(0.05)
    workers.finish()


def tell(first: int, count: int) -> None:
    """One fact a transaction, as a service would. A fact that stands is not told again."""
    from preau.kernel.models import School

    school = School.objects.order_by("id").values_list("pk", flat=True)[0]
    for number in range(first, first + count):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM fact WHERE number = %s", [number])
            if cursor.fetchone():
                continue
            publish(Counted(school, number))
            cursor.execute("INSERT INTO fact (number, at) VALUES (%s, %s)", [number, time.time()])


def work() -> None:
    """Until nothing is left. A lease of a dead worker is taken over at once: the test need not wait."""
    stop = threading.Event()
    worker = Worker(stop=stop)
    while Task.objects.exclude(state=Task.State.DEAD).exists():
        worker._serve_once()


def serve() -> None:
    """As `preau work` does, with the subscribers of this file."""
    from preau.kernel.work.management.commands.work import Command

    Command().handle(lanes="urgent,default,slow", threads=1)


@job("mortal.slow", atomic=False)
def slow() -> None:
    """Lasts until the pages of `site` have stopped."""
    sys.stdout.write("at it\n")
    sys.stdout.flush()
    stopped.wait(30)
    _effect(0, "slow")


def site(port: int, _: int) -> None:
    """`preau serve` with one slow task."""
    import uvicorn

    served = uvicorn.Server.shutdown

    async def shutdown(self: uvicorn.Server, *given: Any, **named: Any) -> None:
        await served(self, *given, **named)
        stopped.set()

    uvicorn.Server.shutdown = shutdown  # type: ignore[method-assign]
    slow.enqueue()
    call_command("serve", port=port)


def die_at(point: str, nth: int) -> None:
    met = 0

    def watch(reached: str) -> None:
        nonlocal met
        met += reached == point
        if met == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    points.watchers.append(watch)


def main(verb: str, *arguments: str) -> None:
    given = list(arguments)
    numbers = [int(given.pop(0)) for _ in range(2)] if verb.startswith(("tell", "site")) else []
    if given:
        die_at(given[0], int(given[1]))
    {
        "tables": make_tables,
        "tell": tell,
        "tell_slowly": tell_slowly,
        "work": work,
        "serve": serve,
        "site": site,
    }[verb](*numbers)


if __name__ == "__main__":
    if "MORTAL_LEASE" in os.environ:
        from datetime import timedelta

        claiming.LEASE = timedelta(seconds=float(os.environ["MORTAL_LEASE"]))
    main(*sys.argv[1:])
