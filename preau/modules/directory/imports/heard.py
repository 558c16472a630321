"""What one file has said so far, and what it says nothing of."""

from typing import Any

from preau.modules.directory.imports import values
from preau.modules.directory.imports.opening import Source
from preau.modules.directory.imports.said import SaidAddress
from preau.modules.directory.models import PERSON_FIELDS, Origin, PersonRecord

_LENGTHS: dict[str, int | None] = {
    field.name: getattr(field, "max_length", None)
    for field in PersonRecord._meta.concrete_fields
    if field.name in PERSON_FIELDS
}
_ADDRESS = frozenset({"address", "postal_code", "city", "country"})

# What a column of a table becomes here, where it bears another name.
_COLUMNS = {
    "other_first_name": "other_first_names",
    "division": "divisions",
    "group": "groups",
    "level": "level",
    "mef": "mef",
    "boarding": "boarding",
    "function": "function",
    "discipline": "discipline",
    "head_teacher_of": "heads",
}


class HeardFile:
    """What one file has said so far."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.origin = str(Origin(source.header.source))
        self.uai = source.header.uai[:8]
        self.rows: dict[type, list[Any]] = {}
        self._addresses: dict[str, SaidAddress] | None = None
        self._unsaid: frozenset[str] | None = None

    def of(self, kind: type) -> list[Any]:
        return self.rows.get(kind, [])

    @property
    def unsaid(self) -> frozenset[str]:
        if self._unsaid is None:
            if self.source.mapping:
                columns = {each.field for each in self.source.mapping.columns}
                said = {_COLUMNS.get(each, each) for each in columns}
                self._unsaid = frozenset({*PERSON_FIELDS, *_COLUMNS.values()} - said)
            else:
                # ElevesSansAdresses: nobody has moved out.
                self._unsaid = frozenset() if self.of(SaidAddress) else _ADDRESS
        return self._unsaid

    def code(self, key: str) -> str:
        """Two units of one school may each have a class « 6A »."""
        return f"{self.uai}:{key}"

    def staff_id(self, kind: str, external_id: str) -> str:
        return f"{kind}:{external_id}" if kind and kind != "epp" else external_id

    def address(self, external_id: str) -> SaidAddress | None:
        if self._addresses is None:
            self._addresses = {each.external_id: each for each in self.of(SaidAddress)}
        return self._addresses.get(external_id) if external_id else None

    def person(self, row: Any) -> dict[str, Any]:
        """What every person has. An address that cannot be written to is told by its reader and not kept."""
        home = self.address(getattr(row, "address_id", ""))
        said = {
            "last_name": row.last_name,
            "first_name": row.first_name,
            "birth_name": row.birth_name if row.birth_name != row.last_name else "",
            "email": row.email if values.is_email(row.email) else "",
            "home_phone": row.home_phone,
            "mobile_phone": row.mobile_phone,
            "work_phone": getattr(row, "work_phone", ""),
            "address": ", ".join(home.lines) if home else "",
            "postal_code": home.postal_code if home else "",
            "city": home.city if home else "",
            "country": home.country if home else "",
        }
        return {name: value[: _LENGTHS[name]] for name, value in said.items()}
