"""From a file somebody sent to a `Blob`: recognised, redrawn, hashed, written, counted – in that order."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from preau.kernel.intake import images, types
from preau.kernel.intake.names import file_name, inert_name
from preau.kernel.rules import RuleBroken
from preau.kernel.storage import quota
from preau.kernel.storage.kinds import AttachmentKind
from preau.kernel.storage.models import Blob, View
from preau.kernel.storage.store import PIECE, opened, store
from preau.kernel.storage.weights import weight_in_words
from preau.kernel.tenancy.scope import current_scope


class FileRefused(RuleBroken):
    """Nothing was kept."""


class TooLarge(FileRefused):
    status = 413


@dataclass(frozen=True)
class Written:
    """Bytes that are in the store and not yet in a row: `keep` makes the row, `forget` takes them away."""

    name: str
    media_type: str
    sha256: str
    size: int
    key: str
    redrawn: bool


def require_size(kind: AttachmentKind, size: int) -> None:
    if size > kind.largest:
        raise TooLarge(
            _("Ce fichier pèse %(size)s ; le plus grand accepté ici pèse %(largest)s.")
            % {"size": weight_in_words(size), "largest": weight_in_words(kind.largest)}
        )


def write(kind: AttachmentKind, file: BinaryIO, name: str) -> Written:
    """Before any transaction: the disk may be slow, and a lock waits for nobody.

    Raises `FileRefused` for what the kind does not take, `StoreFull` for a full disk.
    """
    name = file_name(name)
    found = types.media_type(file)
    redrawn = False
    if found in images.RASTER and found in kind.accepts:
        picture = images.redraw(file, longest_side=kind.longest_side)
        file, found, redrawn = BytesIO(picture.content), picture.media_type, True
        name = file_name(f"{PurePosixPath(name).stem}.{picture.ending}")
    if found not in kind.accepts:
        raise FileRefused(_not_taken(kind, found))
    name = inert_name(name, types.ENDINGS.get(found, "bin"))
    sha256, size = _measured(file)
    require_size(kind, size)
    file.seek(0)
    key = f"blobs/{current_scope().only_school}/{sha256[:2]}/{sha256[2:4]}/{sha256}-{secrets.token_hex(4)}"
    store().put(key, file)
    return Written(name, found, sha256, size, key, redrawn)


def keep(written: Written, *, announced: int = 0) -> Any:
    """Inside a transaction: the row of these bytes; that of the same bytes brought before where there is one.

    `announced`: what an upload had reserved of the room. Raises `OverQuota`, and `FileRefused` for bytes that
    are known to be infected.
    """
    now = timezone.now()
    quota.lock_room()  # two who bring the same bytes wait for each other
    blob = Blob.objects.select_for_update().filter(sha256=written.sha256).first()
    if blob is None:
        quota.require_room(written.size - announced)
        quota.count(written.size)
        return _new(written, now)
    if blob.scan == Blob.Scan.INFECTED:
        raise FileRefused(infected_words(blob))
    blob.stored_at = now
    blob.save(update_fields=["stored_at"])
    transaction.on_commit(lambda: forget(written))
    return blob


def forget(written: Written) -> None:
    """Bytes that no row came to name."""
    store().delete(written.key)


def make_views(blob: Blob, kind: AttachmentKind) -> None:
    """The small views of a picture that are not there yet. At once: a class page asks for them next."""
    missing = {variant.name for variant in kind.variants} - set(blob.views.values_list("name", flat=True))
    if not missing or blob.media_type not in images.RASTER:
        return
    with opened(blob.key) as file:
        for variant in kind.variants:
            if variant.name not in missing:
                continue
            made = (images.reduced if variant.whole else images.square)(file, variant.side)
            sha256 = hashlib.sha256(made.content).hexdigest()
            key = f"blobs/{blob.school_id}/{sha256[:2]}/{sha256[2:4]}/{sha256}-{secrets.token_hex(4)}"
            store().put(key, BytesIO(made.content))
            view = Written("", made.media_type, sha256, len(made.content), key, True)
            try:
                with transaction.atomic():
                    View.objects.create(
                        source=blob, name=variant.name, blob=keep(view), width=made.width, height=made.height
                    )
            except BaseException:
                forget(view)
                raise


def infected_words(blob: Blob) -> str:
    return _(
        "Ce fichier contient un virus (%(finding)s) : il ne sera ouvert à personne."
        " Vérifiez l’appareil d’où il vient."
    ) % {"finding": blob.finding}


def _new(written: Written, now: datetime) -> Any:
    if written.redrawn:
        scan = Blob.Scan.REDRAWN
    else:
        scan = Blob.Scan.WAITING if settings.CLAMD_URL else Blob.Scan.UNSCANNED
    return Blob.objects.create(
        sha256=written.sha256,
        size=written.size,
        media_type=written.media_type,
        scan=scan,
        stored_at=now,
        key=written.key,
    )


def _measured(file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _not_taken(kind: AttachmentKind, found: str) -> str:
    if found == "image/heic":
        return _("Cette photo est au format HEIC. Enregistrez-la d’abord en JPEG, puis renvoyez-la.")
    if found == "application/x-executable" or "macro" in found:
        return _("Ce fichier contient un programme : il ne peut pas être déposé ici.")
    return _("Ce fichier n’est pas du type attendu. Choisissez %(what)s.") % {"what": kind.what_it_takes}
