"""Chance without memory: what is drawn depends on the seed and on what it is drawn for, on nothing else,
so that any school can be written alone, in any order, and twice."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

Drawn = TypeVar("Drawn")

_MASK = (1 << 64) - 1


class Dice:
    """`Dice(seed, "family", 3, 17)` always falls the same way, under any version of Python."""

    __slots__ = ("_state",)

    def __init__(self, *key: int | str) -> None:
        text = "/".join(map(str, key)).encode()
        self._state = int.from_bytes(blake2b(text, digest_size=8).digest(), "big")

    def below(self, bound: int) -> int:
        # One step of SplitMix64.
        self._state = mixed = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return (mixed ^ (mixed >> 31)) % bound

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def one_of(self, choices: Sequence[Drawn]) -> Drawn:
        return choices[self.below(len(choices))]


def shuffled(items: Sequence[Drawn], *key: int | str) -> list[Drawn]:
    dice, left = Dice(*key), list(items)
    for last in range(len(left) - 1, 0, -1):
        other = dice.below(last + 1)
        left[last], left[other] = left[other], left[last]
    return left
