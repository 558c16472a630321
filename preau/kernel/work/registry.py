"""Every piece of work by its name, as subscribers and jobs declare it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

LANES = ("urgent", "default", "slow")
ATTEMPTS = 12  # over about eight hours


class NotNow(Exception):
    """Try again in so many seconds; the try does not count as one."""

    def __init__(self, seconds: float = 60) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Hopeless(Exception):
    """No further try would help: to the dead letters at once."""


@dataclass(frozen=True)
class Work:
    name: str
    label: Any
    lane: str
    attempts: int
    atomic: bool  # effects and settling in one transaction; else it commits by itself and may run twice
    call: Callable[[Mapping[str, Any], Any], None]  # (payload, actor or None)
    key: Callable[[Any], str] | None = None


_works: dict[str, Work] = {}
_sources: dict[str, str] = {}


def register(work: Work, source: str) -> None:
    """Raises `ValueError` for a lane nobody serves, or a name that another function bears."""
    if work.lane not in LANES:
        raise ValueError(f"{work.name}: there is no lane {work.lane}, only {', '.join(LANES)}")
    if _sources.setdefault(work.name, source) != source:
        raise ValueError(f"two pieces of work are named {work.name}: {_sources[work.name]} and {source}")
    _works[work.name] = work


def work_named(name: str) -> Work | None:
    return _works.get(name)


def short_name(module: str, name: str) -> str:
    """`preau.modules.news.subscribers`, `tell` → `news.tell`: moving a file changes no name."""
    parts = module.split(".")
    place = parts[2] if parts[0] == "preau" and len(parts) > 2 else parts[0]
    return f"{place}.{name}"
