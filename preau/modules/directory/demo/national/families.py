"""A family and its children, drawn from the seed, the school's index and the family's: nothing else."""

from dataclasses import replace

from preau.modules.directory.demo.names import STOCKS
from preau.modules.directory.demo.national import kinds, places, surnames
from preau.modules.directory.demo.national.draws import Dice
from preau.modules.directory.demo.national.letters import mailable
from preau.modules.directory.demo.national.numbers import (
    any_shape,
    ine,
    landline,
    mobile,
    person_id,
    pupil_id,
)
from preau.modules.directory.demo.national.people import (
    ASCENDANT,
    CONTACT,
    FATHER,
    FOSTER,
    IN_CHARGE,
    MINDER,
    MOTHER,
    OTHER,
    SELF,
    WELFARE,
    Family,
    Guardian,
    Pupil,
    Tie,
)

# Ordinals of a family: its children's and its adults', each counted from 0.
SEATS = 6
_MOTHER, _FATHER, _THIRD, _AGAIN, _STRAY, _NOBODY = range(SEATS)
# How often a stock of names is drawn.
_STOCKS = (0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8)
_PROFESSIONS = (
    "21",
    "22",
    "34",
    "37",
    "38",
    "42",
    "43",
    "46",
    "47",
    "52",
    "54",
    "55",
    "56",
    "61",
    "66",
    "82",
)
_ABROAD = (
    ("352", "ORAN"),
    ("350", "CASABLANCA"),
    ("351", "SFAX"),
    ("335", "KAYES"),
    ("139", "BRAGA"),
    ("208", "IZMIR"),
    ("235", "JAFFNA"),
    ("114", "IASI"),
)
_BIRTHPLACES = ("75112", "93066", "59350", "69383", "13203", "44109", "2A004", "97411")


def make(seed: int, school: int, index: int, *, clean: bool, kind: str | None = None) -> Family:
    dice = Dice(seed, "family", school, index)
    if kind is None:
        kind = "" if clean else kinds.of_family(index)
    stock = dice.one_of(_STOCKS)
    family_name = surnames.of_family(seed, school, index, stock, kind, clean=clean)
    usual = surnames.put_together(index) if kind == "usual_name" else ""
    home = places.address(dice, school, index * SEATS, clean=clean)
    family = Family(
        school, index, kind, family_name, usual, stock, [], home, _children(dice, kind, clean=clean)
    )
    mother = _adult(dice, family, _MOTHER, woman=True, clean=clean)
    father = _adult(dice, family, _FATHER, woman=False, clean=clean)
    shape = kinds.SHAPES.get(kind) or _shape(dice, clean=clean)
    if shape == "separated":
        father.address = places.address(dice, school, index * SEATS + _FATHER, clean=clean)
        father.landline = landline(school, index * SEATS + _FATHER)
    if kind == "one_mailbox":
        mother.mail = father.mail = _mailbox("famille", family_name, home.id, "example.org")
    by_mother = Tie(mother, MOTHER, pays=True, first_called=True)
    by_father = Tie(father, FATHER, houses=shape != "separated")
    if shape == "mother":
        family.ties = [by_mother]
    elif shape == "father":
        family.ties = [replace(by_father, pays=True, houses=True, first_called=True)]
    else:
        family.ties = [by_mother, by_father]
    _add_what_the_kind_shows(dice, family)
    return family


def _shape(dice: Dice, *, clean: bool) -> str:
    # 1.75 guardians a pupil.
    drawn = dice.below(100)
    if drawn < 75:
        return "together" if clean or drawn < 55 else "separated"
    return "mother" if drawn < 92 else "father"


def _children(dice: Dice, kind: str, *, clean: bool) -> int:
    if clean or kind in kinds.ONE_CHILD:
        return 1
    if kind in kinds.TWO_CHILDREN:
        return 2
    drawn = dice.below(100)
    return 1 if drawn < 74 else 2 if drawn < 95 else 3


def _adult(
    dice: Dice, family: Family, seat: int, *, woman: bool, clean: bool, related: bool = True
) -> Guardian:
    school, ordinal = family.school, family.index * SEATS + seat
    stock = STOCKS[family.stock]
    firsts = stock.women if woman else stock.men
    first = surnames.plain(dice, firsts) if clean else dice.one_of(firsts)
    name, usual = family.name, ""
    if not clean and (not related or woman):
        name = surnames.drawn(dice, family.stock)
        usual = family.name if related and family.name != name and dice.chance(60) else ""
    domain = "courriel.invalid" if dice.chance(20) else "example.org"
    return Guardian(
        person_id(school, ordinal),
        woman,
        name,
        usual,
        first,
        family.address,
        landline=landline(school, family.index * SEATS) if dice.chance(45) else "",
        mobile=mobile(school, ordinal) if dice.chance(92) else "",
        work=landline(school, ordinal + 3) if dice.chance(15) else "",
        mail=_mailbox(first, usual or name, person_id(school, ordinal), domain) if dice.chance(70) else "",
        shapes=("plus33", "plus33") if clean else (any_shape(dice), any_shape(dice)),
        texts=dice.chance(80),
        shares_address=dice.chance(50),
        profession=dice.one_of(_PROFESSIONS),
    )


def _mailbox(first: str, name: str, number: str, domain: str) -> str:
    return f"{mailable(first)[:20]}.{mailable(name)[:24]}.{number}@{domain}"


def _add_what_the_kind_shows(dice: Dice, family: Family) -> None:
    school, first = family.school, family.index * SEATS

    def stranger(seat: int, *, woman: bool) -> Guardian:
        found = _adult(dice, family, seat, woman=woman, clean=False, related=False)
        found.address = places.address(dice, school, first + seat, clean=False)
        return found

    match family.kind:
        case "in_charge":
            elder = stranger(_THIRD, woman=True)
            family.ties = [
                replace(family.ties[0], houses=False, first_called=False),
                Tie(elder, ASCENDANT, IN_CHARGE, first_called=True),
            ]
            elder.address = family.address
        case "contact":
            family.ties.append(Tie(stranger(_THIRD, woman=True), MINDER, CONTACT, houses=False))
            family.ties.append(Tie(stranger(_STRAY, woman=False), OTHER, CONTACT, houses=False))
        case "foster":
            service = stranger(_MOTHER, woman=True)
            service.mobile, service.work = "", landline(school, first + 3)
            foster = stranger(_THIRD, woman=True)
            foster.address = family.address
            family.ties = [
                Tie(service, WELFARE, pays=True, houses=False),
                Tie(foster, FOSTER, IN_CHARGE, first_called=True),
            ]
        case "person_twice":
            mother = family.ties[0].guardian
            assert mother is not None
            family.again = replace(mother, id=person_id(school, first + _AGAIN), shapes=mother.shapes[::-1])
        case "unlinked_guardian":
            family.strays = [stranger(_STRAY, woman=False)]
        case "missing_person":
            family.ties.append(
                Tie(None, OTHER, CONTACT, houses=False, missing=person_id(school, first + _NOBODY))
            )
        case _:
            pass


def child(seed: int, family: Family, rank: int, level: int, year: int, *, clean: bool) -> Pupil:
    """The child as it joins the school in September `year`, in the level numbered from the sixième."""
    dice = Dice(seed, "child", family.school, family.index, rank)
    ordinal = family.index * SEATS + rank
    kind = family.kind if rank == 0 else ""
    girl, first = _first_name(seed, dice, family, rank, clean=clean)
    late = not clean and dice.chance(8)
    born_in = year - 11 - level - late
    day, month = dice.below(28) + 1, dice.below(12) + 1
    if family.kind == "twins":
        twin = Dice(seed, "twins", family.school, family.index)
        day, month, born_in = twin.below(28) + 1, twin.below(12) + 1, year - 11 - level
    elif family.kind == "homonym":
        # Born in another half of the year than the namesake.
        month = dice.below(6) + (7 if family.index % kinds.PERIOD > 30 else 1)
    elif kind == "of_age":
        born_in = year - 18
        month = dice.below(8) + 1
    pupil = Pupil(
        id=pupil_id(family.school, ordinal),
        ordinal=ordinal,
        family=family,
        rank=rank,
        level=level,
        first_name=first,
        girl=girl,
        born=f"{day:02d}/{month:02d}/{born_in}",
        came=year,
        ine="" if kind == "no_ine" else ine(family.school, ordinal, old=kind == "old_ine"),
        language=dice.one_of(("ESP2",) * 7 + ("ALL2",) * 2 + ("ITA2",)),
        latin=dice.chance(16),
        regime=dice.one_of(("0", "1", "2", "24", "24", "24", "25", "25", "29")),
        repeats=(late and dice.chance(50)) or kind == "of_age",
        kind=kind,
    )
    if kind == "unknown_birthplace":
        pupil.born, pupil.birth_country = f"01/01/{born_in}", dice.one_of(_ABROAD)[0]
    elif not clean and family.stock and dice.chance(15):
        pupil.birth_country, pupil.birth_town = dice.one_of(_ABROAD)
    else:
        pupil.insee_birth = dice.one_of(_BIRTHPLACES)
    if not clean and dice.chance(40):
        names = STOCKS[family.stock].girls if girl else STOCKS[family.stock].boys
        found = (dice.one_of(names), dice.one_of(names))[: 1 + dice.below(2)]
        pupil.other_first_names = tuple(dict.fromkeys(name for name in found if name != first))
    if kind == "of_age":
        _answers_for_oneself(pupil)
    return pupil


def _answers_for_oneself(pupil: Pupil) -> None:
    family = pupil.family
    oneself = Guardian(
        person_id(family.school, family.index * SEATS + _THIRD),
        pupil.girl,
        family.name,
        "",
        pupil.first_name,
        family.address,
        mobile=mobile(family.school, family.index * SEATS + _THIRD),
    )
    family.ties = [
        Tie(oneself, SELF, first_called=True),
        *(replace(tie, level=CONTACT, first_called=False) for tie in family.ties),
    ]


def _first_name(seed: int, dice: Dice, family: Family, rank: int, *, clean: bool) -> tuple[bool, str]:
    girl = dice.chance(50)
    stock = STOCKS[family.stock]
    if family.kind == "homonym":
        shared = Dice(seed, "homonym", family.school, family.index // kinds.PERIOD)
        return True, shared.one_of(STOCKS[0].girls)
    names = stock.girls if girl else stock.boys
    if clean:
        return girl, surnames.plain(dice, names)
    # Each child draws its own start, so the rank alone would not part two brothers.
    start = Dice(seed, "first names", family.school, family.index).below(64)
    return girl, names[(start + rank) % len(names)]
