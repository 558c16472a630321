"""What the files of pupils and of guardians have in common."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from preau.kernel.intake.xml import Found
from preau.modules.directory.imports.reading import Reading, called, fields_of
from preau.modules.directory.imports.said import Row, SaidAddress

ADDRESS_PATH = "DONNEES/ADRESSES/ADRESSE"
_FRANCE = "100"


def address(found: Found) -> Iterator[Row]:
    row = Reading(found.line, fields_of(found.element))
    if not (address_id := row.code("ADRESSE_ID")):
        yield row.left_out("address_id", _("Une adresse sans numéro (ADRESSE_ID) n’est pas reprise."))
        return
    is_here = row.text("CODE_PAYS") in ("", _FRANCE)
    yield SaidAddress(
        line=found.line,
        external_id=address_id,
        lines=address_lines(row),
        postal_code=row.text("CODE_POSTAL"),
        city=row.text("LIBELLE_POSTAL", "LL_COMMUNE_INSEE", "COMMUNE_ETRANGERE"),
        country="" if is_here else row.text("LL_PAYS", "CODE_PAYS"),
    )


def address_lines(row: Reading) -> tuple[str, ...]:
    return tuple(filter(None, (row.text(f"LIGNE{number}_ADRESSE") for number in range(1, 5))))


def who(last_name: str, first_name: str, ine: str, number: str) -> str:
    name = called(last_name, first_name)
    if ine:
        return f"{name}, INE {ine}" if name else f"INE {ine}"
    if not number:
        return name
    return f"{name}, {numbered(number)}" if name else numbered(number)


def numbered(number: str) -> str:
    return _("n° %(number)s") % {"number": number or "?"}
