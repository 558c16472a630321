from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from preau.kernel.modules import Channel, NoticeKind, Urgency
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.models import Task
from preau.kernel.work.testing import run_all
from preau.modules.directory.testing import Cast
from preau.modules.notifications.models import Delivery
from preau.modules.notifications.testing import declared, said
from preau.modules.notifications.tests import servers

PARIS = ZoneInfo("Europe/Paris")
IN_SCHOOL_HOURS = datetime(2026, 11, 20, 10, 0, tzinfo=PARIS)  # a Friday

EVERY = (Channel.EMAIL, Channel.PUSH, Channel.SMS)
URGENT = NoticeKind("tests.urgent", "Urgent", said, Urgency.URGENT, EVERY, EVERY)
LETTER = NoticeKind("tests.letter", "Lettre", said, Urgency.NORMAL, (Channel.EMAIL,), (Channel.EMAIL,))
TEXT = NoticeKind("tests.text", "Texto", said, Urgency.URGENT, (Channel.SMS,), (Channel.SMS,))
RING = NoticeKind("tests.ring", "Sonnerie", said, Urgency.URGENT, (Channel.PUSH,), (Channel.PUSH,))
SUMMED_UP = NoticeKind(
    "tests.digest", "Au fil de l’eau", said, Urgency.DIGEST, (Channel.EMAIL,), (Channel.EMAIL,)
)


@pytest.fixture
def kinds() -> Iterator[None]:
    with declared(URGENT, LETTER, TEXT, RING, SUMMED_UP):
        yield


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(IN_SCHOOL_HOURS, tick=True) as traveller:
        yield traveller


@pytest.fixture
def school(cast: Cast, kinds: None, clock: Any) -> Iterator[Cast]:
    """The cast's school open, at ten on a Friday."""
    with in_school(cast.own.school, cast.own.year):
        yield cast


@pytest.fixture
def mail(settings: Any) -> Iterator[servers.MailServer]:
    with servers.mail_server() as server:
        settings.EMAIL_BACKEND = "preau.modules.notifications.channels.smtp.Smtp"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        yield server


@pytest.fixture
def operator(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[servers.Operator]:
    monkeypatch.setattr("preau.modules.notifications.channels.sms.ANSWER", 0.5)
    with servers.operator() as found:
        settings.SMS_URL, settings.SMS_TOKEN = found.url, "jeton"
        yield found


@pytest.fixture
def push(settings: Any) -> Iterator[servers.PushService]:
    with servers.push_service() as service:
        settings.PUSH_SERVICES = [service.url]
        yield service


@pytest.fixture
def wait(clock: Any) -> Callable[..., list[Task]]:
    """Let time pass, then let the workers work."""

    def pass_by(**span: float) -> list[Task]:
        clock.shift(timedelta(**span))
        return run_all(may_fail=True)

    return pass_by


@contextmanager
def killed_after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> Iterator[None]:
    """The process dies when this function has returned."""
    before = getattr(owner, name)

    def dies(*args: Any, **kwargs: Any) -> Any:
        before(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, dies)
        with pytest.raises(Killed):
            yield


class Killed(BaseException):
    """Nothing catches it: as SIGKILL, it leaves what was committed and no more."""


def deliveries(**which: Any) -> list[Delivery]:
    return list(Delivery.objects.filter(**which).order_by("pk"))
