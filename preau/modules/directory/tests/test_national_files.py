"""The fictional national files are read back here by another hand than the one that wrote them."""

import csv
import json
import re
import tracemalloc
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command

from preau.kernel.models import uai_is_sound
from preau.modules.directory.demo.national import MANIFEST, Order, deliver

PROJECT = Path(__file__).resolve().parents[4]
SAMPLES = PROJECT.parent / "shared" / "samples"
RNIE, BEA = re.compile(r"\d{9}[A-HJK]{2}"), re.compile(r"\d{10}[A-HJ-NPR-Z]")
FICTIONAL_PHONE = re.compile(r"0(19900|26191|35301|46571|53649)\d{4}|063998\d{4}")
YEARS = (2026, 2027, 2028)


class Read:
    """The files of one school and one September."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        self.odd: dict[str, list[Any]] = self.manifest["oddities"]
        pupils = self.root("ElevesAvecAdresses.xml")
        self.pupils = {each.get("ELEVE_ID", ""): each for each in pupils.iterfind("DONNEES/ELEVES/ELEVE")}
        self.structures: dict[str, list[tuple[str, str]]] = {
            each.get("ELEVE_ID", ""): [
                (said(one, "TYPE_STRUCTURE"), said(one, "CODE_STRUCTURE")) for one in each
            ]
            for each in pupils.iterfind("DONNEES/STRUCTURES/STRUCTURES_ELEVE")
        }
        self.homes = {each.get("ADRESSE_ID") for each in pupils.iterfind("DONNEES/ADRESSES/ADRESSE")}
        guardians = self.root("ResponsablesAvecAdresses.xml")
        self.people = {
            each.get("PERSONNE_ID", ""): each for each in guardians.iterfind("DONNEES/PERSONNES/PERSONNE")
        }
        self.links = {
            (said(each, "ELEVE_ID"), said(each, "PERSONNE_ID")): each
            for each in guardians.iterfind("DONNEES/RESPONSABLES/RESPONSABLE_ELEVE")
        }
        self.addresses = {each.get("ADRESSE_ID") for each in guardians.iterfind("DONNEES/ADRESSES/ADRESSE")}
        self.classes = self.root("Structures.xml")
        self.sts = self.root(f"sts_emp_{self.manifest['uai']}_{self.manifest['year']}.xml")
        self.staff = {each.get("ID", ""): each for each in self.sts.iterfind("DONNEES/INDIVIDUS/INDIVIDU")}

    def root(self, name: str) -> ET.Element:
        return ET.fromstring((self.folder / name).read_bytes())

    def divisions(self, pupil: str) -> list[str]:
        return [code for kind, code in self.structures.get(pupil, ()) if kind == "D"]

    def groups(self, pupil: str) -> list[str]:
        return [code for kind, code in self.structures.get(pupil, ()) if kind == "G"]

    def name(self, pupil: str) -> str:
        return said(self.pupils[pupil], "NOM_DE_FAMILLE")

    def table(self, name: str) -> list[list[str]]:
        text = (self.folder / name).read_text(encoding="utf-8-sig")
        return list(csv.reader(StringIO(text), delimiter=";"))

    @cached_property
    def written(self) -> dict[str, tuple[str, str]]:
        """The names of a pupil in the file that has every letter; who left is not there."""
        return {row[0]: (row[1], row[3]) for row in self.table("eleves.csv")[1:]}


def said(element: ET.Element, name: str) -> str:
    return element.findtext(name) or ""


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three schools over three Septembers."""
    folder = tmp_path_factory.mktemp("files")
    deliver(Order(schools=3, pupils=400, years=3, seed=7), folder)
    return folder


@pytest.fixture(scope="module")
def sets(delivered: Path) -> dict[tuple[int, int], Read]:
    """By school and year."""
    schools = sorted(place for place in delivered.iterdir() if place.is_dir())
    return {(at, year): Read(place / str(year)) for at, place in enumerate(schools) for year in YEARS}


@pytest.fixture(scope="module")
def first(sets: dict[tuple[int, int], Read]) -> Read:
    return sets[0, 2026]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_one_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    made = []
    for place, seed in enumerate((1, 1, 2)):
        folder = tmp_path / str(place)
        folder.mkdir()
        deliver(Order(schools=2, pupils=90, years=2, seed=seed, zipped=True), folder)
        made.append(contents(folder))
    assert made[0] == made[1]
    assert made[0].keys() == made[2].keys()
    # The nomenclature and what a school says of itself are the same for any seed.
    same = {Path(name).name for name, bytes_ in made[0].items() if made[2][name] == bytes_}
    assert same <= {"ExportXML_Nomenclature.zip", "ExportXML_Communs.zip", "ExportXML_Structures.zip"}


def test_the_first_september_does_not_depend_on_how_many_follow(delivered: Path, tmp_path: Path) -> None:
    deliver(Order(schools=3, pupils=400, years=1, seed=7), tmp_path)
    alone, with_others = contents(tmp_path), contents(delivered)
    assert len(alone) == 3 * 11 + 1
    assert all(with_others[name] == alone[name] for name in alone if name != MANIFEST)


def test_numbers_have_the_shapes_of_the_national_ones(sets: dict[tuple[int, int], Read]) -> None:
    uais = set()
    for read in sets.values():
        uai = said(read.root("Communs.xml"), "PARAMETRES/UAJ")
        codes = {uai, *(code.text or "" for code in read.classes.iter("CODE_RNE"))}
        assert all(uai_is_sound(code) and "0998000" <= code[:7] <= "0999799" for code in codes)
        uais.add(uai)
        for number, pupil in read.pupils.items():
            ine = said(pupil, "ID_NATIONAL")
            if number in read.odd["pupil_without_ine"]:
                assert ine == ""
            elif number in read.odd["ine_of_before"]:
                assert BEA.fullmatch(ine) and said(pupil, "INE_RNIE") == ""
            else:
                assert RNIE.fullmatch(ine) and said(pupil, "INE_RNIE") == ine
    assert len(uais) == 3


def test_nobody_has_the_ine_of_another(sets: dict[tuple[int, int], Read]) -> None:
    for year in YEARS:
        ines = Counter(
            said(pupil, "ID_NATIONAL") for school in range(3) for pupil in sets[school, year].pupils.values()
        )
        del ines[""]
        assert max(ines.values()) == 1


def test_files_say_what_they_are_and_point_to_what_they_hold(sets: dict[tuple[int, int], Read]) -> None:
    for read in sets.values():
        for path in read.folder.glob("*.xml"):
            assert path.read_bytes().startswith(b'<?xml version="1.0" encoding="ISO-8859-15"?>')
            text = path.read_bytes().decode("iso-8859-15")
            assert "?" not in text.partition("?>")[2] and "&#" not in text
        declared = {each.get("CODE_STRUCTURE") for each in read.classes.iter() if each.get("CODE_STRUCTURE")}
        assert {code for pupil in read.structures.values() for _, code in pupil} <= declared
        assert len(read.pupils) == read.manifest["facts"]["pupils"] == 400
        assert {said(pupil, "ADRESSE_ID") for pupil in read.pupils.values()} == read.homes
        assert {said(person, "ADRESSE_ID") for person in read.people.values()} == read.addresses
        assert {pupil for pupil, _ in read.links} == set(read.pupils)
        missing = {person for _, person in read.links} - set(read.people)
        assert missing == {person for _, person in read.odd["link_to_missing_person"]}
        taught = {each.get("ID") for each in read.sts.iter("ENSEIGNANT")}
        assert taught <= set(read.staff)
        known = {each.get("CODE") for each in read.sts.iterfind("NOMENCLATURES/MATIERES/MATIERE")}
        assert {each.get("CODE_MATIERE") for each in read.sts.iter("SERVICE")} <= known


def test_pupils_without_addresses_are_the_same_pupils(first: Read) -> None:
    whole, without = first.root("ElevesAvecAdresses.xml"), first.root("ElevesSansAdresses.xml")
    data = whole.find("DONNEES")
    assert data is not None
    addresses = data.find("ADRESSES")
    assert addresses is not None
    data.remove(addresses)
    squeezed = [re.sub(rb">\s+<", b"><", ET.tostring(root)) for root in (whole, without)]
    assert squeezed[0] == squeezed[1]


def test_the_size_of_a_college(tmp_path: Path) -> None:
    deliver(Order(), tmp_path)
    (index,) = json.loads((tmp_path / MANIFEST).read_text())["folders"]
    read = Read(tmp_path / index["folder"])
    assert len(read.pupils) == 750 and index["divisions"] == 30
    assert 1.7 <= len(read.links) / 750 <= 1.85
    functions = Counter(said(member, "FONCTION") for member in read.staff.values())
    assert 50 <= functions["ENS"] <= 70
    assert all(functions[function] for function in ("DIR", "EDU", "DOC", "AED", "ORI"))
    led = [said(each, "CODE_STRUCTURE") for each in read.sts.iter("PROF_PRINC")]
    divisions = {each.get("CODE") for each in read.sts.iterfind("DONNEES/STRUCTURE/DIVISIONS/DIVISION")}
    assert set(led) == divisions and len(divisions) == 30
    groups = read.sts.findall("DONNEES/STRUCTURE/GROUPES/GROUPE")
    spread = Counter(min(2, len(group.findall("DIVISIONS_APPARTENANCE/*"))) for group in groups)
    assert spread[1] and spread[2]
    shared = {(code, subject): set(ids) for code, subject, ids in read.manifest["co_teaching"]}
    for division in read.sts.iter("DIVISION"):
        for service in division.iterfind("SERVICES/SERVICE"):
            ids = {each.get("ID") for each in service.iter("ENSEIGNANT")}
            for (code, subject), together in shared.items():
                if code.rstrip() == division.get("CODE") and subject == service.get("CODE_MATIERE"):
                    assert together <= ids and len(together) == 2
    assert shared


ONLY_WITH_SEVERAL_SCHOOLS = "guardian_in_two_schools"
# Kind to what must hold of each item the manifest lists. A division or a group is looked up in Structures.
PHONES = {
    "phone_plus33": r"\+33\d{9}",
    "phone_spaces": r"0\d( \d\d){4}",
    "phone_dots": r"0\d(\.\d\d){4}",
    "phone_dashes": r"0\d(-\d\d){4}",
    "phone_bare": r"0\d{9}",
}


def _pair(read: Read, item: list[str]) -> ET.Element:
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


def _fits(name: str) -> bool:
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


def _uai(read: Read, division: str) -> str:
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
    "level_2_contact": lambda r, i: said(_pair(r, i), "NIVEAU_RESPONSABILITE") == "2",
    "level_3_contact": lambda r, i: said(_pair(r, i), "NIVEAU_RESPONSABILITE") == "3",
    "foster_worker": lambda r, i: said(_pair(r, i), "CODE_PARENTE") == "42",
    "social_welfare": lambda r, i: said(_pair(r, i), "CODE_PARENTE") == "51",
    "pupil_without_ine": lambda r, i: r.pupils[i].find("ID_NATIONAL") is None,
    "pupil_in_two_divisions": lambda r, i: len(set(r.divisions(i))) == 2,
    "pupil_left": lambda r, i: bool(said(r.pupils[i], "DATE_SORTIE") and r.divisions(i)),
    "pupil_left_without_division": lambda r, i: bool(said(r.pupils[i], "DATE_SORTIE")) and i not in r.structures,
    "pupil_of_age": lambda r, i: int(said(r.pupils[i], "DATE_NAISS")[-4:]) <= r.manifest["year"] - 18
    and said(r.pupils[i], "DOUBLEMENT") == "1",
    "pupil_repeating": lambda r, i: said(r.pupils[i], "DOUBLEMENT") == "1",
    "segpa_pupil": lambda r, i: _uai(r, r.divisions(i)[0]) == r.manifest["segpa_uai"]
    and said(r.pupils[i], "CODE_MEF")[:3] in ("164", "165", "166", "167"),
    "segpa_division": lambda r, i: _uai(r, i) == r.manifest["segpa_uai"] != r.manifest["uai"],
    "accent": lambda r, i: not (r.name(i) + said(r.pupils[i], "PRENOM")).isascii()
    or i in r.odd["letters_outside_latin9"],
    "particle": lambda r, i: bool(re.match(r"D'|DE |DU |DOS |DES |DA |LE |LA |EL |BEN ", r.name(i))),
    "apostrophe_straight": lambda r, i: "'" in r.name(i) and "'" in r.written.get(i, "'")[0],
    "apostrophe_typographic": lambda r, i: "'" in r.name(i) and "’" in r.written.get(i, "’")[0],
    "hyphen": lambda r, i: "-" in r.name(i) + said(r.pupils[i], "PRENOM"),
    "ligature": lambda r, i: "Œ" in r.name(i),
    "letters_outside_latin9": lambda r, i: i not in r.written or not _fits("".join(r.written[i])),
    "name_of_60_characters": lambda r, i: len(r.name(i)) == 60,
    "division_code_with_inner_blank": lambda r, i: " " in i.strip() and bool(_uai(r, i)),
    "division_code_with_trailing_blank": lambda r, i: i.endswith(" ") and bool(_uai(r, i)),
    "guardian_without_link": lambda r, i: i in r.people and all(person != i for _, person in r.links),
    "link_to_missing_person": lambda r, i: tuple(i) in r.links and i[1] not in r.people,
    "person_twice": lambda r, i: len(set(i)) == 2 and _same_person(r, i),
    "usual_name": lambda r, i: said(r.pupils[i], "NOM_USAGE") not in ("", r.name(i)),
    "usual_name_guardian": lambda r, i: said(r.people[i], "NOM_USAGE") not in ("", said(r.people[i], "NOM_DE_FAMILLE")),
    "ine_of_before": lambda r, i: bool(BEA.fullmatch(said(r.pupils[i], "INE_BEA"))),
    "birthplace_abroad_unknown": lambda r, i: said(r.pupils[i], "CODE_PAYS") != "100"
    and said(r.pupils[i], "VILLE_NAISS") == ""
    and r.pupils[i].find("CODE_COMMUNE_INSEE_NAISS") is None,
    "fake_division": lambda r, i: i == "Inactifs" and bool(_uai(r, i)),
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


@pytest.mark.parametrize("year", YEARS)
def test_every_oddity_of_the_manifest_is_in_the_files(sets: dict[tuple[int, int], Read], year: int) -> None:
    for school in range(3):
        read = sets[school, year]
        told = set(read.odd) - {f"{kind}_guardian" for kind in OF_GUARDIANS} - {ONLY_WITH_SEVERAL_SCHOOLS}
        # Too rare to arrive every September in a school of this size.
        rare = set() if year == YEARS[0] else {"pupil_of_age"}
        assert told - rare == (set(HOLDS) | set(PHONES)) - rare
        for kind, holds in HOLDS.items():
            wrong = [item for item in read.odd.get(kind, ()) if not holds(read, item)]
            assert not wrong, (kind, wrong[:3])
        for kind, shape in PHONES.items():
            for person in read.odd[kind]:
                assert re.fullmatch(shape, said(read.people[person], "TEL_PORTABLE")), (kind, person)


def test_names_of_guardians_show_what_the_manifest_says(sets: dict[tuple[int, int], Read]) -> None:
    shapes = {
        "particle": r"(D'|DE |DU |DOS |DES |DA |LE |LA |EL |BEN ).*",
        "apostrophe_straight": r".*'.*",
        "apostrophe_typographic": r".*'.*",
        "hyphen": r".*-.*",
        "ligature": r".*Œ.*",
        "name_of_60_characters": r".{60}\n.*",
    }
    for read in sets.values():
        kept = {row[0]: row[2] + row[4] for row in read.table("responsables.csv")[1:]}
        for kind in OF_GUARDIANS:
            for number in read.odd[f"{kind}_guardian"]:
                person = read.people[number]
                name = f"{said(person, 'NOM_DE_FAMILLE')}\n{said(person, 'PRENOM')}"
                if kind in shapes:
                    assert re.fullmatch(shapes[kind], name, re.DOTALL), (kind, name)
                elif number in kept:
                    assert not (kept[number].isascii() if kind == "accent" else _fits(kept[number])), kind


def test_the_oddities_come_at_their_rate(first: Read) -> None:
    # One family in sixty is made for each; chance only adds to it.
    families = len({said(pupil, "ADRESSE_ID") for pupil in first.pupils.values()})
    for kind in (
        "pupil_without_ine",
        "pupil_in_two_divisions",
        "pupil_left",
        "ine_of_before",
        "person_twice",
    ):
        assert families // 60 - 1 <= len(first.odd[kind]) <= families // 60 + 1, kind


def test_names_keep_in_one_file_what_the_other_cannot_hold(first: Read) -> None:
    for number, (name, first_name) in first.written.items():
        pupil = first.pupils[number]
        if _fits(name + first_name):
            assert name.replace("’", "'").upper() == said(pupil, "NOM_DE_FAMILLE")
            assert first_name.replace("’", "'") == said(pupil, "PRENOM")
        else:
            assert len(said(pupil, "NOM_DE_FAMILLE")) == len(name)
    left = {*first.odd["pupil_left"], *first.odd["pupil_left_without_division"]}
    assert first.written.keys() == first.pupils.keys() - left


def test_guardians_with_children_in_two_schools(sets: dict[tuple[int, int], Read]) -> None:
    by_uai = {(read.manifest["uai"], year): read for (_, year), read in sets.items()}
    for (_school, year), read in sets.items():
        told = read.odd[ONLY_WITH_SEVERAL_SCHOOLS]
        assert {item["same_ids"] for item in told} == {True, False}
        for item in told:
            sides = [(by_uai[side["uai"], year], side["pupil"], side["persons"]) for side in item["sides"]]
            assert read in [side for side, _, _ in sides]
            both = []
            for side, pupil, persons in sides:
                assert {person for child, person in side.links if child == pupil} == set(persons)
                names = ("NOM_DE_FAMILLE", "PRENOM", "MEL", "TEL_PORTABLE")
                both.append([tuple(said(side.people[person], name) for name in names) for person in persons])
            assert both[0] == both[1]
            assert (sides[0][2] == sides[1][2]) == item["same_ids"]
    # The school in the middle lists those it has with each of its neighbours.
    middle = {side["uai"] for item in sets[1, 2026].odd[ONLY_WITH_SEVERAL_SCHOOLS] for side in item["sides"]}
    assert len(middle) == 3


def test_no_other_guardian_is_in_two_schools(sets: dict[tuple[int, int], Read]) -> None:
    for year in YEARS:
        one, two = sets[0, year], sets[1, year]
        shared = {
            person
            for item in one.odd[ONLY_WITH_SEVERAL_SCHOOLS]
            for side in item["sides"]
            for person in side["persons"]
        }
        assert one.people.keys() & two.people.keys() <= shared
        assert not one.pupils.keys() & two.pupils.keys()


def _level(pupil: ET.Element) -> int:
    code = said(pupil, "CODE_MEF")[:3]
    return int(code) - (164 if code.startswith("16") else 100)


def test_pupils_go_up_keep_their_numbers_and_some_come_go_or_stay(sets: dict[tuple[int, int], Read]) -> None:
    for school in range(3):
        for year in YEARS[1:]:
            before, after = sets[school, year - 1], sets[school, year]
            changes = after.manifest["changes"]
            stayed = before.pupils.keys() & after.pupils.keys()
            assert {*changes["finished"], *changes["moved_out"]} == before.pupils.keys() - stayed
            assert set(changes["arrived"]) == after.pupils.keys() - stayed
            for number in stayed:
                old, new = before.pupils[number], after.pupils[number]
                for name in (
                    "ID_NATIONAL",
                    "NOM_DE_FAMILLE",
                    "PRENOM",
                    "DATE_NAISS",
                    "DATE_ENTREE",
                    "ELENOET",
                ):
                    assert said(old, name) == said(new, name)
                repeats = number in changes["repeating"]
                assert _level(new) == _level(old) + (not repeats)
                assert said(new, "DOUBLEMENT") == str(int(repeats))
                old_people = {person for child, person in before.links if child == number}
                assert old_people == {person for child, person in after.links if child == number}
            new_sixth = [number for number in changes["arrived"] if _level(after.pupils[number]) == 0]
            assert len(new_sixth) > 60 and len(changes["arrived"]) > len(new_sixth)
            assert all(
                changes[kind] for kind in ("moved_out", "repeating", "phone_changed", "address_changed")
            )
            for person in changes["phone_changed"]:
                if person in before.people:
                    told = [said(read.people[person], "TEL_PORTABLE") for read in (before, after)]
                    assert told[0] != told[1]
            kept = before.staff.keys() & after.staff.keys()
            assert (
                before.staff.keys() - kept and after.staff.keys() - kept and len(kept) > len(after.staff) / 2
            )


def test_clean_files_have_none_of_it(tmp_path: Path) -> None:
    deliver(Order(schools=2, pupils=300, years=2, clean=True), tmp_path)
    for entry in json.loads((tmp_path / MANIFEST).read_text())["folders"]:
        read = Read(tmp_path / entry["folder"])
        assert read.odd == {} and read.manifest["segpa_uai"] is None
        names = Counter()
        for number, pupil in read.pupils.items():
            assert RNIE.fullmatch(said(pupil, "INE_RNIE")) and said(pupil, "CODE_PAYS") == "100"
            assert [kind for kind, _ in read.structures[number]].count("D") == 1
            assert read.structures[number][0][0] == "D"
            for absent in ("DATE_SORTIE", "NOM_USAGE", "INE_BEA"):
                assert pupil.find(absent) is None
            assert (said(pupil, "NOM_DE_FAMILLE") + said(pupil, "PRENOM")).isalpha()
            names[said(pupil, "NOM_DE_FAMILLE"), said(pupil, "PRENOM")] += 1
            assert 10 <= entry["year"] - int(said(pupil, "DATE_NAISS")[-4:]) - _level(pupil) <= 12
        assert max(names.values()) == 1
        assert {person for _, person in read.links} == set(read.people)
        assert len({said(person, "MEL") for person in read.people.values()} - {""}) == sum(
            bool(said(person, "MEL")) for person in read.people.values()
        )
        for person in read.people.values():
            assert (said(person, "NOM_DE_FAMILLE") + said(person, "PRENOM")).isascii()
            assert re.fullmatch(r"(\+33\d{9})?", said(person, "TEL_PORTABLE"))
            assert person.find("NOM_USAGE") is None
        for link in read.links.values():
            assert (said(link, "NIVEAU_RESPONSABILITE"), said(link, "CODE_PARENTE")) in {
                ("1", "10"),
                ("1", "20"),
            }
        codes = [each.get("CODE_STRUCTURE", "") for each in read.classes.iterfind("DONNEES/*/*")]
        assert all(re.fullmatch(r"[\w.-]{2,8}", code) for code in codes)
        assert {said(each, "CODE_RNE") for each in read.classes.iterfind("DONNEES/DIVISIONS/*")} == {
            entry["uai"]
        }
        assert {each.get("TYPE") for each in read.staff.values()} == {"epp"}
        assert all(each.get("CODE_MOD_COURS") for each in read.sts.iter("SERVICE"))


def test_phones_and_mailboxes_are_nobodys(sets: dict[tuple[int, int], Read]) -> None:
    for read in sets.values():
        for person in read.people.values():
            for name in ("TEL_PERSONNEL", "TEL_PORTABLE", "TEL_PROFESSIONNEL"):
                digits = re.sub(r"[ .-]", "", said(person, name)).replace("+33", "0")
                assert not digits or FICTIONAL_PHONE.fullmatch(digits)
            mail = said(person, "MEL")
            assert not mail or mail.endswith(("@example.org", ".invalid"))
        table = read.table("enseignants.csv")
        assert all(row[table[0].index("Courriel")].endswith(".invalid") for row in table[1:])


def test_the_csv_tell_the_same_people(first: Read) -> None:
    pupils, relatives, teachers = (
        first.table(f"{name}.csv") for name in ("eleves", "responsables", "enseignants")
    )
    for table in (pupils, relatives, teachers):
        assert {len(row) for row in table} == {len(table[0])}
    child = [at for at, name in enumerate(relatives[0]) if name == "Id enfant"]
    told = {(row[at], row[0]) for row in relatives[1:] for at in child if row[at]}
    present = {pair for pair in first.links if pair[0] in first.written and pair[1] in first.people}
    assert told == present
    assert {row[0] for row in teachers[1:]} == {
        number for number, member in first.staff.items() if said(member, "FONCTION") == "ENS"
    }


def test_archives_hold_the_same_files(tmp_path: Path) -> None:
    for name, zipped in (("bare", False), ("zipped", True)):
        (tmp_path / name).mkdir()
        deliver(Order(pupils=100, zipped=zipped), tmp_path / name)
    bare = {Path(name).name: content for name, content in contents(tmp_path / "bare").items()}
    found, nested = set(), []
    for path in (tmp_path / "zipped").rglob("*.zip"):
        archive = ZipFile(path)
        names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
        (inside,) = names
        assert archive.read(inside) == bare[Path(inside).name]
        assert path.name == f"ExportXML_{Path(inside).stem}.zip"
        found.add(Path(inside).name)
        nested += [path.name] * ("/" in inside)
    assert found == {name for name in bare if name.endswith(".xml") and not name.startswith("sts_emp")}
    (manifest,) = (tmp_path / "zipped").glob("*/2026/manifest.json")
    assert sorted(json.loads(manifest.read_text())["oddities"]["zip_with_folder"]) == sorted(nested)


def test_memory_does_not_grow_with_the_schools(tmp_path: Path) -> None:
    peaks = []
    for schools in (2, 12):
        folder = tmp_path / str(schools)
        folder.mkdir()
        tracemalloc.start()
        deliver(Order(schools=schools, pupils=150), folder)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # What grows is a cache of names, which is bounded.
    assert peaks[1] < peaks[0] * 1.3 + 500_000


def _paths(element: ET.Element, above: str = "") -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    path = f"{above}/{element.tag}"
    yield path, tuple(child.tag for child in element), tuple(sorted(element.attrib))
    for child in element:
        yield from _paths(child, path)


# What formats.md knows of and the samples do not happen to show.
BESIDES = {
    "INE_BEA", "NOM_USAGE", "DATE_SORTIE", "CODE_MOTIF_SORTIE", "SCOLARITE_AN_DERNIER", "LIGNE2_ADRESSE",
    "LIGNE3_ADRESSE", "LIGNE4_ADRESSE", "COMMUNE_ETRANGERE", "DATE_DEBUT", "DATE_FIN", "PROFS_PRINC",
    "EFFECTIF_PREVU", "EFFECTIF_CALCULE", "PRENOM2", "PRENOM3",
}  # fmt: skip


@pytest.mark.parametrize(
    "sample",
    [
        "siecle/ElevesAvecAdresses.xml",
        "siecle/ResponsablesAvecAdresses.xml",
        "siecle/Structures.xml",
        "siecle/Nomenclature.xml",
        "siecle/Communs.xml",
        "sts/sts_emp_0999990W_2026.xml",
    ],
)
def test_files_have_the_structure_of_the_samples(first: Read, sample: str) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the samples of the national files are not beside the project")
    model = list(_paths(ET.fromstring((SAMPLES / sample).read_bytes())))
    name = Path(sample).name.replace("0999990W", first.manifest["uai"])
    ours = list(_paths(first.root(name)))
    assert {path for path, _, _ in model} <= {path for path, _, _ in ours}
    before: dict[str, set[tuple[str, str]]] = {}
    known: dict[str, set[str]] = {}
    attributes: dict[str, set[tuple[str, ...]]] = {}
    for path, children, named in model:
        known.setdefault(path, set()).update(children)
        attributes.setdefault(path, set()).add(named)
        before.setdefault(path, set()).update(
            (one, other) for at, one in enumerate(children) for other in children[at + 1 :] if one != other
        )
    for path, children, named in ours:
        if "/SCOLARITE_AN_DERNIER" in path or path not in known:
            assert path.rpartition("/")[2] in BESIDES or "/SCOLARITE_AN_DERNIER/" in path, path
            continue
        assert set(children) <= known[path] | BESIDES, (path, set(children) - known[path])
        assert named in attributes[path] or named == ("CODE_MATIERE",), (path, named)
        if not known[path] or len(set(children)) < len(children):
            continue
        shown = [child for child in children if child in known[path]]
        for one, other in pairwise(shown):
            assert (one, other) in before[path] or (other, one) not in before[path], (path, one, other)


def test_the_command_says_what_it_wrote_and_where(tmp_path: Path) -> None:
    out = StringIO()
    call_command("national_files", tmp_path / "new", pupils=80, stdout=out)
    assert "Les 12 fichiers de la série 1 sont écrits. Ils citent 80 fois un élève" in out.getvalue()
    assert f"Ils sont dans « {tmp_path / 'new'} »." in out.getvalue()


def test_a_folder_which_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="n’est pas un dossier vide"):
        call_command("national_files", tmp_path)
    with pytest.raises(CommandError, match="n’est pas un dossier vide"):
        call_command("national_files", tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_numbers_out_of_range_are_refused_with_the_range(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"--schools vaut 901 : choisissez un nombre de 1 à 900\."):
        call_command("national_files", tmp_path / "new", schools=901)
    assert not (tmp_path / "new").exists()
