"""Writes the files of a set, one school and one year after the other, and what they hold into manifests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from preau.modules.directory.demo.national import oddities, profiles, school_files, siecle, sts
from preau.modules.directory.demo.national.letters import ENCODING
from preau.modules.directory.demo.national.life import School, September
from preau.modules.directory.demo.national.numbers import uai
from preau.modules.directory.demo.national.order import Order

MANIFEST = "manifest.json"
# Archives with the file in a folder of its own, as some tools repack them.
_NESTED = {"Structures.xml", "Communs.xml"}


@dataclass
class Delivered:
    files: int = 0
    pupils: int = 0
    guardians: int = 0
    staff: int = 0


def deliver(order: Order, folder: Path) -> Delivered:
    """`folder` is there and empty. What is counted: files, and people as many times as files list them."""
    delivered = Delivered()
    with (folder / MANIFEST).open("w", encoding="utf-8", newline="\n") as index:
        index.write(f'{{"seed": {order.seed}, "clean": {json.dumps(order.clean)}, "folders": [')
        for school in range(order.schools):
            life = School(order, school)
            for year in range(order.year, order.year + order.years):
                september = life.september(year)
                place = folder / september.uai / str(year)
                place.mkdir(parents=True)
                facts = _deliver(september, place)
                _count(delivered, facts, len(list(place.iterdir())))
                first = school == 0 and year == order.year
                line = {"uai": september.uai, "year": year, "folder": f"{september.uai}/{year}", **facts}
                index.write(f"{'' if first else ','}\n  {json.dumps(line)}")
        index.write("\n]}\n")
    delivered.files += 1
    return delivered


def _count(delivered: Delivered, facts: dict[str, Any], files: int) -> None:
    delivered.files += files
    delivered.pupils += facts["pupils"]
    delivered.guardians += facts["guardians"]
    delivered.staff += facts["staff"]


def _deliver(september: September, folder: Path) -> dict[str, Any]:
    nested = []
    for name, pieces in _exports(september):
        inside = f"{september.uai}/{name}" if name in _NESTED and not september.order.clean else name
        with _opened(folder, name, inside, september) as file:
            for piece in pieces:
                file.write(piece.encode(ENCODING))
        if inside != name and september.order.zipped:
            nested.append(f"ExportXML_{Path(name).stem}.zip")
    with (folder / sts.file_name(september)).open("wb") as file:
        for piece in sts.staff(september):
            file.write(piece.encode(ENCODING))
    for name, pieces in (
        ("eleves.csv", profiles.pupils(september)),
        ("responsables.csv", profiles.relatives(september)),
        ("enseignants.csv", profiles.teachers(september)),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as text:
            text.writelines(pieces)
    facts = oddities.facts(september)
    _tell(september, folder, facts, nested)
    return facts


def _exports(september: September) -> Iterator[tuple[str, Iterator[str]]]:
    yield "ElevesAvecAdresses.xml", siecle.pupils(september, addresses=True)
    yield "ElevesSansAdresses.xml", siecle.pupils(september, addresses=False)
    yield "ResponsablesAvecAdresses.xml", siecle.guardians(september)
    yield "Structures.xml", school_files.structures(september)
    yield "Nomenclature.xml", school_files.nomenclatures(september)
    yield "Communs.xml", school_files.commons(september)


@contextmanager
def _opened(folder: Path, name: str, inside: str, september: September) -> Iterator[IO[bytes]]:
    if not september.order.zipped:
        with (folder / name).open("wb") as file:
            yield file
        return
    with ZipFile(folder / f"ExportXML_{Path(name).stem}.zip", "w") as archive:
        if name == "Nomenclature.xml" and not september.order.clean:
            # What a Mac adds to an archive it repacks.
            archive.writestr(_entry(f"__MACOSX/._{name}", september), b"\x00\x05\x16\x07")
        with archive.open(_entry(inside, september), "w") as entry:
            yield entry


def _entry(name: str, september: September) -> ZipInfo:
    # A fixed hour: the same order gives the same bytes.
    entry = ZipInfo(name, (max(september.year, 1980), 9, 28, 8, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    return entry


def _tell(september: September, folder: Path, facts: dict[str, Any], nested: list[str]) -> None:
    found = oddities.found(september)
    if nested:
        found["zip_with_folder"] = nested
    told = {
        "seed": september.order.seed,
        "uai": september.uai,
        "segpa_uai": uai(september.school, segpa=True) if "segpa_division" in found else None,
        "year": september.year,
        "clean": september.order.clean,
        "facts": facts,
        "co_teaching": [
            [code, service.subject, together]
            for code, services in september.team.services.items()
            for service in services
            # Who stands in for another does not teach beside them.
            if len(together := [each.id for each in service.teachers if not each.replaces]) > 1
        ],
        "head_teachers": [
            [leading.division, member.id] for member in september.team.members for leading in member.leads
        ],
        "changes": september.changes,
        "oddities": found,
    }
    with (folder / MANIFEST).open("w", encoding="utf-8", newline="\n") as file:
        json.dump(told, file, ensure_ascii=False, indent=1)
        file.write("\n")
