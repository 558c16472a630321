"""What one person finds: what the index proposes, of which they know by the very rules of lists."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Value

from preau.kernel.access.actor import Actor
from preau.kernel.search import index
from preau.kernel.search.documents import Result, SearchDocument, documents_for
from preau.kernel.search.index import Match, Reach
from preau.kernel.search.words import NOTHING, Query, marked

if TYPE_CHECKING:
    from django.db.models import QuerySet

EACH = 6  # of one kind, while every kind is looked through
PAGE = 30
SUGGESTED = 8
SHOWN_KINDS = 3  # whose rows are read for one page; of others it is said that they have some
# Proposals that are asked of the wall at once. The first window is enough for whoever knows most of a
# school; who knows few of its people gets theirs out of the second.
_WINDOWS = (600, 6000)


@dataclass(frozen=True)
class Hit:
    result: Result
    title: Any  # with what was typed marked
    detail: Any
    row: Any = None


@dataclass(frozen=True)
class Section:
    """The hits of one kind. `more`: there are others; with no hit at all, they were not read."""

    document: SearchDocument[Any]
    hits: list[Hit]
    more: bool


def look_through(actor: Actor, query: Query) -> list[Section]:
    """The best of each kind, the kind with the best hit first."""
    offered = documents_for(actor)
    known = _known(actor, query, offered, enough=None)
    rows = _by_kind(known)
    drawn = list(rows)[:SHOWN_KINDS]
    hits = _drawn(actor, query, offered, [Match(kind, row) for kind in drawn for row in rows[kind][:EACH]])
    found = _hits_by_kind(hits)
    return [Section(offered[kind], found.get(kind, []), len(rows[kind]) > EACH) for kind in rows]


def look_for(actor: Actor, query: Query, kind: str, start: int = 0) -> Section | None:
    """One page of one kind, from hit `start` on. None for a kind that is not offered to them."""
    offered = documents_for(actor)
    if kind not in offered:
        return None
    known = _known(actor, query, {kind: offered[kind]}, enough=start + PAGE + 1)
    page = known[start : start + PAGE]
    hits = [hit for _, hit in _drawn(actor, query, offered, page)]
    return Section(offered[kind], hits, len(known) > start + PAGE)


def suggest(actor: Actor, query: Query) -> list[Hit]:
    """The few best, of whatever kind."""
    offered = documents_for(actor)
    known = _known(actor, query, offered, enough=SUGGESTED)[:SUGGESTED]
    return [hit for _, hit in _drawn(actor, query, offered, known)]


def look_among(
    actor: Actor, query: Query, kind: str, rows: "QuerySet[Any]", *, most: int = SUGGESTED
) -> tuple[list[Hit], bool]:
    """The best of `rows`, and whether there are others. Nothing where this kind is not offered to them."""
    document = documents_for(actor).get(kind)
    if document is None or not query:
        return [], False
    narrowed = replace(
        document, visible=lambda reader: document.visible(reader).filter(pk__in=rows.order_by().values("pk"))
    )
    known = _known(actor, query, {kind: narrowed}, enough=most + 1)
    hits = [hit for _, hit in _drawn(actor, query, {kind: narrowed}, known[:most])]
    return hits, len(known) > most


def drawn(actor: Actor, kind: str, rows: Sequence[int]) -> list[Hit]:
    """These rows as results, in their order. The caller has asked who may know of them."""
    document = documents_for(actor).get(kind)
    if document is None:
        return []
    return [hit for _, hit in _drawn(actor, NOTHING, {kind: document}, [Match(kind, row) for row in rows])]


def _reaches(actor: Actor, offered: Mapping[str, SearchDocument[Any]]) -> list[Reach]:
    return [
        Reach(
            school_id,
            standing.year.pk,
            tuple(
                sorted(
                    f"{kind}.{circle}"
                    for kind, document in offered.items()
                    for circle in document.circles(standing)
                )
            ),
        )
        for school_id, standing in sorted(actor.standings.items())
    ]


def _known(
    actor: Actor, query: Query, offered: Mapping[str, SearchDocument[Any]], *, enough: int | None
) -> list[Match]:
    """What is found and may be known, the best first: `enough` of them, or all of a window."""
    known: list[Match] = []
    for proposed, last in _windows(actor, query, offered):
        visible = _visible(actor, offered, proposed)
        known += [match for match in proposed if match in visible]
        kinds = {match.kind for match in known}
        if last or (len(known) >= enough if enough else _is_enough_of_each(known, kinds, offered)):
            break
    return known


def _is_enough_of_each(known: list[Match], kinds: set[str], offered: Mapping[str, Any]) -> bool:
    counted = _by_kind(known)
    return kinds == set(offered) and all(len(rows) > EACH for rows in counted.values())


def _windows(
    actor: Actor, query: Query, offered: Mapping[str, SearchDocument[Any]]
) -> Iterator[tuple[list[Match], bool]]:
    reaches, start = _reaches(actor, offered), 0
    for size in _WINDOWS:
        proposed = index.find(query, reaches, offered, start=start, limit=size)
        last = len(proposed) < size
        yield proposed, last
        if last:
            return
        start += size


def _visible(
    actor: Actor, offered: Mapping[str, SearchDocument[Any]], proposed: Iterable[Match]
) -> set[Match]:
    """One query, however many kinds."""
    parts = [
        offered[kind]
        .visible(actor)
        .filter(pk__in=rows)
        .order_by()
        .values_list(Value(kind, output_field=CharField()), "pk")
        for kind, rows in _by_kind(proposed).items()
    ]
    if not parts:
        return set()
    return {Match(*row) for row in reduce(lambda one, other: one.union(other, all=True), parts)}


def _drawn(
    actor: Actor, query: Query, offered: Mapping[str, SearchDocument[Any]], known: Sequence[Match]
) -> list[tuple[str, Hit]]:
    """In the order of `known`. A row that went meanwhile is left out."""
    drawn: dict[Match, Hit] = {}
    for kind, keys in _by_kind(known).items():
        document = offered[kind]
        rows = list(document.drawn(actor).filter(pk__in=keys))
        apart = document.apart(actor, rows)
        for row in rows:
            result = document.result(row, actor)
            if row.pk in apart:
                result = replace(result, detail=" · ".join(filter(None, (result.detail, apart[row.pk]))))
            drawn[Match(kind, row.pk)] = Hit(
                result, marked(result.title, query), marked(result.detail, query), row
            )
    return [(match.kind, drawn[match]) for match in known if match in drawn]


def _by_kind(matches: Iterable[Match]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for match in matches:
        found[match.kind].append(match.row)
    return found


def _hits_by_kind(hits: Iterable[tuple[str, Hit]]) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = defaultdict(list)
    for kind, hit in hits:
        found[kind].append(hit)
    return found
