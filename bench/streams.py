"""Many open streams, held by a process of their own: `python -m bench.streams` reads a `Job` as JSON.

It writes a line when all are open, and for each line it then reads, one line when every stream has had
the next « changed » frame: the seconds since 1970 at which each of them came. It ends with its input.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from bench.load import HOST, WrongAnswer

PATIENCE = 30  # seconds
AT_ONCE = 50  # streams opened together


@dataclass(frozen=True)
class Job:
    port: int
    ticket: str
    streams: int


class Lines:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.came: list[float] = []
        self.all_came = asyncio.Event()

    async def open(self) -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection(HOST, self.job.port)
        head = [
            "GET /live HTTP/1.1",
            f"Host: {HOST}:{self.job.port}",
            f"Authorization: Live {self.job.ticket}",
            "X-Preau-Away: 0",
        ]
        writer.write("\r\n".join([*head, "", ""]).encode())
        answer = await reader.readuntil(b"event: hello\ndata:\n\n")
        if b" 200 " not in answer:
            raise WrongAnswer(answer[:60].decode())
        self._writers.append(writer)
        return reader

    async def follow(self, reader: asyncio.StreamReader) -> None:
        while frame := await reader.readuntil(b"\n\n"):
            if b"event: changed" in frame:
                self.came.append(time.time())
                if len(self.came) == self.job.streams:
                    self.all_came.set()
            elif b"event:" in frame:
                raise WrongAnswer(frame.decode())

    async def play(self) -> None:
        self._writers: list[asyncio.StreamWriter] = []
        readers: list[asyncio.StreamReader] = []
        async with asyncio.timeout(PATIENCE * 4):
            while len(readers) < self.job.streams:
                number = min(AT_ONCE, self.job.streams - len(readers))
                readers += await asyncio.gather(*(self.open() for _ in range(number)))
        following = [asyncio.create_task(self.follow(reader)) for reader in readers]
        print("open", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            async with asyncio.timeout(PATIENCE):
                await self.all_came.wait()
            print(json.dumps(self.came), flush=True)
            self.came = []
            self.all_came.clear()
        for task in following:
            task.cancel()


class Held:
    def __init__(self, process: "subprocess.Popen[str]", streams: int) -> None:
        self._process = process
        self.streams = streams

    def came(self) -> list[float]:
        """When each stream had the frame that was caused since the last call."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: list[float] = json.loads(self.line())
        return found

    def line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise WrongAnswer("the streams were closed")
        return line


@contextmanager
def held(job: Job) -> Iterator[Held]:
    command = [sys.executable, "-m", "bench.streams"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(asdict(job)) + "\n")
        process.stdin.flush()
        holding = Held(process, job.streams)
        holding.line()
        try:
            yield holding
        finally:
            process.stdin.close()


if __name__ == "__main__":
    asyncio.run(Lines(Job(**json.loads(sys.stdin.readline()))).play())
