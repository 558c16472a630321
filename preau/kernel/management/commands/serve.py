import os
import signal
from contextlib import suppress
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Serve the workspace: one process, one port, in the foreground."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--threads", type=int, default=8, help="pages served at the same time")
        parser.add_argument(
            "--no-work", action="store_true", help="leave what waits to processes of « preau work »"
        )

    def handle(self, *, host: str, port: int, threads: int, no_work: bool, **options: Any) -> None:
        import uvicorn

        from preau.kernel.web import doors
        from preau.kernel.work.worker import EMBEDDED, Workers

        # Each time: after an upgrade the folder still holds the last release's files.
        call_command("collectstatic", interactive=False, verbosity=0)
        os.environ["PREAU_THREADS"] = str(threads)
        self.stderr.write(f"Préau: http://{host}:{port}/  (stop with Ctrl+C)")
        workers = Workers(*([] if no_work else EMBEDDED))
        workers.start()
        server = uvicorn.Server(
            uvicorn.Config(
                "preau.config.asgi:application",
                host=host,
                port=port,
                # One process: SQLite has one writer, and what is kept in memory is kept once.
                workers=1,
                lifespan="on",  # of the live streams
                **doors.options(),
            )
        )

        def stop(*_: Any) -> None:
            server.should_exit = True

        # uvicorn stops, then raises the signal again: what the workers are at is still to be finished.
        signal.signal(signal.SIGTERM, stop)
        with suppress(KeyboardInterrupt):
            server.run()
        workers.finish()
        if not server.started:
            raise SystemExit(1)  # the port is taken, say: uvicorn has told why
