"""Invented streets of invented towns."""

from preau.modules.directory.demo.names import STREETS
from preau.modules.directory.demo.national.draws import Dice
from preau.modules.directory.demo.national.numbers import address_id
from preau.modules.directory.demo.national.people import Address

# Postcode and INSEE code alike: no commune has them.
TOWNS = (
    ("93999", "VILLENEUVE-SUR-OURCQ", "093"),
    ("93998", "SAINT-AUBIN-LES-FORTS", "093"),
    ("59998", "WERVELGHEM-SUR-LYS", "059"),
    ("69997", "MONTCOLLET", "069"),
    ("13999", "PORT-SAINTE-ANNE", "013"),
    ("44997", "LA CHAPELLE-DES-MARAIS-NEUFS", "044"),
)
_PLAIN = tuple(street for street in STREETS if street.isascii())


def town_of(school: int) -> tuple[str, str, str]:
    return TOWNS[school % len(TOWNS)]


def address(dice: Dice, school: int, ordinal: int, *, clean: bool) -> Address:
    # One household in ten lives in another town.
    postcode, town, department = TOWNS[(school + dice.chance(10)) % len(TOWNS)]
    street, _, complement = dice.one_of(_PLAIN if clean else STREETS).partition(", ")
    number = dice.below(140) + 1
    return Address(
        address_id(school, ordinal), f"{number} {street}", complement, postcode, town, postcode, department
    )
