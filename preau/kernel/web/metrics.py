"""Figures for Prometheus. Labels are names of routes, kinds and results: never an id, never a person.

A package adds its own: `gauge("work_queue_depth", "Tasks that wait", depth)` in its `AppConfig.ready`.
With several processes on one machine, `PROMETHEUS_MULTIPROC_DIR` names a folder they share.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

__all__ = ["CONTENT_TYPE_LATEST"]

Figures = float | Mapping[str, float]

REGISTRY = CollectorRegistry()
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

answers = Histogram(
    "preau_http_seconds",
    "From the request to its answer",
    ["route", "method", "status"],
    buckets=SECONDS,
    registry=REGISTRY,
)
in_flight = Gauge(
    "preau_http_in_flight", "Requests being answered", registry=REGISTRY, multiprocess_mode="livesum"
)
sent = Counter("preau_http_bytes", "Bytes of answers, as sent", ["encoding"], registry=REGISTRY)
queries = Counter("preau_db_queries", "Statements sent to the database", ["route"], registry=REGISTRY)
query_time = Counter("preau_db_seconds", "Time the database took", ["route"], registry=REGISTRY)
logins = Counter("preau_logins", "Logins tried: right, wrong, tired, crowded", ["result"], registry=REGISTRY)
throttled = Counter("preau_throttled", "Requests refused for their number", ["limit"], registry=REGISTRY)
replayed = Counter("preau_replayed", "Writes answered a second time", ["result"], registry=REGISTRY)
cache_missing = Counter("preau_cache_missing", "Times the cache did not answer", registry=REGISTRY)


class _Asked(Collector):
    """Figures read when they are asked for. One that fails is left out: the others still come."""

    def __init__(self) -> None:
        self.gauges: dict[str, tuple[str, str, Callable[[], Figures]]] = {}

    def collect(self) -> Iterable[Any]:
        for name, (help_text, label, read) in list(self.gauges.items()):
            try:
                figures = read()
            except Exception:  # noqa: S112  the missing figure is what the alarm sees
                continue
            family = GaugeMetricFamily(f"preau_{name}", help_text, labels=[label] if label else None)
            if isinstance(figures, Mapping):
                for value, figure in figures.items():
                    family.add_metric([value], figure)
            else:
                family.add_metric([], figures)
            yield family


_asked = _Asked()
REGISTRY.register(_asked)


def gauge(name: str, help_text: str, read: Callable[[], Figures], *, label: str = "") -> None:
    """`read` is called at each scrape; with `label` it returns figures by label value."""
    _asked.gauges[name] = (help_text, label, read)


def text() -> bytes:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY)
    from prometheus_client.multiprocess import MultiProcessCollector

    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    together.register(_asked)
    return generate_latest(together)
