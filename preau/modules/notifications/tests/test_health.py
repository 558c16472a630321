from datetime import timedelta

from django.utils import timezone

from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import Cast, Who
from preau.modules.notifications.models import Delivery
from preau.modules.notifications.selectors.health import messages
from preau.modules.notifications.testing import make_notice


def test_messages_that_nobody_takes_are_told(cast: Cast) -> None:
    late = timezone.now() - timedelta(hours=1)
    with in_school(cast.own.school, cast.own.year):
        notice = make_notice(cast.people[Who.TEACHER])
        waiting = Delivery.objects.create(
            person=cast.people[Who.TEACHER], channel="email", notice=notice, due_at=late
        )
        assert messages().well, "it waits for the school's hours"
        Delivery.objects.filter(pk=waiting.pk).update(attempts=3)
    assert not messages().well
