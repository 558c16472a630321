"""What is kept has its day written on it; the night after, it leaves. That it left is written down."""

from django.db import transaction

from preau.kernel.audit.models import Entry, Reading, Seal
from preau.kernel.audit.recording import record
from preau.kernel.models import School
from preau.kernel.tenancy.scope import in_school

BATCH = 2000


def purge(school: School, *, batch: int = BATCH) -> int:
    """Remove what a school's journal has kept long enough, a batch a transaction: killed half-way, the
    next run goes on. Returns how many rows left."""
    total = 0
    while True:
        with in_school(school), transaction.atomic():
            entries = Entry.objects.purge(limit=batch)
            readings = Reading.objects.purge(limit=batch)
            seals = Seal.objects.purge(limit=batch)
            if entries or readings:
                record(None, "audit.purged", values={"entries": entries, "readings": readings})
        total += entries + readings
        if not any(left == batch for left in (entries, readings, seals)):
            return total
