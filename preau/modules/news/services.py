from collections.abc import Iterable
from datetime import date, timedelta
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.richtext.clean import RichText
from preau.kernel.rules import RuleBroken, Superseded
from preau.kernel.storage import attachments
from preau.kernel.storage.models import Attachment
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.events import publish
from preau.modules.directory.api import Tie
from preau.modules.news.events import AnnouncementPublished
from preau.modules.news.models import Announcement, Reading, Withdrawal
from preau.modules.news.selectors import FILE

DRAFTS_KEPT = timedelta(days=30)  # since they were last saved


@transaction.atomic
def publish_announcement(
    *,
    actor: Actor,
    school_id: int,
    uuid: UUID,
    title: str,
    body: RichText,
    readership: Iterable[str],
    until: date | None = None,
    pinned: bool = False,
) -> Announcement:
    """`uuid` comes from the page: sent again, it is the same announcement, told once. Their draft of this
    `uuid` becomes the announcement, with its files.

    Raises `RuleBroken` when its last day has passed.
    """
    announcement = _begun(actor, school_id, uuid)
    if not announcement.is_draft:
        return announcement
    _check_last_day(until, actor.standings[school_id].day)
    _fill(announcement, title=title, body=body, readership=readership, until=until, pinned=pinned)
    announcement.is_draft = False
    announcement.published_at, announcement.edited_at = timezone.now(), None
    announcement.save()
    audit.record(actor, "news.announcement_published", announcement)
    publish(
        AnnouncementPublished(
            school_id=school_id,
            year_id=announcement.year_id,
            announcement_id=announcement.pk,
            announcement_uuid=announcement.uuid,
            to=tuple(sorted(announcement.readership)),
        ),
        actor=actor,
    )
    return announcement


@transaction.atomic
def save_draft(
    *,
    actor: Actor,
    school_id: int,
    uuid: UUID,
    title: str,
    body: RichText,
    readership: Iterable[str],
    until: date | None = None,
    pinned: bool = False,
) -> Announcement:
    """Keep what is not finished, for its author alone. `uuid` comes from the page.

    Raises `RuleBroken` when it has been published meanwhile.
    """
    draft = _begun(actor, school_id, uuid)
    if not draft.is_draft:
        raise RuleBroken(_("Cette annonce est déjà publiée : ouvrez-la pour la modifier."))
    _fill(draft, title=title, body=body, readership=readership, until=until, pinned=pinned)
    draft.edited_at = timezone.now()
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, actor: Actor | None, announcement: Announcement) -> None:
    """The row at once, its files when their days to be taken back are over. `actor` None: forgotten too long.

    Raises `RuleBroken` for what has been published.
    """
    draft = Announcement.objects.select_for_update(of=("self",)).filter(pk=announcement.pk).first()
    if draft is None:
        return
    if not draft.is_draft:
        raise RuleBroken(_("Cette annonce est publiée : elle peut être retirée."))
    for file in Attachment.objects.standing().of(FILE.code, [draft.pk]):
        attachments.remove(actor=actor, attachment=file)
    draft.delete()


def discard_forgotten_drafts() -> int:
    """Of the open school and year."""
    before = timezone.now() - DRAFTS_KEPT
    forgotten = list(Announcement.objects.drafts().filter(edited_at__lt=before))
    for draft in forgotten:
        discard_draft(actor=None, announcement=draft)
    return len(forgotten)


def attach_file(
    *, actor: Actor, announcement: Announcement, file: BinaryIO, name: str, uuid: UUID
) -> Attachment:
    """`uuid` comes from the page. Raises `RuleBroken` for what an announcement does not take."""
    return attachments.attach(actor=actor, kind=FILE, owner=announcement, file=file, name=name, uuid=uuid)


@transaction.atomic
def remove_file(*, actor: Actor, announcement: Announcement, file: Attachment) -> None:
    """Where it stood in the text, the text says that it is gone. Twice, it changes nothing."""
    if Attachment.objects.standing().filter(pk=file.pk).exists():
        attachments.remove(actor=actor, attachment=file)
        audit.record(actor, "news.file_removed", announcement)


@transaction.atomic
def restore_file(*, actor: Actor, announcement: Announcement, file: Attachment) -> None:
    """Raises `RuleBroken` when it is too late, or the announcement takes no file any more."""
    if Attachment.objects.standing().filter(pk=file.pk).exists():
        return
    attachments.require_may_attach(actor, FILE, announcement)
    attachments.restore(actor=actor, attachment=file)
    audit.record(actor, "news.file_restored", announcement)


@transaction.atomic
def revise_announcement(
    *,
    actor: Actor,
    announcement: Announcement,
    base_version: int,
    title: str,
    body: RichText,
    readership: Iterable[str],
    until: date | None,
    pinned: bool,
) -> Announcement:
    """Sent again, it changes nothing.

    Raises `Superseded` (409, both texts) when it was changed since `base_version`, `RuleBroken` when
    it was withdrawn or its last day has passed.
    """
    standing = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
    wanted = (title, body.html, set(readership), until, pinned)
    if (standing.title, standing.body, standing.readership, standing.until, standing.pinned) == wanted:
        return standing
    if standing.version != base_version:
        raise Superseded(
            _("Quelqu’un a modifié cette annonce depuis l’ouverture de la page."),
            theirs=f"{standing.title}\n\n{standing.body_text}",
            wanted=f"{title}\n\n{body.text}",
        )
    if Withdrawal.objects.filter(announcement=standing).exists():
        raise RuleBroken(_("Cette annonce a été retirée : publiez-en une nouvelle."))
    if until != standing.until:
        _check_last_day(until, actor.standings[standing.school_id].day)
    standing.title, standing.body, standing.readership, standing.until, standing.pinned = wanted
    standing.version += 1
    standing.edited_at = timezone.now()
    standing.save()
    audit.record(actor, "news.announcement_revised", standing)
    return standing


@transaction.atomic
def withdraw_announcement(*, actor: Actor, announcement: Announcement) -> Withdrawal:
    """Its readers do not find it any more. Sent again, it changes nothing."""
    standing = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
    if standing.is_draft:
        raise RuleBroken(_("Ce brouillon n’est pas publié."))
    withdrawal: Withdrawal
    withdrawal, made = Withdrawal.objects.get_or_create(
        announcement=announcement, defaults={"by_id": actor.person_id, "year_id": announcement.year_id}
    )
    if made:
        audit.record(actor, "news.announcement_withdrawn", announcement)
    return withdrawal


@transaction.atomic
def restore_announcement(*, actor: Actor, announcement: Announcement) -> None:
    """Take a withdrawal back: its readers find it again, and are not told twice."""
    for withdrawal in Withdrawal.objects.filter(announcement=announcement):
        withdrawal.delete()
        audit.record(actor, "news.announcement_restored", announcement)


def note_reading(*, actor: Actor, announcement: Announcement) -> None:
    """They have opened it. Two tabs at once are one reading; a closed year is only consulted."""
    if actor.standings[announcement.school_id].year.is_closed:
        return
    with in_school(announcement.school_id, announcement.year_id), transaction.atomic():
        Reading.objects.get_or_create(
            announcement=announcement,
            person_id=actor.person_id,
            defaults={"year_id": announcement.year_id},
        )


def _begun(actor: Actor, school_id: int, uuid: UUID) -> Announcement:
    """The row of this `uuid`, locked; a new draft of theirs where there is none."""
    mine = actor.standings[school_id].tied(Tie.IS)
    existing: Announcement | None = (
        Announcement.objects.select_for_update(of=("self",)).filter(uuid=uuid).first()
    )
    if existing is None:
        return Announcement(school_id=school_id, uuid=uuid, author_id=min(mine), is_draft=True)
    if existing.is_draft and existing.author_id not in mine:
        raise RuleBroken(_("Ce formulaire a déjà servi : rouvrez la page pour une autre annonce."))
    return existing


def _fill(
    announcement: Announcement,
    *,
    title: str,
    body: RichText,
    readership: Iterable[str],
    until: date | None,
    pinned: bool,
) -> None:
    announcement.title, announcement.body = title, body.html
    announcement.until, announcement.pinned = until, pinned
    announcement.readership = readership


def _check_last_day(until: date | None, day: date) -> None:
    if until is not None and until < day:
        raise RuleBroken(_("Le dernier jour d’affichage est déjà passé."))
