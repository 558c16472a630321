from django.db import transaction
from django.utils import timezone

from preau.kernel.access.actor import Actor
from preau.modules.notifications.services.telling import notify

TRIAL = "notifications.trial"


@transaction.atomic
def send_trial(*, actor: Actor) -> bool:
    """A notice to oneself, on every channel. Once a minute; sent again within it, it changes nothing."""
    return bool(notify(kind=TRIAL, to=[actor.person_id], once=f"{timezone.now():%Y-%m-%dT%H:%M}"))
