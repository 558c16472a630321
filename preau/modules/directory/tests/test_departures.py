"""A link that changes and ends, a pupil who leaves and comes back, somebody who works here no more."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from preau.kernel.audit.models import Entry
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import (
    CourseTeacher,
    Enrolment,
    Function,
    GroupMember,
    Guardianship,
    Membership,
)
from preau.modules.directory.testing import OTHER_CLASS, TODAY, Cast, Who, join, make_division

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 12, 18)
DAY = timedelta(days=1)


@pytest.fixture
def posts(cast: Cast, as_person: Any) -> Callable[..., Any]:
    def posted(address: str, who: Who = Who.OFFICE, **data: Any) -> Any:
        return as_person(who).post(address, {**data, "_scope": cast.scope_field()})

    return posted


@pytest.fixture
def leaves(cast: Cast, posts: Any) -> Callable[..., Any]:
    """The pupil, or who works here, leaves on a day; `shown`: the one the page told."""

    def left(day: date | str, thing: str = "pupil", *, shown: date | str = "", who: Who = Who.OFFICE) -> Any:
        address = f"/people/{cast.own[thing].uuid}/departure/"
        if thing == "pupil":
            address = f"/enrolments/{cast.own['enrolment'].uuid}/departure/"
        return posts(address, who, ends_on=str(day), shown=str(shown))

    return left


@pytest.fixture
def changes(cast: Cast, posts: Any) -> Callable[..., Any]:
    def changed(who: Who = Who.OFFICE, **data: Any) -> Any:
        link = {"kinship": "10", "level": "1", "houses": "on", "version": "1"}
        return posts(
            f"/people/guardianships/{cast.own['guardianship'].uuid}/change/", who, **{**link, **data}
        )

    return changed


@pytest.fixture
def ends(cast: Cast, posts: Any) -> Callable[..., Any]:
    def ended(day: date | str, version: int = 1) -> Any:
        url = f"/people/guardianships/{cast.own['guardianship'].uuid}/end/"
        return posts(url, ends_on=str(day), version=version)

    return ended


def rows(cast: Cast, model: Any, **which: Any) -> list[Any]:
    with in_school(cast.own.school, cast.own.year):
        return list(model.objects.filter(**which).order_by("starts_on", "pk"))


def ends_of(cast: Cast, model: Any, thing: str) -> list[date | None]:
    return [row.ends_on for row in rows(cast, model, record=cast.own[thing])]


def the_link(cast: Cast) -> Guardianship:
    (link,) = rows(cast, Guardianship, pk=cast.own["guardianship"].pk)
    return link  # type: ignore[no-any-return]


def acts(cast: Cast) -> list[str]:
    with in_school(cast.own.school, cast.own.year):
        told = Entry.objects.filter(act__startswith="directory.").order_by("pk")
        return [entry.act.partition(".")[2] for entry in told]


def test_a_link_is_changed_once_and_told_thing_by_thing(changes: Any, cast: Cast) -> None:
    for _again in range(2):
        assert changes(kinship="20", may_collect="on").status_code == 302
    link = the_link(cast)
    assert (link.kinship, link.level, link.houses, link.may_collect, link.version) == ("20", 1, True, True, 2)
    assert acts(cast).count("guardianship_changed") == 2


def test_two_who_change_a_link_see_both_values(changes: Any, cast: Cast) -> None:
    changes(kinship="20")
    answer = changes(Who.HEAD, kinship="38")
    told = answer.content.decode()
    assert answer.status_code == 409 and "lien : père" in told and "lien : grand-parent" in told
    assert the_link(cast).kinship == "20"


def test_a_court_shuts_out_at_once_and_is_told(changes: Any, cast: Cast, as_person: Any) -> None:
    page = f"/people/{cast.own['pupil'].uuid}/"
    assert as_person(Who.GUARDIAN).get(page).status_code == 200
    assert changes(restriction="no_information").status_code == 302
    assert as_person(Who.GUARDIAN).get(page).status_code == 403
    assert changes(restriction="", version="2").status_code == 302
    assert as_person(Who.GUARDIAN).get(page).status_code == 200
    assert acts(cast)[-2:] == ["guardian_restricted", "restriction_lifted"]


@pytest.mark.parametrize("data", [{"level": "0"}, {"kinship": "70"}, {"kinship": ""}, {"restriction": "x"}])
def test_what_a_link_cannot_be_changes_nothing(changes: Any, cast: Cast, data: dict[str, str]) -> None:
    assert changes(**data).status_code == 422
    assert the_link(cast).version == 1


def test_a_link_ends_on_a_day_and_opens_nothing_the_day_after(ends: Any, cast: Cast, as_person: Any) -> None:
    for _again in range(2):
        assert ends(TODAY - DAY).status_code == 302
    assert the_link(cast).ends_on == TODAY - DAY and acts(cast).count("guardianship_ended") == 1
    assert as_person(Who.GUARDIAN).get(f"/people/{cast.own['pupil'].uuid}/").status_code == 403
    assert ends("", version=2).status_code == 302
    assert the_link(cast).ends_on is None and acts(cast)[-1] == "guardianship_resumed"


def test_another_day_from_an_older_page_is_told_with_both(ends: Any, cast: Cast) -> None:
    ends(FRIDAY)
    answer = ends(FRIDAY + DAY)
    assert answer.status_code == 409 and "18 décembre 2026" in answer.content.decode()
    assert the_link(cast).ends_on == FRIDAY


def test_a_link_does_not_end_before_it_begins_nor_run_into_the_next(ends: Any, cast: Cast) -> None:
    assert ends("2019-01-01").status_code == 422
    ends(FRIDAY)
    with in_school(cast.own.school, cast.own.year):
        own = cast.own
        Guardianship.objects.create(
            pupil=own["pupil"], guardian=own["guardian"], level=2, kinship="10", starts_on=FRIDAY + 5 * DAY
        )
    for day in ("", FRIDAY + 5 * DAY):
        answer = ends(day, version=2)
        assert answer.status_code == 422 and "Un autre lien" in answer.content.decode()
    assert ends(FRIDAY + 4 * DAY, version=2).status_code == 302


def test_a_pupil_leaves_with_their_class_and_groups(leaves: Any, cast: Cast) -> None:
    own = cast.own
    with in_school(own.school, own.year):
        club = make_division("Club", year=own.year, kind="manual")
        join(own["enrolment"], club, starts_on=own.year.starts_on, ends_on=date(2026, 10, 1))
        join(own["enrolment"], club, starts_on=FRIDAY + DAY)
    for _again in range(2):
        assert leaves(FRIDAY).status_code == 302
    assert ends_of(cast, Enrolment, "pupil") == [FRIDAY]
    assert sorted(ends_of(cast, GroupMember, "pupil")) == [date(2026, 10, 1), FRIDAY]
    assert acts(cast).count("pupil_left") == 1


def test_a_departure_taken_back_leaves_no_trace_on_the_lists(leaves: Any, cast: Cast) -> None:
    leaves(FRIDAY)
    assert leaves("", shown=FRIDAY).status_code == 302
    assert ends_of(cast, Enrolment, "pupil") == [None] == ends_of(cast, GroupMember, "pupil")
    assert acts(cast)[-1] == "pupil_back"


def test_a_departure_is_put_off_and_brought_forward(leaves: Any, cast: Cast) -> None:
    leaves(FRIDAY)
    leaves(FRIDAY + 10 * DAY, shown=FRIDAY)
    assert ends_of(cast, GroupMember, "pupil") == [FRIDAY + 10 * DAY]
    leaves(TODAY, shown=FRIDAY + 10 * DAY)
    assert ends_of(cast, Enrolment, "pupil") == [TODAY] == ends_of(cast, GroupMember, "pupil")


def test_who_left_yesterday_is_found_again_and_comes_back(leaves: Any, cast: Cast, as_person: Any) -> None:
    page = f"/people/{cast.own['pupil'].uuid}/"
    leaves(TODAY - DAY)
    assert as_person(Who.OFFICE).get(page).status_code == 404
    kept = as_person(Who.OFFICE).get(f"{page}edit/").content.decode()
    assert "n’est pas ici aujourd’hui" in kept and cast.own["pupil"].mobile_phone not in kept
    assert as_person(Who.TEACHER).get(f"{page}edit/").status_code == 404
    assert "jusqu’au 19 novembre" in as_person(Who.OFFICE).get("/people/new/").content.decode()
    leaves("", shown=TODAY - DAY)
    assert as_person(Who.TEACHER).get(page).status_code == 200


def test_two_departures_at_once_are_told_with_both_days(leaves: Any, cast: Cast) -> None:
    leaves(FRIDAY)
    answer = leaves(FRIDAY + DAY, who=Who.HEAD)
    told = answer.content.decode()
    assert answer.status_code == 409 and "18 décembre 2026" in told and "19 décembre 2026" in told
    assert ends_of(cast, Enrolment, "pupil") == [FRIDAY]


@pytest.mark.parametrize("day", ["2026-08-31", "2027-08-31", "hier"])
def test_a_pupil_leaves_within_their_year(leaves: Any, cast: Cast, day: str) -> None:
    assert leaves(day).status_code == 422
    assert ends_of(cast, Enrolment, "pupil") == [None]


def test_a_pupil_enrolled_anew_does_not_come_back_twice(leaves: Any, cast: Cast) -> None:
    own = cast.own
    leaves(FRIDAY)
    with in_school(own.school, own.year):
        Enrolment.objects.create(record=own["pupil"], unit=own["enrolment"].unit, starts_on=FRIDAY + 20 * DAY)
    answer = leaves("", shown=FRIDAY)
    assert answer.status_code == 422 and "Une autre inscription" in answer.content.decode()


def test_a_teacher_leaves_with_courses_and_classes_led(leaves: Any, cast: Cast, as_person: Any) -> None:
    for _again in range(2):
        assert leaves(FRIDAY, "teacher").status_code == 302
    for model in (Membership, CourseTeacher, Function):
        assert ends_of(cast, model, "teacher") == [FRIDAY], model
    assert acts(cast)[-2:] == ["head_teacher_ended", "member_left"]
    assert leaves("", "teacher", shown=FRIDAY).status_code == 302
    for model in (Membership, CourseTeacher, Function):
        assert ends_of(cast, model, "teacher") == [None], model
    assert rows(cast, Function, record=cast.own["teacher"])[0].version == 3
    assert acts(cast)[-1] == "member_back"


def test_who_left_yesterday_comes_in_no_more(leaves: Any, cast: Cast, as_person: Any) -> None:
    assert as_person(Who.TEACHER).get("/groups/").status_code == 200
    leaves(TODAY - DAY, "teacher")
    assert as_person(Who.TEACHER).get("/groups/").status_code == 403


def test_what_had_not_begun_never_does_and_a_stand_in_becomes_the_teacher(leaves: Any, cast: Cast) -> None:
    own = cast.own
    with in_school(own.school, own.year):
        course = CourseTeacher.objects.get(record=own["teacher"]).course
        CourseTeacher.objects.filter(record=own["teacher"]).update(starts_on=FRIDAY + DAY)
        absent = CourseTeacher.objects.get(record=own["teacher"])
        CourseTeacher.objects.create(
            course=course,
            record=own["librarian"],
            role="substitute",
            stands_in_for=absent,
            starts_on=FRIDAY + DAY,
        )
        Function.objects.filter(record=own["teacher"]).update(starts_on=FRIDAY + DAY)
    assert leaves(FRIDAY, "teacher").status_code == 302
    assert ends_of(cast, CourseTeacher, "teacher") == [] == ends_of(cast, Function, "teacher")
    (row,) = rows(cast, CourseTeacher, record=own["librarian"])
    assert (row.role, row.stands_in_for_id, row.ends_on) == ("main", None, None)


def test_at_the_end_of_august_one_leaves_and_the_years_courses_end_with_it(leaves: Any, cast: Cast) -> None:
    assert leaves("2027-08-31", "teacher").status_code == 302
    assert ends_of(cast, Membership, "teacher") == [date(2027, 8, 31)]
    assert ends_of(cast, Function, "teacher") == [None]
    assert leaves("2027-09-01", "teacher", shown="2027-08-31").status_code == 422


def test_management_is_taken_by_management_and_never_by_the_last(leaves: Any, cast: Cast) -> None:
    answer = leaves(FRIDAY, "deputy")
    assert answer.status_code == 422 and "par la direction" in answer.content.decode()
    assert leaves(FRIDAY, "deputy", who=Who.HEAD).status_code == 302
    answer = leaves(FRIDAY, "head", who=Who.HEAD)
    assert answer.status_code == 422 and "seul à diriger" in answer.content.decode()
    assert ends_of(cast, Membership, "head") == [None]


def test_the_office_takes_nothing_from_itself(leaves: Any, cast: Cast) -> None:
    assert leaves(FRIDAY, "office").status_code == 422
    assert leaves(FRIDAY, "office", who=Who.HEAD).status_code == 302


def test_a_guardian_has_no_function_to_leave(leaves: Any) -> None:
    answer = leaves(FRIDAY, "guardian")
    assert answer.status_code == 422 and "pas de fonction ici" in answer.content.decode()


def test_another_classes_link_is_kept_by_the_office_and_by_no_teacher(cast: Cast, as_person: Any) -> None:
    link = f"/people/guardianships/{cast.places[OTHER_CLASS]['guardianship'].uuid}/"
    assert as_person(Who.OFFICE).get(link).status_code == 200
    assert as_person(Who.TEACHER).get(link).status_code == 403
    assert as_person(Who.GUARDIAN).get(link).status_code == 404
