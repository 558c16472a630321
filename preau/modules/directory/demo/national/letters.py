"""How a name reaches a file in ISO-8859-15, which has Œ, Ž and Ÿ but neither ’ nor ş."""

import unicodedata
from functools import lru_cache

from preau.kernel.names import folded

ENCODING = "iso-8859-15"
# Each has a neighbour everybody reads as the same; the rest lose their accent.
_NEIGHBOURS = str.maketrans(
    {"’": "'", "‘": "'", "–": "-", "—": "-", "\u00a0": " ", "\u202f": " ", "…": "...", "ı": "i"}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
)


def fits(text: str) -> bool:
    try:
        text.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=4096)
def latin(text: str) -> str:
    """With letters of ISO-8859-15 only: « Karataş » becomes « Karatas », « L’Hostis », « L'Hostis »."""
    if text.isascii():
        return text
    return "".join(letter if fits(letter) else _plain(letter) for letter in text.translate(_NEIGHBOURS))


def _plain(letter: str) -> str:
    parted = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in parted if not unicodedata.combining(part) and fits(part)) or "-"


@lru_cache(maxsize=4096)
def mailable(name: str) -> str:
    return folded(name).replace(" ", "-")
