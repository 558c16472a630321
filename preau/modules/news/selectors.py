from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.audit import recording as audit
from preau.kernel.audit.labels import Named
from preau.kernel.intake.types import PDF, TEXT
from preau.kernel.modules import Told, Words
from preau.kernel.richtext.files import ShownFile
from preau.kernel.rules import RuleBroken
from preau.kernel.storage.attachments import attachments_of
from preau.kernel.storage.kinds import IMAGES, MB, OFFICE, AttachmentKind, Variant
from preau.kernel.storage.models import Attachment
from preau.kernel.storage.showing import opened, shown_file
from preau.kernel.storage.sweeping import undo_ends
from preau.modules.news import permissions
from preau.modules.news.models import WRITERS, Announcement, Withdrawal, meant_for

ANNOUNCED = "news.announced"  # the kind of notice
MOST_FILES = 40  # on one announcement
PAGE = 20
ON_HOME = 3


def announcement_words(actor: Actor, notices: Sequence[Told]) -> Mapping[int, Words]:
    """One query. What was withdrawn is not told, not even to who wrote it."""
    wanted = {notice.values["announcement"] for notice in notices}
    found = {
        str(uuid): title
        for uuid, title in Announcement.objects.visible_to(actor)
        .filter(uuid__in=wanted, withdrawal=None)
        .values_list("uuid", "title")
    }
    return {
        notice.id: Words(found[uuid], url=reverse("news:announcement_detail", args=[uuid]))
        for notice in notices
        if (uuid := notice.values["announcement"]) in found
    }


class Listed(NamedTuple):
    announcements: list[Announcement]
    after: UUID | None  # where the next page begins

    @property
    def cursor(self) -> str:
        return str(self.after or "")


def announcements_listed(actor: Actor, *, past: bool = False, after: UUID | None = None) -> Listed:
    """One page of the list, pinned ones first, then the latest. A cursor nobody gave finds nothing."""
    visible = Announcement.objects.visible_to(actor).published()
    rows = visible.past(actor) if past else visible.current(actor)
    if after is not None:
        last = rows.filter(uuid=after).values_list("pinned", "published_at", "pk").first()
        if last is None:
            return Listed([], None)
        pinned, published_at, pk = last
        later = Q(published_at__lt=published_at) | Q(published_at=published_at, pk__lt=pk)
        rows = rows.filter(Q(pinned=pinned) & later | (Q(pinned=False) if pinned else Q(pk__in=[])))
    found = list(rows.listed(actor)[: PAGE + 1])
    return Listed(found[:PAGE], found[PAGE - 1].uuid if len(found) > PAGE else None)


def latest(actor: Actor) -> dict[str, Any] | None:
    """For the home page: one query, and only what a line shows.

    What `visible_to`, `published` and `current` say, written out: compiling those costs more than the page's
    own query. `tests/test_news.py` holds the two together.
    """
    parts: list[str] = []
    params: list[Any] = [actor.person_id]
    for standing in actor.standings.values():
        told = _addressed(standing)
        if told:
            current = "(a.until IS NULL OR a.until >= %s)"
            parts.append(f"(a.school_id = %s AND a.year_id = %s AND {current} AND {told})")
            params += [standing.school.pk, standing.year.pk, standing.day]
    if not parts:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_LATEST.format(addressed=" OR ".join(parts), most=ON_HOME), params)
        rows = cursor.fetchall()
    found: list[dict[str, Any]] = [
        {
            "uuid": uuid if isinstance(uuid, UUID) else UUID(uuid),
            "title": title,
            "pinned": bool(pinned),
            "published_at": _instant(published_at),
            "school": actor.standings[school_id].school,
            "author": {"name": f"{first_name} {last_name}".strip()},
            "is_read": bool(is_read),
        }
        for uuid, title, pinned, published_at, school_id, first_name, last_name, is_read, _unread in rows
    ]
    if not found:
        return None
    return {"announcements": found, "several": len(actor.standings) > 1, "unread": rows[0][-1]}


_LATEST = """
SELECT a.uuid, a.title, a.pinned, a.published_at, a.school_id, r.first_name, r.last_name,
    n.id IS NOT NULL, COUNT(*) OVER () - COUNT(n.id) OVER ()
FROM news_announcement a
JOIN directory_personrecord r ON r.id = a.author_id AND r.school_id = a.school_id
LEFT JOIN news_withdrawal w
    ON w.announcement_id = a.id AND w.school_id = a.school_id AND w.year_id = a.year_id
LEFT JOIN news_reading n
    ON n.announcement_id = a.id AND n.school_id = a.school_id AND n.year_id = a.year_id AND n.person_id = %s
WHERE ({addressed}) AND NOT a.is_draft AND w.id IS NULL
ORDER BY a.pinned DESC, a.published_at DESC, a.id DESC LIMIT {most}"""


def _addressed(standing: Standing) -> str:
    """As `visible_to`: empty for who is told nothing there."""
    if standing.duties & set(WRITERS):
        return "TRUE"
    meant = [" AND ".join(f"a.{column}" for column in columns) for columns in meant_for(standing)]
    return f"({' OR '.join(meant)})" if meant else ""


def _instant(value: Any) -> datetime:
    """SQLite keeps instants as text, in UTC."""
    read = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def titles(ids: list[Any]) -> dict[Any, Named]:
    """How the journal names announcements, whatever year they are of."""
    return {
        announcement.pk: Named(
            announcement.title, reverse("news:announcement_detail", args=[announcement.uuid])
        )
        if not announcement.is_draft  # what is not said yet is nobody's to read
        else Named(_("un brouillon"))
        for announcement in Announcement.objects.filter(pk__in=ids)
    }


def drafts_of(actor: Actor) -> list[Announcement]:
    """Their own, the last touched first."""
    return list(Announcement.objects.visible_to(actor).drafts().order_by("-edited_at", "-pk")[:PAGE])


def _must_take_files(actor: Actor, announcement: Announcement) -> None:
    """Asked before a file arrives and again before it is kept."""
    if actor.standings[announcement.school_id].year.is_closed:
        raise RuleBroken(_("Cette année scolaire est close : ses annonces ne changent plus."))
    if Withdrawal.objects.filter(announcement=announcement).exists():
        raise RuleBroken(_("Cette annonce a été retirée : elle ne prend plus de fichier."))
    if Attachment.objects.standing().of(FILE.code, [announcement.pk]).count() >= MOST_FILES:
        raise RuleBroken(_("Cette annonce a déjà %(most)d fichiers.") % {"most": MOST_FILES})


def _tell_file(actor: Actor, announcement: Announcement) -> None:
    audit.record(actor, "news.file_attached", announcement)


FILE = AttachmentKind(
    code="news.file",
    owner="news.Announcement",
    label=gettext_lazy("Fichiers d’une annonce"),
    visible_to=lambda actor: Announcement.objects.visible_to(actor),
    may_attach=lambda actor, announcement: permissions.WRITE.allows(actor, announcement),
    check=_must_take_files,
    attached=_tell_file,
    accepts=IMAGES | OFFICE | {PDF, TEXT},
    largest=25 * MB,
    longest_side=2560,
    variants=(Variant("text", 1200, whole=True),),
    in_texts="text",
)


def files_below(announcement: Announcement) -> list[ShownFile]:
    """Those that do not stand in its text. One query. The caller has asked who may see it."""
    files = attachments_of(FILE, [announcement.pk]).get(announcement.pk, [])
    return [shown_file(file) for file in opened(files) if str(file.uuid) not in announcement.body]


class FileKept(NamedTuple):
    """As those who write the announcement see it."""

    uuid: UUID
    shown: ShownFile
    is_infected: bool
    in_text: bool
    is_removed: bool  # and can still be taken back


def files_kept(announcement: Announcement) -> list[FileKept]:
    """One query."""
    since = timezone.now() - undo_ends()
    rows = Attachment.objects.of(FILE.code, [announcement.pk]).filter(
        Q(removal=None) | Q(removal__removed_at__gt=since)
    )
    return [
        FileKept(
            uuid=file.uuid,
            shown=shown_file(file),
            is_infected=not opened([file]),
            in_text=str(file.uuid) in announcement.body,
            is_removed=hasattr(file, "removal"),
        )
        for file in rows.select_related("blob", "removal")
    ]


def file_with_announcement(actor: Actor, uuid: UUID) -> tuple[Attachment, Announcement] | None:
    """A file of an announcement they see, removed or not."""
    file = Attachment.objects.select_related("blob").filter(uuid=uuid, kind=FILE.code).first()
    found = Announcement.objects.visible_to(actor).filter(pk=file.owner_id).first() if file else None
    return (file, found) if file is not None and found is not None else None
