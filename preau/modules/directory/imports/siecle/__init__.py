"""The generic XML exports of SIECLE (Base élèves): pupils, guardians, structures, nomenclature, school.

Sections of a file are given out one after the other: options, places and addresses of pupils come after
all the pupils, as rows of their own, so that memory holds one row and not a school.
"""

from collections.abc import Iterable

from preau.kernel.intake.xml import Found
from preau.modules.directory.imports import values
from preau.modules.directory.imports.reading import fields_of
from preau.modules.directory.imports.said import Header

HEADER_PATHS = ("PARAMETRES",)


def header(found: Iterable[Found]) -> Header:
    for each in found:
        fields = fields_of(each.element)
        year = fields.get("ANNEE_SCOLAIRE", "")
        return Header(
            "siecle",
            uai=values.uai(fields.get("UAJ", ""))[0],
            year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
            exported_on=values.day(fields.get("DATE_EXPORT", "")),
        )
    return Header("siecle")
