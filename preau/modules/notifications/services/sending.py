"""What is put into a message, for whom, and through which wire: decided at the moment it leaves."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from preau.kernel.access.acting import NoStanding, acting
from preau.kernel.access.actor import Identity
from preau.kernel.clock import today_in
from preau.kernel.dates import written
from preau.kernel.models import School, SchoolYear
from preau.kernel.modules import Channel, NoticeKind, Urgency, Words
from preau.kernel.years import current_year
from preau.modules.directory.api import contacts_of
from preau.modules.notifications.channels import Answer, Message, Outcome, mail
from preau.modules.notifications.channels.sms import gateway, mobile_number, segments, sms_text
from preau.modules.notifications.channels.webpush import push
from preau.modules.notifications.models import AddressDoubt, Delivery, Notice, PushSubscription
from preau.modules.notifications.selectors.choices import Mode, choices_of, wants_digest
from preau.modules.notifications.selectors.kinds import kinds
from preau.modules.notifications.selectors.notices import worded
from preau.modules.notifications.selectors.preferences import DIGEST, silence_token

Why = Delivery.Why
_LISTED = 40  # notices named in a summary; the page has them all


@dataclass(frozen=True)
class Nothing:
    """Nothing is to be sent, and why."""

    why: str


@dataclass(frozen=True)
class Parcel:
    send: Callable[[], Answer]
    address: str = ""
    segments: int = 0


def parcel_for(delivery: Delivery) -> Parcel | Nothing:
    """What would leave now. Its words are those of its person, at this moment. Raises `NoStanding` for who
    has left."""
    if delivery.notice is None:
        return _summary(delivery)
    kind = kinds().get(delivery.notice.kind)
    if kind is None:
        return Nothing(Why.WITHDRAWN)
    if delivery.notice.read_at is not None:
        return Nothing(Why.READ)
    channel = Channel(delivery.channel)
    if choices_of([delivery.person_id], kind).mode(delivery.person_id, channel) == Mode.OFF:
        return Nothing(Why.OFF)
    words = _words(delivery, [delivery.notice]).get(delivery.notice.pk)
    if words is None:
        return Nothing(Why.HIDDEN)
    if channel is Channel.PUSH:
        return _to_browsers(delivery, kind, delivery.notice)
    message = _message(
        delivery, words, kind, reverse("notifications:notice_open", args=[delivery.notice.uuid])
    )
    return _letter(delivery, message) if channel is Channel.EMAIL else _sms(delivery, message)


def _words(delivery: Delivery, notices: list[Notice]) -> dict[int, Words]:
    """As the person would read them on the page."""
    school = School.objects.get(pk=delivery.school_id)
    years = list(SchoolYear.objects.all())
    year = next((y for y in years if y.pk == notices[0].year_id), None) or current_year(
        years, today_in(school)
    )
    if year is None:
        raise NoStanding()
    with acting(Identity(delivery.person_id, entrance="notice"), school, year) as actor:
        return worded(actor, notices)


def _message(delivery: Delivery, words: Words, kind: NoticeKind | None, path: str) -> Message:
    school = School.objects.get(pk=delivery.school_id)
    silenced = DIGEST if kind is None else kind.name if kind.may_be_silenced else ""
    token = silence_token(delivery.person_id, silenced) if silenced else ""
    leave = f"{reverse('notifications:unsubscribe')}?{urlencode({'t': token})}"
    return Message(
        reference=delivery.uuid,
        address="",
        sender=school.name,
        title=words.title,
        body=words.body,
        url=settings.SITE_URL + path,
        unsubscribe_url=settings.SITE_URL + leave if token else "",
        preferences_url=settings.SITE_URL + reverse("notifications:preferences"),
    )


def _letter(delivery: Delivery, message: Message) -> Parcel | Nothing:
    contact = contacts_of([delivery.person_id]).get(delivery.person_id)
    address = contact.email if contact else ""
    if found := _unusable(delivery, address):
        return found
    letter = replace(message, address=address)
    return Parcel(lambda: mail.send(letter), address)


def _sms(delivery: Delivery, message: Message) -> Parcel | Nothing:
    contact = contacts_of([delivery.person_id]).get(delivery.person_id)
    number = mobile_number(contact.mobile_phone) if contact else ""
    operator = gateway()
    if operator is None:
        return Nothing(Why.NO_ADDRESS)
    if found := _unusable(delivery, number):
        return found
    text = sms_text(message)
    return Parcel(
        lambda: operator.send(to=number, text=text, reference=delivery.uuid), number, segments(text)
    )


def _unusable(delivery: Delivery, address: str) -> Nothing | None:
    if not address:
        return Nothing(Why.NO_ADDRESS)
    doubts = AddressDoubt.objects.filter(person=delivery.person_id, channel=delivery.channel, address=address)
    return Nothing(Why.DOUBTFUL) if doubts.exists() else None


def _to_browsers(delivery: Delivery, kind: NoticeKind, notice: Notice) -> Parcel | Nothing:
    browsers = list(PushSubscription.objects.filter(person=delivery.person_id))
    if not browsers:
        return Nothing(Why.NO_ADDRESS)
    # A locked telephone shows it to whoever sees it: the school and the kind, no more.
    school = School.objects.get(pk=delivery.school_id)
    path = reverse("notifications:notice_open", args=[notice.uuid])

    def send() -> Answer:
        answers = []
        for browser in browsers:
            answer = push(
                endpoint=browser.endpoint,
                p256dh=browser.p256dh,
                auth=browser.auth,
                tag=notice.uuid,
                title=school.name,
                body=str(kind.label),
                path=path,
                urgent=kind.urgency is Urgency.URGENT,
            )
            if answer.address_is_dead:
                PushSubscription.objects.filter(pk=browser.pk).delete()
            answers.append(answer)
        return _of_all(answers)

    return Parcel(send)


def _of_all(answers: list[Answer]) -> Answer:
    """One browser that has it is enough; else those that may have it later are asked again."""
    taken = next((answer for answer in answers if answer.outcome is Outcome.TAKEN), None)
    if taken is not None:
        return taken
    later = [answer for answer in answers if answer.outcome is Outcome.LATER]
    if later:
        return max(later, key=lambda answer: answer.retry_after)
    return Answer(Outcome.REFUSED)


def _summary(delivery: Delivery) -> Parcel | Nothing:
    """One letter for everything of the day that has not been seen. Nothing left: no letter."""
    if not wants_digest(delivery.person_id):
        return Nothing(Why.OFF)
    unread = list(delivery.collected.unread().order_by("created_at", "pk"))
    if not unread:
        return Nothing(Why.EMPTY)
    words = _words(delivery, unread)
    told = [words[notice.pk] for notice in unread if notice.pk in words]
    if not told:
        return Nothing(Why.EMPTY)
    school = School.objects.get(pk=delivery.school_id)
    # « Avis » is the same for one and for many.
    title = _("Résumé du %(day)s : %(count)s avis")
    summary = Words(
        title % {"day": written(today_in(school), "j F"), "count": len(told)},
        "\n".join(f"– {each.title}" for each in told[:_LISTED]),
    )
    return _letter(delivery, _message(delivery, summary, None, reverse("notifications:notice_list")))
