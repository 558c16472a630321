"""The least a server can do: one answer, ready made. What the clients reach here is their ceiling.

`python -m bench.ceiling` reads the whole answer, writes its port and serves until its input closes.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import uvloop

from bench.load import HOST


class Repeat(asyncio.Protocol):
    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop has a class of its own

    def data_received(self, data: bytes) -> None:
        self.received += data
        while b"\r\n\r\n" in self.received:
            _, _, self.received = self.received.partition(b"\r\n\r\n")
            self.transport.write(self.answer)


async def serve(answer: bytes) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Repeat(answer), HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)
    server.close()


@contextmanager
def repeating(answer: bytes) -> Iterator[int]:
    """The port on which every request gets `answer`."""
    command = [sys.executable, "-m", "bench.ceiling", str(len(answer))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(answer)
        server.stdin.flush()
        try:
            yield int(server.stdout.readline())
        finally:
            server.stdin.close()


if __name__ == "__main__":
    uvloop.run(serve(sys.stdin.buffer.read(int(sys.argv[1]))))
