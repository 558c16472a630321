"""What people choose. It is theirs in all their schools, so no school is written."""

from collections.abc import Mapping
from datetime import time

from django.db import transaction
from django.utils.translation import gettext as _

from preau.kernel.access.actor import Actor
from preau.kernel.audit import recording as audit
from preau.kernel.modules import Channel
from preau.kernel.rules import RuleBroken, Superseded
from preau.modules.notifications.channels.endpoints import BadEndpoint, check_endpoint, check_keys
from preau.modules.notifications.models import (
    AddressDoubt,
    NoticeSettings,
    PersonHours,
    Preference,
    PushSubscription,
)
from preau.modules.notifications.selectors.choices import settings_of

BROWSERS = 10  # of one person; the oldest gives way


@transaction.atomic
def choose_hours(
    *,
    actor: Actor,
    quiet_from: time | None,
    quiet_until: time | None,
    quiet_days: list[int],
    wants_digest: bool,
    digest_at: time,
) -> None:
    PersonHours.objects.update_or_create(
        person_id=actor.person_id,
        defaults={
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "quiet_days": quiet_days,
            "wants_digest": wants_digest,
            "digest_at": digest_at,
        },
    )


@transaction.atomic
def choose_channels(*, actor: Actor, modes: Mapping[tuple[str, Channel], str]) -> None:
    _choose(actor.person_id, modes)


@transaction.atomic
def silence(*, person_id: int, kind: str) -> None:
    """No more letters of this kind. Whoever asks came by a signed link of a letter; again, it changes
    nothing."""
    _choose(person_id, {(kind, Channel.EMAIL): Preference.Mode.OFF})


@transaction.atomic
def silence_digest(*, person_id: int) -> None:
    PersonHours.objects.update_or_create(person_id=person_id, defaults={"wants_digest": False})


def _choose(person_id: int, modes: Mapping[tuple[str, Channel], str]) -> None:
    Preference.objects.bulk_create(
        [
            Preference(person_id=person_id, kind=kind, channel=channel, mode=mode)
            for (kind, channel), mode in modes.items()
        ],
        update_conflicts=True,
        unique_fields=["person", "kind", "channel"],
        update_fields=["mode"],
    )


@transaction.atomic
def subscribe_browser(*, actor: Actor, endpoint: str, p256dh: str, auth: str, label: str) -> PushSubscription:
    """Show this person's notices on the browser that sent this. A browser that showed somebody else's
    shows theirs no more: it has one person at a time.

    Raises `RuleBroken` for an address that is no push service's.
    """
    try:
        check_endpoint(endpoint)
        check_keys(p256dh, auth)
    except BadEndpoint:
        raise RuleBroken(
            _("Ce navigateur n’a pas donné d’adresse utilisable. Essayez avec un autre navigateur.")
        ) from None
    made, _new = PushSubscription.objects.update_or_create(
        endpoint_hash=PushSubscription.hash_of(endpoint),
        defaults={
            "person_id": actor.person_id,
            "endpoint": endpoint,
            "p256dh": p256dh,
            "auth": auth,
            "label": label[:80],
        },
    )
    kept = PushSubscription.objects.filter(person=actor.person_id).order_by("-created_at", "-pk")
    oldest = list(kept.values_list("pk", flat=True)[BROWSERS:])
    PushSubscription.objects.filter(pk__in=oldest).delete()
    return made


@transaction.atomic
def forget_browser(*, actor: Actor, subscription: PushSubscription) -> None:
    PushSubscription.objects.filter(pk=subscription.pk, person=actor.person_id).delete()


@transaction.atomic
def trust_address(*, actor: Actor) -> None:
    """The person says their addresses in the open school work again."""
    AddressDoubt.objects.filter(person=actor.person_id).delete()


@transaction.atomic
def set_school_hours(
    *, actor: Actor, opens: time, closes: time, days: list[int], sms_monthly: int, version: int
) -> NoticeSettings:
    """`version` 0: the page showed the defaults. Raises `Superseded` (409) when a colleague was faster."""
    assert actor.only is not None
    school = actor.only.school
    type(school).objects.select_for_update().get(pk=school.pk)  # two first ones at once
    settings = settings_of(school)
    wanted = {"opens": opens, "closes": closes, "days": days, "sms_monthly": sms_monthly}
    if all(getattr(settings, name) == value for name, value in wanted.items()) and settings.pk:
        return settings
    if (settings.version if settings.pk else 0) != version:
        raise Superseded(
            _("Quelqu’un a modifié ces horaires depuis l’ouverture de la page."),
            theirs=str(settings),
            wanted=f"{opens:%H:%M}–{closes:%H:%M}",
        )
    for name, value in wanted.items():
        setattr(settings, name, value)
    settings.version = version + 1
    settings.save()
    audit.record(actor, "notifications.hours_set", values={"sms": sms_monthly})
    return settings
