"""Names as they are compared: databases sort and fold accents each in their own way."""

import re
import unicodedata

_LIGATURES = str.maketrans(
    {
        "œ": "oe",
        "Œ": "OE",
        "æ": "ae",
        "Æ": "AE",
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "ħ": "h",
        "Ħ": "H",
        "ŧ": "t",
        "ŋ": "n",
    }
)
_NOT_LETTERS = re.compile(r"[\W_]+")


def printable(text: str) -> str:
    """Without control and direction characters, which would turn the rest of a line round; blanks
    at the ends do not count."""
    kept = (c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c in "\u200c\u200d")
    return " ".join("".join(kept).split())


def folded(text: str) -> str:
    """Lower case, without accents, ligatures or punctuation; words parted by one space."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return _NOT_LETTERS.sub(" ", letters.casefold()).strip()


def sort_name(last_name: str, first_name: str) -> str:
    """The key people are sorted by, the same in every database and locale.

    Blanks inside a name do not count (« Le Goff », « Legoff »). A digit parts the two names:
    every collation puts digits before letters, but only some put a blank there.
    """
    return f"{folded(last_name).replace(' ', '')}0{folded(first_name).replace(' ', '')}"


def search_name(*parts: str) -> str:
    """All words of the names, each after a space: ` du` then finds the words beginning with « du »."""
    # « N’Diaye » is looked for as « ndiaye » too.
    whole = (part.replace("’", "").replace("'", "") for part in parts if "’" in part or "'" in part)
    words = " ".join(filter(None, map(folded, (*parts, *whole))))
    return f" {words}" if words else ""
