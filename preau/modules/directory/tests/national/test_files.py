"""The files of a school, whatever is odd in them."""

import json
import re
import tracemalloc
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from zipfile import ZipFile

from preau.kernel.models import uai_is_sound
from preau.modules.directory.demo.national import MANIFEST, Order, deliver
from preau.modules.directory.tests.national.readback import (
    BEA,
    FICTIONAL_PHONE,
    RNIE,
    YEARS,
    Read,
    contents,
    said,
)


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
