"""Communs, Nomenclature, Structures: the school itself, its subjects and courses of study, its classes."""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from preau.kernel.intake.xml import Found
from preau.modules.directory.imports import values
from preau.modules.directory.imports.reading import Reading, fields_of
from preau.modules.directory.imports.said import (
    Header,
    Row,
    SaidDivision,
    SaidGroup,
    SaidMef,
    SaidSchool,
    SaidSubject,
)
from preau.modules.directory.imports.siecle.people import address_lines

STRUCTURE_PATHS = ("DONNEES/DIVISIONS/DIVISION", "DONNEES/GROUPES/GROUPE")
NOMENCLATURE_PATHS = ("DONNEES/MEFS/MEF", "DONNEES/MATIERES/MATIERE")
SCHOOL_PATHS = ("DONNEES/UAJ", "DONNEES/ANNEE_SCOLAIRE")


def structures(found: Iterable[Found], header: Header) -> Iterator[Row]:
    seen: dict[tuple[str, str], int] = {}
    for each in found:
        row = Reading(each.line, fields_of(each.element))
        code = row.code("CODE_STRUCTURE")
        key = values.code_key(code)
        row.who = code
        is_division = each.path == STRUCTURE_PATHS[0]
        if not key:
            yield row.left_out("code", _("Une classe ou un groupe sans code n’est pas repris."))
            continue
        if (each.path, key) in seen:
            yield row.left_out(
                "code_twice",
                _("« %(code)s » est déjà à la ligne %(line)d : cette ligne-ci n’est pas reprise.")
                % {"code": code, "line": seen[each.path, key]},
            )
            continue
        seen[each.path, key] = each.line
        label = row.text("LIBELLE_LONG") or code
        mefs = codes_in(each.element, "MEF_APPARTENANCE", "CODE_MEF")
        if is_division:
            yield SaidDivision(each.line, code, key, label, row.text("CODE_RNE").upper() or header.uai, mefs)
        else:
            divisions = codes_in(each.element, "DIVISION_APPARTENANCE", "CODE_STRUCTURE")
            yield SaidGroup(each.line, code, key, label, divisions, mefs)


def codes_in(element: Element, tag: str, name: str) -> tuple[str, ...]:
    """Codes of what belongs to a class or group, written as a child or as an attribute, each once."""
    codes = (fields_of(each) for each in element.iter(tag))
    return tuple(dict.fromkeys(filter(None, (each.get(name) or each.get("CODE", "") for each in codes))))


def nomenclature(found: Iterable[Found], header: Header) -> Iterator[Row]:
    for each in found:
        row = Reading(each.line, fields_of(each.element))
        yield from mef(row) if each.path == NOMENCLATURE_PATHS[0] else subject(row)
        yield from row.problems


def mef(row: Reading) -> Iterator[Row]:
    code = row.mef("CODE_MEF", "CODE")
    if not code:
        yield row.left_out("mef_code", _("Une formation (MEF) sans code n’est pas reprise."))
        return
    yield SaidMef(
        line=row.line,
        code=code,
        label=row.text("LIBELLE_EDITION", "LIBELLE_LONG", "LIBELLE_COURT", "FORMATION"),
        long_label=row.text("LIBELLE_LONG", "FORMATION"),
        attached_to=row.text("MEF_RATTACHEMENT"),
        statistics_code=row.text("CODE_MEFSTAT"),
    )


def subject(row: Reading) -> Iterator[Row]:
    code = row.code("CODE_MATIERE", "CODE")
    if not code:
        yield row.left_out("subject_code", _("Une matière sans code n’est pas reprise."))
        return
    short_code = row.code("CODE_GESTION")
    yield SaidSubject(
        line=row.line,
        code=code,
        short_code=short_code,
        short_label=row.text("LIBELLE_COURT") or short_code,
        label=row.text("LIBELLE_EDITION", "LIBELLE_LONG", "LIBELLE_COURT") or short_code or code,
    )


def school(found: Iterable[Found], header: Header) -> Iterator[Row]:
    """One row, at the end: the file says the school and the days of its year in two places."""
    line, fields = 0, {}
    for each in found:
        line = line or each.line
        fields.update(fields_of(each.element))
    row = Reading(line, fields)
    starts_on = row.day("DATE_DEBUT_ELEVE", _("Premier jour des élèves"))
    ends_on = row.day("DATE_FIN_ELEVE", _("Dernier jour des élèves"))
    if starts_on and ends_on and ends_on <= starts_on:
        row.doubt(
            "days_order", _("L’année des élèves se termine avant de commencer : vérifiez ses deux dates.")
        )
    yield SaidSchool(
        line=line,
        uai=values.uai(row.text("ETAB_UAJ_ID"))[0] or header.uai,
        name=row.text("DENOM_PRINC"),
        head_name=row.text("NOM_RESP"),
        head_title=row.text("QUAL_RESP"),
        email=row.email("MEL_1"),
        phone=row.phone("TELEPHONE"),
        address=address_lines(row),
        postal_code=row.text("CODE_POSTAL"),
        city=row.text("LIBELLE_POSTAL", "LL_COMMUNE_INSEE", "COMMUNE_ETRANGERE"),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    yield from row.problems
