# ruff: noqa: F811  a fixture is named where it comes from and where it is used
"""A class or group ends on a day, with all that hangs on it, and leaves the lists the day after."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from preau.modules.directory.models import (
    CourseGroup,
    CourseTeacher,
    Function,
    Group,
    GroupMember,
)
from preau.modules.directory.testing import (
    OTHER_CLASS,
    TODAY,
    Cast,
    Who,
    join,
    make_course,
    make_division,
    make_pupil,
)
from preau.modules.directory.tests.keeping import FRIDAY, end, fresh, here, read, send  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_with_a_class_end_its_pupils_courses_head_teachers_and_parts(send: Any, here: Any) -> None:
    group = fresh(here["division"])
    part = Group.objects.create(kind=Group.Kind.PART, code="4B1", label="4B TP", part_of=group)
    join(here["enrolment"], part, starts_on=here.year.starts_on)
    assert end(send, group, FRIDAY).status_code == 302
    for rows in (
        GroupMember.objects.filter(group__in=(group, part)),
        CourseGroup.objects.filter(group=group),
        CourseTeacher.objects.filter(course=here["course"]),
        Function.objects.filter(group=group),
        Group.objects.filter(pk__in=(group.pk, part.pk)),
    ):
        assert set(rows.values_list("ends_on", flat=True)) == {FRIDAY}


def test_a_course_given_to_another_class_too_goes_on_for_that_one(send: Any, here: Any, cast: Cast) -> None:
    group, other = fresh(here["division"]), cast.places[OTHER_CLASS]["division"]
    shared = make_course("EPS", [group, other], here["teacher"], year=here.year)
    assert end(send, group, FRIDAY).status_code == 302
    lasts = dict(CourseGroup.objects.filter(course=shared).values_list("group", "ends_on"))
    assert lasts == {group.pk: FRIDAY, other.pk: None}
    assert CourseTeacher.objects.get(course=shared).ends_on is None


def test_who_left_before_left_then_and_who_would_have_come_never_does(send: Any, here: Any) -> None:
    group = fresh(here["division"])
    gone, coming = make_pupil("Partie", year=here.year), make_pupil("Attendu", year=here.year)
    join(gone, group, starts_on=here.year.starts_on, ends_on=TODAY - DAY)
    join(coming, group, starts_on=FRIDAY + 10 * DAY)
    end(send, group, FRIDAY)
    assert GroupMember.objects.get(record=gone.record).ends_on == TODAY - DAY
    assert not GroupMember.objects.filter(record=coming.record).exists()


def test_an_end_before_what_has_begun_is_refused(send: Any, here: Any) -> None:
    group = fresh(here["division"])
    join(make_pupil("Entrée", year=here.year), group, starts_on=TODAY - DAY)
    answer = end(send, group, TODAY - 2 * DAY)
    assert answer.status_code == 422 and "commencé le 19 novembre" in answer.content.decode()
    assert end(send, group, TODAY - DAY).status_code == 302


@pytest.mark.parametrize("day", ["2025-12-01", "2027-09-01", "", "31/02/2027"])
def test_an_end_outside_the_year_is_refused(send: Any, here: Any, day: str) -> None:
    group = fresh(here["division"])
    assert send(f"/groups/{group.uuid}/end/", ends_on=day, version=1).status_code == 422
    group.refresh_from_db()
    assert group.ends_on is None


def test_the_lists_hold_it_on_its_last_day_and_not_on_the_next(send: Any, here: Any, as_person: Any) -> None:
    last, over = (make_division(label, year=here.year) for label in ("4Dernier", "4Fini"))
    end(send, last, TODAY)
    end(send, over, TODAY - DAY)
    lists = ["/groups/?all=1", "/people/", "/", "/groups/new/", f"/people/{here['pupil'].uuid}/"]
    for url in [*lists, f"/groups/{here['division'].uuid}/members/new/"]:
        page = read(as_person, url)
        assert "4Dernier" in page and "4Fini" not in page, url
    ended = read(as_person, "/groups/?all=ended")
    assert "4Fini" in ended and "4Dernier" not in ended
    assert "4Fini" in read(as_person, f"/groups/{over.uuid}/"), "its page is still there"


def test_only_those_who_keep_groups_list_what_has_ended(send: Any, here: Any, as_person: Any) -> None:
    over = make_division("4Fini", year=here.year)
    end(send, over, TODAY - DAY)
    page = read(as_person, "/groups/?all=ended", Who.CPE)
    assert "4Fini" not in page and "Terminés" not in page


def test_a_pupil_is_put_in_no_class_that_has_ended_by_then(send: Any, here: Any) -> None:
    ending = make_division("4Finit", year=here.year)
    end(send, ending, FRIDAY)
    url = f"/people/{here['pupil'].uuid}/class/"
    late = send(url, group=ending.uuid, starts_on=FRIDAY + DAY)
    assert late.status_code == 422 and "terminée ce jour-là" in late.content.decode()
    assert send(url, group=ending.uuid, starts_on=FRIDAY).status_code == 302
    assert GroupMember.objects.get(group=ending).ends_on == FRIDAY


def test_ended_by_two_at_once_the_second_is_told(send: Any, here: Any) -> None:
    group = fresh(here["division"])
    assert end(send, group, FRIDAY, version=1).status_code == 302
    assert end(send, group, FRIDAY, version=1).status_code == 302, "the same day is the same end"
    late = end(send, group, FRIDAY + DAY, version=1)
    assert late.status_code == 409 and "18 décembre 2026" in late.content.decode()


def test_an_end_taken_back_gives_back_who_was_there_to_the_last_day(send: Any, here: Any) -> None:
    group = fresh(here["division"])
    gone, moved = make_pupil("Partie", year=here.year), make_pupil("Ailleurs", group, year=here.year)
    join(gone, group, starts_on=here.year.starts_on, ends_on=TODAY - DAY)
    end(send, group, FRIDAY)
    other = make_division("4Autre", year=here.year)
    join(moved, other, starts_on=FRIDAY + DAY)
    group.refresh_from_db()
    assert send(f"/groups/{group.uuid}/resume/", version=group.version).status_code == 302
    lasts = dict(GroupMember.objects.filter(group=group).values_list("record", "ends_on"))
    assert lasts[here["pupil"].pk] is None
    assert lasts[gone.record.pk] == TODAY - DAY
    assert lasts[moved.record.pk] == FRIDAY, "they have another class since"
    assert CourseGroup.objects.get(group=group).ends_on is None
    assert CourseTeacher.objects.get(course=here["course"]).ends_on is None
    assert Function.objects.get(group=group).ends_on == FRIDAY, "head teachers are named anew"


def test_no_head_teacher_is_named_for_a_class_that_has_ended(send: Any, here: Any) -> None:
    group = make_division("4Finit", year=here.year)
    make_course("Latin", [group], here["librarian"], year=here.year)
    end(send, group, FRIDAY)
    given = {"record": here["librarian"].uuid, "uuid": uuid4()}
    url = f"/groups/{group.uuid}/head-teachers/"
    late = send(url, Who.HEAD, **given, starts_on=FRIDAY + DAY)
    assert late.status_code == 422 and "terminée ce jour-là" in late.content.decode()
