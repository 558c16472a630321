"""Files that stand in a rich text, as its reader sees them."""

from collections.abc import Iterable, Mapping, Set
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.intake.images import RASTER
from preau.kernel.richtext.files import ShownFile
from preau.kernel.storage.kinds import AttachmentKind, kinds
from preau.kernel.storage.models import Attachment, Blob, View
from preau.kernel.storage.weights import weight_in_words


def files_in_texts(actor: Actor | None, ids: Set[UUID]) -> Mapping[UUID, ShownFile]:
    """Those of `ids` whose owner this person may see today. One query, however many.

    An id is anybody's to write into a text: who may not see a file's owner learns nothing of it, not
    even that it is there.
    """
    shown = [kind for kind in kinds().values() if kind.in_texts]
    if actor is None or not shown:
        return {}
    readable = reduce(or_, (_readable(actor, kind) for kind in shown))
    # Of whatever view: a page asks for their proportion.
    views = View.objects.filter(source=OuterRef("blob"), name__in={kind.in_texts for kind in shown})
    found = (
        Attachment.objects.standing()
        .filter(readable, uuid__in=ids)
        .select_related("blob")
        .annotate(
            view_width=Subquery(views.values("width")[:1]), view_height=Subquery(views.values("height")[:1])
        )
    )
    return {file.uuid: shown_file(file) for file in opened(found)}


def opened(files: Iterable[Attachment]) -> list[Attachment]:
    """Without those in which a virus was found."""
    return [file for file in files if file.blob.scan != Blob.Scan.INFECTED]


def shown_file(file: Attachment) -> ShownFile:
    """The caller has asked who may see it. With its blob."""
    url = reverse("storage:attachment_download", args=[file.uuid])
    if file.blob.scan == Blob.Scan.REDRAWN and file.blob.media_type in RASTER:
        view = kinds()[file.kind].in_texts
        width, height = (getattr(file, f"view_{side}", None) or 0 for side in ("width", "height"))
        return ShownFile(file.name, url, preview=f"{url}?view={view}", width=width, height=height)
    waits = file.blob.scan == Blob.Scan.WAITING
    weight = _("vérification en cours") if waits else weight_in_words(file.blob.size)
    return ShownFile(file.name, url, weight=weight)


def _readable(actor: Actor, kind: AttachmentKind) -> Q:
    return Q(kind=kind.code, owner_id__in=kind.visible_to(actor).order_by().values("pk"))
