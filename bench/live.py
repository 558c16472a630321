"""What 500 open streams cost the pages, and how soon they tell: `make bench-live`.

One process, `preau serve` on SQLite, as a school runs it. Writes `bench/results/live.json`;
docs/measuring.md says how to read it.
"""

import argparse
import http.client
import json
import re
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

from bench import load, machine
from bench.load import HOST, Job, Run
from bench.serving import DAY, PROJECT, Server, served
from bench.streams import Held, held
from bench.streams import Job as Streams
from bench.visits import PARENT, TEACHER, Page, Who, fetch, log_in, pages

RESULTS = PROJECT / "bench/results/live.json"
HEAD = Who("principale", "")
CLIENTS = 8
_ENDING = re.compile(r'action="(/functions/[^"]+/end/)[^"]*".*?</form>', re.DOTALL)
_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass(frozen=True)
class Cell:
    """One page asked for by some clients, while so many streams were open."""

    page: str
    streams: int
    per_second: float
    p50_ms: float
    p95_ms: float
    server_cpu_ms: float | None
    load_before: float


@dataclass(frozen=True)
class Told:
    """Milliseconds from sending the form (before its commit) to the frame, over streams and rounds."""

    rounds: int
    streams: int
    form_p50_ms: float  # until the form is answered, after its commit
    first_p50_ms: float
    p50_ms: float
    p95_ms: float
    last_p95_ms: float  # the last stream of each round
    last_most_ms: float


@dataclass(frozen=True)
class Cost:
    opened_in_s: float
    memory_before_mb: float | None
    memory_mb: float | None
    idle_cpu_percent: float | None  # of one core, with every stream open and nothing happening


class Writer:
    """The head, who changes the last day of a head teacher again and again."""

    def __init__(self, port: int, division: str) -> None:
        self.port, self.division = port, division
        self.cookie = log_in(port, HEAD)
        self.days = 0

    def write(self) -> tuple[float, float]:
        """When the form was sent, and when it was answered."""
        ending = _ENDING.search(fetch(self.port, self.division, self.cookie).text)
        if ending is None:
            raise load.WrongAnswer("the class has no head teacher whose function could end")
        self.days = (self.days + 1) % 100
        day = date.fromisoformat(DAY) + timedelta(days=1 + self.days)
        form = urlencode({**dict(_FIELD.findall(ending[0])), "ends_on": day.isoformat()})
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        connection.connect()
        sent = time.time()
        connection.request("POST", ending[1], form, headers)
        answer = connection.getresponse()
        answer.read()
        answered = time.time()
        connection.close()
        if answer.status != 302:
            raise load.WrongAnswer(f"the form was answered {answer.status}")
        return sent, answered


class Bench:
    def __init__(self, server: Server, given: argparse.Namespace) -> None:
        self.server, self.given = server, given
        self.cookies = [log_in(server.port, TEACHER) for _ in range(CLIENTS)]
        found = pages(server.port, self.cookies[0], log_in(server.port, PARENT))
        home = next(page for page in found if page.name == "home, teacher")
        division = next(page for page in found if page.name == "class, teacher")
        self.division = division.path
        text = fetch(server.port, division.path, self.cookies[0]).text
        self.topic = _one(r'id="head-teachers" data-live="([^"]+)"', text)
        block = _one(r'data-live-src="(/groups/[^"]+)"', text)
        self.pages = [home, division, Page("block, teacher", TEACHER.login, block, ("head-teachers",))]

    def ticket(self) -> str:
        address = f"/live-ticket/?{urlencode({'topic': self.topic})}"
        ticket: str = json.loads(fetch(self.server.port, address, self.cookies[0]).text)["ticket"]
        if not ticket:
            raise load.WrongAnswer("the teacher gets no ticket")
        return ticket

    def cells(self, streams: int) -> list[Cell]:
        return [self.cell(page, streams) for page in self.pages]

    def cell(self, page: Page, streams: int) -> Cell:
        job = Job(
            self.server.port, page.path, self.cookies, list(page.shows), 1, self.given.seconds, most=5000
        )
        load_before, before = machine.load(), self.server.cpu_ms()
        run: Run = load.in_own_process(job)
        after = self.server.cpu_ms()
        spent = None if before is None or after is None else round((after - before) / run.asked, 2)
        print(
            f"  {page.name}, {streams} streams: p50 {run.p50_ms} p95 {run.p95_ms} ms, {run.per_second}/s,"
            f" CPU {spent} ms",
            file=sys.stderr,
        )
        return Cell(page.name, streams, run.per_second, run.p50_ms, run.p95_ms, spent, load_before)

    def told(self, lines: Held, writer: Writer) -> Told:
        every, first, last, forms = [], [], [], []
        for _ in range(self.given.rounds):
            sent, answered = writer.write()
            after = sorted((came - sent) * 1000 for came in lines.came())
            every += after
            first.append(after[0])
            last.append(after[-1])
            forms.append((answered - sent) * 1000)
        return Told(
            rounds=self.given.rounds,
            streams=lines.streams,
            form_p50_ms=_cut(forms, 50),
            first_p50_ms=_cut(first, 50),
            p50_ms=_cut(every, 50),
            p95_ms=_cut(every, 95),
            last_p95_ms=_cut(last, 95),
            last_most_ms=round(max(last), 1),
        )

    def idle_cpu(self, seconds: float) -> float | None:
        before = self.server.cpu_ms()
        time.sleep(seconds)
        after = self.server.cpu_ms()
        return None if before is None or after is None else round((after - before) / seconds / 10, 2)


def _cut(values: list[float], percent: int) -> float:
    return round(quantiles(values, n=100, method="inclusive")[percent - 1], 1)


def _one(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise load.WrongAnswer(f"nothing like {pattern}")
    return found[1]


def _measure(server: Server, given: argparse.Namespace) -> dict[str, object]:
    bench = Bench(server, given)
    writer = Writer(server.port, bench.division)
    cells = bench.cells(0)
    memory = server.memory_mb()
    begun = time.monotonic()
    with held(Streams(server.port, bench.ticket(), given.streams)) as lines:
        opened = round(time.monotonic() - begun, 2)
        cost = Cost(opened, memory, server.memory_mb(), bench.idle_cpu(given.idle))
        told = bench.told(lines, writer)
        cells += bench.cells(given.streams)
    cells += bench.cells(0)
    return {"cells": [asdict(cell) for cell in cells], "held": asdict(cost), "told": asdict(told)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=20, help="changes, each told to every stream")
    parser.add_argument("--seconds", type=float, default=5, help="measured for each page")
    parser.add_argument("--idle", type=float, default=20, help="seconds of nothing but open streams")
    parser.add_argument("--to", type=Path, default=RESULTS, help="where the results are written")
    given = parser.parse_args()
    began = datetime.now(UTC)
    # The same account holds them all: a school has not 500 people in a demonstration.
    with served(None, LIVE_STREAMS_PER_ACCOUNT=str(given.streams), LIVE_STREAMS="5000") as server:
        found = _measure(server, given)
    results = {
        "date": began.isoformat(timespec="seconds"),
        "commit": machine.commit(),
        "machine": asdict(machine.this_machine()),
        "parameters": {
            "streams": given.streams,
            "rounds": given.rounds,
            "clients": CLIENTS,
            "seconds": given.seconds,
            "database": "SQLite",
        },
        **found,
    }
    given.to.parent.mkdir(parents=True, exist_ok=True)
    given.to.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps({key: results[key] for key in ("held", "told")}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
