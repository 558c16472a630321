"""The words of all schools, in the index each database has: FTS5 on SQLite, GIN on PostgreSQL.

Every word is kept behind its shelf: `y31:durand` in the school year 31, `y31.people.staff:4b` for
those who are in the circle « staff » there. So a beginning that is typed is looked up among the
words of one school, however many schools there are, and in the circles of the one who types.
Both engines hold the same lexemes, made here: neither stems, folds or parses anything itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.db import connection, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Collate

from preau.kernel.search.models import SearchEntry
from preau.kernel.search.words import Query


@dataclass(frozen=True)
class Reach:
    """One school and year somebody looks in, and the circles (`kind.circle`) they are in there."""

    school_id: int
    year_id: int
    circles: tuple[str, ...] = ()

    @property
    def shelves(self) -> list[str]:
        own = (shelf(self.school_id, self.year_id), shelf(self.school_id, None))
        return [name for base in own for name in (base, *(f"{base}.{circle}" for circle in self.circles))]


def shelf(school_id: int, year_id: int | None) -> str:
    return f"s{school_id}" if year_id is None else f"y{year_id}"


class Match(NamedTuple):
    kind: str
    row: int


class Engine(Protocol):
    every: str  # how « and », « or » and « a word that begins so » are written
    either: str
    begins: str
    collation: str  # by which `sort` is in the order of their code points

    def write(self, entries: Mapping[int, Sequence[str]]) -> None:
        """Keep these words for these entries, instead of what was kept."""


class Fts5:
    """A virtual table whose rowid is the entry's id. A trigger forgets the words of a deleted entry."""

    every, either, begins = " AND ", " OR ", '"{}" *'
    collation = "BINARY"

    def write(self, entries: Mapping[int, Sequence[str]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM search_words WHERE rowid = %s", [(entry,) for entry in entries])
            cursor.executemany(
                "INSERT INTO search_words (rowid, words) VALUES (%s, %s)",
                [(entry, " ".join(lexemes)) for entry, lexemes in entries.items()],
            )


class Gin:
    """A column of lexemes beside those Django knows of the entry."""

    every, either, begins = " & ", " | ", "'{}':*"
    collation = "C"

    def write(self, entries: Mapping[int, Sequence[str]]) -> None:
        schools = dict(SearchEntry.objects.filter(pk__in=entries).values_list("pk", "school_id"))
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE search_searchentry SET words = array_to_tsvector(%s::text[])"
                " WHERE id = %s AND school_id = %s",
                [(list(lexemes), entry, schools[entry]) for entry, lexemes in entries.items()],
            )


_ENGINES: dict[str, Engine] = {"sqlite": Fts5(), "postgresql": Gin()}


def engine() -> Engine:
    return _ENGINES[connection.vendor]


class _Holds(models.Func):
    """That the index of the database finds an entry by `expression`."""

    output_field = models.BooleanField()

    def __init__(self, *expressions: Any, expression: str, **extra: Any) -> None:
        super().__init__(*expressions, **extra)
        self.expression = expression

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        key, _ = compiler.compile(self.source_expressions[0])
        return f"{key} IN (SELECT rowid FROM search_words(%s))", [self.expression]  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        key, _ = compiler.compile(self.source_expressions[0])
        table = key.rpartition(".")[0]
        return f"{table}.words @@ %s::tsquery", [self.expression]


def _expression(query: Query, reaches: Iterable[Reach]) -> str:
    """Every slot, by one of its alternatives, on one of the shelves of one school."""
    spoken = engine()

    def either(parts: list[str]) -> str:
        return parts[0] if len(parts) == 1 else f"({spoken.either.join(parts)})"

    def found(word: str, reach: Reach) -> str:
        return either([spoken.begins.format(f"{name}:{word}") for name in reach.shelves])

    def whole(reach: Reach) -> str:
        slots = [
            either([f"({spoken.every.join(found(word, reach) for word in way)})" for way in slot])
            for slot in query.slots
        ]
        return f"({spoken.every.join(slots)})"

    return either([whole(reach) for reach in reaches])


def find(
    query: Query, reaches: Sequence[Reach], kinds: Iterable[str], *, start: int, limit: int
) -> list[Match]:
    """What is found, the best first: whole words of the title before beginnings, those that open the
    title before others, then what is found by other words; within these by `sort`.

    Nothing here says whether the one who looks may know: `finding` asks that of each row.
    """
    if not query or not reaches:
        return []
    found = SearchEntry.objects.filter(
        _Holds(F("id"), expression=_expression(query, reaches)), kind__in=list(kinds)
    )
    ranked = found.annotate(rank=_rank(query)).order_by("rank", Collate(F("sort"), engine().collation), "row")
    return [Match(*each) for each in ranked.values_list("kind", "row")[start : start + limit]]


def _rank(query: Query) -> Case:
    whole = Q(*(Q(title__contains=f" {word} ") for word in query.words))
    begun = Q(*(Q(title__contains=f" {word}") for word in query.words))
    opens = Q()
    for word in query.words:
        opens |= Q(title__startswith=f" {word}")
    return Case(
        When(whole & opens, then=Value(0)),
        When(whole, then=Value(1)),
        When(begun & opens, then=Value(2)),
        When(begun, then=Value(3)),
        default=Value(4),
    )
