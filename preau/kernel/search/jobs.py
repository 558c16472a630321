"""When the index follows: at once for what is touched, at night for what the calendar changes."""

from collections.abc import Iterable
from hashlib import blake2b

from django.utils.translation import gettext_lazy as _

from preau.kernel.batches import in_batches
from preau.kernel.search.indexing import BATCH, refresh, reindex
from preau.kernel.tenancy.scope import current_scope
from preau.kernel.work.jobs import every, job

# Beyond, a kind is read whole: an import touches most of a school.
MANY = 4 * BATCH


@job("search.refresh", label=_("Mettre à jour l’index de recherche"))
def refresh_rows(*, kind: str, rows: list[int]) -> None:
    refresh(kind, rows)


@job("search.refresh_kind", lane="slow", atomic=False, label=_("Refaire l’index de recherche"))
def refresh_kind(*, kind: str) -> None:
    reindex([kind])


@every("20 2 * * *", for_each_school=True, atomic=False, label=_("Refaire l’index de recherche"))
def reindex_nightly() -> None:
    """Who joined or left a class today by a date written long ago. Closed years stand still."""
    reindex(closed_years=False)


def touch(kind: str, rows: Iterable[int]) -> None:
    """To be called by a service that changed what these rows are found by, in its transaction: they are
    found by their new words as soon as a worker has read them, and at once no more if they are gone."""
    ids, school_id = sorted(set(rows)), current_scope().only_school
    if len(ids) > MANY:
        refresh_kind.enqueue(school_id=school_id, key=_turn(school_id), unique=kind, payload={"kind": kind})
        return
    for batch in in_batches(ids, BATCH):
        same = blake2b(repr((kind, batch)).encode(), digest_size=16).hexdigest()
        refresh_rows.enqueue(
            school_id=school_id, key=_turn(school_id), unique=same, payload={"kind": kind, "rows": batch}
        )


def _turn(school_id: int) -> str:
    return f"search.{school_id}"
