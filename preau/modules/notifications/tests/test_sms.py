"""An SMS rings in somebody's pocket: no parent gets two."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.testing import run_all
from preau.modules.directory.testing import Cast, PersonRecord, Who
from preau.modules.notifications.channels import Message
from preau.modules.notifications.channels.sms import HttpGateway, mobile_number, segments, sms_text
from preau.modules.notifications.models import AddressDoubt, Delivery, NoticeSettings
from preau.modules.notifications.services import deliver, delivering, notify
from preau.modules.notifications.tests.conftest import deliveries, killed_after
from preau.modules.notifications.tests.servers import Operator

pytestmark = pytest.mark.django_db
State, Why = Delivery.State, Delivery.Why


@pytest.fixture
def parent(school: Cast) -> Any:
    person = school.people[Who.GUARDIAN]
    PersonRecord.objects.filter(person=person).update(mobile_phone="06 39 98 12 34")
    return person


def tell(parent: Any, **given: Any) -> Delivery:
    given.setdefault("once", "une fois")
    notify(kind="tests.text", to=[parent], values={"title": "M. Durand est absent demain"}, **given)
    return deliveries(channel="sms")[-1]


def test_it_goes_to_the_person_under_our_reference(parent: Any, operator: Operator) -> None:
    delivery = tell(parent)
    run_all()

    assert operator.sent == {
        str(delivery.uuid): {
            "reference": str(delivery.uuid),
            "to": "+262639981234",
            "from": "PREAU",
            "text": "Collège du Parc : M. Durand est absent demain.",
        }
    }
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider_id, delivery.segments) == (State.SENT, "op-1", 1)


@pytest.mark.parametrize("mood", ["hang", "broken"])
def test_an_operator_that_takes_it_and_does_not_say_so_is_asked_not_sent_again(
    parent: Any, operator: Operator, wait: Callable, mood: str
) -> None:
    operator.moods = [mood]
    delivery = tell(parent)
    run_all(may_fail=True)
    delivery.refresh_from_db()
    assert delivery.state == State.UNKNOWN
    wait(minutes=2)

    assert (len(operator.sent), operator.posts, operator.asked) == (1, 1, 1)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.provider_id) == (State.SENT, "op-asked")


def test_an_operator_that_never_had_it_is_sent_it_again(
    parent: Any, operator: Operator, wait: Callable
) -> None:
    operator.moods = ["lost"]
    tell(parent)
    run_all(may_fail=True)
    wait(minutes=2)

    assert (len(operator.sent), operator.posts, operator.asked) == (1, 2, 1)
    assert deliveries()[0].state == State.SENT


def test_as_long_as_it_does_not_say_nothing_is_sent(parent: Any, operator: Operator, wait: Callable) -> None:
    operator.moods, operator.silent = ["hang"], True
    tell(parent)
    run_all(may_fail=True)
    for _ in range(15):
        wait(hours=3)

    assert operator.posts == 1
    assert operator.asked > 5
    assert deliveries()[0].state == State.UNKNOWN


def test_a_worker_killed_after_the_operator_took_it_sends_no_second_one(
    parent: Any, operator: Operator, wait: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = tell(parent)
    with killed_after(monkeypatch, HttpGateway, "send"):
        deliver(delivery_id=delivery.pk)
    wait(minutes=30)

    assert (len(operator.sent), operator.posts) == (1, 1)
    assert deliveries()[0].state == State.SENT


def test_a_worker_killed_before_it_asked_sends_it_later(
    parent: Any, operator: Operator, wait: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = tell(parent)
    with killed_after(monkeypatch, delivering, "_claim"):
        deliver(delivery_id=delivery.pk)
    wait(minutes=30)

    assert (len(operator.sent), operator.posts) == (1, 1)
    assert deliveries()[0].state == State.SENT


def test_run_twice_at_once_only_one_sends(parent: Any, operator: Operator) -> None:
    delivery = tell(parent)
    Delivery.objects.filter(pk=delivery.pk).update(state=State.SENDING, claimed_at=delivery.due_at)

    assert deliver(delivery_id=delivery.pk) is not None, "somebody else is at it"
    assert operator.posts == 0


def test_a_number_the_operator_refuses_is_not_tried_again(parent: Any, operator: Operator) -> None:
    operator.moods = ["bad"]
    tell(parent)
    run_all()
    tell(parent, once="autre")
    run_all()

    assert [row.why for row in deliveries()] == [Why.REFUSED, Why.DOUBTFUL]
    assert AddressDoubt.objects.get().address == "+262639981234"


def test_the_month_of_a_school_is_not_overspent(parent: Any, school: Cast, operator: Operator) -> None:
    NoticeSettings.objects.create(sms_monthly=2)
    for number in range(4):
        tell(parent, once=str(number))
    run_all()

    assert operator.posts == 2
    assert [row.why for row in deliveries()] == ["", "", Why.CAP, Why.CAP]


def test_without_an_operator_nothing_goes_and_the_page_has_it(parent: Any, school: Cast) -> None:
    tell(parent)
    run_all()

    assert deliveries()[0].why == Why.NO_ADDRESS


def test_another_schools_sms_are_not_counted_here(parent: Any, school: Cast, operator: Operator) -> None:
    other = school.places["other_school"]
    with in_school(other.school, other.year):
        NoticeSettings.objects.create(sms_monthly=0)
    tell(parent)
    run_all()

    assert operator.posts == 1


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("+33 (0)7.12.34.56.78", "+33712345678"),
        ("0033612345678", "+33612345678"),
        ("0690 12 34 56", "+590690123456"),
        ("0692123456", "+262692123456"),
        ("+687 75 12 34", "+687751234"),
        ("01 23 45 67 89", ""),
        ("08 99 12 34 56", ""),
        ("+33 8 99 12 34 56", ""),
        ("36 15", ""),
        ("+979 1 2345 6789", ""),
        ("00 881 6 1234 5678", ""),
        ("+1 900 555 0199", ""),
        ("٠٧١٢٣٤٥٦٧٨", ""),
        ("06 12 34 56 7８", ""),
        ("+33 1 23 45 67 89", ""),
        ("06 12 34 56", ""),
        ("0612345678; 0687654321", ""),
        ("", ""),
    ],
)
def test_only_a_mobile_number_is_one(written: str, number: str) -> None:
    assert mobile_number(written) == number


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 306, 2),
        ("ł" * 70, 1),
        ("ł" * 71, 2),
        ("😀" * 36, 2),
    ],
)
def test_an_operators_count_of_sms(text: str, count: int) -> None:
    assert segments(text) == count


def test_typography_costs_nothing_and_a_novel_is_cut() -> None:
    def text(title: str) -> str:
        return sms_text(Message(uuid4(), "", "Collège « Brès »", title, "", "https://x"))

    assert segments(text("L’élève – absent… à 8 h")) == 1
    assert segments(text("Très long " * 80)) == 2
    assert text("Très long " * 80).endswith("...")
