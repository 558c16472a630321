"""Attaching, removing, taking back; and which files may be read."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.rules import Refused, RuleBroken
from preau.kernel.storage import blobs, jobs, quota
from preau.kernel.storage.kinds import AttachmentKind, kinds
from preau.kernel.storage.models import Attachment, Blob, Removal, View
from preau.kernel.storage.sweeping import undo_ends


def attach(
    *, actor: Actor, kind: AttachmentKind, owner: Any, file: BinaryIO, name: str, uuid: UUID
) -> Attachment:
    """Keep a file for `owner`. `uuid` comes from the page: sent again, it is the same attachment.

    Raises `RuleBroken` for what the kind does not take, a full school or a full disk; then nothing is kept.
    """
    require_may_attach(actor, kind, owner)
    if existing := _same(uuid, kind, owner):
        return existing
    written = blobs.write(kind, file, name)
    return attach_written(actor=actor, kind=kind, owner=owner, written=written, uuid=uuid)


def attach_written(
    *, actor: Actor, kind: AttachmentKind, owner: Any, written: blobs.Written, uuid: UUID, announced: int = 0
) -> Attachment:
    """The rows of bytes that are in the store. Where they cannot be, the bytes go too."""
    try:
        with transaction.atomic():
            quota.lock_room()  # sent twice at once: the second waits and finds the first
            if existing := _same(uuid, kind, owner):
                transaction.on_commit(lambda: blobs.forget(written))
                return existing
            blob = blobs.keep(written, announced=announced)
            blobs.make_views(blob, kind)
            if kind.only_one:
                _remove_all(actor, Attachment.objects.standing().of(kind.code, [owner.pk]))
            made = Attachment.objects.create(
                uuid=uuid,
                kind=kind.code,
                owner_id=owner.pk,
                blob=blob,
                name=written.name,
                person_id=actor.person_id,
                attached_at=timezone.now(),
            )
            if kind.attached is not None:
                kind.attached(actor, owner)
            if blob.scan == Blob.Scan.WAITING:
                jobs.scan.enqueue(
                    school_id=blob.school_id, unique=f"blob:{blob.pk}", payload={"blob_id": blob.pk}
                )
            return made
    except BaseException:
        blobs.forget(written)
        raise


@transaction.atomic
def remove(*, actor: Actor | None, attachment: Attachment) -> Any:
    """Out of sight at once; deleted when the days to take it back are over. Twice, it changes nothing.

    `actor` None: nobody did, its owner went by itself. It is then removed in the name of who attached it.
    """
    person_id = actor.person_id if actor is not None else attachment.person_id
    removal, _made = Removal.objects.get_or_create(
        attachment=attachment, defaults={"person_id": person_id, "removed_at": timezone.now()}
    )
    return removal


@transaction.atomic
def restore(*, actor: Actor, attachment: Attachment) -> Attachment:
    """Raises `RuleBroken` when it is too late, or when another file has taken its place."""
    kind, removal = kinds()[attachment.kind], Removal.objects.filter(attachment=attachment).first()
    if removal is None:
        return attachment
    if removal.removed_at < timezone.now() - undo_ends():
        raise RuleBroken(_("Ce fichier a été supprimé il y a trop longtemps pour être repris."))
    quota.lock_room()
    standing = Attachment.objects.standing().of(attachment.kind, [attachment.owner_id])
    if kind.only_one and standing.exists():
        raise RuleBroken(_("Un autre fichier a pris sa place. Supprimez-le d’abord."))
    removal.delete()
    return attachment


def require_may_attach(actor: Actor, kind: AttachmentKind, owner: Any) -> None:
    """Raises `Refused` (403), or `RuleBroken` where the owner's state forbids it."""
    if not kind.may_attach(actor, owner):
        raise Refused()
    if kind.check is not None:
        kind.check(actor, owner)


def attachments_of(kind: AttachmentKind, owner_ids: Iterable[int]) -> dict[int, list[Attachment]]:
    """Owner id -> its standing files, the oldest first. One query. The caller has asked who may see them."""
    found: dict[int, list[Attachment]] = {}
    rows = Attachment.objects.standing().of(kind.code, list(owner_ids)).select_related("blob")
    for attachment in rows:
        found.setdefault(attachment.owner_id, []).append(attachment)
    return found


def readable(actor: Actor, uuid: UUID) -> Attachment | None:
    """The standing file, where its kind is known and its owner may be seen today. Two queries."""
    found = Attachment.objects.standing().select_related("blob").filter(uuid=uuid).first()
    kind = kinds().get(found.kind) if found is not None else None
    if found is None or kind is None:
        return None
    return found if kind.visible_to(actor).filter(pk=found.owner_id).exists() else None


def view_of(attachment: Attachment, name: str) -> Blob | None:
    """The small view `name` of a picture."""
    view = View.objects.select_related("blob").filter(source=attachment.blob_id, name=name).first()
    return view.blob if view is not None else None


def last_removed(kind: AttachmentKind, owner_id: int) -> Attachment | None:
    """The latest removed file that can still be taken back."""
    since = timezone.now() - undo_ends() + timedelta(minutes=1)
    removed = Attachment.objects.of(kind.code, [owner_id]).filter(removal__removed_at__gt=since)
    return removed.select_related("blob", "removal").order_by("-removal__removed_at").first()


def _same(uuid: UUID, kind: AttachmentKind, owner: Any) -> Attachment | None:
    existing = Attachment.objects.filter(uuid=uuid).first()
    if existing is not None and (existing.kind, existing.owner_id) != (kind.code, owner.pk):
        raise RuleBroken(_("Ce formulaire a déjà servi : rouvrez la page pour un autre fichier."))
    return existing


def _remove_all(actor: Actor, attachments: Any) -> None:
    for attachment in attachments:
        remove(actor=actor, attachment=attachment)
