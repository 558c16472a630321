"""Who arrives by hand: a pupil, somebody who answers for one, somebody who works here; and who may be them."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import (
    Enrolment,
    Group,
    GroupMember,
    Guardianship,
    Membership,
    Person,
    PersonRecord,
    Profile,
)
from preau.modules.directory.testing import OTHER_SCHOOL, TODAY, Cast, Who, make_record, make_staff

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
OTHER = re.compile(r'value="(other\.[0-9a-f]{8})"')


@pytest.fixture
def posts(cast: Cast, as_person: Any) -> Callable[..., Any]:
    def posted(address: str, who: Who = Who.OFFICE, **data: Any) -> Any:
        sent = {"uuid": str(uuid4()), "starts_on": str(MONDAY), "_scope": cast.scope_field(), **data}
        return as_person(who).post(address, sent)

    return posted


@pytest.fixture
def enrols(cast: Cast, posts: Any) -> Callable[..., Any]:
    def enrolled(who: Who = Who.OFFICE, **data: Any) -> Any:
        pupil = {"last_name": "Arrivant", "first_name": "Lou", "birth_date": "2013-05-06"}
        return posts("/people/new/pupil/", who, **{**pupil, "group": str(cast.own["division"].uuid), **data})

    return enrolled


@pytest.fixture
def appoints(posts: Any) -> Callable[..., Any]:
    def appointed(who: Who = Who.OFFICE, **data: Any) -> Any:
        somebody = {"last_name": "Relève", "first_name": "Sacha", "profile": "teacher"}
        return posts("/people/new/member/", who, **{**somebody, **data})

    return appointed


@pytest.fixture
def links(cast: Cast, posts: Any) -> Callable[..., Any]:
    def linked(who: Who = Who.OFFICE, **data: Any) -> Any:
        url = f"/people/{cast.own['pupil'].uuid}/guardians/new/"
        return posts(url, who, **{"kinship": "38", "level": "2", **data})

    return linked


def named(cast: Cast, last_name: str) -> list[PersonRecord]:
    with in_school(cast.own.school, cast.own.year):
        return list(PersonRecord.objects.filter(last_name=last_name))


def rows(cast: Cast, model: Any, **which: Any) -> list[Any]:
    with in_school(cast.own.school, cast.own.year):
        return list(model.objects.filter(**which).select_related().order_by("pk"))


def test_who_has_enrolled_a_pupil_is_told_so_and_what_comes_next(enrols: Any, as_person: Any) -> None:
    told = as_person(Who.OFFICE).get(enrols().url).content.decode()
    assert "L’élève est inscrit." in told and 'href="#guardians"' in told and 'id="guardians"' in told


def test_a_pupil_is_in_their_class_from_the_day_on(enrols: Any, cast: Cast) -> None:
    answer = enrols(ine="123 456 789 aa")
    (record,) = named(cast, "Arrivant")
    assert answer.status_code == 302 and answer.url == f"/people/{record.uuid}/edit/?saved=pupil"
    assert (record.ine, record.birth_date) == ("123456789AA", date(2013, 5, 6))
    (enrolment,) = rows(cast, Enrolment, record=record)
    (member,) = rows(cast, GroupMember, record=record)
    assert (enrolment.level, enrolment.starts_on, enrolment.unit_id) == (
        "4e",
        MONDAY,
        cast.own["division"].unit_id,
    )
    assert (member.group, member.enrolment_id, member.starts_on, member.source) == (
        cast.own["division"],
        enrolment.pk,
        MONDAY,
        "hand",
    )


def test_the_same_form_sent_twice_is_one_pupil(enrols: Any, cast: Cast) -> None:
    key = str(uuid4())
    answers = [enrols(uuid=key) for _again in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(named(cast, "Arrivant")) == 1


def test_a_form_that_served_says_so_when_it_comes_back_with_another_day(enrols: Any, cast: Cast) -> None:
    key = str(uuid4())
    enrols(uuid=key)
    answer = enrols(uuid=key, starts_on=str(TODAY))
    assert answer.status_code == 422 and "déjà servi" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"starts_on": "2025-11-20"}, "premier jour possible"),
        ({"starts_on": "2027-08-20"}, "dernier jour possible"),
        ({"last_name": "  "}, "obligatoire"),
        ({"birth_date": ""}, "obligatoire"),
        ({"birth_date": "2031-01-01"}, "à venir"),
        ({"group": "nothing"}, "id_group_error"),
    ],
)
def test_what_cannot_be_is_told_and_nobody_is_made(
    enrols: Any, cast: Cast, typed: dict[str, str], told: str
) -> None:
    persons = Person.objects.count()
    answer = enrols(**typed)
    assert answer.status_code == 422 and told in answer.content.decode()
    assert Person.objects.count() == persons


def test_a_group_is_no_class_and_another_schools_class_does_not_exist(enrols: Any, cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        club = Group.objects.create(kind=Group.Kind.MANUAL, code="CLUB", label="Club")
    for wrong in (club, cast.places[OTHER_SCHOOL]["division"]):
        assert enrols(group=str(wrong.uuid)).status_code == 422
    assert named(cast, "Arrivant") == []


def test_who_may_be_the_same_is_shown_before_anybody_is_made(enrols: Any, cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        make_record("ARRIVÂNT", "Lou", birth_date=date(2013, 5, 6))
    answer = enrols()
    told = answer.content.decode()
    assert answer.status_code == 422 and named(cast, "Arrivant") == []
    assert "ARRIVÂNT Lou – n’est pas ici aujourd’hui · même date de naissance" in told
    assert enrols(same=OTHER.search(told)[1]).status_code == 302  # type: ignore[index]
    assert len(named(cast, "Arrivant")) == 1


def test_another_birth_date_is_somebody_else(enrols: Any, cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        make_record("Arrivant", "Lou", birth_date=date(2012, 5, 6))
    assert enrols().status_code == 302


def test_who_came_back_is_the_same_person_with_a_new_enrolment(enrols: Any, cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        known = make_record("Arrivant", "Lou", birth_date=date(2013, 5, 6), city="Pantin")
    assert enrols(same=str(known.uuid)).status_code == 302
    (record,) = named(cast, "Arrivant")
    assert (record.pk, record.city) == (known.pk, "Pantin")
    assert [row.starts_on for row in rows(cast, Enrolment, record=known)] == [MONDAY]


def test_somebody_else_was_said_of_others_and_is_asked_again(enrols: Any, cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        make_record("Arrivant", "Lou", birth_date=date(2013, 5, 6))
        other = OTHER.search(enrols().content.decode())[1]  # type: ignore[index]
        make_record("Arrivant", "Lou")
    assert enrols(same=other).status_code == 422
    assert len(named(cast, "Arrivant")) == 2


def test_a_double_of_another_school_is_not_told_and_cannot_be_named(enrols: Any, cast: Cast) -> None:
    there = cast.places[OTHER_SCHOOL]
    with in_school(there.school, there.year):
        far = make_record("Arrivant", "Lou", birth_date=date(2013, 5, 6), ine="123456789AA")
    assert enrols(ine="123456789AA", same=str(far.uuid)).status_code == 302
    (record,) = named(cast, "Arrivant")
    assert record.pk != far.pk


def test_a_pupil_who_is_here_is_not_enrolled_again(enrols: Any, cast: Cast) -> None:
    pupil = cast.own["pupil"]
    answer = enrols(last_name=pupil.last_name, first_name="Camille", birth_date="", same=str(pupil.uuid))
    assert answer.status_code == 422  # a pupil's birth date is asked
    answer = enrols(
        last_name=pupil.last_name, first_name="Camille", birth_date="2013-03-17", same=str(pupil.uuid)
    )
    assert answer.status_code == 422 and "déjà inscrit" in answer.content.decode()
    assert len(rows(cast, Enrolment, record=pupil)) == 1


def test_the_ine_of_somebody_is_a_double_even_under_another_name(enrols: Any, cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        make_record("Autrenom", "Lou", birth_date=date(2012, 1, 1), ine="123456789AA")
    told = enrols(ine="123456789AA").content.decode()
    assert "AUTRENOM Lou" in told and "même INE" in told
    answer = enrols(ine="123456789AA", same=OTHER.search(told)[1])  # type: ignore[index]
    assert answer.status_code == 422 and "Cet INE est déjà celui" in answer.content.decode()


def test_a_new_guardian_is_known_to_the_pupils_teacher(links: Any, cast: Cast, as_person: Any) -> None:
    answer = links(last_name="Aïeul", first_name="Paul", mobile_phone="+33639980001", may_collect="on")
    assert answer.status_code == 302
    (record,) = named(cast, "Aïeul")
    (link,) = rows(cast, Guardianship, guardian=record)
    assert record.mobile_phone == "06 39 98 00 01"
    assert (link.pupil, link.level, link.kinship, link.houses, link.may_collect, link.starts_on) == (
        cast.own["pupil"],
        2,
        "38",
        False,
        True,
        MONDAY,
    )
    told = as_person(Who.OFFICE).get(f"/people/{cast.own['pupil'].uuid}/edit/").content.decode()
    assert "Paul Aïeul" in told


def test_somebody_of_the_school_answers_for_a_pupil_without_a_second_record(links: Any, cast: Cast) -> None:
    persons = Person.objects.count()
    assert links(known=str(cast.own["cpe"].uuid)).status_code == 302
    assert Person.objects.count() == persons
    assert [link.guardian for link in rows(cast, Guardianship, kinship="38")] == [cast.own["cpe"]]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Choisissez une personne connue"),
        ({"last_name": "A", "kinship": "70"}, "choix"),
        ({"last_name": "A", "level": "4"}, "choix"),
        ({"last_name": "A", "mobile_phone": "demander"}, "dix chiffres"),
        ({"last_name": "A", "starts_on": "2020-01-01"}, "premier jour possible"),
    ],
)
def test_a_guardian_that_cannot_be_is_told(links: Any, cast: Cast, typed: dict[str, str], told: str) -> None:
    before = rows(cast, Guardianship)
    answer = links(**typed)
    assert answer.status_code == 422 and told in answer.content.decode()
    assert rows(cast, Guardianship) == before


def test_a_known_person_and_a_new_name_are_one_too_many(links: Any, cast: Cast) -> None:
    answer = links(known=str(cast.own["cpe"].uuid), last_name="Aïeul")
    assert answer.status_code == 422 and "aussi choisi une personne connue" in answer.content.decode()


def test_who_answers_for_them_already_is_told_so(links: Any, cast: Cast) -> None:
    answer = links(known=str(cast.own["guardian"].uuid))
    assert answer.status_code == 422 and "est déjà responsable" in answer.content.decode()


def test_nobody_is_their_own_guardian_nor_somebody_of_another_school(links: Any, cast: Cast) -> None:
    before = rows(cast, Guardianship)
    for wrong in (cast.own["pupil"], cast.places[OTHER_SCHOOL]["guardian"]):
        assert links(known=str(wrong.uuid)).status_code == 422
    assert rows(cast, Guardianship) == before


def test_looking_for_a_name_is_no_error_and_loses_nothing(links: Any) -> None:
    answer = links(known_q="cpe", known_find="1", last_name="Aïeul")
    assert answer.status_code == 200 and 'value="Aïeul"' in answer.content.decode()


def test_a_guardian_met_under_the_same_number_is_shown(links: Any, cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        make_record("Voisine", mobile_phone="0639980001")
    told = links(last_name="Aïeul", mobile_phone="06.39.98.00.01").content.decode()
    assert "VOISINE Camille" in told and "même téléphone" in told
    assert named(cast, "Aïeul") == []


def test_a_pupils_number_is_no_double_of_their_parent(links: Any, cast: Cast) -> None:
    pupil = cast.own["pupil"]
    answer = links(last_name="Aïeul", mobile_phone=pupil.mobile_phone, email=pupil.email)
    assert answer.status_code == 302


def test_the_same_link_sent_twice_is_one(links: Any, cast: Cast) -> None:
    key = str(uuid4())
    for _again in range(2):
        assert links(uuid=key, last_name="Aïeul").status_code == 302
    assert len(named(cast, "Aïeul")) == 1


def test_somebody_comes_to_work_with_the_profile_and_the_title_given(appoints: Any, cast: Cast) -> None:
    assert appoints(title="Professeure de lettres", ends_on="2026-12-18", civility="MME").status_code == 302
    (record,) = named(cast, "Relève")
    (membership,) = rows(cast, Membership, record=record)
    assert (membership.profile.code, membership.title) == ("teacher", "Professeure de lettres")
    assert (membership.starts_on, membership.ends_on) == (MONDAY, date(2026, 12, 18))


def test_the_same_member_sent_twice_is_one(appoints: Any, cast: Cast) -> None:
    key = str(uuid4())
    for _again in range(2):
        assert appoints(uuid=key).status_code == 302
    assert (
        len(named(cast, "Relève")) == 1 and len(rows(cast, Membership, record=named(cast, "Relève")[0])) == 1
    )


def test_a_last_day_before_the_first_makes_nobody(appoints: Any, cast: Cast) -> None:
    answer = appoints(ends_on="2026-11-20")
    assert answer.status_code == 422 and "vient après le premier" in answer.content.decode()
    assert named(cast, "Relève") == []


@pytest.mark.parametrize("profile", ["head", "deputy", "configurer"])
def test_only_management_gives_what_opens_the_whole_school(
    appoints: Any, cast: Cast, as_person: Any, profile: str
) -> None:
    if profile == "configurer":
        with in_school(cast.own.school, cast.own.year):
            Profile.objects.create(
                code=profile, label="Administrateur", kind="staff", duties=["configure"], national="x"
            )
    assert f'value="{profile}"' not in as_person(Who.OFFICE).get("/people/new/member/").content.decode()
    assert appoints(profile=profile).status_code == 422 and named(cast, "Relève") == []
    assert appoints(Who.HEAD, profile=profile).status_code == 302


def test_pupils_and_guardians_are_no_profile_to_give(appoints: Any, cast: Cast) -> None:
    for profile in ("pupil", "guardian"):
        assert appoints(Who.HEAD, profile=profile).status_code == 422
    assert named(cast, "Relève") == []


def test_the_office_gives_itself_nothing(cast: Cast, posts: Any) -> None:
    own = cast.own
    answer = posts(f"/people/{own['office'].uuid}/profiles/", profile="nurse")
    assert answer.status_code == 422 and "par la direction" in answer.content.decode()
    assert len(rows(cast, Membership, record=own["office"])) == 1
    assert posts(f"/people/{own['nurse'].uuid}/profiles/", profile="social_worker").status_code == 302


def test_one_more_profile_once_and_not_one_they_have(cast: Cast, posts: Any) -> None:
    url = f"/people/{cast.own['teacher'].uuid}/profiles/"
    for _again in range(2):
        assert posts(url, profile="librarian").status_code == 302
    assert len(rows(cast, Membership, record=cast.own["teacher"])) == 2
    answer = posts(url, profile="teacher")
    assert answer.status_code == 422 and "a déjà le profil" in answer.content.decode()


def test_somebody_who_left_years_ago_comes_back_as_themselves(appoints: Any, cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        known = make_staff("Relève", "teacher", first_name="Sacha", starts_on=date(2020, 9, 1))
        Membership.objects.filter(record=known).update(ends_on=date(2022, 7, 1))
    told = appoints().content.decode()
    assert "RELÈVE Sacha – n’est pas ici aujourd’hui" in told
    assert appoints(same=str(known.uuid)).status_code == 302
    assert [row.starts_on for row in rows(cast, Membership, record=known)] == [date(2020, 9, 1), MONDAY]


def test_who_left_this_year_is_found_where_one_adds_people(cast: Cast, as_person: Any) -> None:
    told = as_person(Who.OFFICE).get("/people/new/").content.decode()
    assert "FORMER Camille" in told and "Chef d’établissement, jusqu’au 19 novembre" in told
    assert "PROPREPROF" not in told
