"""Families with children in two schools of a set. Each of the two works out both sides from the seed alone,
so neither needs the other's files nor its memory."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from preau.modules.directory.demo.national import families
from preau.modules.directory.demo.national.draws import Dice
from preau.modules.directory.demo.national.numbers import address_id, person_id, pupil_id
from preau.modules.directory.demo.national.order import Order
from preau.modules.directory.demo.national.people import Family

# Beyond every index a school gives its own families: those it has with the school after it, and before it.
_AFTER, _BEFORE = 14_000, 15_400
_A_YEAR = 40
_LEVELS = 4


@dataclass(frozen=True)
class Between:
    """A family with a child in `school` and another in the school after it."""

    school: int
    index: int
    place: int
    since: int
    levels: tuple[int, int]

    @property
    def other_index(self) -> int:
        return self.index - _AFTER + _BEFORE

    @property
    def one_id(self) -> bool:
        """Every second family keeps one PERSONNE_ID in both schools; the others have one in each."""
        return self.place % 2 == 0

    def listed(self, year: int) -> bool:
        """Whether both children are still in school."""
        return all(level + year - self.since < _LEVELS for level in self.levels)

    def family(self, seed: int, side: int) -> Family:
        """As seen by `school` (side 0) or by the one after it (side 1)."""
        family = families.make(seed, self.school, self.index, clean=False, kind="two_schools")
        family.children = 1
        if side == 0:
            return family
        school, first = self.school + 1, self.other_index * families.SEATS
        home = replace(family.address, id=address_id(school, first))
        ties = []
        for seat, tie in enumerate(family.ties):
            assert tie.guardian is not None
            number = tie.guardian.id if self.one_id else person_id(school, first + seat)
            ties.append(tie.of(replace(tie.guardian, id=number, address=home)))
        return replace(family, school=school, index=self.other_index, ties=ties, address=home)

    def sides(self) -> tuple[tuple[str, str, list[str]], tuple[str, str, list[str]]]:
        """Of each side, the child's id and the school's index and the adults' ids, without making anybody."""
        first, other = self.index * families.SEATS, self.other_index * families.SEATS
        here = [person_id(self.school, first + seat) for seat in (0, 1)]
        there = here if self.one_id else [person_id(self.school + 1, other + seat) for seat in (0, 1)]
        return (
            (str(self.school), pupil_id(self.school, first), here),
            (str(self.school + 1), pupil_id(self.school + 1, other), there),
        )


def between(order: Order, school: int, year: int) -> Iterator[Between]:
    """The families `school` and the one after it get in common in September `year`."""
    if order.clean or not 0 <= school < order.schools - 1:
        return
    for place in range(min(max(2, order.pupils // 100), 10)):
        dice = Dice(order.seed, "two schools", school, year, place)
        # Later Septembers bring children of sixième only, as they bring most families.
        levels = (dice.below(3), dice.below(3)) if year == order.year else (0, 0)
        index = _AFTER + (year - order.year) * _A_YEAR + place
        yield Between(school, index, place, year, levels)


def coming(order: Order, school: int, year: int) -> Iterator[tuple[Family, int]]:
    """With the level their child enters, the families of two schools which come to `school`."""
    for shared in between(order, school, year):
        yield shared.family(order.seed, 0), shared.levels[0]
    for shared in between(order, school - 1, year):
        yield shared.family(order.seed, 1), shared.levels[1]


def listed(order: Order, school: int, year: int) -> Iterator[Between]:
    """The families both schools list this September."""
    for since in range(order.year, year + 1):
        for side in (school - 1, school):
            yield from (shared for shared in between(order, side, since) if shared.listed(year))
