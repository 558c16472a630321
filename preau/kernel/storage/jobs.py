"""What the store does later, or at night."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preau.kernel.storage import clamd, scanning, sweeping
from preau.kernel.storage.models import Blob
from preau.kernel.work.jobs import NotNow, every, job

# A scanner that is down for a day must not keep a pupil's homework: it then opens as a download.
LONGEST_WAIT = timedelta(hours=24)


@job("storage.scan", lane="slow", attempts=8, atomic=False, label=_("Vérifier un fichier déposé"))
def scan(*, blob_id: int) -> None:
    # Its own transactions: a scan takes up to a minute, and holds nothing meanwhile.
    try:
        scanning.scan_blob(blob_id)
    except clamd.NotScanned:
        raise NotNow(seconds=60) from None


@every(
    "20 3 * * *",
    lane="slow",
    for_each_school=True,
    atomic=False,
    label=_("Effacer les fichiers supprimés dont le délai est passé"),
)
def sweep_files() -> None:
    sweeping.sweep()


@every(
    "35 * * * *",
    lane="slow",
    for_each_school=True,
    label=_("Reprendre les vérifications de fichiers en attente"),
)
def scan_what_still_waits() -> None:
    waiting = Blob.objects.filter(scan=Blob.Scan.WAITING)
    scanning.give_up(waiting.filter(stored_at__lt=timezone.now() - LONGEST_WAIT))
    for blob_id, school_id in waiting.values_list("pk", "school_id")[:500]:
        scan.enqueue(school_id=school_id, unique=f"blob:{blob_id}", payload={"blob_id": blob_id})
