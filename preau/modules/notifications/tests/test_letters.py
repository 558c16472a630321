"""A letter to one person: once, to them alone, and never with a stranger's words in its head."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from preau.kernel.work.testing import run_all
from preau.modules.directory.testing import Cast, PersonRecord, Who
from preau.modules.notifications.channels import mail as mailing
from preau.modules.notifications.models import AddressDoubt, Delivery, Preference
from preau.modules.notifications.services import deliver, notify
from preau.modules.notifications.tests.conftest import deliveries, killed_after
from preau.modules.notifications.tests.servers import MailServer

pytestmark = pytest.mark.django_db


def tell(cast: Cast, *who: Who, title: str = "Réunion", **given: Any) -> int:
    given.setdefault("once", "une fois")
    return notify(
        kind="tests.letter", to=[cast.people[each] for each in who], values={"title": title}, **given
    )


def test_two_guardians_of_one_child_get_two_letters_and_neither_is_named_to_the_other(
    school: Cast, mail: MailServer
) -> None:
    tell(school, Who.GUARDIAN, Who.CARER)
    run_all()

    assert sorted(mail.recipients) == [["nomcarercourriel@exemple.fr"], ["propreparentcourriel@exemple.fr"]]
    for letter, (address,) in zip(mail.letters, mail.recipients, strict=True):
        assert letter["To"] == address
        assert not letter["Cc"] and not letter["Bcc"]
        other = "nomcarer" if "propre" in address else "propreparent"
        assert other not in letter.as_string().lower()


def test_a_letter_says_who_sent_it_and_how_to_stop_it(school: Cast, mail: MailServer, client: Client) -> None:
    tell(school, Who.GUARDIAN)
    run_all()
    (letter,), (delivery,) = mail.letters, deliveries()

    assert letter["Subject"] == "Réunion"
    assert letter["From"] == "Collège du Parc <preau@localhost>"
    assert letter["Message-ID"] == f"<{delivery.uuid}@127.0.0.1>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert {part.get_content_type() for part in letter.walk()} >= {"text/plain", "text/html"}
    link = letter["List-Unsubscribe"].strip().strip("<>").removeprefix("http://127.0.0.1:8000")

    assert "Lettre" in client.get(link).content.decode()
    assert not Preference.objects.exists(), "looking is no asking: mail scanners follow links"
    assert Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert tell(school, Who.GUARDIAN, once="encore") == 1
    run_all()
    assert len(mail.letters) == 1
    assert [row.why for row in deliveries()] == [""], "no delivery is even made"


def test_a_forged_link_silences_nobody(client: Client) -> None:
    for token in ("", "x", "W1szLCJ0ZXN0cy5sZXR0ZXIiXQ:1abcde:xyz"):
        assert client.post(f"/notices/unsubscribe/?t={token}").status_code == 404
    assert not Preference.objects.exists()


@pytest.mark.parametrize(
    "title",
    [
        "Avis\r\nBcc: tous@exemple.fr",
        "Avis\nSubject: autre",
        "Avis\u2028Bcc: x@exemple.fr",
        "Avis\x1b[2J\x85Cc: a@b.fr",
    ],
)
def test_a_name_with_a_line_break_makes_no_header(school: Cast, mail: MailServer, title: str) -> None:
    tell(school, Who.GUARDIAN, title=title)
    run_all()
    (letter,) = mail.letters

    assert mail.recipients == [["propreparentcourriel@exemple.fr"]]
    assert letter["Bcc"] is None and letter["Cc"] is None
    assert letter["Subject"].startswith("Avis ")
    assert len(letter.get_all("Subject")) == 1


def test_a_school_with_a_line_break_in_its_name_makes_no_header(school: Cast, mail: MailServer) -> None:
    type(school.own.school).objects.filter(pk=school.own.school.pk).update(
        name="Collège\r\nBcc: x@exemple.fr"
    )
    tell(school, Who.GUARDIAN)
    run_all()

    assert mail.letters[0]["Bcc"] is None
    assert mail.recipients == [["propreparentcourriel@exemple.fr"]]


@pytest.mark.parametrize(
    "address", ["a@b.fr\nBcc: x@y.fr", "deux@exemple.fr, autre@exemple.fr", "pas une adresse"]
)
def test_what_is_no_address_is_not_written_to(school: Cast, mail: MailServer, address: str) -> None:
    PersonRecord.objects.filter(person=school.people[Who.GUARDIAN]).update(email=address)
    tell(school, Who.GUARDIAN)
    run_all()

    assert not mail.letters
    assert deliveries()[0].state == Delivery.State.FAILED


def test_a_busy_server_is_asked_again_and_the_person_gets_one(
    school: Cast, mail: MailServer, wait: Callable
) -> None:
    mail.moods = ["busy", "busy"]
    tell(school, Who.GUARDIAN)
    run_all(may_fail=True)
    assert deliveries()[0].state == Delivery.State.WAITING
    wait(minutes=2)
    assert not mail.letters
    wait(minutes=10)

    assert len(mail.letters) == 1
    assert deliveries()[0].state == Delivery.State.SENT
    assert deliveries()[0].attempts == 3


def test_a_server_that_is_away_all_day_is_given_up_on(
    school: Cast, settings: Any, wait: Callable, mail: MailServer
) -> None:
    settings.EMAIL_PORT = 1
    tell(school, Who.GUARDIAN)
    run_all(may_fail=True)
    for _ in range(30):
        wait(hours=5)
    assert deliveries()[0].state == Delivery.State.FAILED
    assert deliveries()[0].why == Delivery.Why.EXHAUSTED


def test_an_address_refused_for_good_is_not_written_to_again_and_its_owner_is_told(
    school: Cast, mail: MailServer, as_person: Any
) -> None:
    mail.moods = ["refuse"]
    tell(school, Who.GUARDIAN)
    run_all()
    tell(school, Who.GUARDIAN, once="autre")
    run_all()

    assert not mail.letters
    assert [row.why for row in deliveries()] == [Delivery.Why.REFUSED, Delivery.Why.DOUBTFUL]
    page = as_person(Who.GUARDIAN).get("/notices/preferences/").content.decode()
    assert "propreparentcourriel@exemple.fr ne reçoit plus" in page
    assert "ne reçoit plus" not in as_person(Who.CARER).get("/notices/preferences/").content.decode()

    PersonRecord.objects.filter(person=school.people[Who.GUARDIAN]).update(email="neuf@exemple.fr")
    tell(school, Who.GUARDIAN, once="enfin")
    run_all()
    assert mail.recipients == [["neuf@exemple.fr"]]


@pytest.mark.parametrize("mood", ["full", "unlike"])
def test_a_full_mailbox_or_a_letter_disliked_says_nothing_of_the_address(
    school: Cast, mail: MailServer, mood: str
) -> None:
    mail.moods = [mood]
    tell(school, Who.GUARDIAN)
    run_all()

    assert deliveries()[0].state == Delivery.State.FAILED
    assert not AddressDoubt.objects.exists()


def test_a_line_that_breaks_after_the_letter_was_taken_brings_no_second_one(
    school: Cast, mail: MailServer, wait: Callable
) -> None:
    mail.moods = ["drop"]
    tell(school, Who.GUARDIAN)
    run_all()
    wait(hours=1)

    assert len(mail.letters) == 1
    assert deliveries()[0].state == Delivery.State.UNKNOWN


def test_a_worker_killed_after_the_letter_was_taken_brings_no_second_one(
    school: Cast, mail: MailServer, wait: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(school, Who.GUARDIAN)
    (delivery,) = deliveries()
    with killed_after(monkeypatch, mailing, "send"):
        deliver(delivery_id=delivery.pk)
    assert deliveries()[0].state == Delivery.State.SENDING
    wait(minutes=5)  # perhaps somebody is still at it
    assert deliveries()[0].state == Delivery.State.SENDING
    wait(minutes=15)

    assert len(mail.letters) == 1
    assert (deliveries()[0].state, deliveries()[0].why) == (Delivery.State.UNKNOWN, Delivery.Why.CRASHED)


def test_without_a_mail_server_letters_are_files(school: Cast, settings: Any, tmp_path: Any) -> None:
    settings.EMAIL_BACKEND = "preau.modules.notifications.channels.mailfolder.MailFolder"
    settings.MAIL_FOLDER = tmp_path / "mail"
    tell(school, Who.GUARDIAN, Who.CARER)
    run_all()

    files = list((tmp_path / "mail").glob("*.eml"))
    assert len(files) == 2
    assert {row.state for row in deliveries()} == {Delivery.State.SENT}
    assert b"Subject: =?utf-8?" in files[0].read_bytes()
