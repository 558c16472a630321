from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.rules import RuleBroken
from preau.kernel.storage import attachments
from preau.kernel.storage.models import Attachment
from preau.modules.directory.models import PersonRecord
from preau.modules.directory.models.pictures import PhotoConsent, photo_agreed
from preau.modules.directory.selectors.pictures import PHOTO


@transaction.atomic
def answer_for_photo(*, actor: Actor, record: PersonRecord, agrees: bool, uuid: UUID) -> PhotoConsent:
    """Give or refuse, or take back what one gave. `uuid` comes from the page: sent again, the same answer.

    As soon as somebody is against it the photo is out of sight, and deleted when its delay is over; who took
    their agreement back and gives it again within the delay finds the photo again.
    """
    record = PersonRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    existing = PhotoConsent.objects.filter(uuid=uuid).first()
    if existing is not None:
        if existing.record_id != record.pk:
            raise RuleBroken(_("Ce formulaire a déjà servi : rouvrez la page pour une autre réponse."))
        return existing
    giver = PersonRecord.objects.get(person_id=actor.person_id)
    standing = PhotoConsent.objects.standing().filter(record=record, use=PhotoConsent.Use.INTERNAL)
    mine = standing.filter(given_by=giver).first()
    if mine is not None and (mine.answer == PhotoConsent.Answer.GIVEN) == agrees:
        return mine
    now = timezone.now()
    # Of age, they answer alone: what their parents answered before is history.
    replaced = standing if giver.pk == record.pk else standing.filter(given_by=giver)
    replaced.update(replaced_at=now)
    made = PhotoConsent.objects.create(
        uuid=uuid, record=record, answer=_answer(agrees, mine), given_by=giver, answered_at=now
    )
    audit.record(actor, _HEARD[PhotoConsent.Answer(made.answer)], record)
    _follow(actor, record)
    return made


def attach_photo(*, actor: Actor, record: PersonRecord, file: BinaryIO, name: str, uuid: UUID) -> Attachment:
    """In the place of the one before. Raises `RuleBroken` where nobody agreed or the file is no picture."""
    return attachments.attach(actor=actor, kind=PHOTO, owner=record, file=file, name=name, uuid=uuid)


@transaction.atomic
def remove_photo(*, actor: Actor, record: PersonRecord) -> None:
    for photo in Attachment.objects.standing().of(PHOTO.code, [record.pk]):
        attachments.remove(actor=actor, attachment=photo)
        audit.record(actor, "directory.photo_removed", record)


@transaction.atomic
def restore_photo(*, actor: Actor, record: PersonRecord) -> None:
    """Take back the removal of the last photo. Raises `RuleBroken` where nobody agrees any more or it is
    too late."""
    attachments.require_may_attach(actor, PHOTO, record)
    removed = attachments.last_removed(PHOTO, record.pk)
    if removed is None:
        raise RuleBroken(_("Cette photo a été supprimée il y a trop longtemps pour être reprise."))
    attachments.restore(actor=actor, attachment=removed)
    audit.record(actor, "directory.photo_restored", record)


_HEARD = {
    PhotoConsent.Answer.GIVEN: "directory.photo_agreed",
    PhotoConsent.Answer.REFUSED: "directory.photo_refused",
    PhotoConsent.Answer.WITHDRAWN: "directory.photo_withdrawn",
}


def _answer(agrees: bool, mine: PhotoConsent | None) -> str:
    if agrees:
        return PhotoConsent.Answer.GIVEN
    return PhotoConsent.Answer.WITHDRAWN if mine is not None else PhotoConsent.Answer.REFUSED


def _follow(actor: Actor, record: PersonRecord) -> None:
    """The photo goes and comes with the answers."""
    if not PersonRecord.objects.filter(photo_agreed("pk"), pk=record.pk).exists():
        remove_photo(actor=actor, record=record)
        return
    removed: Any = attachments.last_removed(PHOTO, record.pk)
    standing = Attachment.objects.standing().of(PHOTO.code, [record.pk])
    if removed is not None and removed.removal.person_id == actor.person_id and not standing.exists():
        attachments.restore(actor=actor, attachment=removed)
        audit.record(actor, "directory.photo_restored", record)
