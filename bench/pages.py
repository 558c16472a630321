"""How fast the demonstration's pages come, what they weigh and what they cost: `make bench-pages`.

Prints a table for SQLite and one for PostgreSQL, and writes both with their circumstances to
`bench/results/pages.json`. docs/measuring.md says how to read them.
"""

import argparse
import json
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import alone, load, machine
from bench.ceiling import repeating
from bench.load import Job, Run, WrongAnswer
from bench.serving import PROJECT, NotReachable, Server, postgresql_database, served
from bench.visits import BARE, PARENT, TEACHER, Page, Weight, fetch, log_in, pages, weigh

RESULTS = PROJECT / "bench/results/pages.json"
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Parameters:
    clients: list[int]
    warm_up: float
    seconds: float
    most: int


@dataclass(frozen=True)
class Cell:
    page: str
    clients: int
    per_second: float
    p50_ms: float
    p95_ms: float
    answers: int
    server_cpu_ms: float | None  # of the server's process, a page
    client_cpu_ms: float
    load_before: float


@dataclass(frozen=True)
class Alone:
    page: str
    queries: int
    cpu_ms: float
    wall_ms: float
    kb_cold: float
    kb_warm: float


@dataclass(frozen=True)
class OnDatabase:
    database: str
    python: str
    django: str
    data: dict[str, int]
    alone: list[Alone]
    cells: list[Cell]


def measure(server: Server, given: Parameters) -> OnDatabase:
    """One session for each client, so that no row of the session store is everybody's."""
    most = max(given.clients)
    cookies = {login: [log_in(server.port, login) for _ in range(most)] for login, _ in (TEACHER, PARENT)}
    cookies[""] = [""] * most
    visited = pages(server.port, cookies[TEACHER[0]][0], cookies[PARENT[0]][0])
    found = alone.in_own_process(
        [
            alone.Ask(page.name, page.path, cookies[page.login][0], page.shows)
            for page in visited
            if page.name != BARE
        ],
        server.env,
    )
    weights = {page.name: weigh(server.port, page, cookies[page.login][0]) for page in visited}
    cells = [
        _cell(server, page, cookies[page.login][:clients], given)
        for page in visited
        if page.under_load
        for clients in given.clients
    ]
    return OnDatabase(
        found.database,
        found.python,
        found.django,
        found.data,
        [_alone(name, cost, weights[name]) for name, cost in found.costs.items()],
        cells,
    )


def _alone(name: str, cost: alone.Cost, weight: Weight) -> Alone:
    cold, warm = round(weight.cold / 1000, 1), round(weight.warm / 1000, 1)
    return Alone(name, cost.queries, cost.cpu_ms, cost.wall_ms, cold, warm)


def _cell(server: Server, page: Page, cookies: list[str], given: Parameters) -> Cell:
    before, used = machine.load(), server.cpu_ms()
    run = _run(server.port, page, cookies, given)
    using = server.cpu_ms()
    cell = Cell(
        page=page.name,
        clients=len(cookies),
        per_second=run.per_second,
        p50_ms=run.p50_ms,
        p95_ms=run.p95_ms,
        answers=run.answers,
        server_cpu_ms=None if used is None or using is None else round((using - used) / run.asked, 2),
        client_cpu_ms=run.client_cpu_ms,
        load_before=before,
    )
    print(f"  {cell.page}, {cell.clients} clients: {cell.per_second}/s", file=sys.stderr)
    return cell


def _run(port: int, page: Page, cookies: list[str], given: Parameters) -> Run:
    job = Job(port, page.path, cookies, list(page.shows), given.warm_up, given.seconds, given.most)
    return load.in_own_process(job)


def ceiling(server: Server, given: Parameters) -> list[Cell]:
    """What the clients reach where the answer, a teacher's home, costs nothing to make."""
    cookie = log_in(server.port, TEACHER[0])
    home = next(
        page for page in pages(server.port, cookie, log_in(server.port, PARENT[0])) if page.path == "/"
    )
    answer = fetch(server.port, home.path, cookie, home.shows)
    cells = []
    with repeating(answer.raw) as port:
        for clients in given.clients:
            before = machine.load()
            run = _run(port, home, [cookie] * clients, given)
            cells.append(
                Cell(
                    "ceiling",
                    clients,
                    run.per_second,
                    run.p50_ms,
                    run.p95_ms,
                    run.answers,
                    None,
                    run.client_cpu_ms,
                    before,
                )
            )
    return cells


def table(found: OnDatabase, clients: list[int]) -> str:
    head = f"{'':20}{'queries':>8}{'CPU ms':>8}{'kB cold':>9}{'kB warm':>9}"
    head += "".join(f"{f'{number} clients /s':>17}{'p50':>7}{'p95':>7}" for number in clients)
    alone_by = {row.page: row for row in found.alone}
    cells = {(cell.page, cell.clients): cell for cell in found.cells}
    lines = [f"{found.database}: " + ", ".join(f"{count} {what}" for what, count in found.data.items()), head]
    for page in dict.fromkeys([*(cell.page for cell in found.cells), *alone_by]):
        row = alone_by.get(page)
        line = f"{page:20}"
        line += f"{row.queries:8}{row.cpu_ms:8.1f}{row.kb_cold:9.1f}{row.kb_warm:9.1f}" if row else " " * 34
        for number in clients:
            if cell := cells.get((page, number)):
                line += f"{cell.per_second:17.1f}{cell.p50_ms:7.0f}{cell.p95_ms:7.0f}"
        lines.append(line)
    return "\n".join(lines)


def on(database: str, given: Parameters) -> tuple[OnDatabase, list[Cell]]:
    with ExitStack() as stack:
        url = stack.enter_context(postgresql_database()) if database == "postgresql" else None
        server = stack.enter_context(served(url))
        return measure(server, given), ceiling(server, given)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=DATABASES, action="append", help="default: both")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=5, help="measured for each cell")
    parser.add_argument("--to", type=Path, default=RESULTS, help="where the results are written")
    return parser.parse_args()


def main() -> int:
    arguments = _arguments()
    given = Parameters(arguments.clients, warm_up=1, seconds=arguments.seconds, most=2000)
    began = datetime.now(UTC)
    found: list[OnDatabase] = []
    ceilings: list[Cell] = []
    for database in arguments.database or DATABASES:
        try:
            measured, ceilings = on(database, given)
        except NotReachable as error:
            print(f"{database} is left out: {error}", file=sys.stderr)
            continue
        except WrongAnswer as error:
            print(f"{database}: {error}", file=sys.stderr)
            return 1
        found.append(measured)
        print(table(measured, given.clients), end="\n\n")
    for cell in ceilings:
        print(f"ceiling of the clients, {cell.clients}: {cell.per_second:.0f}/s")
    results = {
        "date": began.isoformat(timespec="seconds"),
        "commit": machine.commit(),
        "machine": asdict(machine.this_machine()),
        "parameters": asdict(given),
        "ceiling": [asdict(cell) for cell in ceilings],
        "databases": [asdict(each) for each in found],
    }
    arguments.to.parent.mkdir(parents=True, exist_ok=True)
    arguments.to.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
