"""How the national files write a date, a truth, a telephone, a code – and what each becomes here.

A value nobody can read is `None` (dates, truths, codes) or what was written (telephones, INE): the caller
tells, the person decides.
"""

import re
from datetime import date

from preau.kernel import phones
from preau.kernel.names import folded, printable

# All shapes in use: of today, before 2018, higher education, apprentices, provisional.
_INE = re.compile(
    r"[0-9]{9}[A-HJK]{2}"
    r"|[0-9]{10}[A-HJ-NPR-Z]"
    r"|[0-9A-Z]{10}[0-9]"
    r"|[0-9]{4}A[0-9]{5}[A-HJ-NPR-Z]"
    r"|[0-9]{4}D[0-9]{5}[A-HJ-NPR-Z]"
)
_UAI = re.compile(r"[0-9]{7}[A-Z]")
_UAI_KEYS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_MEF = re.compile(r"[0-9]{3}[0-9A-Z]{8}")
# The hour that some exports write after the day is dropped.
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T][\d:.]+Z?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T][\d:.]+Z?)?", re.ASCII)
_TRUE = frozenset({"1", "true", "vrai", "oui", "o", "x"})
_FALSE = frozenset({"0", "false", "faux", "non", "n"})
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")

# Control characters as well, but they part words.
_BLANKS = str.maketrans("\t\n\r", "   ")

KINSHIPS = frozenset({"10", "20", "37", "38", "39", "41", "42", "43", "50", "51", "70", "90"})
# Before 2018 the father was 1 and the mother 2; since then the mother is 10 and the father 20.
_OLD_KINSHIPS = {"1": "20", "2": "10", "3": "50", "4": "39", "5": "51", "6": "90", "7": "70"}

# An « interne externé » eats at school and sleeps elsewhere.
_BOARDING = {"0": "day", "1": "day", "2": "half", "6": "half", "3": "full", "5": "full", "4": "half"}


def day(written: str) -> date | None:
    """A date of SIECLE (01/09/2026) or of STS-web (2026-09-01); None for one that does not exist."""
    if found := _DAY_FIRST.fullmatch(written):
        d, m, y = map(int, found.groups())
    elif found := _YEAR_FIRST.fullmatch(written):
        y, m, d = map(int, found.groups())
    else:
        return None
    try:
        return date(y, m, d) if 1900 <= y <= 2100 else None
    except ValueError:
        return None


def is_month_first(written: str) -> bool:
    """A date that exists only once its day and month are exchanged."""
    found = _DAY_FIRST.fullmatch(written)
    return bool(found) and int(found[1]) <= 12 < int(found[2]) <= 31 if found else False


def truth(written: str) -> bool | None:
    word = written.strip().casefold()
    return True if word in _TRUE else False if word in _FALSE else None


def phone(written: str) -> str | None:
    return phones.read(written)


def is_email(written: str) -> bool:
    return bool(_EMAIL.fullmatch(written)) and ".." not in written


def ine(written: str) -> tuple[str, bool]:
    """In capitals and without blanks, and whether it has one of the shapes in use. The key is nobody's to
    check: no importer does."""
    code = "".join(written.split()).upper()
    return code, bool(_INE.fullmatch(code))


def uai(written: str) -> tuple[str, bool]:
    """In capitals, and whether its letter is the one its digits give."""
    code = "".join(written.split()).upper()
    return code, bool(_UAI.fullmatch(code)) and code[7] == _UAI_KEYS[int(code[:7]) % 23]


def is_mef(code: str) -> bool:
    return bool(_MEF.fullmatch(code))


def code_key(code: str) -> str:
    """What is compared of a division's or group's code: blanks, case and signs do not count."""
    return folded(code).replace(" ", "")


def kinship(code: str) -> str | None:
    """The code since 2018, from either list."""
    code = code.strip().lstrip("0")
    if code in KINSHIPS:
        return code
    return _OLD_KINSHIPS.get(code)


def boarding(code: str) -> str:
    """day, half, full, or nothing: from CODE_REGIME, whose first digit decides, or from words."""
    if code[:1].isdigit():
        return _BOARDING.get(code[0], "") if len(code) <= 2 else ""
    words = folded(code)
    if "demi" in words or words.startswith("dp") or ("intern" in words and "extern" in words):
        return "half"
    if "intern" in words:
        return "full"
    return "day" if "extern" in words else ""


def civility(written: str) -> str:
    """MME, M or nothing: « Mlle » is no civility any more, STS-web writes numbers."""
    word = folded(written)
    if word in {"mme", "madame", "mlle", "mademoiselle", "2", "3"}:
        return "MME"
    return "M" if word in {"m", "mr", "monsieur", "1"} else ""


def sex(written: str) -> str:
    word = folded(written)
    if word in {"1", "m", "masculin", "g", "garcon", "h", "homme"}:
        return "M"
    return "F" if word in {"2", "f", "feminin", "fille", "femme"} else ""


def clean(written: str) -> tuple[str, bool]:
    """The words of a text, and whether anything that no eye sees had to be taken out of it."""
    if written.isprintable() and "\ufffd" not in written and "  " not in written:
        return written.strip(), False
    written = written.translate(_BLANKS)
    kept = printable(written.replace("\ufffd", ""))
    return kept, kept != " ".join(written.split())
