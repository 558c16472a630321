"""Redis away for a minute under a school at work: `make bench-outage`.

`preau serve` with a Redis of its own, that is killed and started again. Meanwhile a teacher reads, people log
in, the head writes; every answer is the page or the run fails. Writes `bench/results/outage.json`.
"""

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import quantiles
from urllib.error import HTTPError
from urllib.request import urlopen

from bench import load, machine
from bench.live import HEAD, Writer
from bench.load import HOST
from bench.serving import PROJECT, Server, served
from bench.visits import PARENT, TEACHER, Page, fetch, log_in, pages

RESULTS = PROJECT / "bench/results/outage.json"
PAUSE = 0.2  # seconds between two rounds
WITHIN = 60  # seconds for open pages to be told again


@dataclass
class Redis:
    port: int
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            HOST,
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(100):
            with suppress(OSError), socket.create_connection((HOST, self.port), timeout=1):
                return
            time.sleep(0.05)
        raise SystemExit("redis-server does not answer")

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def own_redis(folder: Path) -> Iterator[Redis]:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    redis = Redis(port, folder)
    redis.start()
    try:
        yield redis
    finally:
        redis.kill()


@dataclass
class Stretch:
    """What was asked while Redis was there, away, or back. Milliseconds."""

    name: str
    seconds: float = 0
    reads: list[float] = field(default_factory=list)
    logins: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)

    def told(self) -> dict[str, object]:
        figures: dict[str, object] = {"name": self.name, "seconds": round(self.seconds, 1)}
        for what in ("reads", "logins", "writes"):
            values = getattr(self, what)
            figures[what] = {"answers": len(values), "p50_ms": _cut(values, 50), "p95_ms": _cut(values, 95)}
        return figures


class School:
    def __init__(self, server: Server) -> None:
        self.port = server.port
        self.cookie = log_in(self.port, TEACHER)
        self.pages = [
            p for p in pages(self.port, self.cookie, log_in(self.port, PARENT)) if "teacher" in p.name
        ]
        division = next(page for page in self.pages if page.name == "class, teacher")
        self.writer = Writer(self.port, division.path)

    def at_work(self, name: str, seconds: float) -> Stretch:
        stretch, begun, rounds = Stretch(name), time.monotonic(), 0
        while time.monotonic() - begun < seconds:
            for page in self.pages:
                stretch.reads.append(_timed(partial(self._read, page)))
            if rounds % 20 == 0:
                stretch.logins.append(_timed(lambda: log_in(self.port, HEAD)))
                stretch.writes.append(_timed(self.writer.write))
            rounds += 1
            time.sleep(PAUSE)
        stretch.seconds = time.monotonic() - begun
        return stretch

    def _read(self, page: Page) -> None:
        text = fetch(self.port, page.path, self.cookie).text
        if not all(words in text for words in page.shows):
            raise load.WrongAnswer(f"{page.name} is not the page")

    def hears(self) -> bool:
        """Whether open pages are told of changes; when not, they ask by themselves."""
        try:
            with urlopen(f"http://{HOST}:{self.port}/live/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except HTTPError:
            return False


def _timed(ask: Callable[[], object]) -> float:
    begun = time.monotonic()
    ask()
    return (time.monotonic() - begun) * 1000


def _cut(values: list[float], percent: int) -> float:
    return (
        round(quantiles(values, n=100, method="inclusive")[percent - 1], 1) if len(values) > 1 else values[0]
    )


def _until(what: Callable[[], bool], seconds: float) -> float:
    begun = time.monotonic()
    while not what():
        if time.monotonic() - begun > seconds:
            raise SystemExit("it did not come back")
        time.sleep(0.1)
    return round(time.monotonic() - begun, 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--away", type=float, default=60, help="seconds without Redis")
    parser.add_argument("--to", type=Path, default=RESULTS, help="where the results are written")
    given = parser.parse_args()
    if shutil.which("redis-server") is None:
        raise SystemExit("redis-server is not installed")
    began = datetime.now(UTC)
    with (
        tempfile.TemporaryDirectory() as folder,
        own_redis(Path(folder)) as redis,
        served(None, REDIS_URL=f"redis://{HOST}:{redis.port}/0") as server,
    ):
        school = School(server)
        _until(school.hears, WITHIN)
        stretches = [school.at_work("there", 15)]
        redis.kill()
        stretches.append(school.at_work("away", given.away))
        deaf = not school.hears()
        redis.start()
        heard_again = _until(school.hears, WITHIN)
        stretches.append(school.at_work("back", 15))
    if not deaf:
        raise load.WrongAnswer("nobody noticed that Redis was gone")
    results = {
        "date": began.isoformat(timespec="seconds"),
        "commit": machine.commit(),
        "machine": asdict(machine.this_machine()),
        "database": "SQLite",
        "heard_again_after_s": heard_again,
        "stretches": [stretch.told() for stretch in stretches],
    }
    given.to.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps({key: results[key] for key in ("heard_again_after_s", "stretches")}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
