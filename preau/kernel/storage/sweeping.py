"""What nobody can take back any more is deleted: rows first, bytes after the rows are gone for good."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from preau.kernel.storage import quota
from preau.kernel.storage.models import Attachment, Blob, Part, Upload, View
from preau.kernel.storage.store import store

_AT_ONCE = 200


def sweep() -> int:
    """In one open school. Returns the bytes given back. Stopped at any point, the next run goes on."""
    _uploads_past_their_day()
    _attachments_removed_long_ago()
    return _blobs_of_nobody()


def undo_ends() -> timedelta:
    return timedelta(days=settings.STORAGE_UNDO_DAYS)


def _uploads_past_their_day() -> None:
    while True:
        with transaction.atomic():
            past = Upload.objects.select_for_update(of=("self",)).filter(expires_at__lt=timezone.now())
            uploads = list(past.values_list("pk", flat=True)[:_AT_ONCE])
            if not uploads:
                return
            delete_uploads(uploads)


def delete_uploads(uploads: list[int]) -> None:
    """Inside a transaction: the uploads and what arrived of them."""
    keys = list(Part.objects.filter(upload__in=uploads).values_list("key", flat=True))
    Upload.objects.filter(pk__in=uploads).delete()
    _delete_bytes(keys)


def _attachments_removed_long_ago() -> None:
    with transaction.atomic():
        long_ago = timezone.now() - undo_ends()
        Attachment.objects.filter(removal__removed_at__lt=long_ago).delete()


def _blobs_of_nobody() -> int:
    freed = 0
    while True:
        with transaction.atomic():
            quota.lock_room()  # nobody brings the same bytes meanwhile
            # Views go with their picture, and then are nobody's themselves.
            idle = Blob.objects.filter(attachments=None, stored_at__lt=timezone.now() - timedelta(hours=1))
            seen = View.objects.values("blob")
            blobs = list(idle.exclude(pk__in=seen).order_by("pk").values_list("pk", "key", "size")[:_AT_ONCE])
            if not blobs:
                return freed
            Blob.objects.filter(pk__in=[pk for pk, _key, _size in blobs]).delete()
            size = sum(size for _pk, _key, size in blobs)
            quota.count(-size)
            freed += size
            _delete_bytes([key for _pk, key, _size in blobs])


def _delete_bytes(keys: list[str]) -> None:
    def delete() -> None:
        for key in keys:
            store().delete(key)

    transaction.on_commit(delete)
