"""The numbers of the files. Each is made from the school's index and an ordinal inside it, so that no two
schools of a set ever share one by accident."""

from preau.modules.directory.demo.national.draws import Dice

# Ordinals a school may give out over all its years.
ROOM = 100_000
MOST_SCHOOLS = 900
FIRST_UAI = 998_000


def uai(school: int, *, segpa: bool = False) -> str:
    """0998000 to 0999799, two a school: the department 099 has no collège. The samples of the formats use
    0999990 and after, which stay out of the range."""
    number = FIRST_UAI + 2 * school + segpa
    return f"{number:07d}{'ABCDEFGHJKLMNPRSTUVWXYZ'[number % 23]}"


def pupil_id(school: int, ordinal: int) -> str:
    return str((school + 1) * ROOM + ordinal)


def person_id(school: int, ordinal: int) -> str:
    return str((school + 1_001) * ROOM + ordinal)


def address_id(school: int, ordinal: int) -> str:
    return str((school + 2_001) * ROOM + ordinal)


def ine(school: int, ordinal: int, *, old: bool = False) -> str:
    """The shape of today (RNIE), or of before (BEA). Real ones do not begin with 9."""
    number = school * ROOM + ordinal
    if old:
        return f"99{number:08d}{'ABCDEFGHJKLMNPRSTUVWXYZ'[number % 23]}"
    return f"9{number:08d}{'ABCDEFGHJK'[number % 10]}{'ABCDEFGHJK'[number // 10 % 10]}"


# What ARCEP keeps for fiction; ten thousand numbers after each.
_LANDLINES = ("19900", "26191", "35301", "46571", "53649")


def landline(school: int, ordinal: int) -> str:
    """The nine digits after the first 0."""
    number = ordinal * 7_919 + school * 3_571
    return f"{_LANDLINES[number // 10_000 % 5]}{number % 10_000:04d}"


def mobile(school: int, ordinal: int) -> str:
    """Unique in a school up to ten thousand people: there are no more of them."""
    return f"63998{(ordinal * 7_919 + school * 3_571) % 10_000:04d}"


SHAPES = ("plus33", "spaces", "dots", "dashes", "bare")


def shaped(digits: str, shape: str) -> str:
    if not digits:
        return ""
    if shape == "plus33":
        return f"+33{digits}"
    between = {"spaces": " ", "dots": ".", "dashes": "-", "bare": ""}[shape]
    whole = f"0{digits}"
    return between.join(whole[at : at + 2] for at in range(0, 10, 2))


def any_shape(dice: Dice) -> str:
    return dice.one_of(SHAPES)
