"""Files as a school would bring them, made for one test each."""

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from preau.modules.directory.imports.opening import LeftAside, Source, opened
from preau.modules.directory.imports.problems import Problem
from preau.modules.directory.imports.said import Row

FILES = Path(__file__).parent / "files"
Kind = TypeVar("Kind")


def sample(name: str) -> tuple[str, bytes]:
    return name, (FILES / name).read_bytes()


def document(
    root: str,
    data: str,
    *,
    uai: str = "0999990W",
    year: str = "2026",
    exported_on: str = "02/09/2026",
    declared: str = "ISO-8859-15",
    encoding: str | None = None,
) -> bytes:
    """An export of SIECLE; `encoding`: what its bytes are, where that is not what it declares."""
    text = (
        f'<?xml version="1.0" encoding="{declared}"?>\n<{root} VERSION="3.0">\n'
        f"<PARAMETRES><UAJ>{uai}</UAJ><ANNEE_SCOLAIRE>{year}</ANNEE_SCOLAIRE>"
        f"<DATE_EXPORT>{exported_on}</DATE_EXPORT></PARAMETRES>\n<DONNEES>\n{data}\n</DONNEES>\n</{root}>\n"
    )
    return text.encode(encoding or declared)


def leaves(fields: Mapping[str, str]) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())


def pupil(number: int = 1, **fields: str) -> str:
    told = {"NOM_DE_FAMILLE": f"DUPONT{number}", "PRENOM": "Zoé", "DATE_NAISS": "01/03/2014", **fields}
    return f'<ELEVE ELEVE_ID="{900 + number}" ELENOET="{number}">{leaves(told)}</ELEVE>'


def place(number: int, *codes: str, kind: str = "D") -> str:
    inner = "".join(
        f"<STRUCTURE>{leaves({'CODE_STRUCTURE': code, 'TYPE_STRUCTURE': kind})}</STRUCTURE>" for code in codes
    )
    return f'<STRUCTURES_ELEVE ELEVE_ID="{900 + number}">{inner}</STRUCTURES_ELEVE>'


def pupils(*those: str, places: str | None = None, root: str = "BEE_ELEVES", **told: Any) -> bytes:
    """Each in a class, unless `places` says otherwise."""
    if places is None:
        places = "".join(place(number, "6 A") for number in range(1, len(those) + 1))
    lines = "\n".join(those)
    return document(root, f"<ELEVES>\n{lines}\n</ELEVES>\n<STRUCTURES>{places}</STRUCTURES>", **told)


def person(number: int = 1, **fields: str) -> str:
    told = {"NOM_DE_FAMILLE": f"MARTIN{number}", "PRENOM": "Ada", **fields}
    return f'<PERSONNE PERSONNE_ID="{800 + number}">{leaves(told)}</PERSONNE>'


def charge(pupil: int = 1, guardian: int = 1, **fields: str) -> str:
    ids = {"ELEVE_ID": f"{900 + pupil}", "PERSONNE_ID": f"{800 + guardian}"}
    told = {**ids, "NIVEAU_RESPONSABILITE": "1", "CODE_PARENTE": "10", **fields}
    return f"<RESPONSABLE_ELEVE>{leaves({k: v for k, v in told.items() if v})}</RESPONSABLE_ELEVE>"


def guardians(people: Iterable[str], charges: Iterable[str], addresses: str = "", **told: Any) -> bytes:
    return document(
        "BEE_RESPONSABLES",
        f"<PERSONNES>{''.join(people)}</PERSONNES>\n<RESPONSABLES>{''.join(charges)}</RESPONSABLES>{addresses}",
        **told,
    )


def structures(
    *divisions: tuple[str, str], groups: Iterable[tuple[str, str, str]] = (), **told: Any
) -> bytes:
    """Classes (code, label) and groups (code, label, codes of their classes)."""
    written = "".join(
        f'<DIVISION CODE_STRUCTURE="{code}"><LIBELLE_LONG>{label}</LIBELLE_LONG></DIVISION>'
        for code, label in divisions
    )
    parts = "".join(
        f'<GROUPE CODE_STRUCTURE="{code}"><LIBELLE_LONG>{label}</LIBELLE_LONG><DIVISIONS_APPARTENANCE>'
        + "".join(f'<DIVISION_APPARTENANCE CODE_STRUCTURE="{of}"/>' for of in classes.split())
        + "</DIVISIONS_APPARTENANCE></GROUPE>"
        for code, label, classes in groups
    )
    return document("BEE_STRUCTURES", f"<DIVISIONS>{written}</DIVISIONS><GROUPES>{parts}</GROUPES>", **told)


def teacher(number: int = 1, heads: str = "", **fields: str) -> str:
    told = {
        "SEXE": "2",
        "CIVILITE": "2",
        "NOM_USAGE": f"PROF{number}",
        "NOM_PATRONYMIQUE": f"PROF{number}",
        "PRENOM": "Ada",
        "DATE_NAISSANCE": "1980-02-01",
        "FONCTION": "ENS",
        **fields,
    }
    led = f"<PROFS_PRINC><PROF_PRINC><CODE_STRUCTURE>{heads}</CODE_STRUCTURE></PROF_PRINC></PROFS_PRINC>"
    return f'<INDIVIDU ID="{number}" TYPE="epp">{leaves(told)}{led if heads else ""}</INDIVIDU>'


def sts(
    people: Iterable[str],
    services: Mapping[str, Mapping[str, str]],
    *,
    uai: str = "0999990W",
    year: str = "2026",
) -> bytes:
    """`services`: class → subject code → ids of who teaches it, blanks between them."""
    divisions = "".join(
        f'<DIVISION CODE="{code}"><LIBELLE_LONG>{code}</LIBELLE_LONG><SERVICES>'
        + "".join(
            f'<SERVICE CODE_MATIERE="{subject}" CODE_MOD_COURS="CG"><ENSEIGNANTS>'
            + "".join(f'<ENSEIGNANT ID="{who}" TYPE="epp"/>' for who in ids.split())
            + "</ENSEIGNANTS></SERVICE>"
            for subject, ids in taught.items()
        )
        + "</SERVICES></DIVISION>"
        for code, taught in services.items()
    )
    subjects = "".join(
        f'<MATIERE CODE="{code}"><CODE_GESTION>S{code[:4]}</CODE_GESTION><LIBELLE_LONG>MATIERE {code}</LIBELLE_LONG></MATIERE>'
        for code in sorted({each for taught in services.values() for each in taught})
    )
    text = (
        f'<?xml version="1.0" encoding="ISO-8859-1"?><STS_EDT><PARAMETRES><UAJ CODE="{uai}"/>'
        f'<ANNEE_SCOLAIRE ANNEE="{year}"/></PARAMETRES>'
        f"<NOMENCLATURES><MATIERES>{subjects}</MATIERES></NOMENCLATURES><DONNEES>"
        f"<INDIVIDUS>{''.join(people)}</INDIVIDUS>"
        f"<STRUCTURE><DIVISIONS>{divisions}</DIVISIONS></STRUCTURE></DONNEES></STS_EDT>"
    )
    return text.encode("ISO-8859-1")


def zipped(members: Mapping[str, bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def brought(*files: tuple[str, bytes]) -> tuple[list[Source], list[LeftAside], list[Row]]:
    """What is recognised, what is left aside, and every row of the first."""
    with opened([(name, BytesIO(content)) for name, content in files]) as found:
        rows = [row for source in found.sources for row in (*source.problems, *source.rows())]
        return list(found.sources), list(found.left_aside), rows


def rows_of(content: bytes, name: str = "export.xml") -> list[Row]:
    _sources, aside, rows = brought((name, content))
    assert not aside, aside
    return rows


def reason(content: bytes, name: str = "export.xml") -> str:
    """Why the only file is not read."""
    sources, aside, _rows = brought((name, content))
    assert not sources
    (left,) = aside
    return left.reason


def of(kind: type[Kind], rows: Iterable[Row]) -> list[Kind]:
    return [row for row in rows if isinstance(row, kind)]


def told(rows: Iterable[Row], code: str) -> list[Problem]:
    return [row for row in of(Problem, rows) if row.code == code]
