"""How much waits, how old the oldest is and how many are dead, for `/health/parts` and `/metrics`."""

from datetime import datetime

from django.utils import timezone

from preau.kernel.web import metrics
from preau.kernel.web.health import State, register_check
from preau.kernel.work.dead import depth

LONGEST_WAIT = 15 * 60  # seconds the oldest task that could run may wait before somebody should look


def register() -> None:
    register_check("work", state)
    metrics.gauge("work_tasks", "Tasks by lane and state", _by_state, label="lane_state")
    metrics.gauge("work_oldest_seconds", "How long the oldest ready task has waited", _oldest)
    metrics.gauge("work_dead", "Tasks that failed for good", lambda: depth().dead)


def state() -> State:
    """Not well when nobody seems to work. Dead tasks wait for a person and are only told."""
    found = depth()
    waited = _seconds(found.oldest_ready)
    return State(waited < LONGEST_WAIT, figures={"oldest_seconds": round(waited), "dead": found.dead})


def _by_state() -> dict[str, float]:
    return {f"{lane}.{state}": float(count) for (lane, state), count in depth().by_state.items()}


def _oldest() -> float:
    return _seconds(depth().oldest_ready)


def _seconds(since: datetime | None) -> float:
    # A clock set back makes a task of the future of one that waits.
    return max(0.0, (timezone.now() - since).total_seconds()) if since is not None else 0.0
