import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from preau.kernel.work.registry import LANES
from preau.kernel.work.worker import Workers


class Command(BaseCommand):
    help = "Do the work that waits, in the foreground, until told to stop. Start as many as are needed."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--lanes", default=",".join(LANES), help=f"among {', '.join(LANES)}")
        parser.add_argument("--threads", type=int, default=1)

    def handle(self, *, lanes: str, threads: int, **options: Any) -> None:
        chosen = tuple(lanes.split(","))
        if unknown := set(chosen) - set(LANES):
            raise CommandError(f"no lane is named {', '.join(sorted(unknown))}: {', '.join(LANES)}")
        workers = Workers(*[chosen] * threads)
        told = threading.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: told.set())
        workers.start()
        self.stderr.write(f"Préau: work on {', '.join(chosen)} (stop with Ctrl+C)")
        told.wait()
        workers.finish()
