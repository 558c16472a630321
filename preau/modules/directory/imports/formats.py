"""The documents a school can export, by the name of their root; and those people send instead."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from preau.kernel.intake.xml import Found
from preau.modules.directory.imports import siecle, sts
from preau.modules.directory.imports.said import Header, Row
from preau.modules.directory.imports.siecle import guardians, pupils, school


class Kind(StrEnum):
    """In the order of reading: a class is known before those who are in it."""

    SCHOOL = "siecle_school"
    NOMENCLATURE = "siecle_nomenclature"
    STRUCTURES = "siecle_structures"
    STS = "sts"
    PUPILS = "siecle_pupils"
    GUARDIANS = "siecle_guardians"
    TABLE_PUPILS = "table_pupils"
    TABLE_GUARDIANS = "table_guardians"
    TABLE_STAFF = "table_staff"

    @property
    def order(self) -> int:
        return list(Kind).index(self)


@dataclass(frozen=True)
class Format:
    kind: Kind
    header_paths: tuple[str, ...]
    header: Callable[[Iterable[Found]], Header]
    paths: tuple[str, ...]
    rows: Callable[[Iterable[Found], Header], Iterator[Row]]


def _siecle(
    kind: Kind, paths: tuple[str, ...], rows: Callable[[Iterable[Found], Header], Iterator[Row]]
) -> Format:
    return Format(kind, siecle.HEADER_PATHS, siecle.header, paths, rows)


_PUPILS = _siecle(Kind.PUPILS, pupils.PATHS, pupils.pupils)
_GUARDIANS = _siecle(Kind.GUARDIANS, guardians.PATHS, guardians.guardians)

FORMATS = {
    "BEE_COMMUN": _siecle(Kind.SCHOOL, school.SCHOOL_PATHS, school.school),
    "BEE_NOMENCLATURES": _siecle(Kind.NOMENCLATURE, school.NOMENCLATURE_PATHS, school.nomenclature),
    "BEE_STRUCTURES": _siecle(Kind.STRUCTURES, school.STRUCTURE_PATHS, school.structures),
    "STS_EDT": Format(Kind.STS, sts.HEADER_PATHS, sts.header, sts.PATHS, sts.rows),
    "BEE_ELEVES": _PUPILS,
    "BEE_EPHC_ELEVES": _PUPILS,
    "BEE_RESPONSABLES": _GUARDIANS,
    "BEE_EPHC_RESPONSABLES": _GUARDIANS,
}


def refused_root(root: str) -> str:
    """Why a document of this root is not read, and which file is."""
    name = root.rpartition("}")[2]
    if name == "EDT_STS":
        return _(
            "Ce fichier est celui que le logiciel d’emploi du temps envoie à STS-web (emp_sts). Préau lit"
            " celui que STS-web exporte (sts_emp) : dans STS-web, « Exports », puis « Emplois du temps »."
        )
    if name in {"BEE_ETABLISSEMENTS", "BEE_GEOGRAPHIQUE"}:
        return _("Ce fichier de SIECLE n’apporte rien dont Préau ait besoin : il n’est pas lu.")
    if name == "IMPORT_ELEVES":
        return _(
            "Ce fichier est fait pour être importé dans SIECLE. Préau lit ceux que SIECLE exporte :"
            " « Exploitation », « Exports standard », « Exports XML génériques »."
        )
    if name == "EXPORT_INDEX_EDUCATION":
        return _("Ce fichier d’EDT est chiffré pour un autre logiciel : Préau ne peut pas le lire.")
    if name == "ficAlimMENESR":
        return _(
            "Ce fichier vient de l’annuaire académique fédérateur. Envoyez plutôt les exports de SIECLE et de"
            " STS-web."
        )
    if name in {"Workbook", "html", "HTML"}:
        return _("Ce fichier est un classeur de tableur. Enregistrez-le au format CSV et renvoyez-le.")
    return _(
        "Ce fichier XML (« %(root)s ») n’est pas un export de SIECLE ni de STS-web. Dans SIECLE :"
        " « Exploitation », « Exports standard », « Exports XML génériques » ; dans STS-web : « Exports »,"
        " puis « Emplois du temps »."
    ) % {"root": name[:40]}
