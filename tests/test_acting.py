"""Hats, years, sessions: who one is, where, and what a page drawn elsewhere may still do."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from preau.kernel.access.acting import NoStanding, acting, current_actor, directory
from preau.kernel.access.actor import Identity
from preau.kernel.models import School
from preau.kernel.tenancy.scope import OneSchoolPerWrite, in_school
from preau.kernel.years import close_year, open_year, prepare_year
from preau.modules.accounts.models import Account
from preau.modules.directory.models import Duty, Enrolment, Function, Group, Guardianship, Membership, Tie
from preau.modules.directory.testing import (
    OTHER_SCHOOL,
    OTHER_YEAR,
    TODAY,
    Who,
    make_division,
    make_guardian,
    make_pupil,
    make_record,
    make_staff,
    make_year,
)


@pytest.fixture
def two_schools(cast, staged):
    """The cast's guardian has a second child, in the other school, under another name."""
    there = cast.places[OTHER_SCHOOL]
    with in_school(there.school, there.year):
        division = make_division("Sixième Z", year=there.year)
        child = make_pupil("Secondenfant", division, year=there.year, birth_date=date(2015, 5, 5))
        record = make_record("Autrenom", person=cast.people[Who.GUARDIAN])
        make_guardian(child, record)
    return child


def appointment(cast, **changes):
    return {
        "_scope": cast.scope_field(),
        "record": cast.own["teacher"].uuid,
        "starts_on": "2026-11-23",
        "uuid": uuid4(),
        **changes,
    }


def test_a_person_logs_in_and_out(cast, staged):
    from preau.modules.accounts.testing import PASSWORD

    client = Client()
    assert "Les établissements" in client.get("/").content.decode()
    assert client.get("/people/").url == "/login/?next=/people/"
    refused = client.post("/login/", {"login": "cast.head", "password": "autre chose"})
    assert refused.status_code == 422
    assert "inconnu" in refused.content.decode()
    entered = client.post("/login/", {"login": " CAST.head ", "password": PASSWORD, "next": "/people/"})
    assert entered.url == "/people/"
    assert client.get("/people/").status_code == 200
    left = client.post("/logout/")
    assert left.url == "/login/" and "storage" in left["Clear-Site-Data"]
    assert client.get("/people/").status_code == 302


def test_a_wrong_login_and_a_wrong_password_say_the_same(cast, staged):
    answers = [
        Client().post("/login/", {"login": login, "password": "x"}).content.decode()
        for login in ("cast.head", "cast.nobody")
    ]
    plain = [answer.replace("cast.head", "").replace("cast.nobody", "") for answer in answers]
    assert _without_tokens(plain[0]) == _without_tokens(plain[1])


def _without_tokens(page: str) -> str:
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_too_many_wrong_tries_are_refused_before_any_hashing(cast, staged, monkeypatch):
    from preau.modules.accounts import forms
    from preau.modules.accounts.testing import PASSWORD

    for _ in range(10):
        assert Client().post("/login/", {"login": "cast.head", "password": "x"}).status_code == 422
    monkeypatch.setattr(forms, "authenticate", lambda **_: pytest.fail("it was hashed"))
    tired = Client().post("/login/", {"login": "cast.head", "password": PASSWORD})
    assert tired.status_code == 429
    assert "Trop d’essais" in tired.content.decode()


def test_anothers_wrong_tries_do_not_shut_out_a_device_that_was_in_before(cast, staged):
    from preau.modules.accounts.testing import PASSWORD

    known = Client()
    assert known.post("/login/", {"login": "cast.head", "password": PASSWORD}).status_code == 302
    known.post("/logout/")
    for _ in range(11):
        stranger = Client().post("/login/", {"login": "cast.head", "password": "x"})
    assert stranger.status_code == 429
    assert known.post("/login/", {"login": "cast.head", "password": PASSWORD}).status_code == 302
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post("/login/", {"login": "cast.head", "password": PASSWORD}).status_code == 302


def test_a_right_password_forgets_the_wrong_ones_and_a_school_shares_its_address(cast, staged):
    from preau.modules.accounts.testing import PASSWORD

    for _ in range(9):
        Client().post("/login/", {"login": "cast.head", "password": "x"})
    assert Client().post("/login/", {"login": "cast.head", "password": PASSWORD}).status_code == 302
    for _ in range(9):
        assert Client().post("/login/", {"login": "cast.head", "password": "x"}).status_code == 422
    assert Client().post("/login/", {"login": "cast.cpe", "password": PASSWORD}).status_code == 302


def test_a_closed_account_is_out_at_the_next_page(as_person, staged, cast):
    client = as_person(Who.HEAD)
    assert client.get("/").status_code == 200
    Account.objects.filter(pk=staged.accounts[Who.HEAD].pk).update(closed_at="2026-11-20T08:00:00Z")
    assert client.get("/people/").status_code == 302


def test_whoever_left_keeps_a_session_and_finds_nothing_but_the_way_out(as_person, cast):
    client = as_person(Who.TEACHER)
    assert client.get("/people/").status_code == 200
    with in_school(cast.own.school):
        Membership.objects.filter(record=cast.own["teacher"]).update(ends_on=TODAY - timedelta(days=1))
    for path in ("/", "/people/", f"/groups/{cast.own['division'].uuid}/"):
        response = client.get(path)
        assert response.status_code == 403
        assert "terminé" in response.content.decode()
    assert client.post("/logout/").status_code == 302


def test_rights_begin_and_end_with_the_course(cast):
    identity = Identity(cast.people[Who.TEACHER].pk)
    with acting(identity, cast.own.school, cast.own.year) as actor:
        assert current_actor() is actor
        assert actor.tied(Tie.TEACHES) == {cast.own["division"].pk}
        assert actor.has_duty(Duty.TEACH)
    assert current_actor() is None


def test_a_substitute_teaches_for_six_weeks_and_no_day_more(cast):
    from preau.modules.directory.models import CourseTeacher

    with in_school(cast.own.school, cast.own.year):
        substitute = make_staff("Renfort", "teacher")
        replaced = CourseTeacher.objects.get(record=cast.own["teacher"])
        row = CourseTeacher.objects.create(
            course=replaced.course,
            record=substitute,
            role="substitute",
            stands_in_for=replaced,
            starts_on=TODAY - timedelta(days=42),
            ends_on=TODAY,
        )
    identity = Identity(substitute.person_id)
    with acting(identity, cast.own.school, cast.own.year) as actor:
        assert actor.tied(Tie.TEACHES) == {cast.own["division"].pk}
    with in_school(cast.own.school, cast.own.year):
        CourseTeacher.objects.filter(pk=row.pk).update(ends_on=TODAY - timedelta(days=1))
    with acting(identity, cast.own.school, cast.own.year) as actor:
        assert actor.tied(Tie.TEACHES) == frozenset()


def test_nobody_acts_where_they_are_nothing(cast):
    there = cast.places[OTHER_SCHOOL]
    with pytest.raises(NoStanding), acting(Identity(cast.people[Who.HEAD].pk), there.school, there.year):
        pass
    with (
        pytest.raises(NoStanding),
        acting(Identity(cast.people[Who.FORMER].pk), cast.own.school, cast.own.year),
    ):
        pass


def test_a_job_acts_in_one_school_for_somebody_of_two(cast, two_schools):
    there = cast.places[OTHER_SCHOOL]
    with acting(Identity(cast.people[Who.GUARDIAN].pk), there.school, there.year) as actor:
        assert set(actor.standings) == {there.school.pk}
        assert Enrolment.objects.get(pk__in=Enrolment.objects.filter(record__last_name="Secondenfant"))


def test_a_parent_sees_the_children_of_both_schools_on_one_page(cast, two_schools, as_person):
    client = as_person(Who.GUARDIAN)
    home = client.get("/").content.decode()
    assert cast.own["pupil"].last_name in home
    assert "Secondenfant" in home
    for record in (cast.own["pupil"], two_schools.record):
        assert client.get(reverse("directory:person_detail", args=[record.uuid])).status_code == 200
    hats = directory().presence_of(Identity(cast.people[Who.GUARDIAN].pk)).hats
    assert [hat.key for hat in hats] == ["guardian"]


def test_reading_two_schools_writes_none(cast, two_schools):
    from preau.kernel.access.acting import acting_as

    presence = directory().presence_of(Identity(cast.people[Who.GUARDIAN].pk))
    actor = presence.actor(presence.hats[0])
    with acting_as(actor), pytest.raises(OneSchoolPerWrite):
        Group.objects.create(kind="manual", code="x", label="x")


@pytest.fixture
def head_of_two(cast, staged):
    there = cast.places[OTHER_SCHOOL]
    with in_school(there.school, there.year):
        from preau.modules.directory.models import Profile

        record = make_record("Double", person=cast.people[Who.HEAD])
        Membership.objects.create(
            record=record, profile=Profile.objects.get(code="deputy"), starts_on=date(2026, 9, 1)
        )
    return there


def test_two_tabs_in_two_schools(cast, head_of_two, as_person):
    """The first tab was drawn in the first school; the second tab changes school; the first sends."""
    client = as_person(Who.HEAD)
    keys = {hat.place: hat.key for hat in directory().presence_of(Identity(cast.people[Who.HEAD].pk)).hats}
    client.post("/hats/", {"hat": keys["Collège Canarivoisin"]})
    url = reverse("directory:head_teacher_create", args=[cast.own["division"].uuid])
    response = client.post(url, appointment(cast, starts_on="2026-12-01"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Collège du Parc" in page and keys["Collège du Parc"] in page, "a way back is offered"
    assert "2026-12-01" in page, "nothing typed is lost"
    with in_school(cast.own.school, cast.own.year):
        assert Function.objects.filter(kind="head_teacher").count() == 2  # the two of the cast

    client.post("/hats/", {"hat": keys["Collège du Parc"]})
    with in_school(cast.own.school, cast.own.year):
        Function.objects.filter(record=cast.own["teacher"]).update(ends_on=TODAY)
    assert client.post(url, appointment(cast, starts_on="2026-12-01")).status_code == 302


def test_a_form_of_a_school_one_is_nothing_in_does_not_say_its_name(cast, as_person):
    url = reverse("directory:head_teacher_create", args=[cast.own["division"].uuid])
    response = as_person(Who.HEAD).post(url, appointment(cast, _scope=cast.scope_field(OTHER_SCHOOL)))
    assert response.status_code == 409
    assert "Canarivoisin" not in response.content.decode()


def test_a_year_closed_under_ones_feet(cast, as_person):
    """The page was drawn in the old year; it is closed meanwhile; the form is sent."""
    client = as_person(Who.HEAD)
    drawn = cast.scope_field()
    make_year(cast.own.school, 2027)
    close_year(actor=None, year=cast.own.year)
    url = reverse("directory:head_teacher_create", args=[cast.own["division"].uuid])
    response = client.post(url, appointment(cast, _scope=drawn))
    page = response.content.decode()
    assert response.status_code == 409
    assert "rien n’a été enregistré" in page and "2027-2028" in page


def test_a_closed_year_is_read_by_management_and_written_by_nobody(cast, as_person):
    past = cast.places[OTHER_YEAR]
    client = as_person(Who.HEAD)
    assert client.post("/school-years/", {"year": past.year.uuid}).status_code == 302
    url = reverse("directory:group_detail", args=[past["division"].uuid])
    page = client.get(url).content.decode()
    assert past["pupil"].last_name.upper() in page
    ended = client.post(
        reverse("directory:function_end", args=[past["function"].uuid]),
        {"_scope": cast.scope_field(OTHER_YEAR), "ends_on": "2026-06-01", "version": "1"},
    )
    assert ended.status_code == 409
    assert "close" in ended.content.decode()


def test_a_teacher_does_not_open_last_year(cast, as_person):
    past = cast.places[OTHER_YEAR]
    assert as_person(Who.TEACHER).post("/school-years/", {"year": past.year.uuid}).status_code == 404


def test_a_year_kept_in_the_session_and_no_longer_ones_own_falls_back(cast, as_person):
    client = as_person(Who.HEAD)
    client.post("/school-years/", {"year": cast.places[OTHER_YEAR].year.uuid})
    with in_school(cast.own.school):
        Membership.objects.filter(record=cast.own["head"]).delete()
        from preau.modules.directory.models import Profile

        Membership.objects.create(
            record=cast.own["head"], profile=Profile.objects.get(code="teacher"), starts_on=date(2026, 9, 1)
        )
    response = client.get("/")
    assert response.status_code == 200
    assert response.context["actor"].year == cast.own.year


def test_somebody_was_faster_shows_both_values(cast, as_person):
    client = as_person(Who.HEAD)
    url = reverse("directory:function_end", args=[cast.own["function"].uuid])
    first = client.post(url, {"_scope": cast.scope_field(), "ends_on": "2026-12-18", "version": "1"})
    assert first.status_code == 302
    again = client.post(url, {"_scope": cast.scope_field(), "ends_on": "2026-12-18", "version": "1"})
    assert again.status_code == 302, "sent again, it changes nothing"
    second = client.post(url, {"_scope": cast.scope_field(), "ends_on": "2027-01-08", "version": "1"})
    page = second.content.decode()
    assert second.status_code == 409
    assert "18 décembre 2026" in page and "8 janvier 2027" in page


def test_an_appointment_sent_twice_is_one(cast, as_person):
    client = as_person(Who.HEAD)
    with in_school(cast.own.school, cast.own.year):
        Function.objects.filter(record=cast.own["teacher"]).update(ends_on=TODAY)
    url = reverse("directory:head_teacher_create", args=[cast.own["division"].uuid])
    data = appointment(cast)
    assert [client.post(url, data).status_code for _ in range(2)] == [302, 302]
    with in_school(cast.own.school, cast.own.year):
        assert Function.objects.filter(uuid=data["uuid"]).count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"record": "other_school"},
        {"record": "other_class"},
        {"record": "not-an-id"},
        {"starts_on": "2025-10-10"},
        {"starts_on": "demain"},
        {"uuid": "x"},
    ],
    ids=lambda change: next(iter(change.items()))[1],
)
def test_a_forged_or_odd_appointment_gets_a_sentence_and_changes_nothing(change, cast, as_person):
    values = {name: cast.places[name]["teacher"].uuid for name in ("other_school", "other_class")}
    data = {key: values.get(value, value) for key, value in change.items()}
    client = as_person(Who.HEAD)
    url = reverse("directory:head_teacher_create", args=[cast.own["division"].uuid])
    response = client.post(url, appointment(cast, **data))
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    with in_school(cast.own.school, cast.own.year):
        assert Function.objects.filter(group=cast.own["division"]).count() == 1


def test_preparing_opening_and_closing_a_year_from_the_page(cast, as_person):
    client = as_person(Who.HEAD)
    sent = {"_scope": cast.scope_field()}
    created = client.post("/years/create/", {**sent, "starts_on": "2027-09-01", "ends_on": "2028-07-04"})
    assert created.status_code == 302
    again = client.post("/years/create/", {**sent, "starts_on": "2028-09-01", "ends_on": "2029-07-04"})
    assert again.status_code == 422
    with in_school(cast.own.school):
        from preau.kernel.models import SchoolYear

        coming = SchoolYear.objects.get(state="preparing")
    assert client.post(reverse("directory:year_open", args=[coming.uuid]), sent).status_code == 302
    closed = client.post(reverse("directory:year_close", args=[cast.own.year.uuid]), sent)
    assert closed.status_code == 302
    assert "2027-2028" in client.get("/years/").content.decode()


def test_an_overseas_school_lives_in_another_day(cast, settings):
    import time_machine

    from preau.kernel.clock import today_in

    settings.DEMO_DAY = None
    cast.own.school.timezone = "Pacific/Noumea"
    with time_machine.travel("2026-11-20T18:00:00Z", tick=False):
        assert today_in(cast.own.school) == date(2026, 11, 21)
        assert today_in(cast.places[OTHER_SCHOOL].school) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("timezone", "there"),
    [
        ("Pacific/Noumea", date(2026, 11, 21)),
        ("Indian/Reunion", date(2026, 11, 20)),
        ("America/Cayenne", date(2026, 11, 20)),
    ],
)
@pytest.mark.parametrize(
    ("change", "opens_the_day_before", "opens_that_day"),
    [
        ({"starts_on": date(2026, 11, 21)}, False, True),
        ({"ends_on": date(2026, 11, 20)}, True, False),
        ({"withdrawn_on": date(2026, 11, 21)}, True, False),
        ({"restriction": "no_information", "ends_on": date(2026, 11, 20)}, False, False),
    ],
)
def test_a_guardianship_begins_and_ends_by_the_clock_of_its_school(
    cast, settings, timezone, there, change, opens_the_day_before, opens_that_day
):
    import time_machine

    settings.DEMO_DAY = None
    School.objects.filter(pk=cast.own.school.pk).update(timezone=timezone)
    with in_school(cast.own.school):
        Guardianship.objects.filter(guardian=cast.own["guardian"]).update(**change)
    # Six in the evening in Greenwich: tomorrow in Nouméa, ten in the evening at La Réunion.
    with time_machine.travel("2026-11-20T18:00:00Z", tick=False):
        hats = directory().presence_of(Identity(cast.people[Who.GUARDIAN].pk)).hats
    assert bool(hats) == (opens_that_day if there == date(2026, 11, 21) else opens_the_day_before)


def test_a_court_s_restriction_shuts_out_from_the_first_day_its_school_lives(cast, settings):
    import time_machine

    settings.DEMO_DAY = None
    School.objects.filter(pk=cast.own.school.pk).update(timezone="Pacific/Noumea")
    with in_school(cast.own.school):
        Guardianship.objects.create(
            pupil=cast.own["pupil"],
            guardian=cast.own["guardian"],
            level=3,
            kinship="10",
            starts_on=date(2026, 11, 21),
            restriction=Guardianship.Restriction.NO_INFORMATION,
        )
    guardian = Identity(cast.people[Who.GUARDIAN].pk)
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        assert directory().presence_of(guardian).hats
    with time_machine.travel("2026-11-20T13:00:00Z", tick=False):
        assert not directory().presence_of(guardian).hats


def test_open_year_is_done_by_the_verb_only(cast):
    year = prepare_year(
        actor=None, school=cast.own.school, starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 4)
    )
    assert open_year(actor=None, year=year).opened_at is not None
