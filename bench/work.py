"""50 000 tasks, two workers: how many a second, in order, once, how soon after a commit: `make bench-work`.

25 000 facts are told, one a transaction, to two subscribers, one of them in order per key. Each task writes a
row. Everything is asserted before a figure is printed. Results: `bench/results/work.json`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import machine
from bench.serving import PROJECT, NotReachable, postgresql_database

MORTAL = (sys.executable, "-m", "preau.kernel.work.tests.mortal")
RESULTS = PROJECT / "bench/results/work.json"
FACTS = 25_000
SLOW_FACTS = 200
WORKERS = 2
KEYS = 50


@dataclass(frozen=True)
class Found:
    database: str
    tasks: int
    told_per_second: float  # facts, each with the rows of two subscribers, one a transaction
    done_per_second: float
    wake_p50_ms: float  # from just before the commit to the effect, workers asleep
    wake_p95_ms: float
    load_before: float


def measure(database: str, address: str | None, folder: str, facts: int) -> Found:
    env = {**os.environ, "PREAU_VAR": folder, "PREAU_SQL_WALL": "0", "DEBUG": "0"}
    env.pop("REDIS_URL", None)
    env.pop("DATABASE_URL", None)
    if address:
        env["DATABASE_URL"] = address
    load = machine.load()

    def run(*words: str) -> None:
        subprocess.run([*MORTAL, *words], cwd=PROJECT, env=env, check=True)

    preau = [sys.executable, "-m", "preau"]
    subprocess.run([*preau, "migrate", "--verbosity", "0"], cwd=PROJECT, env=env, check=True)
    _ask(
        env,
        "INSERT INTO kernel_school (uuid, name, city, timezone, rules_version) VALUES"
        " ('00000000000000000000000000000001', 'Collège du Gué', '', 'Europe/Paris',"
        " '00000000000000000000000000000002')",
    )
    run("tables")
    began = time.perf_counter()
    run("tell", "0", str(facts))
    told = time.perf_counter() - began
    began = time.perf_counter()
    workers = [subprocess.Popen([*MORTAL, "work"], cwd=PROJECT, env=env) for _ in range(WORKERS)]
    if any(worker.wait() for worker in workers):
        raise SystemExit("a worker failed")
    worked = time.perf_counter() - began
    _assert_sound(env, facts)
    awake = None
    if database == "postgresql":  # on SQLite the teller has the workers beside it, as `preau serve` has
        awake = subprocess.Popen([*MORTAL, "serve"], cwd=PROJECT, env=env, stderr=subprocess.DEVNULL)
    try:
        run("tell_slowly", str(facts), str(SLOW_FACTS))
    finally:
        if awake:
            awake.terminate()
            awake.wait(30)
    waits = _ask(
        env, f"SELECT e.at - f.at FROM effect e JOIN fact f ON f.number = e.number WHERE f.number >= {facts}"
    )
    seconds = sorted(float(row) for row in waits)
    if len(seconds) != SLOW_FACTS * 2:
        raise SystemExit(f"{len(seconds)} effects of {SLOW_FACTS * 2}")
    return Found(
        database,
        facts * 2,
        round(facts / told),
        round(facts * 2 / worked),
        round(statistics.median(seconds) * 1000, 1),
        round(seconds[int(len(seconds) * 0.95)] * 1000, 1),
        load,
    )


def _assert_sound(env: dict[str, str], facts: int) -> None:
    """Every effect once, and those of one key in the order they were told."""
    counted = _ask(env, "SELECT count(*), count(DISTINCT number) FROM effect")
    if counted != [f"{facts * 2} {facts}"]:
        raise SystemExit(f"not every effect exactly once: {counted}")
    backwards = _ask(
        env,
        "SELECT count(*) FROM (SELECT number - lag(number)"
        f" OVER (PARTITION BY number % {KEYS} ORDER BY id) AS step"
        " FROM effect WHERE subscriber = 'second') AS steps WHERE step < 0",
    )
    if backwards != ["0"]:
        raise SystemExit(f"{backwards} effects out of order")


def _ask(env: dict[str, str], query: str) -> list[str]:
    code = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        f"    cursor.execute({query!r})\n"
        "    for row in cursor.fetchall() if cursor.description else []: print(*row)\n"
    )
    env = {**env, "DJANGO_SETTINGS_MODULE": "preau.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=env, check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=FACTS)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--to", type=Path, default=RESULTS)
    given = parser.parse_args()
    began = datetime.now(UTC)
    found: list[Found] = []
    for database in given.database or ("sqlite", "postgresql"):
        try:
            with ExitStack() as stack:
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="preau-bench-"))
                address = stack.enter_context(postgresql_database()) if database == "postgresql" else None
                found.append(measure(database, address, folder, given.facts))
        except NotReachable as error:
            print(f"{database} is left out. {error}", file=sys.stderr)
            continue
        print(found[-1])
    results = {
        "date": began.isoformat(timespec="seconds"),
        "commit": machine.commit(),
        "machine": asdict(machine.this_machine()),
        "workers": WORKERS,
        "keys": KEYS,
        "databases": [asdict(each) for each in found],
    }
    given.to.parent.mkdir(parents=True, exist_ok=True)
    given.to.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
