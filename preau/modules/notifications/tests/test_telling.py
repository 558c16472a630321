"""Telling people: whom, once, when, and what they may still read of it."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as hour
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.utils import timezone

from preau.kernel.live.testing import messages_sent
from preau.kernel.modules import Channel
from preau.kernel.tenancy.scope import in_every_school, in_school
from preau.kernel.work.models import Task
from preau.kernel.work.testing import run_all
from preau.modules.directory.testing import (
    OTHER_SCHOOL,
    Cast,
    Guardianship,
    Membership,
    Person,
    PersonRecord,
    Profile,
    Who,
    make_course,
    make_staff,
)
from preau.modules.notifications.models import Delivery, Notice, NoticeSettings, PersonHours, Preference
from preau.modules.notifications.services import deliver, notify, purge, withdraw
from preau.modules.notifications.tests.conftest import PARIS, deliveries
from preau.modules.notifications.tests.servers import MailServer

pytestmark = pytest.mark.django_db
State, Why = Delivery.State, Delivery.Why


def told(cast: Cast, *who: Who, kind: str = "tests.letter", **given: Any) -> int:
    given.setdefault("once", "une fois")
    given.setdefault("values", {"title": "Réunion"})
    return notify(kind=kind, to=[cast.people[each] for each in who], **given)


def test_told_again_under_the_same_key_nobody_is_told_twice(school: Cast, mail: MailServer) -> None:
    assert told(school, Who.GUARDIAN) == 1
    assert told(school, Who.GUARDIAN, Who.CARER) == 1, "only who was not told yet"
    run_all()
    assert told(school, Who.GUARDIAN, Who.CARER) == 0
    run_all()

    assert len(mail.letters) == 2


def test_who_is_nobody_here_today_is_told_nothing(school: Cast) -> None:
    stranger = school.places[OTHER_SCHOOL]["guardian"].person
    people = [school.people[each] for each in (Who.FORMER, Who.CONTACT, Who.RESTRICTED, Who.AUTHORITY)]

    assert notify(kind="tests.letter", to=[stranger, *people, 10**9], once="x") == 0
    with in_every_school(reason="assert"):
        assert not Notice.objects.filter(kind="tests.letter").exists()


def test_everybody_who_may_come_in_may_be_told(school: Cast) -> None:
    shut_out = Who.FORMER | Who.CONTACT | Who.RESTRICTED | Who.AUTHORITY | Who.ANONYMOUS
    inside = [who for who in school.people if who not in shut_out]

    assert told(school, *inside) == len(inside)


def test_a_kind_nobody_declares_is_a_slip_of_whoever_tells(school: Cast) -> None:
    with pytest.raises(LookupError):
        told(school, Who.HEAD, kind="tests.unheard")


def test_what_is_rolled_back_is_told_to_nobody(school: Cast) -> None:
    with transaction.atomic():
        told(school, Who.GUARDIAN)
        transaction.set_rollback(True)
    assert not Task.objects.exists()
    assert not Notice.objects.filter(kind="tests.letter").exists()


def test_it_is_on_the_page_at_once_and_in_the_letter_box_on_monday(
    school: Cast, clock: Any, mail: MailServer, as_person: Any, wait: Callable
) -> None:
    clock.move_to(datetime(2026, 11, 20, 21, 0, tzinfo=PARIS))
    told(school, Who.GUARDIAN)

    assert "Réunion" in as_person(Who.GUARDIAN).get("/notices/").content.decode()
    assert deliveries()[0].due_at == datetime(2026, 11, 23, 7, 30, tzinfo=PARIS)
    wait(hours=58)
    assert not mail.letters
    wait(hours=1)
    assert len(mail.letters) == 1


def test_the_schools_hours_are_its_own(school: Cast, clock: Any) -> None:
    NoticeSettings.objects.create(opens=hour(6), closes=hour(23, 30), days=[1, 2, 3, 4, 5, 6, 7])
    clock.move_to(datetime(2026, 11, 21, 23, 0, tzinfo=PARIS))
    told(school, Who.GUARDIAN)

    assert deliveries()[0].due_at <= timezone.now()


def test_a_worker_that_was_down_all_evening_waits_for_the_morning(
    school: Cast, mail: MailServer, wait: Callable
) -> None:
    told(school, Who.GUARDIAN)
    wait(hours=13)  # 23:00
    assert not mail.letters
    assert deliveries()[0].due_at == datetime(2026, 11, 23, 7, 30, tzinfo=PARIS)
    wait(hours=57)

    assert len(mail.letters) == 1


def test_what_was_read_meanwhile_is_not_sent(
    school: Cast, mail: MailServer, clock: Any, as_person: Any, wait: Callable
) -> None:
    clock.move_to(datetime(2026, 11, 20, 21, 0, tzinfo=PARIS))
    told(school, Who.GUARDIAN)
    notice = Notice.objects.get(kind="tests.letter")
    as_person(Who.GUARDIAN).get(f"/notices/{notice.uuid}/")
    wait(hours=60)

    assert not mail.letters
    assert deliveries()[0].why == Why.READ


def test_who_left_before_it_went_is_not_written_to(school: Cast, mail: MailServer) -> None:
    told(school, Who.TEACHER)
    Membership.objects.filter(record__person=school.people[Who.TEACHER]).update(ends_on=date(2026, 11, 19))
    run_all()

    assert not mail.letters
    assert deliveries()[0].why == Why.LEFT


def test_whom_a_court_shut_out_meanwhile_is_not_written_to(school: Cast, mail: MailServer) -> None:
    told(school, Who.GUARDIAN)
    Guardianship.objects.filter(guardian__person=school.people[Who.GUARDIAN]).update(
        restriction=Guardianship.Restriction.NO_INFORMATION
    )
    run_all()

    assert not mail.letters
    assert deliveries()[0].why in (Why.LEFT, Why.HIDDEN)


def test_what_may_no_longer_be_known_is_neither_sent_nor_shown(
    school: Cast, mail: MailServer, as_person: Any
) -> None:
    told(school, Who.GUARDIAN, values={"title": "hidden"})
    run_all()

    assert deliveries()[0].why == Why.HIDDEN
    page = as_person(Who.GUARDIAN).get("/notices/").content.decode()
    assert "ne vous est plus ouvert" in page


def test_withdrawn_it_is_gone_everywhere(school: Cast, mail: MailServer, as_person: Any) -> None:
    about = uuid4()
    told(school, Who.GUARDIAN, about=about)
    withdraw(about=about)
    run_all()

    assert not mail.letters
    assert "Réunion" not in as_person(Who.GUARDIAN).get("/notices/").content.decode()


def test_what_a_person_does_not_want_is_not_sent_and_stays_on_the_page(
    school: Cast, mail: MailServer
) -> None:
    person = school.people[Who.GUARDIAN]
    told(school, Who.GUARDIAN)
    Preference.objects.create(person=person, kind="tests.letter", channel=Channel.EMAIL, mode="off")
    run_all()
    told(school, Who.GUARDIAN, once="autre")
    run_all()

    assert not mail.letters
    assert [row.why for row in deliveries()] == [Why.OFF]
    assert Notice.objects.filter(person=person, kind="tests.letter").count() == 2


def test_a_bell_rings_on_the_open_pages_of_its_person_alone(
    school: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with messages_sent() as sent, django_capture_on_commit_callbacks(execute=True):
        told(school, Who.GUARDIAN, Who.CARER)

    assert len({message.topic for message in sent if hasattr(message, "topic")}) == 2


def test_one_summary_a_day_holds_what_was_not_seen(
    school: Cast, mail: MailServer, wait: Callable, as_person: Any
) -> None:
    for number in range(3):
        told(
            school,
            Who.GUARDIAN,
            kind="tests.digest",
            once=str(number),
            values={"title": f"Nouvelle {number}"},
        )
    told(school, Who.CARER, kind="tests.digest", once="seule", values={"title": "Nouvelle seule"})
    seen = Notice.objects.get(once="1", kind="tests.digest")
    as_person(Who.GUARDIAN).get(f"/notices/{seen.uuid}/")
    wait(hours=7)
    assert not mail.letters
    wait(hours=1, minutes=1)

    letters = {letter["To"]: letter.get_body(("plain",)).get_content() for letter in mail.letters}
    assert len(mail.letters) == 2
    assert "Nouvelle 0" in letters["propreparentcourriel@exemple.fr"]
    assert "Nouvelle 1" not in letters["propreparentcourriel@exemple.fr"]
    assert "Nouvelle seule" not in letters["propreparentcourriel@exemple.fr"]

    told(school, Who.GUARDIAN, kind="tests.digest", once="tard", values={"title": "Trop tard"})
    assert Notice.objects.get(once="tard").digest.digest_on == date(2026, 11, 23)


def test_a_summary_of_nothing_is_not_sent(school: Cast, mail: MailServer, wait: Callable) -> None:
    told(school, Who.GUARDIAN, kind="tests.digest")
    Notice.objects.filter(kind="tests.digest").update(read_at=timezone.now())
    wait(hours=8, minutes=5)

    assert not mail.letters
    assert deliveries()[0].why == Why.EMPTY


def test_a_summary_comes_at_the_hour_chosen_and_not_to_who_wants_none(
    school: Cast, mail: MailServer, wait: Callable
) -> None:
    PersonHours.objects.create(person=school.people[Who.GUARDIAN], digest_at=hour(12))
    PersonHours.objects.create(person=school.people[Who.CARER], wants_digest=False)
    told(school, Who.GUARDIAN, Who.CARER, kind="tests.digest")
    wait(hours=2, minutes=1)

    assert mail.recipients == [["propreparentcourriel@exemple.fr"]]
    assert len(deliveries()) == 1


def test_a_person_may_put_letters_into_the_summary(school: Cast, mail: MailServer, wait: Callable) -> None:
    person = school.people[Who.GUARDIAN]
    Preference.objects.create(person=person, kind="tests.letter", channel=Channel.EMAIL, mode="digest")
    told(school, Who.GUARDIAN)
    run_all()
    assert not mail.letters
    wait(hours=8, minutes=1)

    assert "Résumé" in mail.letters[0]["Subject"]


def test_the_old_goes_and_the_kept_stays(school: Cast) -> None:
    told(school, Who.GUARDIAN, once="vieux")
    told(school, Who.GUARDIAN, once="neuf")
    Notice.objects.filter(once="vieux").update(created_at=timezone.now() - timedelta(days=366))
    purge()

    assert [row.once for row in Notice.objects.filter(kind="tests.letter")] == ["neuf"]
    assert len(deliveries()) == 1


def test_deliver_of_what_is_gone_is_nothing(school: Cast) -> None:
    assert deliver(delivery_id=10**9) is None


def test_a_whole_school_is_told_in_a_second(school: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """2 000 people, two messages each. What it costs without what only tests do."""
    people = Person.objects.bulk_create(Person() for _ in range(2000))
    PersonRecord.objects.bulk_create(
        PersonRecord(
            person=person, last_name=f"N{person.pk}", first_name="A", email=f"n{person.pk}@exemple.fr"
        )
        for person in people
    )
    profile = Profile.objects.get(code="office")
    records = PersonRecord.objects.filter(person__in=people)
    Membership.objects.bulk_create(
        Membership(record=record, profile=profile, starts_on=date(2026, 9, 1)) for record in records
    )
    monkeypatch.setattr(connections["default"], "execute_wrappers", [])
    begun = time.process_time()
    count = notify(kind="tests.urgent", to=people, once="tous", values={"title": "Fermé demain"})
    spent = time.process_time() - begun
    print(f"notify of 2000: {spent:.2f} s CPU")  # noqa: T201

    assert count == 2000
    assert Task.objects.count() == 4000
    assert spent < 2, "about a second; twice that on a busy machine"


def test_a_new_head_teacher_is_told_and_so_is_the_end(
    cast: Cast, as_person: Any, mail: MailServer, clock: Any
) -> None:
    head, own = as_person(Who.HEAD), cast.own
    with in_school(own.school, own.year):
        colleague = make_staff("Nouvelle", "teacher", email="nouvelle@exemple.fr")
        other = cast.places["other_class"]["division"]
        make_course("Latin", [other], colleague, year=own.year)
    form = {
        "_scope": cast.scope_field(),
        "record": str(colleague.uuid),
        "starts_on": "2026-11-23",
        "uuid": str(uuid4()),
    }
    for _ in range(2):
        assert head.post(f"/groups/{other.uuid}/head-teachers/", form).status_code == 302
    run_all()
    with in_school(own.school, own.year):
        notice = Notice.objects.get(person=colleague.person)

    assert mail.recipients == [["nouvelle@exemple.fr"]]
    text = mail.letters[0].get_body(("plain",)).get_content()
    assert "La Canari5A vous est confiée" in text
    assert "lundi 23 novembre 2026" in text
    assert f"/notices/{notice.uuid}/" in text

    function = notice.values["function"]
    ending = {"_scope": cast.scope_field(), "ends_on": "2026-12-18", "version": "1"}
    assert head.post(f"/functions/{function}/end/", ending).status_code == 302
    run_all()
    assert "prend fin" in mail.letters[1].get_body(("plain",)).get_content()
