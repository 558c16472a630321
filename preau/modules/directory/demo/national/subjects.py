"""What is taught in a collège, with the national codes; hours in halves, a week, from sixième on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    code: str
    gestion: str
    label: str
    discipline: str
    halves: tuple[int, int, int, int]


_LINES = """
020700 FRANC  L0202 9 9 9 8  FRANCAIS
061300 MATHS  L1300 9 7 7 7  MATHEMATIQUES
043700 HI-GE  L1000 6 6 6 7  HISTOIRE-GEOGRAPHIE
030201 AGL1   L0422 8 6 6 6  ANGLAIS LV1
062900 SVT    L1600 0 3 3 3  SCIENCES DE LA VIE ET DE LA TERRE
062300 PH-CH  L1500 0 3 3 3  PHYSIQUE-CHIMIE
070800 TECHN  L1400 0 3 3 3  TECHNOLOGIE
090100 A-PLA  L1800 2 2 2 2  ARTS PLASTIQUES
081300 EDMUS  L1700 2 2 2 2  EDUCATION MUSICALE
100100 EPS    L1900 8 6 6 6  EDUCATION PHYSIQUE ET SPORTIVE
073800 STECH  L1600 6 0 0 0  SCIENCES ET TECHNOLOGIE
030101 ALL1   L0421 4 0 0 0  ALLEMAND LV1
030602 ESP2   L0426 0 5 5 5  ESPAGNOL LV2
030102 ALL2   L0421 0 5 5 5  ALLEMAND LV2
030902 ITA2   L0429 0 5 5 5  ITALIEN LV2
020300 LCALA  L0201 0 2 6 6  LANGUES ET CULTURES DE L'ANTIQUITE LATIN
"""
# Taught to groups; every division has all the others.
IN_GROUPS = {"STECH", "ALL1", "ESP2", "ALL2", "ITA2", "LCALA"}
# What a class of SEGPA has from the teachers of the collège; the rest is its own teacher's.
SEGPA = {"AGL1", "A-PLA", "EDMUS", "EPS"}
OF_SEGPA = {"FRANC", "MATHS", "HI-GE"}
DISCIPLINES = {
    "L0201": "LETTRES CLASSIQUES",
    "L0202": "LETTRES MODERNES",
    "L0421": "ALLEMAND",
    "L0422": "ANGLAIS",
    "L0426": "ESPAGNOL",
    "L0429": "ITALIEN",
    "L1000": "HISTOIRE-GEOGRAPHIE",
    "L1300": "MATHEMATIQUES",
    "L1400": "TECHNOLOGIE",
    "L1500": "PHYSIQUE-CHIMIE",
    "L1600": "S.V.T.",
    "L1700": "EDUCATION MUSICALE",
    "L1800": "ARTS PLASTIQUES",
    "L1900": "E.P.S.",
    "L0080": "DOCUMENTATION",
    "P0000": "ENSEIGNEMENT SPECIALISE",
}
SPECIALISED = "P0000"


def _read() -> dict[str, Subject]:
    found = {}
    for line in _LINES.strip().splitlines():
        code, gestion, discipline, *halves, label = line.split(maxsplit=7)
        first, second, third, fourth = map(int, halves)
        found[gestion] = Subject(code, gestion, label, discipline, (first, second, third, fourth))
    return found


SUBJECTS = _read()
