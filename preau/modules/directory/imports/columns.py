"""What the columns of a table mean. Recognised by their headers, corrected by hand, kept for next time."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b

from django.utils.translation import gettext_lazy as _

from preau.kernel.names import folded


class TableKind(StrEnum):
    PUPILS = "pupils"
    GUARDIANS = "guardians"
    STAFF = "staff"


_PERSON = {
    "external_id": _("identifiant"),
    "last_name": _("nom d’usage"),
    "birth_name": _("nom de famille"),
    "first_name": _("prénom"),
    "civility": _("civilité"),
    "email": _("courriel"),
    "home_phone": _("téléphone fixe"),
    "mobile_phone": _("téléphone portable"),
    "work_phone": _("téléphone professionnel"),
    "address": _("adresse"),
    "postal_code": _("code postal"),
    "city": _("commune"),
    "country": _("pays"),
}
# What a column may be, for each kind of table, in the words of a form.
FIELDS: Mapping[TableKind, Mapping[str, object]] = {
    TableKind.PUPILS: _PERSON
    | {
        "other_first_name": _("autre prénom"),
        "ine": _("INE"),
        "birth_date": _("date de naissance"),
        "sex": _("sexe"),
        "division": _("classe"),
        "group": _("groupe"),
        "level": _("niveau"),
        "mef": _("MEF"),
        "boarding": _("régime"),
    },
    TableKind.GUARDIANS: _PERSON
    | {
        "kinship": _("lien avec l’élève"),
        "child_id": _("identifiant de l’enfant"),
        "child_last_name": _("nom d’usage de l’enfant"),
        "child_birth_name": _("nom de famille de l’enfant"),
        "child_first_name": _("prénom de l’enfant"),
        "child_division": _("classe de l’enfant"),
    },
    TableKind.STAFF: _PERSON
    | {
        "birth_date": _("date de naissance"),
        "sex": _("sexe"),
        "function": _("fonction"),
        "head": _("dirige l’école"),
        "discipline": _("matière enseignée"),
        "division": _("classe"),
        "head_teacher_of": _("professeur principal de"),
    },
}
# These may stand in several columns; of the others the first one counts.
REPEATED = frozenset(
    {
        "other_first_name",
        "division",
        "group",
        "discipline",
        "head_teacher_of",
        "child_id",
        "child_last_name",
        "child_birth_name",
        "child_first_name",
        "child_division",
    }
)
# Headers in lower case, without accents, blanks, signs or what stands in brackets.
_HEADERS: Mapping[str, Sequence[str]] = {
    "external_id": (
        "id",
        "externalid",
        "identifiant",
        "identifiantunique",
        "idexterne",
        "eleveid",
        "personneid",
    ),
    "birth_name": ("nom", "nomdefamille", "nomeleve", "nomresponsable", "nomdenaissance", "nompatronymique"),
    "last_name": ("nomusage", "nomdusage", "nomdusageeleve", "nomusageresponsable", "nomdusageresponsable"),
    "first_name": ("prenom", "prenoms", "prenomeleve", "prenomresponsable", "premierprenom", "prenom1"),
    "other_first_name": ("deuxiemeprenom", "troisiemeprenom", "prenom2", "prenom3", "autresprenoms"),
    "civility": ("civilite", "civiliteresponsable", "titre"),
    "sex": ("sexe", "codesexe"),
    "birth_date": ("datedenaissance", "datenaissance", "neele", "nele", "naissance"),
    "ine": ("ine", "numeroine", "idnational", "numeronationaldidentification"),
    "division": ("classe", "classes", "libelleclasse", "division", "divisions"),
    "group": ("groupe", "groupes", "regroupement", "regroupements"),
    "level": ("niveau", "niveaudeclasse"),
    "mef": ("mef", "codemef"),
    "boarding": ("regime", "coderegime"),
    "email": ("email", "mail", "courriel", "mel", "adresseelectronique", "courrielresponsable"),
    "home_phone": (
        "telephone",
        "telephonedomicile",
        "telephonefixe",
        "telephonepersonnel",
        "tel",
        "telpersonnel",
    ),
    "mobile_phone": ("telephoneportable", "portable", "mobile", "telportable", "telephonemobile"),
    "work_phone": ("telephonetravail", "telephoneprofessionnel", "telprofessionnel", "telephonebureau"),
    "address": ("adresse", "adresse1", "adresseresponsable", "rue"),
    "postal_code": ("cp", "cp1", "codepostal", "codepostal1", "cpresponsable"),
    "city": ("ville", "commune", "ville1", "commune1", "communeresponsable"),
    "country": ("pays", "pays1", "paysresponsable"),
    "kinship": ("lien", "liendeparente", "parente", "codeparente"),
    "child_id": ("childexternalid", "idenfant", "identifiantenfant", "identifiantdelenfant"),
    "child_birth_name": ("nomenfant", "nomdefamilleenfant", "nomdelenfant"),
    "child_last_name": ("nomdusageenfant", "nomusageenfant"),
    "child_first_name": ("prenomenfant", "prenomdelenfant"),
    "child_division": ("classeenfant", "classesenfant", "classesenfants", "classedelenfant"),
    "function": ("fonction", "fonctions"),
    "head": ("directeur", "directrice"),
    "discipline": ("matiereenseignee", "matieresenseignees", "discipline", "disciplines", "matiere"),
    "head_teacher_of": ("professeurprincipal", "professeurprincipalde"),
}
_FIELD_OF = {header: field for field, headers in _HEADERS.items() for header in headers}
_ONLY_GUARDIANS = {field for field in _HEADERS if field.startswith("child_")}
_ONLY_STAFF = {"function", "head", "discipline", "head_teacher_of"}
_IN_BRACKETS = re.compile(r"\([^)]*\)")


@dataclass(frozen=True)
class Column:
    header: str
    field: str = ""  # nothing: not read


def header_key(header: str) -> str:
    return folded(_IN_BRACKETS.sub(" ", header)).replace(" ", "")


@dataclass(frozen=True)
class TableMapping:
    kind: TableKind
    columns: tuple[Column, ...]

    @classmethod
    def guessed(cls, headers: Iterable[str]) -> "TableMapping":
        named = [(header, _FIELD_OF.get(header_key(header), "")) for header in headers]
        fields = {field for _header, field in named}
        if fields & _ONLY_GUARDIANS:
            kind = TableKind.GUARDIANS
        elif fields & _ONLY_STAFF:
            kind = TableKind.STAFF
        else:
            kind = TableKind.PUPILS
        return cls(kind, tuple(Column(header) for header, _field in named)).with_fields(
            field for _header, field in named
        )

    def with_fields(self, fields: Iterable[str]) -> "TableMapping":
        """One field a column, in their order. What this kind of table does not have is left unread, and so
        is the second column of what a person has one of."""
        taken: set[str] = set()
        columns = []
        for column, field in zip(self.columns, fields, strict=True):
            usable = field in FIELDS[self.kind] and (field in REPEATED or field not in taken)
            taken.add(field)
            columns.append(Column(column.header, field if usable else ""))
        return replace(self, columns=tuple(columns))

    def with_kind(self, kind: TableKind) -> "TableMapping":
        """Another kind of table, its columns recognised anew."""
        changed = replace(self, kind=kind)
        return changed.with_fields(_FIELD_OF.get(header_key(each.header), "") for each in self.columns)

    def with_column(self, index: int, field: str) -> "TableMapping":
        """The column says something else. Another column that said it before is left unread."""
        fields = [
            "" if each.field == field and field not in REPEATED else each.field for each in self.columns
        ]
        fields[index] = field
        return self.with_fields(fields)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headers of the columns nothing is read from; empty ones do not count."""
        return tuple(each.header for each in self.columns if not each.field and each.header.strip())

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields without which no row of this table can be read."""
        fields = {each.field for each in self.columns}
        absent = [] if fields & {"last_name", "birth_name"} else ["birth_name"]
        if "first_name" not in fields:
            absent.append("first_name")
        if self.kind == TableKind.GUARDIANS and not fields & {
            "child_id",
            "child_birth_name",
            "child_last_name",
        }:
            absent.append("child_birth_name")
        return tuple(absent)

    @property
    def digest(self) -> str:
        """128 bits of its headers, whatever was made of them: the next table that has them is read alike."""
        headers = "\n".join(header_key(each.header) for each in self.columns)
        return blake2b(headers.encode(), digest_size=16).hexdigest()

    def to_json(self) -> str:
        columns = [[each.header, each.field] for each in self.columns]
        return json.dumps({"kind": self.kind, "columns": columns}, ensure_ascii=False)

    def remembered(self, kept: str) -> "TableMapping":
        """As the person corrected it last time (`to_json`). Columns that were not there then stay as they
        were recognised; what is no such JSON changes nothing."""
        try:
            said = json.loads(kept)
            kind = TableKind(said["kind"])
            fields = _kept_fields(said["columns"])
        except (ValueError, KeyError, TypeError):
            return self
        changed = self if kind == self.kind else self.with_kind(kind)
        return changed.with_fields(
            next(fields[key], "") if (key := header_key(each.header)) in fields else each.field
            for each in changed.columns
        )


def _kept_fields(columns: Iterable[tuple[str, str]]) -> dict[str, Iterator[str]]:
    """The fields of the columns of each header, in their order: headers may be there several times."""
    kept: dict[str, list[str]] = {}
    for header, field in columns:
        kept.setdefault(header_key(str(header)), []).append(str(field))
    return {key: iter(fields) for key, fields in kept.items()}
