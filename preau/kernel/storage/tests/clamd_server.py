"""A server that speaks clamd's INSTREAM and knows one signature."""

import socket
import socketserver
import struct
import threading
from pathlib import Path
from typing import Any

from preau.kernel.storage.testing import EICAR


class ClamdServer:
    """`limit`: StreamMaxLength. `manner`: "honest", "hangs_up" in the middle, or "silent"."""

    def __init__(self, *, limit: int = 10_000_000, manner: str = "honest", path: Path | None = None) -> None:
        outer = self
        self.limit, self.manner, self.asked, self.chunks = limit, manner, 0, [0]

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                outer.asked += 1
                outer._answer(self.request)

        server: Any
        if path is None:
            server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
            self.url = f"tcp://127.0.0.1:{server.server_address[1]}"
        else:
            server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
            self.url = f"unix:{path}"
        server.daemon_threads = True
        self._quiet = threading.Event()
        self._server = server
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        self._quiet.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, line: socket.socket) -> None:
        if self._exactly(line, 10) != b"zINSTREAM\0":
            return line.sendall(b"UNKNOWN COMMAND\0")
        if self.manner == "silent":
            self._quiet.wait(10)
            return None
        received = b""
        while length := struct.unpack("!L", self._exactly(line, 4))[0]:
            received += self._exactly(line, length)
            self.chunks.append(length)
            if self.manner == "hangs_up":
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return line.close()
            if len(received) > self.limit:
                return line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        found = EICAR in received
        return line.sendall(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")

    def _exactly(self, line: socket.socket, length: int) -> bytes:
        received = b""
        while len(received) < length:
            piece = line.recv(length - len(received))
            if not piece:
                return received + b"\0" * (length - len(received))
            received += piece
        return received
