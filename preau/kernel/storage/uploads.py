"""Files that arrive in pieces, over days if need be: what tus 1.0 calls an upload."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.intake.names import file_name
from preau.kernel.rules import Conflict, Refused, RuleBroken
from preau.kernel.storage import attachments, blobs, quota
from preau.kernel.storage.kinds import AttachmentKind, kinds
from preau.kernel.storage.models import Attachment, Part, Upload
from preau.kernel.storage.store import StoreFull, store
from preau.kernel.storage.sweeping import delete_uploads

LARGEST_PIECE = 2_000_000  # with its headers it stays under what a request may bring
MOST_OPEN = 20  # of one person at a time


class OffsetMoved(Conflict):
    def __init__(self, upload: Upload) -> None:
        super().__init__(_("Ce morceau ne suit pas ce qui est déjà arrivé."))
        self.upload = upload


class Expired(RuleBroken):
    status = 410

    def __init__(self) -> None:
        super().__init__(_("Cet envoi a été interrompu il y a trop longtemps. Recommencez-le."))


class Damaged(RuleBroken):
    status = 460  # of the tus checksum extension

    def __init__(self) -> None:
        super().__init__(_("Un morceau est arrivé abîmé. Il est renvoyé."))


def begin(*, actor: Actor, kind_code: str, owner_uuid: UUID | None, name: str, length: int) -> Any:
    """Reserve the room and fix what it is for. Raises `Refused` or `RuleBroken`; a kind or an owner that is
    not to be known is `LookupError` (404)."""
    kind, owner = find_owner(actor, kind_code, owner_uuid)
    attachments.require_may_attach(actor, kind, owner)
    blobs.require_size(kind, length)
    now = timezone.now()
    with transaction.atomic():
        quota.require_room(length)
        if (
            Upload.objects.filter(person_id=actor.person_id, attachment=None, expires_at__gt=now).count()
            >= MOST_OPEN
        ):
            raise RuleBroken(
                _("Trop d’envois sont en cours. Terminez-en ou annulez-en avant d’en commencer un.")
            )
        return Upload.objects.create(
            person_id=actor.person_id,
            kind=kind.code,
            owner_id=owner.pk,
            name=file_name(name),
            length=length,
            begun_at=now,
            expires_at=now + timedelta(days=settings.STORAGE_UPLOAD_DAYS),
        )


def mine(actor: Actor, uuid: UUID) -> Any:
    """Somebody else's does not exist, whatever one may do elsewhere."""
    return Upload.objects.filter(uuid=uuid, person_id=actor.person_id).first()


def receive(
    *, actor: Actor, upload: Upload, offset: int, piece: bytes, checksum: tuple[str, bytes] | None = None
) -> Upload:
    """Append one piece; the last one makes the attachment.

    Raises `OffsetMoved` (409) for a piece that does not follow, `Damaged` (460), `Expired` (410), `StoreFull`
    (507), and at the end what `attach` raises. Up to the last piece everything received stays.
    """
    if (
        checksum is not None
        and hashlib.new(checksum[0], piece, usedforsecurity=False).digest() != checksum[1]
    ):
        raise Damaged
    with transaction.atomic():
        # Two lines that send the same piece: the second waits here and sees the offset moved.
        upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        require_alive(upload)
        if offset != upload.received or offset + len(piece) > upload.length:
            raise OffsetMoved(upload)
        if piece:
            _append(upload, piece)
    if upload.received == upload.length:
        return finish(actor=actor, upload=upload)
    return upload


def finish(*, actor: Actor, upload: Upload) -> Upload:
    """Everything has arrived. Rights, size and content are asked anew: days may have passed. Asked again by
    who missed the answer, it is the same attachment.

    Refused, the upload and its bytes are deleted; with a full disk, they stay and the next empty piece tries
    again.
    """
    if upload.attachment is not None:
        return upload
    try:
        kind, owner = _owner_again(actor, upload)
        attachments.require_may_attach(actor, kind, owner)
        with _assembled(upload) as whole:
            written = blobs.write(kind, whole, upload.name)
        with transaction.atomic():
            made = attachments.attach_written(
                actor=actor,
                kind=kind,
                owner=owner,
                written=written,
                uuid=upload.uuid,
                announced=upload.length,
            )
            _settle(upload, made)
    except StoreFull:
        raise
    except (RuleBroken, Refused):
        cancel(upload=upload)
        raise
    upload.attachment = made
    return upload


@transaction.atomic
def cancel(*, upload: Upload) -> None:
    delete_uploads([upload.pk])


def require_alive(upload: Upload) -> None:
    if upload.expires_at <= timezone.now():
        raise Expired


def find_owner(actor: Actor, kind_code: str, owner_uuid: UUID | None) -> tuple[AttachmentKind, Any]:
    """Raises `LookupError` for what this person is not to know of."""
    kind = kinds()[kind_code]
    owner = kind.owners_to_attach_to(actor).filter(uuid=owner_uuid).first() if owner_uuid else None
    if owner is None:
        raise LookupError(kind_code)
    return kind, owner


def _owner_again(actor: Actor, upload: Upload) -> tuple[AttachmentKind, Any]:
    kind = kinds().get(upload.kind)
    owner = kind.owners_to_attach_to(actor).filter(pk=upload.owner_id).first() if kind else None
    if kind is None or owner is None:
        raise Refused(_("Vous n’avez plus accès à ce à quoi ce fichier était destiné. Il n’a pas été gardé."))
    return kind, owner


def _append(upload: Upload, piece: bytes) -> None:
    # Named after its content: a late writer of the same offset never puts other bytes under this name.
    key = f"parts/{upload.school_id}/{upload.uuid}/{upload.received}-{hashlib.sha256(piece).hexdigest()[:16]}"
    store().put(key, BytesIO(piece))
    Part.objects.create(upload=upload, start=upload.received, size=len(piece), key=key)
    upload.received += len(piece)
    upload.expires_at = timezone.now() + timedelta(days=settings.STORAGE_UPLOAD_DAYS)
    upload.save(update_fields=["received", "expires_at"])


def _settle(upload: Upload, made: Attachment) -> None:
    keys = list(upload.parts.values_list("key", flat=True))
    upload.parts.all().delete()
    upload.attachment = made
    upload.save(update_fields=["attachment"])

    def forget() -> None:
        for key in keys:
            store().delete(key)

    transaction.on_commit(forget)


@contextmanager
def _assembled(upload: Upload) -> Iterator[BinaryIO]:
    with TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as whole:
        for key in upload.parts.order_by("start").values_list("key", flat=True):
            for piece in store().read(key):
                whole.write(piece)
        whole.seek(0)
        yield whole
