"""Sending one delivery: waiting → sending → sent, failed or unknown. `sending` is committed before the
outside is asked; what a crash leaves there is settled by what its channel can know."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from preau.kernel.access.acting import NoStanding
from preau.kernel.models import School
from preau.kernel.modules import Channel, Urgency
from preau.modules.notifications.channels import Answer, Outcome
from preau.modules.notifications.channels.sms import gateway
from preau.modules.notifications.models import AddressDoubt, Delivery
from preau.modules.notifications.selectors.choices import (
    quiet_hours_of,
    school_hours,
    settings_of,
    sms_spent,
)
from preau.modules.notifications.selectors.hours import deliver_at
from preau.modules.notifications.selectors.kinds import kinds
from preau.modules.notifications.services.sending import Nothing, Parcel, parcel_for
from preau.modules.notifications.services.telling import LANES, send_later

State, Why = Delivery.State, Delivery.Why

LEASE = timedelta(minutes=10)  # longer than any channel waits: who is silent for so long has died
MOST = 10  # tries, over about nine hours
FIRST_WAIT, LONGEST_WAIT = 60.0, 4 * 3600.0  # seconds


def deliver(*, delivery_id: int) -> float | None:
    """Send a delivery of the open school if it is to be sent, now. Safe to call again, at any time.

    Returns after how many seconds to call again; None when that is not needed.
    """
    delivery = Delivery.objects.select_related("notice").filter(pk=delivery_id).first()
    if delivery is None:  # withdrawn
        return None
    if delivery.state in (State.SENDING, State.UNKNOWN):
        wait = _find_out(delivery)
        if delivery.state != State.WAITING:
            return wait
    if delivery.state != State.WAITING or _put_off(delivery):
        return None
    try:
        parcel = parcel_for(delivery)
    except NoStanding:
        parcel = Nothing(Why.LEFT)
    if isinstance(parcel, Nothing):
        delivery.settle(State.SUPPRESSED, parcel.why)
        return None
    if not _claim(delivery, parcel):
        return None
    return _record(delivery, parcel.send(), parcel.address)


def _put_off(delivery: Delivery) -> bool:
    """The moment is judged again: a worker may come late, and people change their hours."""
    school = School.objects.get(pk=delivery.school_id)
    hours, now = school_hours(school, settings_of(school)), timezone.now()
    quiet = quiet_hours_of(delivery.person_id)
    if delivery.notice is None:
        # Late, it may come in the hours of any message; that of its own hour may lie outside them.
        due = min(deliver_at(urgency, hours, quiet, now) for urgency in (Urgency.DIGEST, Urgency.NORMAL))
        urgency = Urgency.DIGEST
    else:
        kind = kinds().get(delivery.notice.kind)
        urgency = Urgency.URGENT if kind and kind.urgency is Urgency.URGENT else Urgency.NORMAL
        due = deliver_at(urgency, hours, quiet, now)
    if due <= now:
        return False
    with transaction.atomic():
        delivery.due_at = due
        delivery.save(update_fields=["due_at"])
        send_later([delivery], LANES[urgency])
    return True


@transaction.atomic
def _claim(delivery: Delivery, parcel: Parcel) -> bool:
    """Whether it is ours to send. The school's month of SMS is counted under a lock: two at once do not
    both take the last one."""
    if delivery.channel == Channel.SMS:
        school = School.objects.select_for_update().get(pk=delivery.school_id)
        if sms_spent(school) + parcel.segments > settings_of(school).sms_monthly:
            delivery.settle(State.SUPPRESSED, Why.CAP)
            return False
    changed = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(
        state=State.SENDING,
        attempts=F("attempts") + 1,
        claimed_at=timezone.now(),
        segments=parcel.segments,
    )
    delivery.attempts += changed
    return bool(changed)


@transaction.atomic
def _record(delivery: Delivery, answer: Answer, address: str) -> float | None:
    match answer.outcome:
        case Outcome.TAKEN:
            delivery.settle(State.SENT, provider_id=answer.provider_id)
        case Outcome.REFUSED:
            delivery.settle(State.FAILED, Why.REFUSED)
            if answer.address_is_dead and address:
                AddressDoubt.objects.bulk_create(
                    [AddressDoubt(person_id=delivery.person_id, channel=delivery.channel, address=address)],
                    ignore_conflicts=True,
                )
        case Outcome.LATER if delivery.attempts >= MOST:
            delivery.settle(State.FAILED, Why.EXHAUSTED)
        case Outcome.LATER:
            delivery.settle(State.WAITING)
            return answer.retry_after or _wait(delivery.attempts)
        case Outcome.UNKNOWN:
            delivery.settle(State.UNKNOWN, Why.NO_ANSWER)
            # Only an operator can be asked what it did; a letter is not sent again.
            return _wait(delivery.attempts) if delivery.channel == Channel.SMS else None
    return None


def _find_out(delivery: Delivery) -> float | None:
    """What became of a message of which nobody knows. Leaves it waiting only where a second one cannot
    be a second one for the person."""
    if delivery.state == State.SENDING:
        assert delivery.claimed_at is not None
        left = delivery.claimed_at + LEASE - timezone.now()
        if left > timedelta():
            return left.total_seconds()
    if delivery.channel == Channel.PUSH:
        delivery.settle(State.WAITING)  # of one tag, the browser shows one
        return None
    operator = gateway() if delivery.channel == Channel.SMS else None
    if operator is None or delivery.attempts >= MOST:
        if delivery.state == State.SENDING:
            delivery.settle(State.UNKNOWN, Why.CRASHED)
        return None
    answer = operator.ask(delivery.uuid)
    delivery.attempts += 1
    if answer.outcome is Outcome.TAKEN:
        delivery.settle(State.SENT, provider_id=answer.provider_id, attempts=delivery.attempts)
    elif answer.outcome is Outcome.LATER:
        delivery.settle(State.WAITING, attempts=delivery.attempts)
    else:
        delivery.settle(State.UNKNOWN, Why.NO_ANSWER, attempts=delivery.attempts)
        return _wait(delivery.attempts)
    return None


def _wait(attempts: int) -> float:
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** max(0, attempts - 1))
