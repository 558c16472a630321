"""Telephone numbers as people wrote them: by hand and in files, in every shape."""

import re

_SIGNS = re.compile(r"[\s.\-–()/]|\u200b|\ufeff")
_BETWEEN_DIGITS = re.compile(r"[\s.\-()/_\u200b-\u200f\u202a-\u202e\u2010-\u2015]")
# As everybody in France reads one out: two digits at a time.
_FRENCH = re.compile(r"(?:(?:\+|00)33(?:\(0\)|0)?|0)([1-9]\d{8})")


def dialled(written: str) -> str:
    """Digits and a leading `+`, for `tel:`."""
    number = shown(written)
    digits = "".join(sign for sign in number if sign in "0123456789")
    return f"+{digits}" if number.lstrip().startswith("+") else digits


def shown(written: str) -> str:
    """« 06 39 98 44 71 » for a number of France, however it was written; any other stays as it is."""
    found = _FRENCH.fullmatch(_SIGNS.sub("", written))
    if found is None:
        return written
    number = f"0{found[1]}"
    return " ".join(number[i : i + 2] for i in range(0, 10, 2))


def read(written: str) -> str | None:
    """As it is kept: « 06 12 34 56 78 », or `+590…` for a number of elsewhere. None for what is no number."""
    digits = _BETWEEN_DIGITS.sub("", written)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    # « +33 (0)6 … », and the zero a spreadsheet took for nothing.
    if found := re.fullmatch(r"(?:\+330?|0|)([1-9][0-9]{8})", digits):
        number = f"0{found[1]}"
        return " ".join(number[at : at + 2] for at in range(0, 10, 2))
    if re.fullmatch(r"\+(?!33)[1-9][0-9]{6,14}", digits):
        return digits
    return None
