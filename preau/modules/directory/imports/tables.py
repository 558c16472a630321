"""Tables as CSV or tabulated text: of other workspaces, of ONDE, made by hand in a spreadsheet."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from django.utils.translation import gettext as _

from preau.kernel.intake.xml import Readable
from preau.kernel.names import folded
from preau.modules.directory.imports import values
from preau.modules.directory.imports.columns import FIELDS, REPEATED, TableKind, TableMapping
from preau.modules.directory.imports.encodings import Text, lines
from preau.modules.directory.imports.problems import FileRefused
from preau.modules.directory.imports.reading import Reading, called
from preau.modules.directory.imports.said import (
    Row,
    SaidAddress,
    SaidCharge,
    SaidChild,
    SaidDiscipline,
    SaidGuardian,
    SaidHeadship,
    SaidPlace,
    SaidPupil,
    SaidStaff,
)

_DELIMITERS = ";\t,|"
_LONGEST_LINE = 100_000
_MOST_COLUMNS = 500
_QUOTED = re.compile(r'"[^"]*"')
_NAMED_DELIMITER = re.compile(r"\s*\"?sep=(.)\"?\s*")  # what Excel puts before the headers
# How a spreadsheet keeps a number from losing its zero: ="0612345678".
_FORMULA = re.compile(r'="(.*)"')
_SEVERAL = re.compile(r"[,|\n]")
_FRANCE = frozenset({"", "france", "fr", "100"})


@dataclass(frozen=True)
class Table:
    text: Text
    delimiter: str
    headers: tuple[str, ...]


def recognised(file: Readable, text: Text, delimiter: str) -> Table:
    """Reads all of it once. Raises `FileRefused` where it is no table, or a quote is never closed."""
    headers: tuple[str, ...] | None = None
    for _line, cells in _records(file, text, delimiter):
        headers = headers or _trimmed(cells)
    if headers is None or not 1 < len(headers) <= _MOST_COLUMNS:
        raise FileRefused(
            _(
                "La première ligne de ce tableau ne porte pas de noms de colonnes : ajoutez-les (Nom, Prénom,"
                " Classe…)."
            )
        )
    return Table(text, delimiter, headers)


def delimiter_of(file: Readable, text: Text) -> str:
    """What parts the cells of the first line that says something; empty for what is no table."""
    for line in lines(file, text, longest=_LONGEST_LINE):
        if named := _NAMED_DELIMITER.fullmatch(line):
            return named[1]
        if line.strip():
            bare = _QUOTED.sub("", line)
            best = max(_DELIMITERS, key=bare.count)
            return best if best in bare else ""
    return ""


def rows(file: Readable, table: Table, mapping: TableMapping) -> Iterator[Row]:
    """Raises `FileRefused`, before any row, where a column nobody can do without is missing."""
    if mapping.missing:
        labels = ", ".join(f"« {FIELDS[mapping.kind][field]} »" for field in mapping.missing)
        raise FileRefused(
            _(
                "Il manque à ce tableau de quoi le lire : %(columns)s. Dites de quelle colonne il s’agit, ou"
                " ajoutez-la."
            )
            % {"columns": labels}
        )
    kind = {TableKind.PUPILS: _Pupil, TableKind.GUARDIANS: _Guardian, TableKind.STAFF: _Staff}[mapping.kind]
    records = _records(file, table.text, table.delimiter)
    next(records, None)
    seen: dict[str, int] = {}
    ines: dict[str, int] = {}
    for line, cells in records:
        if _trimmed(cells) == table.headers:
            continue  # several tables put one after the other
        row = kind(line, cells, mapping)
        if not row.last_name:
            yield row.left_out("last_name", _("Cette ligne n’a pas de nom : elle n’est pas reprise."))
            continue
        first = seen.setdefault(row.external_id, line)
        if first != line and not row.may_come_again:
            yield row.left_out(
                "row_twice",
                _("Cette personne est déjà à la ligne %(line)d : cette ligne-ci n’est pas reprise.")
                % {"line": first},
            )
            continue
        row.compare(ines)
        yield from row.said(again=first != line)
        yield from row.problems


def _records(file: Readable, text: Text, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that says something, and the line it begins at."""
    reader = csv.reader(lines(file, text, longest=_LONGEST_LINE), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            is_delimiter = line == 1 and delimiter.join(cells).startswith("sep=")
            if any(cell.strip() for cell in cells) and not is_delimiter:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as broken:
        raise FileRefused(
            _(
                "Ligne %(line)d : un guillemet n’est pas à sa place ou n’est jamais refermé. Corrigez-le, ou"
                " enregistrez de nouveau le tableau en CSV."
            )
            % {"line": line}
        ) from broken


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    """Without the empty columns a spreadsheet adds at the end."""
    kept = [values.clean(cell)[0] for cell in cells]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


class _Person(Reading):
    """A row of a table: its cells under the names of their fields."""

    may_come_again = False

    def __init__(self, line: int, cells: list[str], mapping: TableMapping) -> None:
        fields: dict[str, str] = {}
        self.several: dict[str, list[str]] = {}
        for column, cell in zip(mapping.columns, cells, strict=False):
            written = cell.strip()
            if unwrapped := _FORMULA.fullmatch(written):
                written = unwrapped[1].strip()
            if column.field in REPEATED:
                self.several.setdefault(column.field, []).append(written)
            elif column.field:
                fields[column.field] = written
        super().__init__(line, fields)
        self.birth_name, self.first_name = self.name("birth_name"), self.name("first_name")
        self.last_name = self.name("last_name") or self.birth_name
        self.birth_name = self.birth_name or self.last_name
        self.external_id = self.code("external_id") or self.made_id()
        self.who = called(self.last_name, self.first_name) or _("ligne %(line)d") % {"line": line}
        if any(cell.strip() for cell in cells[len(mapping.columns) :]):
            self.doubt(
                "cells", _("Cette ligne a plus de cellules que le tableau n’a de colonnes : vérifiez-la.")
            )

    def made_id(self) -> str:
        """For a table without ids: the same person gets the same one from the next export."""
        return "=" + "|".join(
            folded(part) for part in (self.last_name, self.first_name, self.told_apart_by())
        )

    def told_apart_by(self) -> str:
        raise NotImplementedError

    def said(self, *, again: bool) -> Iterator[Row]:
        raise NotImplementedError

    def compare(self, ines: dict[str, int]) -> None:
        """Only pupils have an INE."""

    def all_of(self, field: str) -> list[str]:
        """What all columns of a field say, a cell with several apart, each once."""
        cells = (part.strip() for cell in self.several.get(field, ()) for part in _SEVERAL.split(cell))
        return list(dict.fromkeys(filter(None, cells)))

    def contacts(self) -> dict[str, str]:
        return {
            "email": self.email("email"),
            "home_phone": self.phone("home_phone"),
            "mobile_phone": self.phone("mobile_phone"),
        }

    def address(self) -> SaidAddress | None:
        """Under the id of the one who lives there: tables tell no household."""
        street = tuple(filter(None, (part.strip() for part in self.code("address").splitlines())))
        postal_code, city, country = self.text("postal_code"), self.text("city"), self.text("country")
        if not street and not postal_code and not city:
            return None
        if postal_code.isdigit() and len(postal_code) == 4 and folded(country) in _FRANCE:
            postal_code = f"0{postal_code}"  # a spreadsheet took it for a number
        abroad = "" if folded(country) in _FRANCE else country
        return SaidAddress(self.line, self.external_id, street, postal_code, city, abroad)


class _Pupil(_Person):
    its_ine = ""

    def told_apart_by(self) -> str:
        written = self.text("birth_date")
        born = values.day(written)
        return born.isoformat() if born else written

    def compare(self, ines: dict[str, int]) -> None:
        ine = self.its_ine = self.ine("ine")
        if not ine and values.ine(self.external_id)[1]:
            ine = self.its_ine = self.external_id  # some tables know pupils by nothing else
        if not ine:
            return
        self.who = f"{self.who}, INE {ine}"
        first = ines.setdefault(ine, self.line)
        if first != self.line:
            self.doubt(
                "ine_twice",
                _("L’INE %(ine)s est aussi celui de la ligne %(line)d : l’un des deux est faux.")
                % {"ine": ine, "line": first},
            )

    def said(self, *, again: bool) -> Iterator[Row]:
        address = self.address()
        regime = self.text("boarding")
        boarding = values.boarding(regime)
        if regime and not boarding:
            self.doubt("boarding", _("Le régime « %(code)s » n’est pas connu.") % {"code": regime[:20]})
        divisions = self.all_of("division")
        if not divisions:
            self.doubt("no_division", _("Cet élève n’est dans aucune classe."))
        yield SaidPupil(
            line=self.line,
            external_id=self.external_id,
            school_number="",
            ine=self.its_ine,
            last_name=self.last_name,
            birth_name=self.birth_name,
            first_name=self.first_name,
            other_first_names=tuple(self.all_of("other_first_name")),
            birth_date=self.day("birth_date", _("Date de naissance")),
            sex=values.sex(self.text("sex", "civility"))
            or _SEXES.get(values.civility(self.text("civility")), ""),
            mef=self.mef("mef"),
            level=self.text("level"),
            boarding=boarding,
            boarding_code=regime,
            enters_on=None,
            leaves_on=None,
            repeats=None,
            **self.contacts(),
            work_phone=self.phone("work_phone"),
            takes_sms=None,
            address_id=address.external_id if address else "",
        )
        if address:
            yield address
        for kind, codes in (("division", divisions), ("group", self.all_of("group"))):
            for code in codes:
                yield SaidPlace(self.line, self.external_id, kind, code, values.code_key(code))


_SEXES = {"M": "M", "MME": "F"}


class _Guardian(_Person):
    may_come_again = True  # some tables have a row for each child

    def told_apart_by(self) -> str:
        number = values.phone(self.text("mobile_phone")) or ""
        child = next(self.children(), None)
        return (
            self.text("email") or number or (f"{child[1].last_name} {child[1].first_name}" if child else "")
        )

    def children(self) -> Iterator[tuple[str, SaidChild]]:
        """The n-th id, name and class that the row has for children are those of the n-th child."""
        fields = ("child_id", "child_last_name", "child_birth_name", "child_first_name", "child_division")
        for parts in zip_longest(*(self.several.get(field, ()) for field in fields), fillvalue=""):
            child_id, usage_name, birth_name, first_name, division = (values.clean(part)[0] for part in parts)
            if child_id or ((usage_name or birth_name) and first_name):
                last_name = usage_name or birth_name
                yield child_id, SaidChild(last_name, birth_name or last_name, first_name, division)

    def said(self, *, again: bool) -> Iterator[Row]:
        if not again:
            address = self.address()
            yield SaidGuardian(
                line=self.line,
                external_id=self.external_id,
                civility=values.civility(self.text("civility")),
                last_name=self.last_name,
                birth_name=self.birth_name,
                first_name=self.first_name,
                **self.contacts(),
                work_phone=self.phone("work_phone"),
                takes_sms=None,
                shares_address=None,
                address_id=address.external_id if address else "",
            )
            if address:
                yield address
        written = self.text("kinship")
        kinship = _kinship(written)
        if written and not kinship:
            self.doubt("kinship", _("Le lien « %(code)s » n’est pas connu.") % {"code": written[:20]})
        children = list(self.children())
        if not children:
            self.remark("no_charge", _("Cette personne n’est liée à aucun élève dans ce fichier."))
        for child_id, child in children:
            yield SaidCharge(
                line=self.line,
                pupil_id=child_id,
                guardian_id=self.external_id,
                child=child if child.last_name else None,
                level=None,
                rank=None,
                kinship=kinship,
                kinship_code=written,
                houses=None,
                pays=None,
                receives_aid=None,
                called_first=None,
            )


_KINSHIP_WORDS = {
    "mere": "10",
    "maman": "10",
    "pere": "20",
    "papa": "20",
    "tuteur": "50",
    "tutrice": "50",
    "grand pere": "38",
    "grand mere": "38",
    "frere": "37",
    "soeur": "37",
}


def _kinship(written: str) -> str:
    return values.kinship(written) or _KINSHIP_WORDS.get(folded(written), "")


class _Staff(_Person):
    def told_apart_by(self) -> str:
        born = values.day(self.text("birth_date"))
        return born.isoformat() if born else ""

    def said(self, *, again: bool) -> Iterator[Row]:
        civility = values.civility(self.text("civility"))
        directs = self.truth("head")
        yield SaidStaff(
            line=self.line,
            external_id=self.external_id,
            kind="",
            sex=values.sex(self.text("sex")) or _SEXES.get(civility, ""),
            civility=civility,
            last_name=self.last_name,
            birth_name=self.birth_name,
            first_name=self.first_name,
            birth_date=self.day("birth_date", _("Date de naissance")),
            grade="",
            function=self.text("function") or ("DIR" if directs else ""),
            **self.contacts(),
            disciplines=tuple(SaidDiscipline("", label) for label in self.all_of("discipline")),
            divisions=tuple(self.all_of("division")),
            heads=tuple(
                SaidHeadship(code, values.code_key(code), None, None)
                for code in self.all_of("head_teacher_of")
            ),
        )
