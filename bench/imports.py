"""The files of 1, 10 and 120 schools brought in on both databases: `make bench-import`.

Fictional national files (600 pupils a school, every oddity in them) are read, planned and applied as a
secretary would, school after school, then brought once more unchanged. Prints a table and writes
`bench/results/imports.json`. docs/measuring.md says how to read it.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import mean
from typing import Any

from bench import machine
from bench.alone import versions
from bench.serving import PREAU, PROJECT, NotReachable, postgresql_database

RESULTS = PROJECT / "bench/results/imports.json"
DATABASES = ("sqlite", "postgresql")
SCHOOLS = (1, 10, 120)
PUPILS = 600
SET_BY_OTHERS = ("DATABASE_URL", "REDIS_URL", "CONN_MAX_AGE", "SECRET_KEY", "HTTPS", "LOG_LEVEL")
TODAY = date(2026, 10, 1)
MOST_SECONDS, MOST_MB, MOST_LOCKED, MOST_UNCHANGED = 10.0, 300.0, 2.0, 4.0  # of one school
STRAIGHT = (
    1.5  # a school among the most, in times of one among ten: above, time does not grow by a straight line
)


@dataclass(frozen=True)
class Figures:
    """Seconds of the wall, means over the schools where not said otherwise."""

    schools: int
    people: int
    rows: int  # of the directory and of what sources said, written by « Appliquer »
    read_s: float  # opened, checked, planned, kept to be read
    applied_s: float
    locked_s: float  # longest writing of « Appliquer »: on SQLite nobody else writes meanwhile
    unchanged_s: float
    unchanged_writes: int
    rows_per_s: int
    whole_s: float  # all schools, drop to applied
    memory_mb: float  # at the most, more than before the first file


def _inside(folder: Path, schools: int) -> None:
    """In the environment of one database, empty but for its tables. Writes what was found as JSON."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "preau.config.settings"
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from preau.kernel import years
    from preau.kernel.models import SchoolYear
    from preau.kernel.tenancy.scope import in_every_school, in_school
    from preau.modules.directory.imports.staging import staged
    from preau.modules.directory.models import PersonRecord
    from preau.modules.directory.services import found_school, importing
    from preau.modules.directory.services.importing import applying
    from preau.modules.directory.services.importing.tracing import Trace

    desks = []
    for place in sorted(folder.iterdir())[:schools]:
        if not place.is_dir():
            continue
        school = found_school(
            name=f"Collège {place.name}", city="Ville", units=[(place.name, "college", place.name)]
        )
        year = years.prepare_year(
            actor=None, school=school, starts_on=date(2026, 9, 1), ends_on=date(2027, 7, 4)
        )
        desks.append(
            (
                years.open_year(actor=None, year=year),
                sorted((place / "2026").glob("*.zip")) + sorted((place / "2026").glob("sts_emp*")),
            )
        )

    def drop(year: "SchoolYear", paths: list[Path]) -> Any:
        with ExitStack() as stack:
            uploads = [(path.name, stack.enter_context(path.open("rb"))) for path in paths]
            return staged(uploads, actor=None, begun_by=None, year=year, day=TODAY)

    read, applied, rows = [], [], 0
    locked: list[float] = []
    write = applying._written

    def timed(*given: Any) -> Any:
        start = time.perf_counter()
        done = write(*given)
        locked.append(time.perf_counter() - start)
        return done

    applying._written = timed  # type: ignore[assignment]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    for year, paths in desks:
        with in_school(year.school_id, year):
            start = time.perf_counter()
            batch = drop(year, paths).batch
            read.append(time.perf_counter() - start)
            asked = [ask["code"] for ask in batch.asks]
            importing.ask_to_apply(actor=None, applied_by=None, batch=batch, said_yes=asked)
            start = time.perf_counter()
            done = importing.apply_import(actor=None, batch=batch)
            applied.append(time.perf_counter() - start)
            trace = Trace.unpacked(bytes(done.trace or b""))
            rows += sum(map(len, trace.made.values())) + len(trace.changed) + len(trace.removed)
        print(f"\r{len(read)} schools", end="", file=sys.stderr)
    whole = time.perf_counter() - began
    unchanged, writes = [], 0
    for year, paths in desks[:10]:
        with in_school(year.school_id, year), CaptureQueriesContext(connection) as captured:
            start = time.perf_counter()
            again = drop(year, paths)
            unchanged.append(time.perf_counter() - start)
        assert again.batch is None, "the same files would change something"
        writes += sum(query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE") for query in captured)
    print(file=sys.stderr)
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    with in_every_school(reason="how much data the bench ran on"):
        people = PersonRecord.objects.count()
    figures = Figures(
        len(desks), people, rows, round(mean(read), 2), round(mean(applied), 2), round(max(locked), 2),
        round(mean(unchanged), 2), writes, int(rows / sum(applied)), round(whole, 1), round(memory, 1),
    )  # fmt: skip
    print(json.dumps({**versions(), "figures": asdict(figures)}))


def _on(database: str, folder: Path, schools: int) -> dict[str, Any]:
    with ExitStack() as stack:
        var = stack.enter_context(tempfile.TemporaryDirectory(prefix="preau-bench-"))
        env = {key: value for key, value in os.environ.items() if key not in SET_BY_OTHERS}
        env |= {"PREAU_VAR": var, "DEBUG": "0", "PREAU_SQL_WALL": "0", "LOG_LEVEL": "WARNING"}
        if database == "postgresql":
            env["DATABASE_URL"] = stack.enter_context(postgresql_database())
        subprocess.run([*PREAU, "migrate", "--verbosity", "0"], cwd=PROJECT, env=env, check=True)
        load = machine.load()
        command = [sys.executable, "-m", "bench.imports", "--inside", str(folder), "--schools", str(schools)]
        done = subprocess.run(command, cwd=PROJECT, env=env, check=True, stdout=subprocess.PIPE, text=True)
    return {"asked": database, "load_before": load, **json.loads(done.stdout)}


def _line(found: dict[str, Any]) -> str:
    f = found["figures"]
    return (
        f"{found['database']:18}{f['schools']:>5} schools {f['people']:>7} people {f['rows']:>9} rows"
        f"  read {f['read_s']:>5} s  applied {f['applied_s']:>5} s (longest {f['locked_s']} s)"
        f"  unchanged {f['unchanged_s']:>5} s, {f['unchanged_writes']} writes"
        f"  {f['rows_per_s']} rows/s  whole {f['whole_s']} s  {f['memory_mb']} MB"
    )


def _missed(found: dict[str, Any]) -> list[str]:
    """The aims of one school that were not reached."""
    f = found["figures"]
    aims = (
        ("from drop to applied", f["read_s"] + f["applied_s"], MOST_SECONDS),
        ("locked", f["locked_s"], MOST_LOCKED),
        ("unchanged", f["unchanged_s"], MOST_UNCHANGED),
        ("writes of an unchanged one", f["unchanged_writes"], 0),
        ("MB", f["memory_mb"], MOST_MB),
    )
    return [f"{name}: {figure:.2f}, at most {most}" for name, figure, most in aims if figure > most]


def _bent(found: list[dict[str, Any]]) -> list[str]:
    """Where a school takes longer the more there are."""
    runs = sorted((run["figures"] for run in found), key=lambda figures: figures["schools"])
    several = [figures for figures in runs if figures["schools"] >= 10]
    if len(several) < 2:
        return []
    few, many = (figures["whole_s"] / figures["schools"] for figures in (several[0], several[-1]))
    return [] if many <= few * STRAIGHT else [f"a school: {many:.2f} s, among few {few:.2f} s"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=DATABASES, action="append", help="default: both")
    parser.add_argument("--schools", type=int, action="append", help="default: 1, 10 and 120")
    parser.add_argument("--to", type=Path, default=RESULTS, help="where the results are written")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    counts = given.schools or list(SCHOOLS)
    if given.inside:
        _inside(given.inside, counts[0])
        return 0
    began, found, missed = datetime.now(UTC), [], []
    with tempfile.TemporaryDirectory(prefix="preau-files-") as folder:
        files = Path(folder, "files")
        order = ["--schools", str(max(counts)), "--pupils", str(PUPILS), "--year", "2026", "--seed", "11"]
        subprocess.run(
            [*PREAU, "national_files", str(files), *order, "--zip"],
            cwd=PROJECT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        for database in given.database or DATABASES:
            for schools in counts:
                try:
                    found.append(_on(database, files, schools))
                except NotReachable as error:
                    print(f"{database} is left out. {error}", file=sys.stderr)
                    break
                print(_line(found[-1]), flush=True)
                if schools == 1:
                    missed += [f"{database}: {each}" for each in _missed(found[-1])]
            bent = _bent([run for run in found if run["asked"] == database])
            missed += [f"{database}: {each}" for each in bent]
    results = {
        "date": began.isoformat(timespec="seconds"),
        "commit": machine.commit(),
        "machine": asdict(machine.this_machine()),
        "runs": found,
    }
    given.to.write_text(json.dumps(results, indent=1) + "\n")
    for line in missed:
        print(f"missed: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
