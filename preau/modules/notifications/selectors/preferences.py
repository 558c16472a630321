"""What the page of preferences shows."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core import signing

from preau.kernel.access.actor import Actor
from preau.kernel.modules import NoticeKind
from preau.modules.directory.api import Person
from preau.modules.notifications.models import AddressDoubt, PersonHours, Preference, PushSubscription
from preau.modules.notifications.selectors.choices import Choices
from preau.modules.notifications.selectors.kinds import kinds

DIGEST = "digest"  # in place of a kind, in the link of a summary
_SALT = "preau.notifications.silence"


@dataclass(frozen=True)
class Preferences:
    hours: PersonHours
    modes: dict[str, str]  # `kind.channel` -> mode
    browsers: list[PushSubscription]


def preferences_of(actor: Actor) -> Preferences:
    """Three queries."""
    hours = PersonHours.objects.filter(person=actor.person_id).first() or PersonHours()
    rows = Preference.objects.filter(person=actor.person_id)
    chosen: dict[str, dict[tuple[int, str], str]] = {}
    for row in rows:
        chosen.setdefault(row.kind, {})[actor.person_id, row.channel] = row.mode
    modes = {
        f"{kind.name}.{channel}": Choices(kind, chosen.get(kind.name, {})).mode(actor.person_id, channel)
        for kind in kinds().values()
        for channel in kind.channels
    }
    return Preferences(hours, modes, list(PushSubscription.objects.filter(person=actor.person_id)))


def doubted_addresses(actor: Actor, addresses: Collection[str]) -> list[str]:
    """Those of the person's addresses that refused a message for good."""
    doubts = AddressDoubt.objects.filter(person=actor.person_id, address__in=addresses)
    return sorted(set(doubts.values_list("address", flat=True)))


def silence_token(person_id: int, kind: str) -> str:
    """What the link of a letter carries: it silences one kind for one person, and does nothing else."""
    return signing.dumps([person_id, kind], salt=_SALT)


def silenced_by(token: str) -> tuple[int, str] | None:
    """(person, kind) a token silences; None for a forged one, for somebody who was erased since, or for a
    kind that cannot be."""
    try:
        person_id, name = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    kind: Any = kinds().get(name)
    may_be = name == DIGEST or (isinstance(kind, NoticeKind) and kind.may_be_silenced)
    return (person_id, name) if may_be and Person.objects.filter(pk=person_id).exists() else None
