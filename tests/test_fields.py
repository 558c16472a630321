"""Which field of whom each person sees, written out: not derived from the rules it checks."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from preau.kernel.access.acting import acting, directory
from preau.kernel.access.actor import Identity
from preau.kernel.models import School
from preau.kernel.tenancy.scope import current_scope, in_school
from preau.modules.directory.models import AccessRule, Guardianship, Narrowing, PersonRecord, Profile, Right
from preau.modules.directory.models.defaults import default_rules
from preau.modules.directory.models.rules import condition_for
from preau.modules.directory.selectors.people import facts_about
from preau.modules.directory.selectors.rules import number_now
from preau.modules.directory.services import change_rules
from preau.modules.directory.testing import (
    CARE,
    MANAGEMENT,
    OTHER_CLASS,
    OTHER_SCHOOL,
    OWN,
    SCHOOL_LIFE,
    STAFF,
    TODAY,
    Cast,
    Who,
    make_guardian,
    make_record,
)

FILES = MANAGEMENT | SCHOOL_LIFE | CARE | Who.OFFICE

# (whose page, where) -> field -> who sees it
SEEN: dict[tuple[str, str], dict[str, Who]] = {
    ("pupil", OWN): {
        "address": FILES | Who.PUPIL | Who.GUARDIAN,
        "phone": FILES | Who.PUPIL | Who.GUARDIAN | Who.TEACHER,  # the cast's teacher leads the class
        "email": FILES | Who.PUPIL | Who.GUARDIAN | Who.TEACHER,
        "birth date": FILES | Who.PUPIL | Who.GUARDIAN | Who.TEACHER | Who.COUNSELLOR,
        "guardians": FILES | Who.PUPIL | Who.GUARDIAN | Who.TEACHER | Who.COUNSELLOR,
        "guardian's phone": FILES | Who.GUARDIAN | Who.TEACHER,
        "restricted guardian": FILES | Who.TEACHER,
        "contact": FILES | Who.TEACHER,
    },
    ("pupil", OTHER_CLASS): {
        "address": FILES,
        "phone": FILES,
        "email": FILES,
        "birth date": FILES | Who.COUNSELLOR,
        "guardians": FILES | Who.COUNSELLOR,
        "guardian's phone": FILES,
    },
    ("guardian", OWN): {
        "address": FILES | Who.GUARDIAN,
        "phone": FILES | Who.GUARDIAN | Who.TEACHER,
        "email": FILES | Who.GUARDIAN | Who.TEACHER,
        "birth date": Who.GUARDIAN,
    },
    ("guardian", OTHER_CLASS): {"address": FILES, "phone": FILES, "email": FILES, "birth date": Who.NOBODY},
    ("teacher", OWN): {
        "address": MANAGEMENT | Who.OFFICE | Who.TEACHER,
        "phone": MANAGEMENT | Who.OFFICE | Who.TEACHER,
        "email": STAFF,
        "birth date": MANAGEMENT | Who.OFFICE | Who.TEACHER,
    },
}


def _mark(cast: Cast, whose: str, place: str, field: str) -> str:
    there = cast.places[place]
    record = there[whose]
    return {
        "address": record.address,
        "phone": record.mobile_phone,
        "email": record.email,
        "birth date": "17 mars 2013",
        "guardians": there["guardian"].last_name,
        "guardian's phone": there["guardian"].mobile_phone,
        "restricted guardian": cast.own["restricted"].last_name,
        "contact": cast.own["contact"].last_name,
    }[field]


@pytest.mark.parametrize("who", list(Who), ids=lambda who: who.name.lower())
@pytest.mark.parametrize(("whose", "place"), SEEN, ids=lambda value: value)
def test_each_field_has_its_own_rule(whose: str, place: str, who: Who, cast: Cast, as_person: Any) -> None:
    url = reverse("directory:person_detail", kwargs={"record": cast.places[place][whose].uuid})
    body = _plain(as_person(who).get(url))
    for field, readers in SEEN[whose, place].items():
        assert (_mark(cast, whose, place, field).casefold() in body) == (who in readers), field


def _plain(response: Any) -> str:
    """The page in small letters (lists write names in capitals), numbers without their thin spaces."""
    return response.content.decode().replace("\u202f", "").replace("\xa0", "").casefold()


def _page(as_person: Any, who: Who, record: Any) -> Any:
    return as_person(who).get(reverse("directory:person_detail", kwargs={"record": record.uuid}))


def test_a_parent_who_does_not_house_the_child_never_reads_the_other_parents_address(cast, as_person):
    with in_school(cast.own.school, cast.own.year):
        pupil = cast.own["pupil"]
        pupil.home_phone = "01 48 00 00 99"
        pupil.save()
        Guardianship.objects.filter(guardian=cast.own["guardian"]).update(houses=False)
    page = _plain(_page(as_person, Who.GUARDIAN, pupil))
    assert pupil.email in page
    assert pupil.address.casefold() not in page
    assert "48 00 00 99" not in page and "48000099" not in page


def test_two_parents_never_read_each_others_contacts(cast, as_person):
    with in_school(cast.own.school, cast.own.year):
        other = make_record(
            "Coparent", address="9 rue secrete", mobile_phone="0699999999", email="secret@exemple.fr"
        )
        make_guardian(cast.own["enrolment"], other, starts_on=cast.own.year.starts_on)
    for record in (cast.own["pupil"], other):
        page = _plain(_page(as_person, Who.GUARDIAN, record))
        assert "coparent" in page
        assert not [word for word in ("secrete", "0699999999", "secret@") if word in page]


def test_a_teacher_who_is_the_childs_parent_gets_no_more_of_the_other_parent(cast, as_person):
    with in_school(cast.own.school, cast.own.year):
        make_guardian(cast.own["enrolment"], cast.own["teacher"], houses=False)
    pupil = _plain(_page(as_person, Who.TEACHER, cast.own["pupil"]))
    other = _plain(_page(as_person, Who.TEACHER, cast.own["guardian"]))
    assert cast.own["pupil"].address.casefold() not in pupil
    for page in (pupil, other):
        assert cast.own["guardian"].mobile_phone not in page
        assert cast.own["guardian"].email not in page


def test_a_guardian_of_level_two_knows_the_child_and_little_more(cast, as_person):
    page = _plain(_page(as_person, Who.CARER, cast.own["pupil"]))
    assert cast.own["pupil"].last_name.casefold() in page
    hidden = (cast.own["pupil"].address, cast.own["guardian"].last_name, "17 mars 2013")
    assert not [word for word in hidden if word.casefold() in page]


@pytest.mark.parametrize("who", [Who.CONTACT, Who.RESTRICTED])
def test_a_contact_and_a_restricted_parent_find_nothing_open(who, cast, as_person):
    response = as_person(who).get("/")
    assert response.status_code == 403
    assert cast.own["pupil"].last_name not in response.content.decode()


def test_a_courts_restriction_shuts_out_whatever_older_row_was_never_ended(cast, as_person):
    with in_school(cast.own.school, cast.own.year):
        make_guardian(
            cast.own["enrolment"],
            cast.own["guardian"],
            starts_on=cast.own.year.starts_on,
            restriction=Guardianship.Restriction.NO_INFORMATION,
        )
        assert not Guardianship.objects.giving_access(TODAY).filter(guardian=cast.own["guardian"]).exists()
    assert as_person(Who.GUARDIAN).get("/").status_code == 403
    for_pupil = _plain(_page(as_person, Who.PUPIL, cast.own["pupil"]))
    assert cast.own["guardian"].last_name.casefold() not in for_pupil


def test_the_two_ways_of_reading_a_guardianship_agree(cast):
    """The hats are read by hand-written SQL, lists through the queryset: over every combination."""
    person = cast.people[Who.GUARDIAN]
    days = (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))
    with in_school(cast.own.school, cast.own.year):
        rows = Guardianship.objects.filter(guardian=cast.own["guardian"])
        for level, restriction, ends_on, withdrawn_on in product(
            (1, 2, 3), ("", "no_information"), days, days
        ):
            rows.update(level=level, restriction=restriction, ends_on=ends_on, withdrawn_on=withdrawn_on)
            hats = directory().presence_of(Identity(person.pk)).hats
            opens = rows.giving_access(TODAY).exists()
            assert bool(hats) == opens, (level, restriction, ends_on, withdrawn_on)


def test_the_facts_about_people_give_what_the_lists_give(cast):
    """`Facts.give` and `condition_for` are two readings of the same rules: over everybody here."""
    for who in (Who.HEAD, Who.TEACHER, Who.PUPIL, Who.GUARDIAN, Who.CARER, Who.DIGITAL_LEAD, Who.PARTNER):
        with acting(Identity(cast.people[who].pk), cast.own.school, cast.own.year) as actor:
            standing = actor.standings[cast.own.school.pk]
            every = set(PersonRecord.objects.values_list("pk", flat=True))
            facts = facts_about(standing, every, tuple(Right))
            for right in Right:
                listed = set(
                    PersonRecord.objects.filter(condition_for(right, standing)).values_list("pk", flat=True)
                )
                assert {pk for pk, about in facts.items() if about.give(right, standing.policy)} == listed, (
                    who,
                    right,
                )


@pytest.mark.parametrize(
    ("right", "subject", "relation"),
    [
        ("address", "guardian", "any_guardian"),
        ("phone", "guardian", "co_guardian"),
        ("address", "pupil", "guardian_of"),
        ("address", "pupil", "neighbour_of"),
        ("salary", "staff", "self"),
    ],
)
def test_a_rule_no_school_may_make_is_refused_by_the_database(right, subject, relation, cast):
    with in_school(cast.own.school), pytest.raises(IntegrityError):
        AccessRule.objects.create(right=right, subject=subject, relation=relation)


def test_a_pupil_of_age_takes_back_a_parents_access(cast, as_person):
    with in_school(cast.own.school):
        Guardianship.objects.filter(guardian=cast.own["guardian"]).update(
            withdrawn_on=cast.own.year.starts_on
        )
    assert as_person(Who.GUARDIAN).get("/").status_code == 403


def test_a_guardianship_that_ended_opens_nothing(cast, as_person):
    with in_school(cast.own.school):
        Guardianship.objects.filter(guardian=cast.own["guardian"]).update(ends_on=cast.own.year.starts_on)
    assert as_person(Who.GUARDIAN).get("/").status_code == 403


def _back_to_the_beginning(school):
    with in_school(school):
        number = number_now()
    change_rules(actor=None, school=school, base_number=number, rules=default_rules())


def test_a_school_changes_a_rule_and_the_next_page_follows(cast, as_person):
    pupil = cast.own["pupil"]
    assert pupil.email in _plain(_page(as_person, Who.TEACHER, pupil))
    with in_school(cast.own.school):
        AccessRule.objects.filter(right="email", subject="pupil", relation__contains="teacher").delete()
    assert pupil.email not in _plain(_page(as_person, Who.TEACHER, pupil))
    _back_to_the_beginning(cast.own.school)
    assert pupil.email in _plain(_page(as_person, Who.TEACHER, pupil))


@pytest.mark.parametrize(
    "write",
    [
        lambda: Profile.objects.create(code="essai", label="Essai", kind="staff", national="X", audience="X"),
        lambda: Profile.objects.get(code="teacher").save(),
        lambda: Profile.objects.filter(code="teacher").update(rank=3),
        lambda: Narrowing.objects.bulk_create(
            [Narrowing(permission="directory.read", profile=Profile.objects.get(code="cpe"))]
        ),
        lambda: AccessRule.objects.filter(right="photo").delete(),
        lambda: AccessRule.objects.bulk_update(_same_rules(), ["relation"]),
        lambda: _raw("UPDATE directory_profile SET rank = 9 WHERE school_id = %s"),
        lambda: _raw("DELETE FROM directory_accessrule WHERE school_id = %s"),
    ],
)
def test_no_write_to_the_rules_of_a_school_can_leave_its_version(cast, write):
    """And no other school's moves with it."""

    def versions() -> list:
        return [
            School.objects.get(pk=place.school.pk).rules_version
            for place in (cast.own, cast.places[OTHER_SCHOOL])
        ]

    before = versions()
    with in_school(cast.own.school):
        write()
    after = versions()
    assert after[0] != before[0] and after[1] == before[1]


def _same_rules():
    return list(AccessRule.objects.all()[:3])


def _raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [current_scope().only_school])


def test_a_school_saved_by_who_read_it_long_ago_keeps_its_rules_version(cast):
    school = School.objects.get(pk=cast.own.school.pk)
    with in_school(cast.own.school):
        AccessRule.objects.filter(right="email").delete()
    _back_to_the_beginning(cast.own.school)
    moved = School.objects.get(pk=school.pk).rules_version
    school.city = "Pantin"
    school.save()
    assert School.objects.get(pk=school.pk).rules_version == moved


def test_a_school_narrows_a_permission_for_one_profile(cast, as_person):
    with in_school(cast.own.school):
        Narrowing.objects.create(permission="directory.read", profile=Profile.objects.get(code="teacher"))
    assert as_person(Who.TEACHER).get("/people/").status_code == 403
    assert _page(as_person, Who.TEACHER, cast.own["pupil"]).status_code == 403
    assert as_person(Who.CPE).get("/people/").status_code == 200


def test_lists_pages_and_search_agree_on_who_is_known(cast, as_person):
    """Whoever the list names has a page, and whoever it does not has none."""
    for who in (Who.PUPIL, Who.GUARDIAN, Who.CARER, Who.TEACHER, Who.HEAD, Who.PARTNER):
        client = as_person(who)
        listed = client.get("/people/").content.decode()
        for place in cast.places.values():
            for whose in ("pupil", "guardian", "teacher"):
                record = place[whose]
                answered = client.get(reverse("directory:person_detail", kwargs={"record": record.uuid}))
                found = client.get("/people/", {"q": record.last_name}).content.decode()
                in_list = str(record.uuid) in listed
                assert in_list == (answered.status_code == 200) == (str(record.uuid) in found), (who, whose)
