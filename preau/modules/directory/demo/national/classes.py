"""Divisions and groups: who sits where this September."""

from dataclasses import dataclass, field

from preau.modules.directory.demo.national.draws import Dice, shuffled
from preau.modules.directory.demo.national.order import Order
from preau.modules.directory.demo.national.people import Pupil

MEFS = ("10010012110", "10110001110", "10210001110", "10310019110")
SEGPA_MEFS = ("16410002110", "16510002110", "16610002110", "16710002110")
FORMATIONS = ("6EME", "5EME", "4EME", "3EME")
LONG_LEVELS = ("SIXIEME", "CINQUIEME", "QUATRIEME", "TROISIEME")
A_DIVISION = 25
SEGPA_FROM = 200  # A smaller collège has none.
FAKE = "Inactifs"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Division:
    code: str
    label: str
    level: int
    segpa: bool = False
    fake: bool = False
    mefs: list[str] = field(default_factory=list)
    pupils: int = 0


@dataclass
class StudyGroup:
    code: str
    label: str
    subject: str
    level: int
    divisions: list[str] = field(default_factory=list)
    pupils: int = 0


def mef(pupil: Pupil) -> str:
    return (SEGPA_MEFS if pupil.segpa else MEFS)[pupil.level]


def put_into_classes(
    order: Order, school: int, pupils: list[Pupil], year: int
) -> tuple[list[Division], list[StudyGroup]]:
    """Says of each pupil their divisions and groups, and when they left; gives both lists in the order
    of the files."""
    has_segpa = not order.clean and order.pupils >= SEGPA_FROM
    total = max(4, round(order.pupils / A_DIVISION)) - (4 if has_segpa else 0)
    divisions: list[Division] = []
    for level in range(4):
        of_level = [pupil for pupil in pupils if pupil.level == level]
        if has_segpa:
            _choose_segpa(order, of_level)
        ordinary = [pupil for pupil in of_level if not pupil.segpa]
        count = max(1, (total + 3 - level) // 4)
        made = [_division(level, LETTERS[at], clean=order.clean) for at in range(count)]
        _seat(ordinary, made, order, school, year)
        if has_segpa:
            segpa = Division(f"{6 - level}SEGPA", f"{LONG_LEVELS[level]} SEGPA", level, segpa=True)
            made.append(segpa)
            _seat([pupil for pupil in of_level if pupil.segpa], [segpa], order, school, year)
        divisions += made
    groups = _groups(order, pupils, divisions)
    if not order.clean:
        divisions += _show_what_hurts(pupils, divisions, groups, year)
    _count(pupils, divisions, groups)
    named = {code for pupil in pupils for code in pupil.groups}
    return divisions, [group for group in groups if group.code in named]


def _choose_segpa(order: Order, of_level: list[Pupil]) -> None:
    missing = round(order.pupils * 0.02) - sum(pupil.segpa for pupil in of_level)
    can = [pupil for pupil in of_level if not pupil.segpa and pupil.family.kind == ""]
    for pupil in can[: max(0, missing)]:
        pupil.segpa, pupil.latin = True, False


def _division(level: int, letter: str, *, clean: bool) -> Division:
    code = f"{6 - level}{letter}"
    if not clean and code in ("3A", "5C"):
        code = f"{code[0]} {letter}"
    elif not clean and code in ("6B", "4B"):
        code = f"{code[0]} {letter} "
    return Division(code, f"{LONG_LEVELS[level]} {letter}", level)


def _seat(pupils: list[Pupil], divisions: list[Division], order: Order, school: int, year: int) -> None:
    mixed = shuffled(pupils, order.seed, "seats", school, year, divisions[0].code)
    for place, pupil in enumerate(mixed):
        pupil.divisions = [divisions[place * len(divisions) // len(mixed)].code]
        pupil.groups, pupil.left_on = [], ""
    codes = SEGPA_MEFS if divisions[0].segpa else MEFS
    for division in divisions:
        division.mefs = [codes[division.level]]


def _groups(order: Order, pupils: list[Pupil], divisions: list[Division]) -> list[StudyGroup]:
    made: dict[str, StudyGroup] = {}
    ranks = {division.code: rank for rank, division in enumerate(divisions)}
    by_division: dict[str, list[Pupil]] = {division.code: [] for division in divisions}
    for pupil in pupils:
        by_division[pupil.divisions[0]].append(pupil)
    for division in divisions:
        if division.segpa:
            continue
        grade, letter = 6 - division.level, division.label[-1]
        # Languages are taught to two divisions at a time; the rarer ones to a whole level.
        pair = LETTERS.index(letter) // 2 + 1
        for place, pupil in enumerate(sorted(by_division[division.code], key=lambda each: each.ordinal)):
            wanted: list[tuple[str, str, str]] = []
            if division.level:
                if pupil.language == "ESP2":
                    wanted.append((f"{grade}ESP{pair}", f"{grade}EME ESPAGNOL {pair}", "ESP2"))
                elif pupil.language == "ALL2":
                    wanted.append((f"{grade}ALL1", f"{grade}EME ALLEMAND", "ALL2"))
                else:
                    wanted.append((f"{grade}ITA1", f"{grade}EME ITALIEN", "ITA2"))
                if pupil.latin:
                    wanted.append((f"{grade}LAT1", f"{grade}EME LATIN", "LCALA"))
            else:
                if pupil.language == "ALL2":
                    wanted.append(("6BIL.ALL", "6EME BILANGUE ALLEMAND", "ALL1"))
                half = place % 2 + 1
                wanted.append((f"6{letter}-SC{half}", f"6EME {letter} SCIENCES GROUPE {half}", "STECH"))
            for code, label, subject in wanted:
                group = made.setdefault(code, StudyGroup(code, label, subject, division.level))
                if division.code not in group.divisions:
                    group.divisions.append(division.code)
                pupil.groups.append(code)
    for group in made.values():
        group.divisions.sort(key=lambda code: ranks[code])
    if not order.clean:
        for group in made.values():
            if group.subject == "ITA2":
                group.label = ""
    return sorted(made.values(), key=lambda group: (group.level, group.code))


def _show_what_hurts(
    pupils: list[Pupil], divisions: list[Division], groups: list[StudyGroup], year: int
) -> list[Division]:
    fake = Division(FAKE, "INACTIFS", 0, fake=True)
    for pupil in pupils:
        dice = Dice("office", pupil.id, year)
        match pupil.kind:
            case "left":
                pupil.left_on = f"{dice.below(17) + 3:02d}/09/{year}"
            case "left_unplaced":
                pupil.left_on, pupil.divisions, pupil.groups = f"{dice.below(17) + 3:02d}/09/{year}", [], []
            case "no_division":
                pupil.divisions, pupil.groups = [], []
            case "only_group":
                pupil.divisions = []
            case "fake_division":
                pupil.divisions, pupil.groups = [FAKE], []
                fake.mefs = sorted({*fake.mefs, MEFS[pupil.level]})
            case "two_divisions":
                others = [
                    division.code
                    for division in divisions
                    if division.level == pupil.level
                    and not division.segpa
                    and division.code not in pupil.divisions
                ]
                if others:
                    pupil.divisions.append(dice.one_of(others))
            case _:
                pass
    return [fake] if fake.mefs else []


def _count(pupils: list[Pupil], divisions: list[Division], groups: list[StudyGroup]) -> None:
    counted: dict[str, int] = {}
    for pupil in pupils:
        for code in (*pupil.divisions, *pupil.groups):
            counted[code] = counted.get(code, 0) + (not pupil.left_on)
    for division in divisions:
        division.pupils = counted.get(division.code, 0)
    for group in groups:
        group.pupils = counted.get(group.code, 0)
