"""Clients that ask for one page again and again, each over a connection it keeps.

Runs in a process of its own, so that it takes nothing from the server's interpreter:
`python -m bench.load` reads a `Job` as JSON and writes a `Run`.
"""

import gzip
import itertools
import json
import re
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from statistics import quantiles

HOST = "127.0.0.1"
PATIENCE = 30  # seconds one answer may take before the run is given up
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ZIPPED = re.compile(rb"\r\ncontent-encoding: *gzip", re.IGNORECASE)


class WrongAnswer(Exception):
    """Not the page: an error, a redirection to the login, or somebody else's."""


@dataclass(frozen=True)
class Job:
    port: int
    path: str
    cookies: list[str]  # one client each
    shows: list[str]  # what every answer must contain
    warm_up: float
    seconds: float
    most: int  # answers after which the run ends, however much time is left


@dataclass(frozen=True)
class Run:
    answers: int
    per_second: float
    p50_ms: float
    p95_ms: float
    asked: int  # answers in all, those of the warm-up included
    client_cpu_ms: float  # what asking and checking cost this process, an answer


@dataclass(frozen=True)
class Answer:
    raw: bytes
    status: int
    body: bytes
    text: str


class Connection:
    """As a browser keeps it: several requests one after the other, compressed answers."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = socket.create_connection((HOST, port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        self._socket.close()

    def get(self, path: str, cookie: str = "") -> Answer:
        lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}:{self._port}", "Accept-Encoding: gzip"]
        if cookie:
            lines.append(f"Cookie: {cookie}")
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        return self._answer()

    def _answer(self) -> Answer:
        raw = self._more()
        while (end := raw.find(b"\r\n\r\n")) < 0:
            raw += self._more()
        head, length = raw[:end], _LENGTH.search(raw, 0, end)
        if length is None:
            raise WrongAnswer("the answer does not say how long it is")
        missing = end + 4 + int(length[1]) - len(raw)
        while missing > 0:
            more = self._more()
            raw += more
            missing -= len(more)
        body = raw[end + 4 :]
        plain = gzip.decompress(body) if _ZIPPED.search(head) else body
        return Answer(raw, int(head[9:12]), body, plain.decode(errors="replace"))

    def _more(self) -> bytes:
        received = self._socket.recv(65_536)
        if not received:
            raise WrongAnswer("the connection was closed before the end of the answer")
        return received


def checked(answer: Answer, path: str, shows: list[str]) -> Answer:
    """Raises `WrongAnswer` unless this is the page that was meant."""
    if answer.status != 200:
        raise WrongAnswer(f"{path} answered {answer.status}")
    for text in shows:
        if text not in answer.text:
            raise WrongAnswer(f"{path} does not show {text!r}")
    return answer


class _Round:
    """What the clients of one job share."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.begins = time.perf_counter() + job.warm_up
        self.ends = self.begins + job.seconds
        self.asked = itertools.count()
        self.took: list[tuple[float, float]] = []  # (when it came, how long it took), in the measured time
        self.wrong: list[Exception] = []

    def play(self, cookie: str) -> None:
        try:
            connection = Connection(self.job.port)
            try:
                self._play(connection, cookie)
            finally:
                connection.close()
        except (WrongAnswer, OSError) as error:
            self.wrong.append(error)

    def _play(self, connection: Connection, cookie: str) -> None:
        while not self.wrong and len(self.took) < self.job.most:
            asked = time.perf_counter()
            answer = connection.get(self.job.path, cookie)
            answered = time.perf_counter()
            next(self.asked)
            checked(answer, self.job.path, self.job.shows)
            if answered > self.ends:
                return
            if answered >= self.begins:
                # Whenever it was asked for: else the slow ones at both ends would be missing.
                self.took.append((answered, answered - asked))


def run(job: Job) -> Run:
    began = time.process_time()
    shared = _Round(job)
    clients = [threading.Thread(target=shared.play, args=(cookie,)) for cookie in job.cookies]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if shared.wrong:
        raise shared.wrong[0]
    if len(shared.took) < 2:
        raise WrongAnswer(f"{job.path}: not two answers in {job.seconds} s")
    full = len(shared.took) >= job.most
    lasted = max(came for came, _ in shared.took) - shared.begins if full else job.seconds
    cuts = quantiles([took * 1000 for _, took in shared.took], n=20, method="inclusive")
    asked = next(shared.asked)
    return Run(
        answers=len(shared.took),
        per_second=round(len(shared.took) / lasted, 1),
        p50_ms=round(cuts[9], 2),
        p95_ms=round(cuts[18], 2),
        asked=asked,
        client_cpu_ms=round((time.process_time() - began) * 1000 / asked, 3),
    )


def in_own_process(job: Job) -> Run:
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"], input=json.dumps(asdict(job)), capture_output=True, text=True
    )
    if done.returncode:
        raise WrongAnswer(done.stderr.strip())
    return Run(**json.loads(done.stdout))


def main() -> str | None:
    try:
        print(json.dumps(asdict(run(Job(**json.load(sys.stdin))))))
    except (WrongAnswer, OSError) as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(main())
