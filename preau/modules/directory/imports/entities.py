"""Things as the directory has them, one for each source that speaks of it: plain values, empty ones left
out, so that the same export gives the same digest."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from preau.modules.directory.services.importing.sources import digest_of

Key = tuple[str, str, str]  # origin, thing, external id


@dataclass(slots=True)
class Entity:
    """One thing one source speaks of."""

    origin: str
    thing: str
    external_id: str
    uai: str
    who: str
    file: str
    line: int
    said: dict[str, Any]
    unsaid: frozenset[str]  # fields this file has no place for: their absence says nothing

    @property
    def key(self) -> Key:
        return self.origin, self.thing, self.external_id

    def digest(self) -> str:
        return digest_of(self.said)


@dataclass
class Gathered:
    entities: dict[Key, Entity] = field(default_factory=dict)
    # Whole lists: who was in one and is no more has left. A table may be a part of something.
    whole: set[tuple[str, str, str]] = field(default_factory=set)  # origin, thing, UAI
    years: set[int] = field(default_factory=set)  # the Septembers the files speak of
    uais: set[str] = field(default_factory=set)  # and the units
    unclear_levels: int = 0  # links of tables: they do not say who has parental authority

    def of(self, thing: str) -> Iterator[Entity]:
        return (each for each in self.entities.values() if each.thing == thing)
