"""The loop that does the work: a thread beside the pages, or a process of its own."""

import logging
import threading
from collections.abc import Sequence
from contextlib import suppress

from django.db import close_old_connections, connection

from preau.kernel.work import claiming, waking
from preau.kernel.work.registry import LANES
from preau.kernel.work.running import run_together
from preau.kernel.work.schedule import tick

SAFETY_NET = 1.0  # seconds between two looks that nobody rang for
LONGEST_PAUSE = 30.0  # while the database does not answer

log = logging.getLogger("preau.work")


class Worker:
    """Serves `lanes` until `stop` is set."""

    def __init__(self, lanes: Sequence[str] = LANES, *, stop: threading.Event) -> None:
        self.turns = claiming.Turns(lanes)
        self.stop = stop

    def serve(self) -> None:
        pause = 1.0
        while not self.stop.is_set():
            try:
                self._serve_once()
                pause = 1.0
            except Exception:
                # The database went away, say. Leases run out, transactions were rolled back: nothing is lost.
                log.exception("the worker starts again in %s s", pause)
                with suppress(Exception):
                    connection.close()
                self.stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        with suppress(Exception):
            connection.close()

    def _serve_once(self) -> None:
        since = waking.rung()
        close_old_connections()
        tick()
        moved = claiming.sweep()
        worked = self._work_off()
        if not moved and not worked:
            waking.wait(since, SAFETY_NET)

    def _work_off(self) -> bool:
        """One claim's worth of tasks."""
        claimed = left = self.turns.claim()
        while left:
            if self.stop.is_set():
                claiming.give_back(left)
                break
            left = left[run_together(left) :]
        return bool(claimed)


class Workers:
    """Threads of workers in this process, and the bell that other processes ring."""

    def __init__(self, *lanes: Sequence[str]) -> None:
        self.stop = threading.Event()
        self._threads = [
            threading.Thread(
                target=Worker(each, stop=self.stop).serve, name=f"preau-work-{number}", daemon=True
            )
            for number, each in enumerate(lanes)
        ]

    def start(self) -> None:
        waking.listen(self.stop)
        for thread in self._threads:
            thread.start()

    def finish(self, patience: float = 20.0) -> None:
        """Let each finish the task it is at. What takes longer is done again after its lease."""
        self.stop.set()
        waking.ring_here()
        for thread in self._threads:
            thread.join(patience)


# What happens now does not wait behind what is for the night.
EMBEDDED = (("urgent", "default"), ("slow", "default", "urgent"))
