import os
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Serve the workspace: one process, one port, in the foreground."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--threads", type=int, default=8, help="pages served at the same time")

    def handle(self, *, host: str, port: int, threads: int, **options: Any) -> None:
        import uvicorn

        # Each time: after an upgrade the folder still holds the last release's files.
        call_command("collectstatic", interactive=False, verbosity=0)
        os.environ["PREAU_THREADS"] = str(threads)
        self.stderr.write(f"Préau: http://{host}:{port}/  (stop with Ctrl+C)")
        uvicorn.run(
            "preau.config.asgi:application",
            host=host,
            port=port,
            log_level="warning",
            # One process: SQLite has one writer, and what is kept in memory is kept once.
            workers=1,
            lifespan="off",
        )
