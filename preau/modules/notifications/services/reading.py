from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from preau.kernel.access.actor import Actor
from preau.kernel.live.changes import changed
from preau.kernel.tenancy.scope import in_school
from preau.modules.notifications.models import Delivery, Notice
from preau.modules.notifications.selectors.kinds import kinds
from preau.modules.notifications.topics import NOTICES

_AT_ONCE = 500
_SUMMARIES_KEPT = 90  # days


@transaction.atomic
def read_notice(*, actor: Actor, notice: Notice) -> None:
    """Read again, it keeps the first time."""
    if notice.read_at is None:
        # The page may read several schools; the notice is of one.
        with in_school(notice.school_id):
            Notice.objects.visible_to(actor).unread().filter(pk=notice.pk).update(read_at=timezone.now())
        changed(NOTICES.of(actor.person_id))


@transaction.atomic
def read_all(*, actor: Actor, until: datetime) -> int:
    """Everything up to what the page showed: what came since stays unread."""
    notices = Notice.objects.visible_to(actor).unread().filter(created_at__lte=until)
    read: int = notices.update(read_at=timezone.now())
    if read:
        changed(NOTICES.of(actor.person_id))  # on the other devices
    return read


def purge() -> int:
    """Delete the open school's notices that are older than their kind is kept."""
    gone = 0
    for kind in kinds().values():
        old = Notice.objects.filter(
            kind=kind.name, created_at__lt=timezone.now() - timedelta(days=kind.kept_days)
        )
        while batch := list(old.values_list("pk", flat=True)[:_AT_ONCE]):
            with transaction.atomic():
                Notice.objects.filter(pk__in=batch).delete()
            gone += len(batch)
    before = timezone.now() - timedelta(days=_SUMMARIES_KEPT)
    while batch := list(
        Delivery.objects.filter(digest_on__lt=before.date()).values_list("pk", flat=True)[:_AT_ONCE]
    ):
        Delivery.objects.filter(pk__in=batch).delete()
    return gone
