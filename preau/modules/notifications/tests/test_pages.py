"""The page of notices, the choices, the school's hours."""

from datetime import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import OTHER_SCHOOL, Cast, Who, make_guardian, make_record
from preau.modules.notifications.models import Notice, NoticeSettings, PersonHours, Preference
from preau.modules.notifications.services import TRIAL
from preau.modules.notifications.testing import make_notice

pytestmark = pytest.mark.django_db


def told(cast: Cast, who: Who, number: int = 1, **given: Any) -> list[Any]:
    with in_school(cast.own.school, cast.own.year):
        return [make_notice(cast.people[who], **given) for _ in range(number)]


def unread(cast: Cast, who: Who) -> int:
    with in_school(cast.own.school, cast.own.year):
        return int(Notice.objects.filter(person=cast.people[who], read_at=None).count())


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_for_one_or_twenty(cast: Cast, as_person: Any, count: int) -> None:
    told(cast, Who.TEACHER, count, function=cast.own["function"])
    client = as_person(Who.TEACHER)
    client.get("/notices/")
    with CaptureQueriesContext(connection) as found:
        page = client.get("/notices/").content.decode()

    assert page.count("La 4B vous est confiée") == count + 1  # one stands in the cast
    assert len(found) <= 10


def test_the_bell_counts_ones_own_and_stops_at_many(cast: Cast, as_person: Any) -> None:
    with in_school(cast.own.school, cast.own.year):
        Notice.objects.filter(person=cast.people[Who.CARER]).delete()
    assert "Avis, tous lus" in as_person(Who.CARER).get("/").content.decode()
    told(cast, Who.CARER, 3)
    assert "Avis, 3 non lus" in as_person(Who.CARER).get("/").content.decode()
    assert "Avis, 1 non lu<" in as_person(Who.GUARDIAN).get("/").content.decode()
    told(cast, Who.CARER, 97)
    assert "plus de 99 non lus" in as_person(Who.CARER).get("/").content.decode()


def test_a_bell_that_has_not_moved_is_not_drawn_again(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.CARER)
    tag = client.get("/notices/bell/")["ETag"]
    spared = client.get("/notices/bell/", headers={"If-None-Match": tag})
    assert (spared.status_code, spared.content) == (304, b"")
    assert as_person(Who.GUARDIAN).get("/notices/bell/", headers={"If-None-Match": tag}).status_code == 200
    told(cast, Who.CARER)
    assert "2 non lus" in client.get("/notices/bell/", headers={"If-None-Match": tag}).content.decode()


def test_opened_a_notice_is_read_and_leads_to_what_it_is_about(cast: Cast, as_person: Any) -> None:
    (notice,) = told(cast, Who.TEACHER, function=cast.own["function"])
    answer = as_person(Who.TEACHER).get(f"/notices/{notice.uuid}/")

    assert answer["Location"] == f"/groups/{cast.own['division'].uuid}/"
    with in_school(cast.own.school):
        assert Notice.objects.get(pk=notice.pk).read_at


def test_another_persons_notice_does_not_exist(cast: Cast, as_person: Any) -> None:
    (notice,) = told(cast, Who.CARER)
    for who in (Who.GUARDIAN, Who.HEAD, Who.PUPIL):
        assert as_person(who).get(f"/notices/{notice.uuid}/").status_code == 404
    assert unread(cast, Who.CARER) == 2


def test_all_read_is_what_the_page_showed_of_ones_own(cast: Cast, as_person: Any) -> None:
    told(cast, Who.GUARDIAN, 2)
    page = as_person(Who.GUARDIAN).get("/notices/").content.decode()
    until = page.split('name="until" value="')[1].split('"')[0]
    told(cast, Who.GUARDIAN)
    sent = {"_scope": cast.scope_field(), "until": until}
    assert as_person(Who.GUARDIAN).post("/notices/read/", sent).status_code == 302

    assert unread(cast, Who.GUARDIAN) == 1, "what came since was not seen"
    assert unread(cast, Who.CARER) == 1
    assert as_person(Who.GUARDIAN).post("/notices/read/", {**sent, "until": "demain"}).status_code == 422


def test_pages_follow_one_another_without_a_gap(cast: Cast, as_person: Any) -> None:
    made = {str(notice.uuid) for notice in told(cast, Who.CARER, 70)}
    client, address, seen = as_person(Who.CARER), "/notices/", []
    for _ in range(3):
        page = client.get(address).content.decode()
        seen += [part.split('"')[0] for part in page.split('id="notice-')[1:]]
        if "Plus anciens" in page:
            address = "/notices/?after=" + page.rsplit("?after=", 1)[1].split('"')[0]
    assert len(seen) == len(set(seen)) == 71
    assert made <= set(seen)
    for forged in ("x", "2026-01-01_x", "2026-01-01T00:00:00_" + "0" * 32, "\x00"):
        assert client.get("/notices/", {"after": forged}).status_code == 200


def test_a_parent_of_two_schools_marks_each_for_itself(cast: Cast, as_person: Any) -> None:
    there = cast.places[OTHER_SCHOOL]
    with in_school(there.school, there.year):
        record = make_record("Deux", person=cast.people[Who.CARER])
        make_guardian(there["enrolment"], record)
        make_notice(cast.people[Who.CARER])
    client = as_person(Who.CARER)
    page = client.get("/notices/").content.decode()
    assert "Tout lu pour Collège du Parc" in page
    assert "Tout lu pour Collège Canarivoisin" in page
    client.post("/notices/read/", {"_scope": cast.scope_field(), "until": "2999-01-01 00:00"})

    assert unread(cast, Who.CARER) == 0
    with in_school(there.school):
        assert Notice.objects.filter(person=cast.people[Who.CARER], read_at=None).count() == 1


def test_choices_are_kept_and_shown_again(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.GUARDIAN)
    sent = {"directory.function.email": "digest"}  # a switch left out is off
    for _ in range(2):
        assert client.post("/notices/preferences/channels/", sent).status_code == 302
    chosen = {(row.kind, row.channel): row.mode for row in Preference.objects.all()}

    assert chosen["directory.function", "email"] == "digest"
    assert chosen["directory.function", "push"] == "off"
    assert (TRIAL, "email") not in chosen
    assert '<option value="digest" selected>' in client.get("/notices/preferences/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "20:00"},
        {"quiet_until": "07:00"},
        {"quiet_from": "20:00", "quiet_until": "20:00"},
        {"quiet_from": "25:00", "quiet_until": "07:00"},
        {"quiet_days": [1, 2, 3, 4, 5, 6, 7]},
        {"quiet_days": [8]},
        {"quiet_days": ["x"]},
        {"digest_at": "midi"},
    ],
)
def test_hours_that_cannot_be_are_said_beside_what_was_typed(as_person: Any, wrong: dict[str, Any]) -> None:
    answer = as_person(Who.GUARDIAN).post("/notices/preferences/hours/", {"digest_at": "18:00", **wrong})

    assert answer.status_code == 422
    assert not PersonHours.objects.exists()


def test_hours_are_kept(cast: Cast, as_person: Any) -> None:
    sent = {"quiet_from": "20:00", "quiet_until": "07:00", "quiet_days": [6, 7], "digest_at": "17:15"}
    as_person(Who.GUARDIAN).post("/notices/preferences/hours/", sent)
    hours = PersonHours.objects.get()

    assert (hours.person, hours.quiet_from, hours.quiet_days) == (cast.people[Who.GUARDIAN], time(20), [6, 7])
    assert (hours.digest_at, hours.wants_digest) == (time(17, 15), False)


def test_a_trial_is_told_once_a_minute(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.GUARDIAN)
    for _ in range(3):
        client.post("/notices/preferences/trial/", {"_scope": cast.scope_field()})

    assert unread(cast, Who.GUARDIAN) in (2, 3)  # one stands in the cast; a minute may turn
    assert "Essai réussi" in client.get("/notices/").content.decode()


def test_the_head_sets_the_hours_and_a_slower_colleague_is_told(cast: Cast, as_person: Any) -> None:
    sent = {
        "_scope": cast.scope_field(),
        "opens": "08:00",
        "closes": "18:00",
        "days": [1, 2, 4, 5],
        "sms_monthly": 50,
    }
    head, deputy = as_person(Who.HEAD), as_person(Who.DEPUTY)
    assert head.post("/notices/school/", {**sent, "version": 0}).status_code == 302
    assert head.post("/notices/school/", {**sent, "version": 0}).status_code == 302, "sent again"
    assert deputy.post("/notices/school/", {**sent, "opens": "09:00", "version": 0}).status_code == 409
    assert deputy.post("/notices/school/", {**sent, "opens": "19:00", "version": 1}).status_code == 422

    with in_school(cast.own.school):
        settings = NoticeSettings.objects.get()
    assert (settings.opens, settings.days, settings.version) == (time(8), [1, 2, 4, 5], 1)
