"""Digests of what stood in the journal, so that a row changed behind the application's back is seen.

Rows are sealed in the night, not as they come: a chain from row to row would make every write of a
school wait for the one before. Between two nights the database's own refusal stands alone.
"""

import hashlib
import hmac
import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from preau.kernel.audit.models import KEPT_DAYS_OF_SEALS, Entry, Reading, Seal, time_is_over, utc_today
from preau.kernel.models import School
from preau.kernel.tenancy.scope import in_school

log = logging.getLogger("preau.audit")

# A row is written in the transaction of its deed: none takes an hour.
SETTLED = timedelta(hours=1)
_FIELDS = (
    "uuid at keep_until person_id account_id on_behalf_of profile entrance network device kind object_id"
)
_OF_ENTRY = f"{_FIELDS} act beside_kind beside_id in_year values".split()
_OF_READING = f"{_FIELDS} read day".split()

Digests = dict[str, list[Any]]  # "entry 2027-11-21" -> [how many, digest]


@dataclass(frozen=True)
class Broken:
    """`seal` no longer says what stands in the journal."""

    school: School
    until: datetime
    why: str


def seal(school: School, *, now: datetime | None = None) -> Seal | None:
    """Seal what was written since the last time. Nothing new: no seal. Run again, it goes on where
    it stands."""
    until = (now or timezone.now()) - SETTLED
    with in_school(school), transaction.atomic():
        School.objects.select_for_update().get(pk=school.pk)
        last = Seal.objects.order_by("until").last()
        since = last.until if last else None
        if since is not None and until <= since:
            return None
        digests = _digests(since, until)
        if not digests:
            return None
        previous = last.mark if last else ""
        made: Seal = Seal.objects.create(
            since=since,
            until=until,
            digests=digests,
            previous=previous,
            mark=_mark(school, since, until, digests, previous),
            keep_until=utc_today() + timedelta(days=KEPT_DAYS_OF_SEALS),
        )
        # Kept by whoever keeps the logs, it also shows that the newest seals were taken away.
        log.info("journal of school %s sealed until %s: %s", school.uuid, until.isoformat(), made.mark)
        return made


def verify(school: School) -> Iterator[Broken]:
    """Read the journal of a school against its seals. Nothing comes of it when all is as it was."""
    with in_school(school):
        previous: Seal | None = None
        for each in Seal.objects.order_by("until"):
            if not _is_ours(school, each):
                yield Broken(school, each.until, "the seal itself was changed")
            if not _follows(each, previous):
                yield Broken(school, each.until, "a seal before it is missing")
            stands = _digests(each.since, each.until)
            for group in sorted(each.digests.keys() | stands.keys()):
                if _day_of(group) < time_is_over():
                    continue  # leaving, or gone
                sealed, found = each.digests.get(group, [0, ""]), stands.get(group, [0, ""])
                if list(sealed) != list(found):
                    why = f"{group}: {sealed[0]} were sealed, {found[0]} stand"
                    yield Broken(school, each.until, why if sealed[0] != found[0] else f"{group}: changed")
            previous = each


def _follows(found: Seal, previous: Seal | None) -> bool:
    if previous is not None:
        return found.previous == previous.mark and found.since == previous.until
    if found.since is None:
        return True
    # The first that stands: those before it may have left in their time.
    return found.since.date() + timedelta(days=KEPT_DAYS_OF_SEALS) < time_is_over()


def unsealed(school: School) -> int:
    """Rows no seal holds yet."""
    with in_school(school):
        last = Seal.objects.order_by("until").last()
        rows = [model.objects.all() for model in (Entry, Reading)]
        return sum((each.filter(at__gte=last.until) if last else each).count() for each in rows)


def _digests(since: datetime | None, until: datetime) -> Digests:
    hashes: dict[str, Any] = defaultdict(hashlib.sha256)
    counts: dict[str, int] = defaultdict(int)
    for name, model, fields in (("entry", Entry, _OF_ENTRY), ("reading", Reading, _OF_READING)):
        rows = model.objects.filter(at__lt=until)
        if since is not None:
            rows = rows.filter(at__gte=since)
        for row in rows.order_by("at", "uuid").values_list(*fields).iterator(chunk_size=2000):
            group = f"{name} {row[fields.index('keep_until')].isoformat()}"
            hashes[group].update(_canonical(row) + b"\n")
            counts[group] += 1
    return {group: [counts[group], hashes[group].hexdigest()] for group in hashes}


def _day_of(group: str) -> date:
    return date.fromisoformat(group.rpartition(" ")[2])


def _canonical(values: Any) -> bytes:
    return json.dumps(values, default=_plain, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _mark(
    school: School, since: datetime | None, until: datetime, digests: Digests, previous: str, secret: str = ""
) -> str:
    said = _canonical([str(school.uuid), since, until, digests, previous]).decode()
    return salted_hmac(
        "preau.audit.seal", said, secret=secret or settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()


def _is_ours(school: School, found: Seal) -> bool:
    """Also with a secret that was in use before."""
    return any(
        hmac.compare_digest(
            found.mark, _mark(school, found.since, found.until, found.digests, found.previous, str(secret))
        )
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )
