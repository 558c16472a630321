"""How the service is, in words and for everybody: no name, no figure of a machine.

Asked of the parts at most every `KEPT` seconds in one process, whatever the number of readers: a page
that shows a breakdown must not make it worse. Kept in memory – the cache may be what is gone.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from preau.kernel.web import health
from preau.kernel.web.health import State

KEPT = 10.0

# part -> (the name people give it, what it means when it fails). A part nobody named here is not shown.
WORDS: Mapping[str, tuple[Any, Any]] = {
    "database": (
        gettext_lazy("Pages et enregistrement"),
        gettext_lazy("Rien ne peut être lu ni enregistré pour l’instant."),
    ),
    "disk": (
        gettext_lazy("Place pour enregistrer"),
        gettext_lazy("Le serveur n’a presque plus de place : l’enregistrement peut être refusé."),
    ),
    "files": (
        gettext_lazy("Fichiers"),
        gettext_lazy("Les pièces jointes et les photos ne s’ouvrent pas. Le reste fonctionne."),
    ),
    "cache": (gettext_lazy("Rapidité"), gettext_lazy("Les pages sont plus lentes. Rien n’est perdu.")),
    "work": (
        gettext_lazy("Tâches automatiques"),
        gettext_lazy("Les avis et les messages partent avec du retard. Aucun n’est perdu."),
    ),
    "messages": (
        gettext_lazy("Courriels et SMS"),
        gettext_lazy(
            "Des messages n’ont pas pu partir. Préau essaie de nouveau ; les avis restent lisibles."
        ),
    ),
    "antivirus": (
        gettext_lazy("Antivirus"),
        gettext_lazy("Les fichiers déposés ces derniers temps attendent d’être examinés."),
    ),
    "migrations": (gettext_lazy("Mise à jour"), gettext_lazy("Une mise à jour est en cours.")),
}


@dataclass(frozen=True)
class Part:
    name: Any
    well: bool
    says: str
    since: datetime | None  # None: as long as this server remembers


@dataclass(frozen=True)
class Status:
    at: datetime
    parts: tuple[Part, ...]

    @property
    def well(self) -> bool:
        return all(part.well for part in self.parts)


class _Watch:
    """What was found last, and when each part last changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        self._asked = float("-inf")
        self._found: Status | None = None
        self._since: dict[str, tuple[bool, datetime | None]] = {}

    def status(self) -> Status:
        # While one asks, the others are told what was found before: a part that hangs holds one reader.
        if self._found is not None and (self._is_fresh() or not self._lock.acquire(blocking=False)):
            return self._found
        if self._found is None:
            self._lock.acquire()
        try:
            if self._found is None or not self._is_fresh():
                self._found = self._look()
                self._asked = time.monotonic()
            return self._found
        finally:
            self._lock.release()

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._asked < KEPT

    def _look(self) -> Status:
        now, found = timezone.now(), health.states()
        for name, state in found.items():
            before = self._since.get(name)
            if before is None or before[0] != state.well:
                self._since[name] = (state.well, now if before is not None or not state.well else None)
        return Status(
            now,
            tuple(
                Part(label, found[name].well, _says(name, found[name], means), self._since[name][1])
                for name, (label, means) in WORDS.items()
                if name in found and (name != "migrations" or not found[name].well)
            ),
        )


def _says(name: str, state: State, means: Any) -> str:
    late = int(state.figures.get("oldest_seconds", 0)) // 60 if name == "work" else 0
    if late:
        wait = ngettext(
            "La plus ancienne attend depuis %(minutes)d minute.",
            "La plus ancienne attend depuis %(minutes)d minutes.",
            late,
        ) % {"minutes": late}
        return wait if state.well else f"{means} {wait}"
    if not state.well:
        return str(means)
    return _("Rien n’attend.") if name == "work" else ""


_watch = _Watch()


def status() -> Status:
    return _watch.status()


def forget_status() -> None:
    """For tests, whose parts come and go."""
    _watch.forget()
