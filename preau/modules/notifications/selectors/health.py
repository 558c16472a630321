"""Whether messages get out, for `/health/parts` and the status page."""

from datetime import timedelta

from django.utils import timezone

from preau.kernel.tenancy.scope import in_every_school
from preau.kernel.web.health import State, register_check
from preau.modules.notifications.models import Delivery

LATE = timedelta(minutes=15)


def register() -> None:
    register_check("messages", messages)


def messages() -> State:
    """Not well when one was tried and still waits long after its hour: mail, push or SMS refuse us."""
    with in_every_school(reason="whether messages get out"):
        waits = Delivery.objects.filter(
            state=Delivery.State.WAITING, attempts__gt=0, due_at__lt=timezone.now() - LATE
        )
        return State(not waits.order_by().exists())
