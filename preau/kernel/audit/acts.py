"""What is worth remembering: acts and reads, declared by the modules in their `module.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from string import Formatter
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from preau.kernel.modules import modules

WHO, RECORD = "who", "record"  # what a sentence may name without a value of its own


class Family(models.TextChoices):
    """What an act is about: decides who reads it in the journal, and how long it is kept."""

    ACCOUNTS = "accounts", _("Comptes et connexions")
    SETTINGS = "settings", _("Réglages et années")
    PEOPLE = "people", _("Personnes et missions")
    EXCHANGES = "exchanges", _("Actualités et messages")
    UPKEEP = "upkeep", _("Journal et tâches")


READS = "reads"  # stands beside the families in `JOURNAL_DAYS`
# What the CNIL advises for journals: six months to a year, longer only where a duty asks for it.
A_YEAR, SHORTEST = 365, 30

# What they tell is how the workspace runs, not what it holds of anybody.
TECHNICAL = frozenset({Family.ACCOUNTS, Family.SETTINGS, Family.UPKEEP})


class UndeclaredAct(LookupError):
    """No `module.py` declares this act or read: nobody could be told of it in words."""


@dataclass(frozen=True)
class Act:
    """Something somebody did. `sentence` names {who}, the {record} it was done to, and values:
    every one it names is given to `record`, and no other is kept."""

    code: str
    sentence: Any
    family: str
    # For a value that is one of a few words: value name -> what each is in French.
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """Something whose mere reading is remembered. `label` says what was read: « adresse et téléphone »."""

    code: str
    label: Any
    sentence: Any  # names {who} and {record}


_of_the_kernel: list[Act | Read] = []


def declare(*what: "Act | Read") -> None:
    """For the kernel's own rooms, which have no `module.py`."""
    _of_the_kernel.extend(what)


@cache
def acts() -> Mapping[str, Act]:
    declared = [act for act in _of_the_kernel if isinstance(act, Act)]
    declared += [act for module in modules() for act in module.acts]
    return _by_code(declared)


@cache
def reads() -> Mapping[str, Read]:
    declared = [read for read in _of_the_kernel if isinstance(read, Read)]
    declared += [read for module in modules() for read in module.reads]
    return _by_code(declared)


def act_named(code: str) -> Act:
    try:
        return acts()[code]
    except KeyError:
        raise UndeclaredAct(f"no module declares the act {code}") from None


def read_named(code: str) -> Read:
    try:
        return reads()[code]
    except KeyError:
        raise UndeclaredAct(f"no module declares the read {code}") from None


def kept_days(family: str) -> int:
    """Days what is written now is kept: the figure of `JOURNAL_DAYS`, a year where it gives none.
    `family`: a `Family`, or `READS`."""
    return int(settings.JOURNAL_DAYS.get(family, A_YEAR))


@cache
def names_in(code: str) -> frozenset[str]:
    """The values the sentence of an act needs."""
    return frozenset(named(act_named(code).sentence)) - {WHO, RECORD}


def named(sentence: Any) -> list[str]:
    return [name for _text, name, _spec, _how in Formatter().parse(str(sentence)) if name]


def codes_of(families: "frozenset[str] | set[str]") -> list[str]:
    return sorted(code for code, act in acts().items() if act.family in families)


def _by_code(declared: "list[Any]") -> Mapping[str, Any]:
    found = {each.code: each for each in declared}
    assert len(found) == len(declared), "two acts bear the same code"
    return found


declare(
    Act(
        "audit.purged",
        _(
            "{who} a retiré du journal ce dont le temps de conservation est passé"
            " (actions : {entries}, consultations : {readings})"
        ),
        Family.UPKEEP,
    )
)
