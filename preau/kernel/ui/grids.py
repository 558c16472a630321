"""People × values, typed as in a spreadsheet: what a page declares, and what came back of it.

Each cell is an input of its own, `cell.<row>.<column>`: the grid is a plain form until `ui/js/grid.js` moves
between its cells. Rows and columns are the page's own; a name it did not declare is never read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.forms import Field
from django.utils.translation import ngettext

from preau.kernel.ui.fields import ScaledField

PREFIX: Final = "cell"
LONGEST_TYPED: Final = 200  # of one cell: beyond, it was not typed

Key = tuple[str, str]  # row, column


@dataclass(frozen=True)
class Column:
    """`field` reads what is typed, as text. `codes`, in small letters, may stand in its place: « abs »."""

    key: str
    label: str
    field: Field
    hint: str = ""  # what may be typed, said under the label, and beside a cell refused before it is sent
    codes: Sequence[str] = ()

    def read(self, typed: str) -> Any:
        """Raises `ValidationError`. A code is given back as it is declared."""
        code = typed.strip().lower()
        return code if code in self.codes else self.field.clean(typed)

    def words(self, value: Any) -> str:
        shown = value if value in self.codes else self.field.prepare_value(value)
        return "" if shown is None else str(shown)

    @property
    def attributes(self) -> Mapping[str, Any]:
        """By which the browser marks a cell before it is sent. The server judges."""
        told: dict[str, Any] = {"inputmode": "text"} if self.codes else {}
        if isinstance(self.field, ScaledField):
            told = {
                **self.field.widget_attrs(self.field.widget),
                **told,
                "data-decimals": self.field.decimals,
            }
            for name, bound in (("lowest", self.field.lowest), ("highest", self.field.highest)):
                if bound is not None:
                    told[f"data-{name}"] = bound
        if self.codes:
            told["data-codes"] = " ".join(self.codes)
        return told


@dataclass(frozen=True)
class Row:
    key: str
    label: str
    note: str = ""  # what tells namesakes apart


@dataclass(frozen=True)
class Cell:
    row: Row
    column: Column
    name: str
    typed: str
    errors: Sequence[str] = ()

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")


@dataclass(frozen=True)
class Fault:
    """A refused cell, as the summary on top names it."""

    target: str
    label: str
    message: str


@dataclass
class Grid:
    """`data`: of the request, once it was sent. A value that no longer can be read stays as it was typed."""

    label: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    values: Mapping[Key, Any] = field(default_factory=dict)
    data: Mapping[str, Any] | None = None

    def is_valid(self) -> bool:
        return self.data is not None and not any(cell.errors for cell in self.cells) and not self.strays

    @cached_property
    def cells(self) -> list[Cell]:
        return [self._cell(row, column) for row in self.rows for column in self.columns]

    @cached_property
    def cleaned(self) -> dict[Key, Any]:
        """What was typed and read, refused cells left out."""
        found: dict[Key, Any] = {}
        for row in self.rows:
            for column in self.columns:
                if _name(row, column) in self._sent:
                    try:
                        found[row.key, column.key] = column.read(self._sent[_name(row, column)])
                    except ValidationError:
                        continue
        return found

    @cached_property
    def changed(self) -> dict[Key, Any]:
        """Of what was read, what is another value than stood there. Empty and never there are the same."""
        return {
            key: value
            for key, value in self.cleaned.items()
            if _nothing(value) != _nothing(self.values.get(key))
        }

    @cached_property
    def strays(self) -> list[str]:
        """Typed for a row or column that is no longer there: shown, so that nothing is lost."""
        declared = {_name(row, column) for row in self.rows for column in self.columns}
        return [typed for name, typed in self._sent.items() if name not in declared and typed.strip()]

    @property
    def faults(self) -> Iterator[Fault]:
        for cell in self.cells:
            for message in cell.errors:
                yield Fault(cell.id, f"{cell.row.label}, {cell.column.label}", message)

    @property
    def general(self) -> list[str]:
        if not self.strays:
            return []
        text = ngettext(
            "%(number)s saisie concerne une ligne qui n’est plus dans cette liste : %(typed)s",
            "%(number)s saisies concernent des lignes qui ne sont plus dans cette liste : %(typed)s",
            len(self.strays),
        )
        return [text % {"number": len(self.strays), "typed": " · ".join(self.strays)}]

    @property
    def table(self) -> Iterator[tuple[Row, list[Cell]]]:
        wide = len(self.columns)
        for place, row in enumerate(self.rows):
            yield row, self.cells[place * wide : (place + 1) * wide]

    @cached_property
    def _sent(self) -> dict[str, str]:
        sent = self.data or {}
        return {
            name: str(sent[name]).replace("\x00", "")[:LONGEST_TYPED]
            for name in sent
            if name.startswith(f"{PREFIX}.")
        }

    def _cell(self, row: Row, column: Column) -> Cell:
        name = _name(row, column)
        if name not in self._sent:
            return Cell(row, column, name, column.words(self.values.get((row.key, column.key))))
        typed = self._sent[name]
        try:
            column.read(typed)
        except ValidationError as refused:
            return Cell(row, column, name, typed, refused.messages)
        return Cell(row, column, name, typed)


def _name(row: Row, column: Column) -> str:
    return f"{PREFIX}.{row.key}.{column.key}"


def _nothing(value: Any) -> Any:
    return None if value == "" else value
