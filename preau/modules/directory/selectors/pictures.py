"""Faces: who may see whose, and what was answered about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.rules import RuleBroken
from preau.kernel.storage.kinds import IMAGES, MB, AttachmentKind, Variant
from preau.kernel.storage.models import Attachment
from preau.kernel.storage.sweeping import undo_ends
from preau.modules.directory import permissions
from preau.modules.directory.models import PersonRecord, Right
from preau.modules.directory.models.pictures import PhotoConsent, photo_agreed
from preau.modules.directory.models.rules import any_of, condition_for
from preau.modules.directory.selectors.people import PICTURED

FACE, PORTRAIT = "96", "384"


def photos_visible_to(actor: Actor) -> "QuerySet[Any]":
    """The people known whose photo the school's rules show to this person, and who agreed."""
    shown = any_of(condition_for(Right.PHOTO, standing, PICTURED) for standing in actor.standings.values())
    return PersonRecord.objects.visible_to(actor).filter(shown, photo_agreed("pk"))


def _must_have_agreed(actor: Actor, record: PersonRecord) -> None:
    if not PersonRecord.objects.filter(photo_agreed("pk"), pk=record.pk).exists():
        raise RuleBroken(
            _("Personne n’a encore donné son accord, ou quelqu’un l’a refusé : la photo n’est pas gardée.")
        )


def _tell(actor: Actor, record: PersonRecord) -> None:
    audit.record(actor, "directory.photo_attached", record)


PHOTO = AttachmentKind(
    code="directory.photo",
    owner="directory.PersonRecord",
    label=gettext_lazy("Photo"),
    visible_to=photos_visible_to,
    known_to=lambda actor: PersonRecord.objects.visible_to(actor),
    may_attach=lambda actor, record: permissions.ATTACH_PHOTO.allows(actor, record),
    check=_must_have_agreed,
    attached=_tell,
    accepts=IMAGES,
    largest=12 * MB,
    only_one=True,
    longest_side=1024,
    variants=(Variant(FACE, 96), Variant(PORTRAIT, 384)),
)


@dataclass(frozen=True)
class PhotoCare:
    """What those who answer for a photo, or keep it, see and may do."""

    answers: list[PhotoConsent]
    agreed: bool
    mine: PhotoConsent | None
    may_answer: bool
    may_attach: bool
    photo: Attachment | None
    photo_uuid: UUID | None
    removed: Attachment | None  # can still be taken back


def faces_of(record_ids: Iterable[int], view: str = FACE) -> dict[int, str]:
    """Record id → address of the face, of those who agreed. One query. The caller has asked who may see
    the photo field of each."""
    found = Attachment.objects.standing().of(PHOTO.code, list(record_ids)).filter(photo_agreed("owner_id"))
    return {owner: photo_address(uuid, view) for owner, uuid in found.values_list("owner_id", "uuid")}


def face_on(record: PersonRecord, care: PhotoCare | None) -> str:
    """The portrait of their own page. A query only where `care` has not read the rows already."""
    if care is None:
        return faces_of([record.pk], PORTRAIT).get(record.pk, "")
    return photo_address(care.photo_uuid, PORTRAIT) if care.photo_uuid and care.agreed else ""


def photo_address(uuid: Any, view: str) -> str:
    return f"{reverse('storage:attachment_download', args=[uuid])}?view={view}"


def photo_care(actor: Actor, record: PersonRecord) -> PhotoCare | None:
    """None for those who have nothing to answer or to keep. One query for who answers, two for who keeps."""
    may_answer = permissions.ANSWER_FOR_PHOTO.allows(actor, record)
    may_attach = permissions.ATTACH_PHOTO.allows(actor, record)
    if not (may_answer or may_attach):
        return None
    standing = PhotoConsent.objects.standing().filter(record=record, use=PhotoConsent.Use.INTERNAL)
    # Who only answers sees the photo and keeps none: it comes along with the answers.
    shown = Attachment.objects.standing().of(PHOTO.code, [record.pk]).values("uuid")[:1]
    answers = list(standing.select_related("given_by").annotate(photo_uuid=Subquery(shown)))
    kept = Attachment.objects.of(PHOTO.code, [record.pk]).select_related("removal", "blob")
    photos = list(kept.order_by("-attached_at", "-id")) if may_attach else []
    photo = next((each for each in photos if not hasattr(each, "removal")), None)
    since = timezone.now() - undo_ends()
    removed = [each for each in photos if hasattr(each, "removal") and each.removal.removed_at > since]
    given = PhotoConsent.Answer.GIVEN
    return PhotoCare(
        answers=answers,
        agreed=bool(answers) and all(each.answer == given for each in answers),
        mine=next((each for each in answers if each.given_by.person_id == actor.person_id), None),
        may_answer=may_answer,
        may_attach=may_attach,
        photo=photo,
        photo_uuid=answers[0].photo_uuid if answers else None,  # type: ignore[attr-defined]
        removed=max(removed, key=lambda each: each.removal.removed_at, default=None)
        if photo is None
        else None,
    )
