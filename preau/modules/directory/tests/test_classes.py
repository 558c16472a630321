"""A pupil changes class: from a day on, and the lists of before stay true."""

from datetime import date, timedelta
from typing import Any

import pytest

from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import Enrolment, Group, GroupMember
from preau.modules.directory.testing import OTHER_CLASS, OTHER_SCHOOL, TODAY, Cast, Who, join, make_division

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def classes_of(cast: Cast) -> list[tuple[int, date, date | None]]:
    with in_school(cast.own.school, cast.own.year):
        members = GroupMember.objects.filter(record=cast.own["pupil"], group__kind=Group.Kind.DIVISION)
        return list(members.order_by("starts_on").values_list("group_id", "starts_on", "ends_on"))


@pytest.fixture
def sent(cast: Cast, as_person: Any) -> Any:
    """The answer to `who`, who puts the pupil, or `thing`, in a class."""

    def answered(who: Who, group: Any, day: date | str, thing: str = "pupil") -> Any:
        data = {"group": str(group.uuid), "starts_on": str(day), "_scope": cast.scope_field()}
        return as_person(who).post(f"/people/{cast.own[thing].uuid}/class/", data)

    return answered


def test_from_a_day_on_and_to_the_eve_in_the_one_before(sent: Any, cast: Cast) -> None:
    (before,) = classes_of(cast)
    other = cast.places[OTHER_CLASS]["division"]
    assert sent(Who.OFFICE, other, MONDAY).status_code == 302
    assert classes_of(cast) == [(before[0], before[1], MONDAY - DAY), (other.pk, MONDAY, before[2])]


def test_sent_twice_it_is_one_change(sent: Any, cast: Cast) -> None:
    for _ in range(2):
        assert sent(Who.HEAD, cast.places[OTHER_CLASS]["division"], MONDAY).status_code == 302
    assert len(classes_of(cast)) == 2


def test_another_mind_for_the_same_day_leaves_no_trace_on_the_lists(sent: Any, cast: Cast) -> None:
    (before,) = classes_of(cast)
    sent(Who.OFFICE, cast.places[OTHER_CLASS]["division"], MONDAY)
    with in_school(cast.own.school, cast.own.year):
        third = make_division("4C", year=cast.own.year)
    assert sent(Who.OFFICE, third, MONDAY).status_code == 302
    assert [group for group, _first, _last in classes_of(cast)] == [before[0], third.pk]


def test_the_level_follows_the_class(sent: Any, cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        third = make_division("3D", year=cast.own.year, level="3e")
    sent(Who.OFFICE, third, MONDAY)
    with in_school(cast.own.school, cast.own.year):
        assert Enrolment.objects.get(record=cast.own["pupil"]).level == "3e"


def test_a_later_change_stands_in_the_way_and_says_so(sent: Any, cast: Cast) -> None:
    sent(Who.OFFICE, cast.places[OTHER_CLASS]["division"], MONDAY + 7 * DAY)
    before = classes_of(cast)
    answer = sent(Who.OFFICE, cast.own["division"], MONDAY + DAY)
    assert answer.status_code == 422 and "déjà prévu le 30 novembre" in answer.content.decode()
    assert classes_of(cast) == before


@pytest.mark.parametrize("day", ["2025-11-20", "2028-01-01", "31/02/2026", ""])
def test_a_day_outside_the_year_changes_nothing_and_loses_nothing_typed(
    sent: Any, cast: Cast, day: str
) -> None:
    before = classes_of(cast)
    answer = sent(Who.OFFICE, cast.places[OTHER_CLASS]["division"], day)
    assert answer.status_code == 422 and classes_of(cast) == before
    assert "selected" in answer.content.decode().split('id="class"')[1].split("</form>")[0]


def test_a_group_is_no_class_and_another_schools_class_does_not_exist(sent: Any, cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        club = Group.objects.create(kind=Group.Kind.MANUAL, code="CLUB", label="Club")
    for wrong in (club, cast.places[OTHER_SCHOOL]["division"]):
        assert sent(Who.OFFICE, wrong, MONDAY).status_code == 422
    assert len(classes_of(cast)) == 1


def test_who_is_not_enrolled_is_put_in_no_class(sent: Any, cast: Cast) -> None:
    assert sent(Who.OFFICE, cast.own["division"], MONDAY, thing="teacher").status_code == 422
    with in_school(cast.own.school, cast.own.year):
        assert not GroupMember.objects.pupils().filter(record=cast.own["teacher"]).exists()


def test_the_teacher_of_the_class_left_knows_their_family_no_more(
    sent: Any, cast: Cast, as_person: Any
) -> None:
    page = f"/people/{cast.own['pupil'].uuid}/"
    assert "Responsables" in as_person(Who.TEACHER).get(page).content.decode()
    assert sent(Who.OFFICE, cast.places[OTHER_CLASS]["division"], TODAY).status_code == 302
    assert "Responsables" not in as_person(Who.TEACHER).get(page).content.decode()


def test_who_may_not_sees_no_form(cast: Cast, as_person: Any) -> None:
    page = f"/people/{cast.own['pupil'].uuid}/"
    assert "Changer de classe" in as_person(Who.OFFICE).get(page).content.decode()
    for who in (Who.TEACHER, Who.GUARDIAN, Who.PUPIL, Who.CPE):
        assert "Changer de classe" not in as_person(who).get(page).content.decode()
    teacher = as_person(Who.OFFICE).get(f"/people/{cast.own['teacher'].uuid}/").content.decode()
    assert "/class/" not in teacher


def test_who_leaves_a_class_leaves_its_parts_and_no_other_group(sent: Any, cast: Cast) -> None:
    own, first = cast.own, cast.own.year.starts_on
    with in_school(own.school, own.year):
        half, later = (
            Group.objects.create(kind=Group.Kind.PART, code=code, label=code, part_of=own["division"])
            for code in ("4B1", "4B2")
        )
        club = Group.objects.create(kind=Group.Kind.MANUAL, code="CLUB", label="Club")
        for group, starts_on in ((half, first), (later, MONDAY), (club, first)):
            join(own["enrolment"], group, starts_on=starts_on)
    assert sent(Who.OFFICE, cast.places[OTHER_CLASS]["division"], MONDAY).status_code == 302
    with in_school(own.school, own.year):
        members = GroupMember.objects.filter(record=own["pupil"], group__in=(half, later, club))
        assert set(members.values_list("group", "starts_on", "ends_on")) == {
            (half.pk, first, MONDAY - DAY),
            (club.pk, first, None),
        }


def test_put_where_they_are_they_stay_in_its_parts(sent: Any, cast: Cast) -> None:
    own = cast.own
    with in_school(own.school, own.year):
        half = Group.objects.create(kind=Group.Kind.PART, code="4B1", label="4B1", part_of=own["division"])
        join(own["enrolment"], half, starts_on=own.year.starts_on)
    assert sent(Who.OFFICE, own["division"], MONDAY).status_code == 302
    with in_school(own.school, own.year):
        assert GroupMember.objects.get(group=half).ends_on is None


def test_the_form_says_what_becomes_of_groups(cast: Cast, as_person: Any) -> None:
    page = as_person(Who.OFFICE).get(f"/people/{cast.own['pupil'].uuid}/").content.decode()
    assert "quitte aussi les parties de cette classe" in page
