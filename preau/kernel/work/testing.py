"""Work in tests: no thread, no clock, everything that is due, now."""

from preau.kernel.work import claiming
from preau.kernel.work.models import Task
from preau.kernel.work.running import Outcome, run


def run_all(*, may_fail: bool = False) -> list[Task]:
    """Run every task that is due, and those they ask for, in this process. Returns the tasks that were done.

    A task that fails fails the test, unless `may_fail`: it then waits for its next try.
    """
    done: list[Task] = []
    turns = claiming.Turns()
    while True:
        moved = claiming.sweep()
        claimed = turns.claim()
        for task in claimed:
            outcome = run(task)
            if outcome is Outcome.DONE:
                done.append(task)
            elif not may_fail:
                left = Task.objects.filter(pk=task.pk).first()
                raise AssertionError(f"{task.name}: {outcome.value}, {left.error if left else 'gone'}")
        if not claimed and not moved:
            return done
