"""Keeping the index as the rows are."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from django.db import transaction
from django.db.models import Q

from preau.kernel.models import SchoolYear
from preau.kernel.search.documents import SearchDocument, Words, documents
from preau.kernel.search.index import engine, shelf
from preau.kernel.search.models import SearchEntry
from preau.kernel.tenancy.scope import current_scope, in_school

BATCH = 500
LONGEST_TITLE, LONGEST_SORT = 298, 220


def refresh(kind: str, row_ids: Sequence[int]) -> None:
    """Bring what is found of these rows up to what they are now, in every year of the open school.

    A row that is no longer there, or no longer of that year, is found no more.
    """
    document = documents().get(kind)
    if document is None:  # a task that outlived its module
        return
    school_id = current_scope().only_school
    for year in _years(document):
        with in_school(school_id, year), transaction.atomic():
            rows = list(document.rows(year).filter(pk__in=row_ids).order_by("pk"))
            _replace(document, year, rows, Q(row__in=list(row_ids)))


def reindex(kinds: Iterable[str] | None = None, *, closed_years: bool = True) -> int:
    """Everything of the open school anew, in short transactions; returns how many rows.

    Nothing is emptied first: each batch takes the place of what stood for its rows. Stopped at any
    point and run again, it ends in the same state; what changes meanwhile is refreshed by its own task.
    """
    school_id = current_scope().only_school
    chosen = documents() if kinds is None else {kind: documents()[kind] for kind in kinds}
    count = 0
    for document in chosen.values():
        for year in _years(document):
            if year is None or closed_years or not year.is_closed:
                with in_school(school_id, year):
                    count += _reindex_kind(document, year)
    with transaction.atomic():
        SearchEntry.objects.exclude(kind__in=documents()).delete()
    return count


def _years(document: SearchDocument[Any]) -> list[SchoolYear | None]:
    return list(SchoolYear.objects.order_by("-starts_on")) if document.by_year else [None]


def _reindex_kind(document: SearchDocument[Any], year: SchoolYear | None) -> int:
    last = count = 0
    while True:
        with transaction.atomic():
            rows = list(document.rows(year).filter(pk__gt=last).order_by("pk")[:BATCH])
            among = Q(row__gt=last)
            if len(rows) == BATCH:
                among &= Q(row__lte=rows[-1].pk)
            _replace(document, year, rows, among)
        count += len(rows)
        if len(rows) < BATCH:
            return count
        last = rows[-1].pk


def _replace(document: SearchDocument[Any], year: SchoolYear | None, rows: list[Any], among: Q) -> None:
    """Of the entries `among`, those of `rows` are kept and the others go. What has not changed is not
    written."""
    standing = {
        entry.row: entry
        for entry in SearchEntry.objects.filter(among, kind=document.kind, year=year).select_for_update()
    }
    changed: dict[int, tuple[SearchEntry, list[str]]] = {}
    for row in rows:
        words = document.words(row)
        title = f" {' '.join(words.title)[:LONGEST_TITLE]} "
        lexemes = _lexemes(words, document.kind, shelf(row.school_id, year.pk if year else None))
        sort = words.sort[:LONGEST_SORT]
        digest = blake2b("\n".join((title, sort, *lexemes)).encode(), digest_size=16).hexdigest()
        entry = standing.pop(row.pk, None) or SearchEntry(kind=document.kind, year=year, row=row.pk)
        if entry.digest != digest:
            entry.title, entry.sort, entry.digest = title, sort, digest
            changed[row.pk] = entry, lexemes
    SearchEntry.objects.filter(pk__in=[entry.pk for entry in standing.values()]).delete()
    entries = [entry for entry, _ in changed.values()]
    SearchEntry.objects.bulk_update([entry for entry in entries if entry.pk], ["title", "sort", "digest"])
    SearchEntry.objects.bulk_create([entry for entry in entries if not entry.pk])
    engine().write({entry.pk: lexemes for entry, lexemes in changed.values()})


def _lexemes(words: Words, kind: str, base: str) -> list[str]:
    found = {f"{base}:{word}" for word in (*words.title, *words.others)}
    for circle, kept in words.known_in.items():
        found |= {f"{base}.{kind}.{circle}:{word}" for word in kept}
    return sorted(found)
