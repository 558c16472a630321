"""What a page may listen to. A topic carries ids only, and a browser reads none of the database's."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from preau.kernel.access.actor import Actor, Standing

LONGEST: Final = 200
_WORD = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_MARK = r"[0-9a-f]{24}"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TOPIC = re.compile(rf"(school|person):({_MARK}):({_WORD}):({_WORD})(?::({_UUID}))?")
_NAME = re.compile(rf"({_WORD})\.({_WORD})")
_FRAGMENT = re.compile(_WORD)


def mark(kind: str, key: object) -> str:
    """The same for the same row on every process, and nobody can tell the row from it."""
    return salted_hmac(f"preau.live.{kind}", str(key)).hexdigest()[:24]


@dataclass(frozen=True)
class Topic:
    """`school:{mark}:{module}:{thing}[:{uuid}]` or `person:{mark}:{module}:{thing}`."""

    kind: str
    mark: str
    name: str
    thing: UUID | None = None

    def __str__(self) -> str:
        tail = f":{self.thing}" if self.thing else ""
        return f"{self.kind}:{self.mark}:{self.name.replace('.', ':')}{tail}"


def parse(written: str) -> Topic | None:
    """None for what is no topic: it may come from anybody."""
    found = _TOPIC.fullmatch(written) if len(written) <= LONGEST else None
    if found is None:
        return None
    kind, marked, module, thing, uuid = found.groups()
    return Topic(kind, marked, f"{module}.{thing}", UUID(uuid) if uuid else None)


def is_fragment(written: str) -> bool:
    """Whether it can be the id of an element: words and ids, no spaces, not long."""
    return len(written) <= 80 and _FRAGMENT.fullmatch(written) is not None


@dataclass(frozen=True)
class SchoolTopic:
    """Something of a school that changes while people look at it: `directory.head-teachers`.

    `heard_by(actor, standing, thing)` says who may listen; it runs in the actor's scope when a ticket
    is made, and again each time it is renewed. It may ask `visible_to`.
    """

    name: str
    heard_by: "Callable[[Actor, Standing, UUID | None], bool]"

    def __post_init__(self) -> None:
        _named(self.name)

    def at(self, school_id: int, thing: UUID | None = None) -> Topic:
        """`thing`: the uuid of what it is about, where one page shows one of many."""
        return Topic("school", mark("school", school_id), self.name, thing)


@dataclass(frozen=True)
class PersonTopic:
    """Something of one person, in all their schools: `notifications.notices`. Nobody else hears it."""

    name: str

    def __post_init__(self) -> None:
        _named(self.name)

    def of(self, person_id: int) -> Topic:
        return Topic("person", mark("person", person_id), self.name)


def _named(name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} is not « module.thing »")


def may_hear(actor: "Actor", topic: Topic, declared: "Iterable[SchoolTopic | PersonTopic]") -> bool:
    """Whether this person may be told, today, that this changed."""
    kind = next((each for each in declared if each.name == topic.name), None)
    if isinstance(kind, PersonTopic):
        return topic == kind.of(actor.person_id)
    if not isinstance(kind, SchoolTopic) or topic.kind != "school":
        return False
    standing = next((s for s in actor.standings.values() if mark("school", s.school.pk) == topic.mark), None)
    return standing is not None and kind.heard_by(actor, standing, topic.thing)


def streams(actor: "Actor | None") -> bool:
    """Whether they hold a line. Families look in for a moment: asking once a minute costs less."""
    if actor is None:
        return False
    if settings.LIVE_FOR == "staff":
        return any(standing.duties for standing in actor.standings.values())
    return bool(settings.LIVE_FOR == "everyone")
