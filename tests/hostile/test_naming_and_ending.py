"""Naming and ending."""

import pytest

from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import (
    Function,
    PersonRecord,
)
from preau.modules.directory.testing import (
    OTHER_CLASS,
    OTHER_SCHOOL,
    OTHER_YEAR,
    OWN,
    Cast,
    Who,
    make_course,
    make_staff,
)
from tests.hostile.trying import appointment, end_url, head_teachers_url, in_own, send, words


@pytest.fixture
def teachers(cast: Cast) -> tuple[PersonRecord, PersonRecord]:
    """Two who teach both classes of the cast and lead none."""
    with in_own(cast):
        both = make_staff("Unprof", "teacher"), make_staff("Deuxprof", "teacher")
        make_course(
            "deux", [cast.own["division"], cast.places[OTHER_CLASS]["division"]], *both, year=cast.own.year
        )
    return both


def _led(cast: Cast, record: PersonRecord) -> int:
    with in_own(cast):
        return int(Function.objects.filter(record=record).count())


def test_an_appointment_sent_twice_is_one(cast, as_person, teachers):
    head, sent = as_person(Who.HEAD), appointment(teachers[0])
    assert [send(head, head_teachers_url(cast.own), cast, **sent).status_code for _ in range(3)] == [302] * 3
    assert _led(cast, teachers[0]) == 1
    again = send(head, head_teachers_url(cast.own), cast, **appointment(teachers[0]))
    assert again.status_code == 422 and _led(cast, teachers[0]) == 1


def test_a_form_used_before_for_another_person_class_or_day_is_said_to_be_used(cast, as_person, teachers):
    head, sent = as_person(Who.HEAD), appointment(teachers[0])
    send(head, head_teachers_url(cast.own), cast, **sent)
    for url, change in (
        (head_teachers_url(cast.own), {"record": str(teachers[1].uuid)}),
        (head_teachers_url(cast.places[OTHER_CLASS]), {}),
        (head_teachers_url(cast.own), {"starts_on": "2026-11-24"}),
    ):
        answer = send(head, url, cast, **{**sent, **change})
        assert answer.status_code in (409, 422), url
    assert (_led(cast, teachers[0]), _led(cast, teachers[1])) == (1, 0)


@pytest.mark.parametrize("place", [OTHER_SCHOOL, OTHER_YEAR, OTHER_CLASS])
def test_a_uuid_taken_from_elsewhere_changes_nothing_there(place, cast, as_person, teachers):
    there = cast.places[place]
    sent = appointment(teachers[0], uuid=str(there["function"].uuid))
    assert send(as_person(Who.HEAD), head_teachers_url(cast.own), cast, **sent).status_code in (302, 409, 422)
    with in_school(there.school, there.year):
        untouched = Function.objects.get(pk=there["function"].pk)
        assert (untouched.record_id, untouched.group_id, untouched.version) == (
            there["teacher"].pk,
            there["division"].pk,
            1,
        )


@pytest.mark.parametrize(
    "whose",
    [(OWN, "pupil"), (OWN, "guardian"), (OWN, "head"), (OTHER_CLASS, "teacher"), (OTHER_SCHOOL, "teacher")],
)
def test_only_who_teaches_the_class_is_put_in_charge_of_it(whose, cast, as_person):
    place, who = whose
    answer = send(
        as_person(Who.HEAD), head_teachers_url(cast.own), cast, **appointment(cast.places[place][who])
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("day", "expected"), [("2026-08-31", 422), ("2026-09-01", 302), ("2027-07-04", 302), ("2027-07-05", 422)]
)
def test_an_appointment_lies_in_the_year(day, expected, cast, as_person, teachers):
    sent = appointment(teachers[0], starts_on=day)
    assert send(as_person(Who.HEAD), head_teachers_url(cast.own), cast, **sent).status_code == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-08-31", 422), ("2026-09-01", 302), ("2027-07-04", 302), ("2027-07-05", 422), ("9999-12-31", 422)],
)
def test_a_function_ends_in_its_year_and_not_before_it_began(day, expected, cast, as_person):
    assert (
        send(as_person(Who.HEAD), end_url(cast.own), cast, version="1", ends_on=day).status_code == expected
    )


def test_who_was_slower_is_told_both_days_and_changes_nothing(cast, as_person):
    head, deputy = as_person(Who.HEAD), as_person(Who.DEPUTY)
    assert send(head, end_url(cast.own), cast, version="1", ends_on="2026-12-18").status_code == 302
    late = send(deputy, end_url(cast.own), cast, version="1", ends_on="2027-01-08")
    assert late.status_code == 409
    assert "18 décembre 2026" in words(late) and "8 janvier 2027" in words(late)
    assert (
        send(deputy, end_url(cast.own), cast, version="1", ends_on="2026-12-18").status_code == 302
    )  # the same again
    with in_own(cast):
        assert Function.objects.get(pk=cast.own["function"].pk).version == 2


def test_nobody_leads_a_class_twice_at_a_time(cast, as_person):
    head = as_person(Who.HEAD)
    send(head, end_url(cast.own), cast, version="1", ends_on="2026-12-18")
    overlapping = appointment(cast.own["teacher"], starts_on="2026-12-18")
    after = appointment(cast.own["teacher"], starts_on="2026-12-19")
    assert send(head, head_teachers_url(cast.own), cast, **overlapping).status_code == 422
    assert send(head, head_teachers_url(cast.own), cast, **after).status_code == 302
