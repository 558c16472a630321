"""What the first page of the administration tells."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import append_only
from preau.kernel.audit.models import Seal
from preau.kernel.audit.sentences import Told
from preau.kernel.modules import Entry, modules
from preau.modules.console import permissions
from preau.modules.console.selectors import journal
from preau.modules.console.selectors.work import Figures, figures


@dataclass(frozen=True)
class Part:
    """Something the workspace stands on: whether it holds, in words."""

    name: str
    holds: bool
    says: str


@dataclass(frozen=True)
class Overview:
    acts_today: int
    latest: list[Told]
    readings_today: int | None  # None: not for this reader
    work: Figures
    parts: list[Part] = field(default_factory=list)


def overview(actor: Actor) -> Overview:
    manages = permissions.READ_READINGS.allows(actor, None)
    return Overview(
        acts_today=journal.since_midnight(actor, journal.entries(actor)),
        latest=journal.latest(actor),
        readings_today=journal.since_midnight(actor, journal.readings(actor)) if manages else None,
        work=figures(actor),
        parts=parts(),
    )


def settings_offered(actor: Actor) -> list[Entry]:
    """What each module lets this person set for the school. Costs no query."""
    found = [entry for module in modules() for entry in module.settings if entry.shown_to(actor)]
    return sorted(found, key=lambda entry: entry.order)


def parts() -> list[Part]:
    return [_database(), _memory(), _journal()]


def _database() -> Part:
    # This page was read from it.
    name = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}.get(connection.vendor, connection.vendor)
    return Part(_("Base de données"), True, _("Elle répond (%(name)s)") % {"name": name})


def _memory() -> Part:
    name, token = _("Mémoire partagée"), uuid4().hex
    try:
        cache.set(f"console-{token}", token, 10)
        holds = cache.get(f"console-{token}") == token
    except Exception:
        holds = False
    if holds:
        return Part(name, True, _("Elle répond"))
    return Part(name, False, _("Elle ne répond pas : les pages sont plus lentes, rien n’est perdu"))


def _journal() -> Part:
    name = _("Journal")
    if not _protected():
        return Part(name, False, _("La base ne le protège plus : lancez « preau migrate »"))
    last: Any = Seal.objects.order_by("until").last()
    if last is None:
        return Part(name, True, _("Protégé ; il sera scellé cette nuit"))
    return Part(name, True, _("Protégé, et scellé chaque nuit"))


def _protected() -> bool:
    """Asked of the database every five minutes: triggers do not go by themselves."""
    with suppress(Exception):
        kept = cache.get("console-journal-protected")
        if kept is not None:
            return bool(kept)
    holds = not append_only.wanted_names(connection.vendor) - append_only.hung()
    with suppress(Exception):
        cache.set("console-journal-protected", holds, 300)
    return holds
