"""Names of families: from the stocks of the demonstration, or put together, so that homonyms are rare where
they are not wanted."""

from collections.abc import Sequence

from preau.modules.directory.demo.names import STOCKS
from preau.modules.directory.demo.national import kinds
from preau.modules.directory.demo.national.draws import Dice

_SYLLABLES = """
Bal Cor Dam Fer Gal Lam Mar Nol Per Ral Sar Tav Val Bren Cham Del Gren Lor Mont Ver
a e i o an en in on ar er or al el il ol au ou ai eu oi
bert card don fort gand lier mont net pin quet rand sard tier vaud zin det leau mier nard ton
"""
_FIRST, _SECOND, _LAST = (line.split() for line in _SYLLABLES.strip().splitlines())
_ALL = len(_FIRST) * len(_SECOND) * len(_LAST)

_LIGATURES = ("Lœuvre", "Cœuret", "Œuvrard", "Bœuvin", "Laÿs-Cœurdoux")
_STRAIGHT = ("L'Hostellier", "d'Orvanne", "N'Dongué", "L'Herminier-Roc", "O'Brannan")
_TYPOGRAPHIC = ("L’Hostis", "d’Esparbès", "N’Diaye-Morel", "L’Aulnoye", "d’Hautecombe")
_PARTICLES = ("de Rochebonne", "d’Aubremont", "du Castel", "Le Bihan", "El Amrani", "de La Tourvaire")
_OUTSIDE = ("Karataş", "Yıldızhan", "Gündoğdu", "Kılıçaslan", "Stanojlović", "Łukaszek")
_HYPHENS = ("Garnier-Blin", "Saint-Avit", "Joubert-Lacroix", "Trabelsi-Roux", "Payet-Hoareau")
_ACCENTS = ("Thévenin", "Guérineau", "Maréchal", "Estève", "Kébé", "Célestine")
_OF_KIND = {
    "ligature": _LIGATURES,
    "straight_apostrophe": _STRAIGHT,
    "typographic_apostrophe": _TYPOGRAPHIC,
    "particle": _PARTICLES,
    "letters_outside": _OUTSIDE,
    "hyphen": _HYPHENS,
    "accent": _ACCENTS,
}
LONGEST = 60


def put_together(number: int) -> str:
    """The same name only every eight thousand numbers."""
    number = number * 3_331 % _ALL
    return (
        _FIRST[number % len(_FIRST)]
        + _SECOND[number // len(_FIRST) % len(_SECOND)]
        + _LAST[number // len(_FIRST) // len(_SECOND)]
    )


def drawn(dice: Dice, stock: int) -> str:
    if dice.chance(40):
        return dice.one_of(STOCKS[stock].surnames)
    return put_together(dice.below(_ALL))


def of_family(seed: int, school: int, index: int, stock: int, kind: str, *, clean: bool) -> str:
    dice = Dice(seed, "name", school, index)
    if clean:
        return put_together(index + Dice(seed, "names", school).below(_ALL))
    if kind == "homonym":
        return drawn(Dice(seed, "namesakes", school, index // kinds.PERIOD), 0)
    if kind == "long_name":
        return _long(dice, stock)
    if kind in _OF_KIND:
        # In turn rather than by chance: each shape of particle is there.
        return _OF_KIND[kind][(index // kinds.PERIOD + school) % len(_OF_KIND[kind])]
    if kind == "usual_name":
        # From a stock, which the usual name is not.
        return dice.one_of(STOCKS[stock].surnames)
    return drawn(dice, stock)


def _long(dice: Dice, stock: int) -> str:
    """Sixty characters, cut where the national file cuts."""
    name = drawn(dice, stock)
    while len(name) < LONGEST:
        name = f"{name}-{put_together(dice.below(_ALL))}"
    return name[: LONGEST - 1] + ("e" if name[LONGEST - 1] in "-' " else name[LONGEST - 1])


def plain(dice: Dice, names: Sequence[str]) -> str:
    """One of those an importer reads without a thought: letters of ASCII only."""
    return dice.one_of([name for name in names if name.isascii() and name.isalpha()] or ("Camille",))
