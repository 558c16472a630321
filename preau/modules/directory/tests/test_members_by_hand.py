"""Who is in a class or group, from a day on, some weeks or all; the past is not written anew."""

from datetime import date, timedelta
from typing import Any

import pytest

from preau.kernel.calendar import WEEKS_A, WEEKS_B
from preau.kernel.models import SchoolUnit
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import Group, GroupMember, PersonRecord
from preau.modules.directory.testing import (
    OTHER_CLASS,
    OTHER_SCHOOL,
    TODAY,
    Cast,
    Who,
    join,
    make_division,
    make_pupil,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)


@pytest.fixture
def here(cast: Cast) -> Any:
    with in_school(cast.own.school, cast.own.year):
        yield cast.own


@pytest.fixture
def put(cast: Cast, as_person: Any) -> Any:
    """The answer to the office, who puts people found in a place into a group."""

    def sent(group: Group, *people: PersonRecord, day: Any = MONDAY, where: Any = "", **given: Any) -> Any:
        data = {
            "records": [str(each.uuid) for each in people],
            "starts_on": str(day),
            "where": str(where or cast.own["division"].uuid),
            "_scope": cast.scope_field(),
            **given,
        }
        return as_person(Who.OFFICE).post(f"/groups/{group.uuid}/members/create/", data)

    return sent


@pytest.fixture
def take(cast: Cast, as_person: Any) -> Any:
    def sent(group: Group, *people: PersonRecord, day: Any = MONDAY) -> Any:
        data = {"records": [str(each.uuid) for each in people], "starts_on": str(day)}
        data["_scope"] = cast.scope_field()
        return as_person(Who.OFFICE).post(f"/groups/{group.uuid}/members/end/", data)

    return sent


def make_group(kind: str, code: str = "G1", **given: Any) -> Group:
    unit = SchoolUnit.objects.first()
    made: Group = Group.objects.create(kind=kind, code=code, label=code, unit=unit, **given)
    return made


def spans(group: Group, record: PersonRecord) -> list[tuple[date, date | None, int | None]]:
    rows = GroupMember.objects.filter(group=group, record=record).order_by("starts_on")
    return list(rows.values_list("starts_on", "ends_on", "weeks"))


def test_several_pupils_at_once_from_a_day_on(put: Any, here: Any) -> None:
    group = make_group("teaching")
    others = [make_pupil(f"Eleve{i}", here["division"], year=here.year).record for i in range(3)]
    assert put(group, *others).status_code == 302
    for record in others:
        assert spans(group, record) == [(MONDAY, None, None)]
    row = GroupMember.objects.filter(group=group).first()
    assert (row.role, row.source) == ("pupil", "hand") and row.enrolment is not None


@pytest.mark.parametrize(("typed", "mask"), [("a", WEEKS_A), ("b", WEEKS_B), ("", None)])
def test_all_weeks_or_one_of_two(put: Any, here: Any, as_person: Any, typed: str, mask: int | None) -> None:
    group = make_group("part", part_of=here["division"])
    assert put(group, here["pupil"], day=TODAY, weeks=typed).status_code == 302
    assert spans(group, here["pupil"]) == [(TODAY, None, mask)]
    page = as_person(Who.OFFICE).get(f"/groups/{group.uuid}/manage/").content.decode()
    assert ("semaines\u00a0" in page) == bool(mask)
    if typed:
        assert f"semaines\u00a0{typed.upper()}" in page


def test_the_first_week_of_the_year_is_an_a(here: Any) -> None:
    members = [
        GroupMember(
            weeks=mask, record=here["pupil"], enrolment=here["enrolment"], starts_on=here.year.starts_on
        )
        for mask in (WEEKS_A, WEEKS_B)
    ]
    for member, code in zip(members, "AB", strict=True):
        member.group = make_group("part", code, part_of=here["division"])
        member.save()
    first = GroupMember.objects.present(here.year, here.year.starts_on)
    assert [row.group.code for row in first.filter(group__kind="part")] == ["A"]
    next_week = GroupMember.objects.present(here.year, here.year.starts_on + 7 * DAY)
    assert [row.group.code for row in next_week.filter(group__kind="part")] == ["B"]


def test_other_weeks_begin_on_the_day_and_those_of_before_end_on_the_eve(put: Any, here: Any) -> None:
    group = make_group("part", part_of=here["division"])
    put(group, here["pupil"], day=TODAY, weeks="a")
    put(group, here["pupil"], day=MONDAY, weeks="b")
    assert spans(group, here["pupil"]) == [(TODAY, MONDAY - DAY, WEEKS_A), (MONDAY, None, WEEKS_B)]
    put(group, here["pupil"], day=MONDAY)
    assert spans(group, here["pupil"]) == [(TODAY, MONDAY - DAY, WEEKS_A), (MONDAY, None, None)]


def test_members_are_offered_again_to_have_other_weeks(put: Any, here: Any, as_person: Any) -> None:
    group = make_group("part", part_of=here["division"])
    put(group, here["pupil"], day=TODAY, weeks="a")
    url = f"/groups/{group.uuid}/members/new/"
    assert "PROPREELEVE" not in as_person(Who.OFFICE).get(url).content.decode()
    assert "PROPREELEVE" in as_person(Who.OFFICE).get(url, {"from": "members"}).content.decode()
    assert put(group, here["pupil"], weeks="b", where="members").status_code == 302
    assert spans(group, here["pupil"]) == [(TODAY, MONDAY - DAY, WEEKS_A), (MONDAY, None, WEEKS_B)]


def test_sent_twice_they_are_in_it_once(put: Any, here: Any) -> None:
    group = make_group("teaching")
    for _ in range(2):
        assert put(group, here["pupil"]).status_code == 302
    assert put(group, here["pupil"], day=MONDAY + 7 * DAY).status_code == 302, "they are in it by then"
    assert spans(group, here["pupil"]) == [(MONDAY, None, None)]


def test_who_comes_later_comes_from_the_earlier_day_to_the_eve(put: Any, here: Any) -> None:
    group = make_group("teaching")
    put(group, here["pupil"], day=MONDAY + 7 * DAY)
    put(group, here["pupil"], day=MONDAY)
    assert spans(group, here["pupil"]) == [
        (MONDAY, MONDAY + 6 * DAY, None),
        (MONDAY + 7 * DAY, None, None),
    ]


def test_no_longer_than_the_group_and_their_enrolment(put: Any, here: Any) -> None:
    group = make_group("teaching", ends_on=date(2027, 3, 1))
    leaving = make_pupil("Partante", here["division"], year=here.year)
    leaving.ends_on = date(2027, 1, 31)
    leaving.save()
    put(group, here["pupil"], leaving.record)
    assert spans(group, here["pupil"]) == [(MONDAY, date(2027, 3, 1), None)]
    assert spans(group, leaving.record) == [(MONDAY, date(2027, 1, 31), None)]
    late = put(group, here["pupil"], day=date(2027, 3, 2))
    assert late.status_code == 422 and "terminé ce jour-là" in late.content.decode()


@pytest.mark.parametrize("day", ["2025-11-20", "2028-01-01", "31/02/2026", ""])
def test_a_day_outside_the_year_puts_nobody_and_keeps_who_was_ticked(put: Any, here: Any, day: str) -> None:
    group = make_group("teaching")
    answer = put(group, here["pupil"], day=day)
    assert answer.status_code == 422 and not GroupMember.objects.filter(group=group).exists()
    assert "checked" in answer.content.decode()


def test_one_who_may_not_refuses_all_and_is_named(put: Any, here: Any, cast: Cast) -> None:
    part = make_group("part", part_of=here["division"])
    gone = make_pupil("Quittant", here["division"], year=here.year)
    gone.ends_on = MONDAY - DAY
    gone.save()
    answer = put(part, here["pupil"], gone.record)
    assert answer.status_code == 422 and "Camille Quittant" in answer.content.decode()
    assert not GroupMember.objects.filter(group=part).exists()


def test_a_part_takes_only_pupils_of_its_class(here: Any, cast: Cast, as_person: Any) -> None:
    from preau.kernel.rules import RuleBroken
    from preau.modules.directory import services

    part, other = make_group("part", part_of=here["division"]), cast.places[OTHER_CLASS]["pupil"]
    page = as_person(Who.OFFICE).get(f"/groups/{part.uuid}/members/new/").content.decode()
    assert "PROPREELEVE" in page.upper() and "CANARICLASSE" not in page.upper()
    with pytest.raises(RuleBroken, match="n’est pas en 4B"):
        services.add_members(actor=_office(cast, as_person), group=part, records=[other], starts_on=MONDAY)


def _office(cast: Cast, as_person: Any) -> Any:
    answer = as_person(Who.OFFICE).get("/groups/")
    return answer.context["actor"]


def test_into_a_class_they_come_from_the_one_they_were_in(put: Any, here: Any, cast: Cast) -> None:
    before, group = here["division"], make_division("4Neuve", year=here.year)
    part = make_group("part", part_of=before)
    join(here["enrolment"], part, starts_on=here.year.starts_on)
    assert put(group, here["pupil"]).status_code == 302
    assert spans(before, here["pupil"]) == [(here.year.starts_on, MONDAY - DAY, None)]
    assert spans(part, here["pupil"]) == [(here.year.starts_on, MONDAY - DAY, None)]
    assert spans(group, here["pupil"]) == [(MONDAY, None, None)]


def test_staff_are_of_teams_and_clubs_and_come_to_classes_by_a_course(put: Any, here: Any) -> None:
    team = make_group("team")
    assert put(team, here["librarian"], here["partner"], where="staff").status_code == 302
    roles = dict(GroupMember.objects.filter(group=team).values_list("record", "role"))
    assert roles == {here["librarian"].pk: "staff", here["partner"].pk: "partner"}
    teaching = make_group("teaching", "G2")
    assert put(teaching, here["librarian"], where="staff").status_code == 422
    assert not GroupMember.objects.filter(group=teaching).exists()


def test_who_has_no_class_is_offered_to_a_class(put: Any, here: Any, as_person: Any) -> None:
    new = make_pupil("Nouveau", year=here.year).record
    page = as_person(Who.OFFICE).get(f"/groups/{here['division'].uuid}/members/new/").content.decode()
    assert "NOUVEAU" in page and "PROPREELEVE" not in page
    assert put(here["division"], new, where="none").status_code == 302
    assert spans(here["division"], new) == [(MONDAY, None, None)]


def test_a_group_across_classes_is_filled_from_those_it_stands_on(
    here: Any, cast: Cast, as_person: Any
) -> None:
    group = make_group("teaching")
    other = cast.places[OTHER_CLASS]
    join(other["enrolment"], group, starts_on=here.year.starts_on)
    join(here["enrolment"], group, starts_on=here.year.starts_on)
    for place in (here, other):
        make_pupil(f"Voisin{place['division'].label}", place["division"], year=here.year)
    make_pupil("Ailleurs", make_division("4Loin", year=here.year), year=here.year)
    page = as_person(Who.OFFICE).get(f"/groups/{group.uuid}/members/new/").content.decode()
    assert "Ses classes" in page and "VOISIN4B" in page and "VOISINCANARI5A" in page
    assert "AILLEURS" not in page


def test_a_forged_place_and_a_forged_person_are_nobody(
    put: Any, here: Any, cast: Cast, as_person: Any
) -> None:
    there, group = cast.places[OTHER_SCHOOL], make_group("teaching")
    for forged in (there["division"].uuid, "zz", "staff", "\x00"):
        page = as_person(Who.OFFICE).get(f"/groups/{group.uuid}/members/new/", {"from": forged})
        assert page.status_code == 200 and "CANARIECOLE" not in page.content.decode().upper()
    assert put(group, there["pupil"], where=there["division"].uuid).status_code == 422
    assert put(group).status_code == 422, "nobody ticked"
    assert not GroupMember.objects.filter(group=group).exists()


def test_from_a_day_on_they_are_in_it_no_more_and_the_past_stays(take: Any, here: Any) -> None:
    group = make_group("teaching")
    join(here["enrolment"], group, starts_on=here.year.starts_on)
    for _ in range(2):
        take(group, here["pupil"])
    assert spans(group, here["pupil"]) == [(here.year.starts_on, MONDAY - DAY, None)]


def test_who_would_have_come_that_day_or_later_has_never_come(take: Any, here: Any) -> None:
    group = make_group("teaching")
    join(here["enrolment"], group, starts_on=here.year.starts_on, ends_on=date(2026, 10, 1))
    join(here["enrolment"], group, starts_on=MONDAY)
    assert take(group, here["pupil"]).status_code == 302
    assert spans(group, here["pupil"]) == [(here.year.starts_on, date(2026, 10, 1), None)]


def test_out_of_a_class_is_out_of_its_parts_and_not_of_other_groups(take: Any, here: Any) -> None:
    part, club = make_group("part", part_of=here["division"]), make_group("manual", "CLUB")
    for group in (part, club):
        join(here["enrolment"], group, starts_on=here.year.starts_on)
    assert take(here["division"], here["pupil"]).status_code == 302
    for group in (here["division"], part):
        assert spans(group, here["pupil"]) == [(here.year.starts_on, MONDAY - DAY, None)]
    assert spans(club, here["pupil"]) == [(here.year.starts_on, None, None)]


@pytest.mark.parametrize("day", ["2025-11-20", "2028-01-01", ""])
def test_nobody_leaves_outside_the_year(take: Any, here: Any, day: str) -> None:
    assert take(here["division"], here["pupil"], day=day).status_code == 422
    assert spans(here["division"], here["pupil"]) == [(here.year.starts_on, None, None)]


def test_a_teacher_ticks_nobody(cast: Cast, here: Any, as_person: Any) -> None:
    url = f"/groups/{here['division'].uuid}/members"
    data = {"records": here["pupil"].uuid, "starts_on": str(MONDAY), "_scope": cast.scope_field()}
    for who in (Who.TEACHER, Who.CPE, Who.PUPIL, Who.GUARDIAN):
        assert as_person(who).post(f"{url}/end/", data).status_code == 403
        assert as_person(who).get(f"{url}/new/").status_code == 403
    assert spans(here["division"], here["pupil"]) == [(here.year.starts_on, None, None)]
