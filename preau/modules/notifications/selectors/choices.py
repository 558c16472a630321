"""What people and schools chose about being told."""

from collections.abc import Collection
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Sum

from preau.kernel.clock import now_in
from preau.kernel.models import School
from preau.kernel.modules import Channel, NoticeKind, Urgency
from preau.modules.notifications.models import (
    Delivery,
    NoticeSettings,
    PersonHours,
    Preference,
    PushSubscription,
)
from preau.modules.notifications.selectors.hours import QuietHours, SchoolHours

Mode = Preference.Mode
DEFAULT_HOURS = QuietHours()


@dataclass(frozen=True)
class Choices:
    """What each of some people chose, about one kind. Three queries, whatever their number."""

    kind: NoticeKind
    modes: dict[tuple[int, str], str] = field(default_factory=dict)
    hours: dict[int, QuietHours] = field(default_factory=dict)
    without_digest: frozenset[int] = frozenset()
    with_browser: frozenset[int] = frozenset()

    def mode(self, person_id: int, channel: Channel) -> str:
        chosen = self.modes.get((person_id, channel)) if self.kind.may_be_silenced else None
        mode = chosen or _usual(self.kind, channel)
        if mode == Mode.DIGEST and person_id in self.without_digest:
            return Mode.OFF
        return mode

    def hours_of(self, person_id: int) -> QuietHours:
        return self.hours.get(person_id, DEFAULT_HOURS)


def _usual(kind: NoticeKind, channel: Channel) -> str:
    if channel not in kind.default:
        return Mode.OFF
    if kind.urgency is Urgency.DIGEST:
        # Whoever waits for the evening does not want a telephone to ring for it.
        return Mode.DIGEST if channel is Channel.EMAIL else Mode.OFF
    return Mode.NOW


def modes_offered(kind: NoticeKind, channel: Channel) -> list[Mode]:
    """What a person may choose. The summary is a letter: a telephone has none."""
    if channel is not Channel.EMAIL:
        return [Mode.NOW, Mode.OFF]
    if kind.urgency is Urgency.URGENT:
        return [Mode.NOW, Mode.OFF]
    return [Mode.NOW, Mode.DIGEST, Mode.OFF]


def choices_of(people: Collection[int], kind: NoticeKind) -> Choices:
    chosen = Preference.objects.filter(kind=kind.name, person__in=people)
    hours = list(PersonHours.objects.filter(person__in=people))
    browsers = (
        PushSubscription.objects.order_by().filter(person__in=people).values_list("person_id", flat=True)
        if Channel.PUSH in kind.channels
        else ()
    )
    return Choices(
        kind=kind,
        modes={(row.person_id, row.channel): row.mode for row in chosen},
        hours={row.person_id: quiet_hours(row) for row in hours},
        without_digest=frozenset(row.person_id for row in hours if not row.wants_digest),
        with_browser=frozenset(browsers),
    )


def quiet_hours(row: PersonHours | None) -> QuietHours:
    if row is None:
        return DEFAULT_HOURS
    return QuietHours(row.quiet_from, row.quiet_until, frozenset(row.quiet_days), row.digest_at)


def quiet_hours_of(person_id: int) -> QuietHours:
    return quiet_hours(PersonHours.objects.filter(person=person_id).first())


def wants_digest(person_id: int) -> bool:
    return not PersonHours.objects.filter(person=person_id, wants_digest=False).exists()


def settings_of(school: School) -> NoticeSettings:
    """Of the open school; the defaults, not saved, where it chose nothing."""
    found: NoticeSettings | None = NoticeSettings.objects.filter(school=school.pk).first()
    return found or NoticeSettings(school=school)


def school_hours(school: School, settings: NoticeSettings) -> SchoolHours:
    return SchoolHours(ZoneInfo(school.timezone), settings.opens, settings.closes, frozenset(settings.days))


def sms_spent(school: School) -> int:
    """SMS counted this month, by the school's calendar: what may have been taken counts as taken."""
    begins = now_in(school).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    counted = Delivery.objects.filter(
        school=school.pk,
        channel=Channel.SMS,
        claimed_at__gte=begins,
        state__in=(Delivery.State.SENDING, Delivery.State.SENT, Delivery.State.UNKNOWN),
    )
    return counted.aggregate(total=Sum("segments"))["total"] or 0
