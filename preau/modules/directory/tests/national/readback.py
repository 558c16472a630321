"""The fictional national files, read back by another hand than the one that wrote them."""

import csv
import json
import re
import xml.etree.ElementTree as ET
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

from preau.modules.directory.demo.national import MANIFEST

PROJECT = Path(__file__).resolve().parents[5]
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


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def level_of(pupil: ET.Element) -> int:
    code = said(pupil, "CODE_MEF")[:3]
    return int(code) - (164 if code.startswith("16") else 100)
