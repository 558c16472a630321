"""Asks the scanner about bytes that wait, and says what came of it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from preau.kernel.storage import clamd
from preau.kernel.storage.models import Blob
from preau.kernel.storage.store import store
from preau.kernel.work.events import Event, publish


@dataclass(frozen=True)
class FileInfected(Event):
    """Told once per blob. `attachments` lists what it hangs on: (attachment id, person who brought it)."""

    school_id: int
    blob_id: int
    finding: str
    attachments: tuple[tuple[int, int], ...]
    version: ClassVar[int] = 1


def scan_blob(blob_id: int) -> None:
    """Safe to run twice. Raises `clamd.NotScanned` when the scanner does not answer: ask again."""
    blob = Blob.objects.filter(pk=blob_id, scan=Blob.Scan.WAITING).first()
    if blob is None:
        return
    finding, scan = "", Blob.Scan.UNSCANNED
    if settings.CLAMD_URL:
        try:
            verdict = clamd.scan(settings.CLAMD_URL, store().read(blob.key), timeout=settings.CLAMD_TIMEOUT)
            finding, scan = verdict.finding, Blob.Scan.CLEAN if verdict.is_clean else Blob.Scan.INFECTED
        except clamd.TooLarge:
            pass  # its own limit: no later try will differ, and the file is a download in any case
    with transaction.atomic():
        settled = Blob.objects.filter(pk=blob_id, scan=Blob.Scan.WAITING).update(
            scan=scan, finding=finding, scanned_at=timezone.now()
        )
        if settled and finding:
            hangs_on = tuple(blob.attachments.values_list("pk", "person_id"))
            publish(FileInfected(blob.school_id, blob.pk, finding, hangs_on))


def give_up(waiting: Any) -> None:
    """The scanner never answered: these open as files that were not checked, downloads only."""
    waiting.filter(scan=Blob.Scan.WAITING).update(scan=Blob.Scan.UNSCANNED)
