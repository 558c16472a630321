"""Telling people: their notices, and the messages that will carry them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from preau.kernel.batches import in_batches
from preau.kernel.clock import today_in
from preau.kernel.live.changes import changed
from preau.kernel.models import School
from preau.kernel.modules import Channel, NoticeKind, Urgency
from preau.kernel.tenancy.scope import EVERY, current_scope
from preau.kernel.work.models import Task
from preau.kernel.work.outbox import put
from preau.modules.directory.api import people_here
from preau.modules.notifications.models import Delivery, Notice, Preference
from preau.modules.notifications.selectors.choices import Choices, choices_of, school_hours, settings_of
from preau.modules.notifications.selectors.hours import QuietHours, SchoolHours, deliver_at
from preau.modules.notifications.selectors.kinds import kind_named
from preau.modules.notifications.topics import NOTICES

DELIVER = "notifications.deliver"  # the job in jobs.py
LANES = {Urgency.URGENT: "urgent", Urgency.NORMAL: "default", Urgency.DIGEST: "slow"}
# Open pages that hear of it at once; in a whole school the others find it within the minute.
RUNG_AT_ONCE = 50
# While it lasts `deliver_at` answers the summary of today: one that has left is over after it.
_A_SUMMARYS_HOUR = timedelta(hours=1)


@transaction.atomic
def notify(
    *,
    kind: str,
    to: Iterable[Any],
    once: str,
    values: Mapping[str, Any] | None = None,
    about: UUID | None = None,
) -> int:
    """Tell people something, in the open school, in the caller's transaction.

    - to: persons or their ids. Who is nobody here today is left out.
    - once: told again under this key, nobody is told twice.
    - values: ids and small values from which `kind.words` makes the text later; JSON.
    - about: the uuid of what is told of, for `withdraw`.

    Returns how many were newly told. About twelve queries for up to a hundred people, then a few for
    each further hundred.
    """
    declared = kind_named(kind)
    school = School.objects.get(pk=current_scope().only_school)
    asked = {person if isinstance(person, int) else person.pk for person in to}
    people = sorted(people_here(asked, today_in(school)))
    told = _notices(declared, people, once, dict(values or {}), about)
    _deliveries(declared, school, told)
    for notice in told[:RUNG_AT_ONCE]:
        changed(NOTICES.of(notice.person_id))
    return len(told)


def _notices(
    kind: NoticeKind, people: Collection[int], once: str, values: dict[str, Any], about: UUID | None
) -> list[Notice]:
    """Insert those that are not there; return only them."""
    if not people:
        return []
    now, year_id = timezone.now(), _open_year()
    rows = [
        Notice(
            uuid=uuid4(),
            person_id=person,
            year_id=year_id,
            kind=kind.name,
            once=once,
            about=about,
            values=values,
            created_at=now,
        )
        for person in people
    ]
    Notice.objects.insert_many(rows, conflicts=True)
    ours = {row.uuid: row for row in rows}
    for pk, uuid in Notice.objects.filter(kind=kind.name, once=once).values_list("pk", "uuid"):
        if uuid in ours:  # else somebody told them before
            ours[uuid].pk = pk
    return [row for row in rows if row.pk is not None]


def _open_year() -> int | None:
    years = current_scope().years
    return next(iter(years)) if years is not None and years is not EVERY and len(years) == 1 else None


def _deliveries(kind: NoticeKind, school: School, notices: list[Notice]) -> None:
    if not notices:
        return
    choices = choices_of([notice.person_id for notice in notices], kind)
    hours = school_hours(school, settings_of(school))
    due = _due_moments(hours)
    at_once, summed_up = [], []
    for notice in notices:
        quiet = choices.hours_of(notice.person_id)
        for channel in _channels(kind, choices, notice.person_id):
            mode = choices.mode(notice.person_id, channel)
            if mode == Preference.Mode.DIGEST:
                summed_up.append((notice, quiet))
            elif mode == Preference.Mode.NOW:
                # What waits for the summary by nature, and was asked for at once, waits like anything else.
                urgency = Urgency.NORMAL if kind.urgency is Urgency.DIGEST else kind.urgency
                at_once.append(
                    Delivery(
                        uuid=uuid4(),
                        person_id=notice.person_id,
                        channel=channel,
                        notice=notice,
                        due_at=due(urgency, quiet),
                    )
                )
    Delivery.objects.insert_many(at_once)
    made = {row.uuid: row for row in at_once}
    for batch in in_batches(made):
        for pk, uuid in Delivery.objects.filter(uuid__in=batch).order_by().values_list("pk", "uuid"):
            made[uuid].pk = pk
    send_later(at_once, LANES[kind.urgency])
    _digests(hours, summed_up)


def _channels(kind: NoticeKind, choices: Choices, person_id: int) -> list[Channel]:
    return [
        channel
        for channel in kind.channels
        if channel is not Channel.PUSH or person_id in choices.with_browser
    ]


def _due_moments(hours: SchoolHours) -> Callable[[Urgency, QuietHours], datetime]:
    """Most people have the same hours: each is reckoned once."""
    now = timezone.now()

    @cache
    def due(urgency: Urgency, quiet: QuietHours) -> datetime:
        return deliver_at(urgency, hours, quiet, now)

    return due


def _digests(hours: SchoolHours, summed_up: list[tuple[Notice, QuietHours]]) -> None:
    """Put notices into the next summary of their person; make the summaries that are not there."""
    if not summed_up:
        return
    now = timezone.now()
    summaries = Delivery.objects.filter(
        channel=Channel.EMAIL,
        person__in={notice.person_id for notice, _ in summed_up},
        digest_on__gte=now.astimezone(hours.zone).date(),
    )
    # Held: a summary about to leave takes what is added here first, or is seen to have left.
    standing = _by_day(summaries.select_for_update(of=("self",)))
    made: dict[tuple[int, date], Delivery] = {}
    summary_of: dict[int, tuple[int, date]] = {}
    for notice, quiet in summed_up:
        moment = now
        while True:
            moment = deliver_at(Urgency.DIGEST, hours, quiet, moment)
            key = notice.person_id, moment.astimezone(hours.zone).date()
            if key not in standing or standing[key].state == Delivery.State.WAITING:
                break
            moment += _A_SUMMARYS_HOUR
        summary_of[notice.pk] = key
        if key not in standing:
            made[key] = Delivery(
                uuid=uuid4(),
                person_id=key[0],
                channel=Channel.EMAIL,
                digest_on=key[1],
                due_at=moment,
            )
    Delivery.objects.bulk_create(made.values(), ignore_conflicts=True)
    standing = _by_day(summaries)
    for notice, _ in summed_up:
        notice.digest = standing[summary_of[notice.pk]]
    Notice.objects.bulk_update([notice for notice, _ in summed_up], ["digest"], batch_size=200)
    send_later([standing[key] for key in made], LANES[Urgency.DIGEST])


def _by_day(summaries: Iterable[Delivery]) -> dict[tuple[int, date], Delivery]:
    return {(row.person_id, row.digest_on): row for row in summaries if row.digest_on is not None}


def send_later(deliveries: Iterable[Delivery], lane: str) -> None:
    put(
        [
            Task(
                name=DELIVER,
                payload={"delivery": delivery.pk},
                school_id=delivery.school_id,
                lane=lane,
                once=str(delivery.pk),
                run_at=delivery.due_at,
            )
            for delivery in deliveries
        ]
    )


@transaction.atomic
def withdraw(*, about: UUID) -> None:
    """What it was about is gone: the notices go with it, and what has not been sent is not sent."""
    notices = Notice.objects.filter(about=about)
    Delivery.objects.filter(notice__in=notices.values("pk")).delete()
    Notice.objects.filter(pk__in=list(notices.values_list("pk", flat=True))).delete()
