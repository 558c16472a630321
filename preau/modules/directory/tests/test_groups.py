"""The right list for yesterday, today and tomorrow, whatever moved."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preau.kernel.access.actor import Standing
from preau.kernel.calendar import on, week_bit, week_number, weeks_mask
from preau.kernel.models import SchoolYear
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import CourseTeacher, Group, GroupMember
from preau.modules.directory.selectors.groups import pupils_of
from preau.modules.directory.selectors.policy import Policy
from preau.modules.directory.selectors.teams import team_of
from preau.modules.directory.testing import (
    TODAY,
    join,
    make_course,
    make_division,
    make_pupil,
    make_staff,
    make_year,
)

DAY = timedelta(days=1)
YEAR = SchoolYear(label="2026-2027", starts_on=date(2026, 9, 1), ends_on=date(2027, 7, 4))


@pytest.fixture
def here(cast):
    with in_school(cast.own.school, cast.own.year):
        yield Standing(cast.own.school, cast.own.year, TODAY)


def names(group: Group, standing: Standing, day: date) -> list[str]:
    return [member.record.last_name for member in pupils_of(group, replace(standing, day=day))]


def test_eight_pupils_of_three_divisions_changed_in_mid_term(here):
    """A robotics group: it starts with six pupils, two join today, one left yesterday."""
    divisions = [make_division(label, year=here.year) for label in ("6C", "6D", "6E")]
    pupils = [make_pupil(f"P{i}", divisions[i % 3], year=here.year) for i in range(8)]
    group = make_division("ROBOT", year=here.year, kind=Group.Kind.TEACHING)
    for pupil in pupils[:5]:
        join(pupil, group, starts_on=here.year.starts_on)
    join(pupils[5], group, starts_on=here.year.starts_on, ends_on=TODAY - DAY)
    for pupil in pupils[6:]:
        join(pupil, group, starts_on=TODAY)

    assert names(group, here, TODAY - DAY) == ["P0", "P1", "P2", "P3", "P4", "P5"]
    assert names(group, here, TODAY) == ["P0", "P1", "P2", "P3", "P4", "P6", "P7"]
    assert names(group, here, TODAY + DAY) == ["P0", "P1", "P2", "P3", "P4", "P6", "P7"]
    for index, division in enumerate(divisions):
        assert names(division, here, TODAY) == [f"P{i}" for i in range(8) if i % 3 == index]


def test_a_pupil_moved_in_march(here):
    before, after = (make_division(label, year=here.year) for label in ("5B", "5C"))
    moved = make_pupil("Mobile", year=here.year)
    last_day = date(2027, 3, 12)
    join(moved, before, starts_on=here.year.starts_on, ends_on=last_day)
    join(moved, after, starts_on=last_day + DAY)

    assert names(before, here, last_day) == ["Mobile"]
    assert names(after, here, last_day) == []
    assert names(before, here, last_day + DAY) == []
    assert names(after, here, last_day + DAY) == ["Mobile"]


def test_a_pupil_back_in_the_class_they_left_is_listed_once(here):
    division = make_division("5D", year=here.year)
    pupil = make_pupil("Retour", year=here.year)
    join(pupil, division, starts_on=date(2026, 9, 1), ends_on=date(2026, 10, 30))
    join(pupil, division, starts_on=date(2026, 11, 16))
    assert names(division, here, date(2026, 11, 1)) == []
    assert names(division, here, TODAY) == ["Retour"]


def test_a_group_every_second_week(here):
    group = make_division("AB", year=here.year, kind=Group.Kind.PART)
    even = weeks_mask(*range(2, 46, 2))
    join(make_pupil("Paire", year=here.year), group, starts_on=here.year.starts_on, weeks=even)
    join(make_pupil("Impaire", year=here.year), group, starts_on=here.year.starts_on, weeks=even >> 1)
    join(make_pupil("Toujours", year=here.year), group, starts_on=here.year.starts_on)

    monday = here.year.starts_on - timedelta(days=here.year.starts_on.weekday())
    for week in (1, 2, 7, 12, 30, 43):
        day = max(monday + timedelta(weeks=week - 1, days=3), here.year.starts_on)
        expected = "Paire" if week % 2 == 0 else "Impaire"
        assert names(group, here, day) == [expected, "Toujours"], week


def test_two_classes_together_two_teachers_one_replaced_for_six_weeks(here):
    six_a, six_b = (make_division(label, year=here.year, level="6e") for label in ("6A", "6B"))
    main, co, substitute = (make_staff(name, "teacher") for name in ("Principal", "Second", "Renfort"))
    course = make_course("EPS", [six_a, six_b], main, co, year=here.year)
    replaced = CourseTeacher.objects.get(course=course, record=main)
    first, last = date(2026, 11, 9), date(2026, 12, 20)
    CourseTeacher.objects.create(
        course=course,
        record=substitute,
        role=CourseTeacher.Role.SUBSTITUTE,
        stands_in_for=replaced,
        starts_on=first,
        ends_on=last,
    )

    def team(group: Group, day: date) -> list[tuple[str, str]]:
        lines = team_of(group, replace(here, day=day, policy=Policy({}, {})))
        return [(line.record.last_name, line.note) for line in lines]

    for group in (six_a, six_b):
        assert team(group, first - DAY) == [("Principal", ""), ("Second", "")]
        assert team(group, first) == [("Renfort", "Camille Principal"), ("Second", "")]
        assert team(group, last) == [("Renfort", "Camille Principal"), ("Second", "")]
        assert team(group, last + DAY) == [("Principal", ""), ("Second", "")]


def test_the_same_code_serves_again_next_year(here, cast):
    coming = make_year(cast.own.school, 2027)
    this_year = make_division("4Z", year=here.year)
    with in_school(cast.own.school, coming):
        next_year = make_division("4 z", year=coming)
    assert this_year.code_key == next_year.code_key == "4z"


@given(st.dates(date(2026, 9, 1), date(2027, 7, 4)), st.sets(st.integers(1, 45), min_size=1))
def test_a_mask_holds_exactly_its_weeks(day, weeks):
    assert bool(weeks_mask(*weeks) & week_bit(YEAR, day)) == (week_number(YEAR, day) in weeks)


@given(st.dates(date(2026, 8, 1), date(2027, 8, 31)))
def test_weeks_run_from_monday_to_sunday(day):
    monday = day - timedelta(days=day.weekday())
    assert {week_number(YEAR, monday + timedelta(days=i)) for i in range(7)} == {week_number(YEAR, day)}
    assert week_number(YEAR, monday + timedelta(days=7)) == week_number(YEAR, day) + 1


def test_no_mask_has_week_zero_or_sixty_three():
    for number in (0, 63, -1):
        with pytest.raises(ValueError, match="1 to 62"):
            weeks_mask(number)


def test_rows_hold_on_their_first_and_last_day(here):
    division = make_division("5E", year=here.year)
    member = join(make_pupil("Bref", year=here.year), division, starts_on=TODAY, ends_on=TODAY)
    found = GroupMember.objects.filter(group=division)
    assert not found.filter(on(TODAY - DAY)).exists()
    assert found.filter(on(TODAY)).get() == member
    assert not found.filter(on(TODAY + DAY)).exists()
    assert [member.holds_on(TODAY + n * DAY) for n in (-1, 0, 1)] == [False, True, False]
