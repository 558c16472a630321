"""How fast the demonstration's pages come, what they weigh and what they cost: `make bench-pages`.

Prints a table for SQLite and one for PostgreSQL, and writes both with their circumstances to
`bench/results/pages.json`. docs/measuring.md says how to read them.
"""

import argparse
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import alone, load, machine
from bench.ceiling import repeating
from bench.load import Job, WrongAnswer
from bench.report import Alone, Cell, OnDatabase, Parameters, table, write
from bench.serving import PROJECT, NotReachable, Server, postgresql_database, served
from bench.visits import BARE, PARENT, TEACHER, Page, Weight, fetch, log_in, pages, weigh

RESULTS = PROJECT / "bench/results/pages.json"
DATABASES = ("sqlite", "postgresql")


class Visit:
    """A server with somebody at every door: one session for each client, none shared."""

    def __init__(self, server: Server, given: Parameters) -> None:
        self.server = server
        self.given = given
        most = max(given.clients)
        self.cookies = {
            who.login: [log_in(server.port, who) for _ in range(most)] for who in (TEACHER, PARENT)
        }
        self.cookies[""] = [""] * most
        self.pages = pages(server.port, self.cookie(TEACHER.login), self.cookie(PARENT.login))

    def cookie(self, login: str) -> str:
        return self.cookies[login][0]

    def measure(self) -> OnDatabase:
        asks = [
            alone.Ask(page.name, page.path, self.cookie(page.login), page.shows)
            for page in self.pages
            if page.name != BARE
        ]
        found = alone.in_own_process(asks, self.server.env)
        weights = {page.name: weigh(self.server.port, page, self.cookie(page.login)) for page in self.pages}
        return OnDatabase(
            database=found.database,
            python=found.python,
            django=found.django,
            data=found.data,
            alone=[_alone(name, cost, weights[name]) for name, cost in found.costs.items()],
            cells=[
                self._cell(page, self.server.port, clients)
                for page in self.pages
                if page.under_load
                for clients in self.given.clients
            ],
        )

    def ceiling(self) -> list[Cell]:
        """What the clients reach where the same answer costs nothing to make."""
        home = next(page for page in self.pages if page.login == TEACHER.login)
        answer = fetch(self.server.port, home.path, self.cookie(home.login), home.shows)
        with repeating(answer.raw) as port:
            return [self._cell(home, port, clients) for clients in self.given.clients]

    def _cell(self, page: Page, port: int, clients: int) -> Cell:
        load_before = machine.load()
        before = self.server.cpu_ms()
        cookies = self.cookies[page.login][:clients]
        job = Job(
            port,
            page.path,
            cookies,
            list(page.shows),
            self.given.warm_up,
            self.given.seconds,
            self.given.most,
        )
        run = load.in_own_process(job)
        after = self.server.cpu_ms()
        spent = None
        if before is not None and after is not None and port == self.server.port:
            spent = round((after - before) / run.asked, 2)
        print(f"  {page.name}, {clients} clients: {run.per_second}/s", file=sys.stderr)
        return Cell(
            page=page.name,
            clients=clients,
            per_second=run.per_second,
            p50_ms=run.p50_ms,
            p95_ms=run.p95_ms,
            answers=run.answers,
            server_cpu_ms=spent,
            client_cpu_ms=run.client_cpu_ms,
            load_before=load_before,
        )


def _alone(name: str, cost: alone.Cost, weight: Weight) -> Alone:
    cold, warm = round(weight.cold / 1000, 1), round(weight.warm / 1000, 1)
    return Alone(name, cost.queries, cost.cpu_ms, cost.wall_ms, cold, warm)


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
    ceiling: list[Cell] = []
    for database in arguments.database or DATABASES:
        try:
            with ExitStack() as stack:
                url = stack.enter_context(postgresql_database()) if database == "postgresql" else None
                visit = Visit(stack.enter_context(served(url)), given)
                found.append(visit.measure())
                ceiling = ceiling or visit.ceiling()
        except NotReachable as error:
            print(f"{database} is left out. {error}", file=sys.stderr)
        except WrongAnswer as error:
            print(f"{database}: {error}", file=sys.stderr)
            return 1
    for each in found:
        print(table(each, given.clients), end="\n\n")
    for cell in ceiling:
        print(f"ceiling of {cell.clients} clients: {cell.per_second:.0f}/s")
    write(arguments.to, began, given, ceiling, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
