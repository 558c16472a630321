"""Telephone numbers as people wrote them: by hand and in files, in every shape."""

import re

_SIGNS = re.compile(r"[\s.\-–()/]|\u200b|\ufeff")
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
