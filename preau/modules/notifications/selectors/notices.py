"""Notices with their words, as one person reads them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Max, Q

from preau.kernel.access.actor import Actor, Standing
from preau.kernel.modules import Told, Words
from preau.modules.notifications.models import Notice
from preau.modules.notifications.selectors.kinds import kinds

PAGE = 30
MANY = 99  # beyond, the bell says « plus de 99 »


@dataclass(frozen=True)
class Read:
    """A notice as its person may read it. No words: what it was about is not open to them any more."""

    notice: Notice
    label: str
    words: Words | None
    at: datetime  # by the school's clock
    place: str  # the school, where the reader has several

    @property
    def day(self) -> date:
        return self.at.date()


@dataclass(frozen=True)
class Page:
    notices: list[Read]
    after: str  # opens the next page; empty on the last


def worded(actor: Actor, notices: Iterable[Notice]) -> dict[int, Words]:
    """Notice id -> words, asked of each kind once."""
    by_kind: dict[str, list[Told]] = defaultdict(list)
    for notice in notices:
        by_kind[notice.kind].append(notice.told)
    words: dict[int, Words] = {}
    for name, told in by_kind.items():
        kind = kinds().get(name)
        if kind is not None:  # else a release that knew it was taken back
            words |= kind.words(actor, told)
    return words


def page_of(actor: Actor, after: str) -> Page:
    """The latest first. `after` is the cursor of the page before: `instant_uuid`. Forged, it finds
    nothing."""
    found = Notice.objects.visible_to(actor).order_by("-created_at", "-uuid")
    if after:
        instant, _, key = after.partition("_")
        try:
            moment, uuid = datetime.fromisoformat(instant), UUID(key)
            if moment.tzinfo is None:
                return Page([], "")
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):  # at the ends of the calendar there is no other time zone
            return Page([], "")
        found = found.filter(Q(created_at__lt=moment) | Q(created_at=moment, uuid__lt=uuid))
    notices = list(found[: PAGE + 1])
    more = len(notices) > PAGE
    notices = notices[:PAGE]
    words = worded(actor, notices)
    last = notices[-1] if more else None
    return Page(
        [_read(actor, notice, words.get(notice.pk)) for notice in notices],
        f"{last.created_at.isoformat()}_{last.uuid}" if last else "",
    )


def _read(actor: Actor, notice: Notice, words: Words | None) -> Read:
    kind = kinds().get(notice.kind)
    label = str(kind.label) if kind else ""
    school = actor.standings[notice.school_id].school
    at = notice.created_at.astimezone(ZoneInfo(school.timezone))
    return Read(notice, label, words, at, school.name if actor.only is None else "")


def unread_count(actor: Actor) -> int:
    """At most one more than `MANY`: nobody counts further, and the database need not.

    What `visible_to` and `unread` say, by hand: every page asks it.
    """
    if not actor.standings:
        return 0
    marks = ", ".join(["%s"] * len(actor.standings))
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD.format(schools=marks, most=MANY + 1), [*actor.standings, actor.person_id])
        (unread,) = cursor.fetchone()
    return int(unread)


_UNREAD = """
SELECT COUNT(*) FROM (
    SELECT 1 FROM notifications_notice n
     WHERE n.school_id IN ({schools}) AND n.person_id = %s AND n.read_at IS NULL LIMIT {most}) unread"""


def unread_by_school(actor: Actor) -> list[tuple[Standing, datetime]]:
    """Where something is unread, and the instant of the latest: each school has its own button, since a
    write is in one."""
    unread = Notice.objects.visible_to(actor).unread().order_by()
    latest = dict(unread.values("school").annotate(at=Max("created_at")).values_list("school", "at"))
    return [(standing, latest[pk]) for pk, standing in actor.standings.items() if pk in latest]
