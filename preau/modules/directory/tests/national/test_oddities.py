"""Every oddity the manifest lists is in the files, and nothing of it in clean ones."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from preau.modules.directory.demo.national import MANIFEST, Order, deliver
from preau.modules.directory.tests.national.holds import (
    HOLDS,
    OF_GUARDIANS,
    ONLY_WITH_SEVERAL_SCHOOLS,
    PHONES,
    fits,
)
from preau.modules.directory.tests.national.readback import RNIE, YEARS, Read, level_of, said


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
                    assert not (kept[number].isascii() if kind == "accent" else fits(kept[number])), kind


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
        if fits(name + first_name):
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
            assert 10 <= entry["year"] - int(said(pupil, "DATE_NAISS")[-4:]) - level_of(pupil) <= 12
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
