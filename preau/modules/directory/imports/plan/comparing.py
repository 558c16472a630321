"""Three values of a field: what the source said before, what stands here, what it says now.

Only what the source changed its mind about is looked at: a correction made by hand lasts as long as the
source repeats itself.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from preau.modules.directory.models import Origin

CHANGE, CONFLICT = "change", "conflict"
_RANK = {origin: rank for rank, origin in enumerate(Origin)}


@dataclass(frozen=True, slots=True)
class Difference:
    """`before`, `ours`, `theirs` as they are shown."""

    field: str
    before: str
    ours: str
    theirs: str
    verdict: str

    def to_json(self) -> list[str]:
        return [self.field, self.before, self.ours, self.theirs, self.verdict]


def compared(
    fields: Iterable[str],
    *,
    before: Mapping[str, Any] | None,
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    corrected: Collection[str] = (),
    outranked: Collection[str] = (),
) -> list[Difference]:
    """- before: None where this source never spoke of it.
    - corrected: fields somebody put right by hand.
    - outranked: fields a better source speaks of.
    """
    found = []
    for name in fields:
        was, here, now = (_word((side or {}).get(name)) for side in (before, ours, theirs))
        if now == here or name in outranked:
            continue
        if before is not None and now == was:
            continue
        if before is None and not now:
            continue  # silence of somebody who never spoke
        by_hand = name in corrected or (before is not None and here != was)
        found.append(Difference(name, was, here, now, CONFLICT if by_hand else CHANGE))
    return found


def outranked_by(
    origin: str, own: int | None, words: Iterable[tuple[str, int, Mapping[str, Any]]]
) -> set[str]:
    """The fields another source of higher rank says something of."""
    return {
        name
        for other, pk, said in words
        if pk != own and _RANK[Origin(other)] < _RANK[Origin(origin)]
        for name, value in said.items()
        if value
    }


@dataclass(frozen=True, slots=True)
class Moves:
    """What enters and leaves a set: additions and removals by hand stay."""

    added: frozenset[Any]
    removed: frozenset[Any]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def moves(before: Collection[Any], ours: Collection[Any], theirs: Collection[Any]) -> Moves:
    was, here, now = set(before), set(ours), set(theirs)
    return Moves(frozenset(now - was - here), frozenset((was - now) & here))


def _word(value: Any) -> str:
    if value in (None, False):
        return ""
    return "1" if value is True else str(value)
