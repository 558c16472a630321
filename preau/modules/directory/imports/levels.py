"""Which level a course of study is of, and how a class is called whose file shouts."""

import re

from preau.kernel.names import folded

# What labels of courses of study and of tables begin with. « 1ERE ANNEE CAP » is no première.
_WORDS = (
    (r"(toute |tres )?petite? section|^ps\b", "PS"),
    (r"moyenne? section|^ms\b", "MS"),
    (r"grande? section|^gs\b", "GS"),
    (r"cours preparatoire|^cp\b", "CP"),
    (r"cours elementaire 1|^ce1\b", "CE1"),
    (r"cours elementaire 2|^ce2\b", "CE2"),
    (r"cours moyen 1|^cm1\b", "CM1"),
    (r"cours moyen 2|^cm2\b", "CM2"),
    (r"^(6|6e|6eme|sixieme)\b", "6e"),
    (r"^(5|5e|5eme|cinquieme)\b", "5e"),
    (r"^(4|4e|4eme|quatrieme)\b", "4e"),
    (r"^(3|3e|3eme|troisieme)\b", "3e"),
    (r"^(2|2de|2nde|2ndpro|seconde)\b", "2de"),
    (r"^(1|1re|1ere|1erpro|premiere)\b(?! annee)", "1re"),
    (r"^(t|tle|term|terminale|tlepro)\b", "Tle"),
)
_LABELS = [(re.compile(words), level) for words, level in _WORDS]
# The first three digits of a national code (nomenclature N_MEF).
_CODES = {
    "100": "6e", "101": "5e", "102": "4e", "103": "3e",
    "164": "6e", "165": "5e", "166": "4e", "167": "3e",
    "200": "2de", "201": "1re", "202": "Tle",
}  # fmt: skip
_LEADING = re.compile(
    r"(?i)^\s*(?:(6|5|4|3)(?:EME|ÈME|E)?|(2)(?:NDE|DE|ND)?|(1)(?:ERE|ÈRE|RE)?|(T)(?:ERM|LE)?)[\s_-]*"
)
_FIFTH = re.compile(r"(?i)^\s*[6543]E\s*$")


def level_of(mef: str, label: str = "") -> str:
    """« 6e », « 2de », … or nothing: what the course of study is called decides, then its code."""
    written = folded(label)
    for words, level in _LABELS:
        if words.search(written):
            return level
    return _CODES.get(mef[:3], "")


def level_of_class(code: str, label: str = "") -> str:
    """Where no file says what is studied in a class: by its name, or the digit its code begins with."""
    found = level_of("", label) or level_of("", code)
    return found or {"6": "6e", "5": "5e", "4": "4e", "3": "3e"}.get(code.strip()[:1], "")


def class_label(code: str, label: str, level: str, *, alone: bool = False) -> str:
    """The label of the file, unless it is its code or all in capitals: then « 6e A » made of both.

    `alone`: no other class of its level. « 6E » is then the sixième, else the fifth of them.
    """
    if label and label != label.upper() and label.strip() != code.strip():
        return label
    found = _LEADING.match(code)
    if level and found and next(filter(None, found.groups())).upper() == level[0].upper():
        rest = code[found.end() :].strip() or ("E" if _FIFTH.match(code) and not alone else "")
        return f"{level} {rest}" if rest else level
    shown = label or code
    return shown if len(shown) <= 8 or shown == code else shown.capitalize()
