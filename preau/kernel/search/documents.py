"""What a module lets people search: declared as `Module.search`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.apps import apps

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.modules import modules

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from preau.kernel.models import SchoolYear

Row = TypeVar("Row", bound=Any)


@dataclass(frozen=True)
class Words:
    """By what a row is found, already as `plain_words`, `name_words` or `code_words` make them.

    `title` and `others` are for everybody who may know the row: who types them and gets it has
    learnt them. What only some may know of it goes into `known_in`, by circle.
    """

    title: tuple[str, ...]  # in the order they are shown: the first one ranks
    sort: str  # among those of one rank, without accents
    others: tuple[str, ...] = ()
    known_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """One line of the results, as this person may see it. Without an `icon`, the initials of `name`."""

    title: str
    detail: str
    url: str
    icon: str = ""
    name: str = ""
    place: str = ""  # the school, where several are read


def _no_circle(standing: Standing) -> Iterable[str]:
    return ()


def _nothing_more(actor: Actor, rows: list[Any]) -> Mapping[int, str]:
    return {}


@dataclass(frozen=True)
class SearchDocument(Generic[Row]):
    """One kind of thing that is found.

    `rows` are what stands in the index, of the open school and year, with what `words` reads.
    `visible` is the wall: what the index proposes is asked of it in SQL. `drawn` are rows with what
    `result` reads; it is asked only for rows that `visible` let through a moment ago.
    """

    kind: str
    label: Any  # plural
    icon: str
    model: str
    rows: "Callable[[SchoolYear | None], QuerySet[Row]]"
    words: Callable[[Row], Words]
    visible: "Callable[[Actor], QuerySet[Row]]"
    drawn: "Callable[[Actor], QuerySet[Row]]"
    result: Callable[[Row, Actor], Result]
    offered_to: Callable[[Actor], bool]
    # The circles of words the reader is in, in one school: « staff », « g12 ». Lower case and digits.
    circles: Callable[[Standing], Iterable[str]] = _no_circle
    # Of rows drawn together, by key: what tells those from each other whose lines would read the same.
    apart: Callable[[Actor, "list[Row]"], Mapping[int, str]] = _nothing_more
    by_year: bool = True  # indexed once a year, as things stood in it; else once

    def model_class(self) -> Any:
        return apps.get_model(self.model)


def documents() -> dict[str, SearchDocument[Any]]:
    """By kind, in the order of the floors."""
    return {document.kind: document for module in modules() for document in module.search}


def documents_for(actor: Actor) -> dict[str, SearchDocument[Any]]:
    return {kind: document for kind, document in documents().items() if document.offered_to(actor)}
