"""What must hold of each oddity a manifest lists."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

from preau.modules.directory.tests.national.readback import BEA, Read, said

ONLY_WITH_SEVERAL_SCHOOLS = "guardian_in_two_schools"
# Kind to what must hold of each item the manifest lists. A division or a group is looked up in Structures.
PHONES = {
    "phone_plus33": r"\+33\d{9}",
    "phone_spaces": r"0\d( \d\d){4}",
    "phone_dots": r"0\d(\.\d\d){4}",
    "phone_dashes": r"0\d(-\d\d){4}",
    "phone_bare": r"0\d{9}",
}


def pair(read: Read, item: list[str]) -> ET.Element:
    return read.links[item[0], item[1]]


def _two(read: Read, ids: list[str], *names: str) -> list[tuple[str, ...]]:
    return [tuple(said(read.pupils[one], name) for name in names) for one in ids]


def _is_homonym(read: Read, ids: list[str]) -> bool:
    return len(set(_two(read, ids, "NOM_DE_FAMILLE", "PRENOM"))) == 1 and len(
        set(_two(read, ids, "ID_NATIONAL"))
    ) == len(set(_two(read, ids, "DATE_NAISS"))) == len(ids)


def _shares_an_adult(read: Read, ids: list[str]) -> bool:
    adults = [
        {said(read.people[p], "NOM_DE_FAMILLE") for c, p in read.links if c == one and p in read.people}
        for one in ids
    ]
    return bool(set.intersection(*adults))


def fits(name: str) -> bool:
    return name.replace("’", "").encode("iso-8859-15", "replace").decode("iso-8859-15") == name.replace(
        "’", ""
    )


def _is_replaced(read: Read, ids: list[str]) -> bool:
    services = [{each.get("ID") for each in one.iter("ENSEIGNANT")} for one in read.sts.iter("SERVICE")]
    return any(set(ids) <= teachers for teachers in services)


def _homes(read: Read, people: list[str]) -> set[str]:
    return {said(read.people[person], "ADRESSE_ID") for person in people}


def _same_person(read: Read, ids: list[str]) -> bool:
    return (
        len({(said(read.people[one], "NOM_DE_FAMILLE"), said(read.people[one], "PRENOM")) for one in ids})
        == 1
    )


def _label(read: Read, group: str) -> str:
    return read.classes.findtext(f"DONNEES/GROUPES/GROUPE[@CODE_STRUCTURE='{group}']/LIBELLE_LONG") or ""


def uai_of(read: Read, division: str) -> str:
    return read.classes.findtext(f"DONNEES/DIVISIONS/DIVISION[@CODE_STRUCTURE='{division}']/CODE_RNE") or ""


def _mode_is_absent(read: Read, item: list[str]) -> bool:
    for each in (*read.sts.iter("DIVISION"), *read.sts.iter("GROUPE")):
        if each.get("CODE") == item[0].rstrip():
            (service,) = each.findall(f"SERVICES/SERVICE[@CODE_MATIERE='{item[1]}']")
            return service.get("CODE_MOD_COURS") is None
    return False


HOLDS: dict[str, Callable[[Read, Any], bool]] = {
    "homonyms": _is_homonym,
    "twins": lambda r, i: len(set(_two(r, i, "DATE_NAISS"))) < len(i) and _shares_an_adult(r, i),
    "siblings": lambda r, i: len(set(_two(r, i, "DATE_NAISS"))) == len(i) and _shares_an_adult(r, i),
    "separated_parents": lambda r, i: len(_homes(r, i[1:])) > 1,
    "mailbox_of_two": lambda r, i: len({said(r.people[one], "MEL") for one in i}) == 1 < len(i),
    "level_2_contact": lambda r, i: said(pair(r, i), "NIVEAU_RESPONSABILITE") == "2",
    "level_3_contact": lambda r, i: said(pair(r, i), "NIVEAU_RESPONSABILITE") == "3",
    "foster_worker": lambda r, i: said(pair(r, i), "CODE_PARENTE") == "42",
    "social_welfare": lambda r, i: said(pair(r, i), "CODE_PARENTE") == "51",
    "pupil_without_ine": lambda r, i: r.pupils[i].find("ID_NATIONAL") is None,
    "pupil_in_two_divisions": lambda r, i: len(set(r.divisions(i))) == 2,
    "pupil_left": lambda r, i: bool(said(r.pupils[i], "DATE_SORTIE") and r.divisions(i)),
    "pupil_left_without_division": lambda r, i: bool(said(r.pupils[i], "DATE_SORTIE")) and i not in r.structures,
    "pupil_of_age": lambda r, i: int(said(r.pupils[i], "DATE_NAISS")[-4:]) <= r.manifest["year"] - 18
    and said(r.pupils[i], "DOUBLEMENT") == "1",
    "pupil_repeating": lambda r, i: said(r.pupils[i], "DOUBLEMENT") == "1",
    "segpa_pupil": lambda r, i: uai_of(r, r.divisions(i)[0]) == r.manifest["segpa_uai"]
    and said(r.pupils[i], "CODE_MEF")[:3] in ("164", "165", "166", "167"),
    "segpa_division": lambda r, i: uai_of(r, i) == r.manifest["segpa_uai"] != r.manifest["uai"],
    "accent": lambda r, i: not (r.name(i) + said(r.pupils[i], "PRENOM")).isascii()
    or i in r.odd["letters_outside_latin9"],
    "particle": lambda r, i: bool(re.match(r"D'|DE |DU |DOS |DES |DA |LE |LA |EL |BEN ", r.name(i))),
    "apostrophe_straight": lambda r, i: "'" in r.name(i) and "'" in r.written.get(i, "'")[0],
    "apostrophe_typographic": lambda r, i: "'" in r.name(i) and "’" in r.written.get(i, "’")[0],
    "hyphen": lambda r, i: "-" in r.name(i) + said(r.pupils[i], "PRENOM"),
    "ligature": lambda r, i: "Œ" in r.name(i),
    "letters_outside_latin9": lambda r, i: i not in r.written or not fits("".join(r.written[i])),
    "name_of_60_characters": lambda r, i: len(r.name(i)) == 60,
    "division_code_with_inner_blank": lambda r, i: " " in i.strip() and bool(uai_of(r, i)),
    "division_code_with_trailing_blank": lambda r, i: i.endswith(" ") and bool(uai_of(r, i)),
    "guardian_without_link": lambda r, i: i in r.people and all(person != i for _, person in r.links),
    "link_to_missing_person": lambda r, i: tuple(i) in r.links and i[1] not in r.people,
    "person_twice": lambda r, i: len(set(i)) == 2 and _same_person(r, i),
    "usual_name": lambda r, i: said(r.pupils[i], "NOM_USAGE") not in ("", r.name(i)),
    "usual_name_guardian": lambda r, i: said(r.people[i], "NOM_USAGE") not in ("", said(r.people[i], "NOM_DE_FAMILLE")),
    "ine_of_before": lambda r, i: bool(BEA.fullmatch(said(r.pupils[i], "INE_BEA"))),
    "birthplace_abroad_unknown": lambda r, i: said(r.pupils[i], "CODE_PAYS") != "100"
    and said(r.pupils[i], "VILLE_NAISS") == ""
    and r.pupils[i].find("CODE_COMMUNE_INSEE_NAISS") is None,
    "fake_division": lambda r, i: i == "Inactifs" and bool(uai_of(r, i)),
    "pupil_in_fake_division": lambda r, i: r.divisions(i) == ["Inactifs"],
    "pupil_without_division": lambda r, i: i not in r.structures and not said(r.pupils[i], "DATE_SORTIE"),
    "pupil_with_groups_only": lambda r, i: bool(r.groups(i)) and not r.divisions(i),
    "group_before_division": lambda r, i: r.structures[i][0][0] == "G" and bool(r.divisions(i)),
    "group_without_label": lambda r, i: _label(r, i) == "" and any(i in r.groups(one) for one in r.pupils),
    "service_without_mode": _mode_is_absent,
    "teacher_replaced": _is_replaced,
    "sts_local": lambda r, i: r.staff[i].get("TYPE") == "local",
}  # fmt: skip
OF_GUARDIANS = {
    "accent", "particle", "apostrophe_straight", "apostrophe_typographic", "hyphen", "ligature",
    "letters_outside_latin9", "name_of_60_characters",
}  # fmt: skip
