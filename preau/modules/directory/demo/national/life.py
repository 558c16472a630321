"""A school from September to September. It holds its own pupils and nobody else's."""

from dataclasses import dataclass, field

from preau.modules.directory.demo.national import families, kinds, neighbours, places
from preau.modules.directory.demo.national.classes import Division, StudyGroup, put_into_classes
from preau.modules.directory.demo.national.draws import Dice
from preau.modules.directory.demo.national.numbers import any_shape, mobile, uai
from preau.modules.directory.demo.national.order import Order
from preau.modules.directory.demo.national.people import Family, Guardian, Pupil
from preau.modules.directory.demo.national.staff import Staff, Team

LEVELS = 4
# In a hundred pupils: gone over the summer, kept in the level.
_MOVE_OUT, _REPEAT = 3, 2
_CHANGES_PHONE, _CHANGES_ADDRESS, _CHANGES_NAME = 8, 5, 1


@dataclass
class September:
    """A school as its files of one year show it."""

    order: Order
    school: int
    year: int
    pupils: list[Pupil]
    divisions: list[Division]
    groups: list[StudyGroup]
    team: Team
    changes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def uai(self) -> str:
        return uai(self.school)

    @property
    def segpa_uai(self) -> str:
        return uai(self.school, segpa=True)

    @property
    def town(self) -> tuple[str, str, str]:
        return places.town_of(self.school)

    def guardians(self) -> list[Guardian]:
        """Each person once, in the order of the file."""
        found: dict[str, Guardian] = {}
        for pupil in self.pupils:
            for tie in pupil.ties:
                if tie.guardian is not None:
                    found.setdefault(tie.guardian.id, tie.guardian)
            for stray in pupil.family.strays:
                found.setdefault(stray.id, stray)
        return list(found.values())


class School:
    def __init__(self, order: Order, school: int) -> None:
        self._order, self._school = order, school
        self._pupils: list[Pupil] = []
        self._families = 0
        self._staff = Staff(order, school)
        self._changes: dict[str, list[str]] = {}

    def september(self, year: int) -> September:
        """To be asked year after year, from the first one on."""
        self._changes = {}
        if year > self._order.year:
            self._summer(year)
        self._welcome(year)
        self._pupils.sort(key=lambda pupil: (pupil.level, pupil.segpa, pupil.ordinal))
        divisions, groups = put_into_classes(self._order, self._school, self._pupils, year)
        team = self._staff.of_year(year, divisions, groups)
        return September(
            self._order, self._school, year, self._pupils, divisions, groups, team, self._changes
        )

    def _summer(self, year: int) -> None:
        kept = []
        for pupil in self._pupils:
            dice = Dice(self._order.seed, "summer", pupil.id, year)
            settled = pupil.family.kind == "two_schools"
            stays = settled or pupil.kind not in ("left", "left_unplaced", "fake_division")
            if not stays or dice.chance(0 if settled else _MOVE_OUT):
                self._note("moved_out", pupil.id)
                continue
            pupil.repeats = not settled and pupil.kind != "of_age" and dice.chance(_REPEAT)
            if pupil.repeats:
                self._note("repeating", pupil.id)
            elif pupil.level == LEVELS - 1:
                self._note("finished", pupil.id)
                continue
            else:
                pupil.level += 1
            pupil.last_division = pupil.divisions[0] if pupil.divisions else ""
            if pupil.kind in kinds.FOR_A_YEAR:
                pupil.kind = ""
            kept.append(pupil)
        self._pupils = kept
        for family in {id(pupil.family): pupil.family for pupil in kept}.values():
            if family.kind in ("", "separated", "siblings"):
                self._family_summer(family, year)

    def _family_summer(self, family: Family, year: int) -> None:
        dice = Dice(self._order.seed, "family summer", family.school, family.index, year)
        guardian = family.ties[0].guardian
        if guardian is None:
            return
        if dice.chance(_CHANGES_PHONE):
            guardian.mobile = mobile(self._school, family.index * families.SEATS + 2 + year % 3)
            if not self._order.clean:
                guardian.shapes = guardian.shapes[0], any_shape(dice)
            self._note("phone_changed", guardian.id)
        if dice.chance(_CHANGES_ADDRESS):
            street = places.address(dice, self._school, 0, clean=self._order.clean)
            family.address.street, family.address.complement = street.street, street.complement
            self._note("address_changed", family.address.id)
        if guardian.woman and guardian.usual_name and dice.chance(_CHANGES_NAME * 4):
            guardian.usual_name = ""
            self._note("name_changed", guardian.id)

    def _note(self, change: str, number: str) -> None:
        self._changes.setdefault(change, []).append(number)

    def _welcome(self, year: int) -> None:
        room = self._room()
        for family, level in neighbours.coming(self._order, self._school, year):
            self._enrol(family, 0, level, year, room)
        if year > self._order.year and not self._order.clean:
            self._welcome_younger_ones(year, room)
        while sum(room) > 0:
            self._new_family(year, room)

    def _welcome_younger_ones(self, year: int, room: list[int]) -> None:
        for pupil in list(self._pupils):
            family = pupil.family
            dice = Dice(self._order.seed, "younger", family.school, family.index, year)
            can = pupil.rank == 0 and family.children == 1 and family.kind == "" and pupil.level > 0
            if can and room[0] > 0 and dice.chance(12):
                family.children = 2
                self._enrol(family, 1, 0, year, room)

    def _room(self) -> list[int]:
        wanted = [(self._order.pupils + LEVELS - 1 - level) // LEVELS for level in range(LEVELS)]
        for pupil in self._pupils:
            wanted[pupil.level] -= 1
        # Those who repeat may fill one level past its share; the whole stays what was asked.
        while min(wanted) < 0:
            over, widest = wanted.index(min(wanted)), wanted.index(max(wanted))
            wanted[over] += 1
            wanted[widest] -= 1
        return wanted

    def _new_family(self, year: int, room: list[int]) -> None:
        family = families.make(self._order.seed, self._school, self._families, clean=self._order.clean)
        self._families += 1
        level = LEVELS - 1 if family.kind == "of_age" else room.index(max(room))
        free = set(range(LEVELS))
        for rank in range(min(family.children, sum(room))):
            if rank and family.kind != "twins":
                level = max(sorted(free), key=room.__getitem__)
            free.discard(level)
            self._enrol(family, rank, level, year, room)

    def _enrol(self, family: Family, rank: int, level: int, year: int, room: list[int]) -> None:
        pupil = families.child(self._order.seed, family, rank, level, year, clean=self._order.clean)
        if year > self._order.year:
            self._note("arrived", pupil.id)
        self._pupils.append(pupil)
        room[level] -= 1
