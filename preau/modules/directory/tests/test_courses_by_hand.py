"""Courses kept in the page: who teaches what to whom, from a day to a day."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils.html import strip_tags

from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import (
    Course,
    CourseGroup,
    CourseTeacher,
    Group,
    Membership,
    PersonRecord,
    SourceRecord,
    Subject,
)
from preau.modules.directory.testing import OTHER_CLASS, OTHER_SCHOOL, TODAY, Cast, Who, make_staff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 12, 18)


@pytest.fixture
def here(cast: Cast) -> Any:
    with in_school(cast.own.school, cast.own.year):
        yield cast.own


@pytest.fixture
def send(cast: Cast, as_person: Any) -> Any:
    def sent(url: str, who: Who = Who.OFFICE, **data: Any) -> Any:
        return as_person(who).post(url, {"_scope": cast.scope_field(), **data})

    return sent


def new(**given: Any) -> dict[str, Any]:
    return {"new_subject": "Théâtre", "starts_on": MONDAY, "uuid": uuid4(), **given}


def of_course(course: Course) -> list[tuple[int, str, date, date | None]]:
    rows = CourseTeacher.objects.filter(course=course).order_by("starts_on", "pk")
    return list(rows.values_list("record", "role", "starts_on", "ends_on"))


def key(row: CourseTeacher) -> str:
    return f"{row.record.uuid}.{row.starts_on}"


def test_a_course_for_two_groups_with_its_two_teachers(send: Any, here: Any, cast: Cast) -> None:
    other = cast.places[OTHER_CLASS]["division"]
    url = f"/groups/{here['division'].uuid}/courses/create/"
    form = new(others=[other.uuid], teacher=here["librarian"].uuid, co_teacher=here["teacher"].uuid)
    for _ in range(2):
        assert send(url, **form).status_code == 302
    course = Course.objects.get(subject__label="Théâtre")
    assert set(CourseGroup.objects.filter(course=course).values_list("group", "starts_on", "ends_on")) == {
        (here["division"].pk, MONDAY, None),
        (other.pk, MONDAY, None),
    }
    assert of_course(course) == [
        (here["librarian"].pk, "main", MONDAY, None),
        (here["teacher"].pk, "co", MONDAY, None),
    ]


def test_without_a_teacher_it_waits_for_one(send: Any, here: Any, as_person: Any) -> None:
    assert send(f"/groups/{here['division'].uuid}/courses/create/", **new()).status_code == 302
    page = as_person(Who.OFFICE).get(f"/groups/{here['division'].uuid}/manage/").content.decode()
    assert "Théâtre" in page and "Sans enseignant pour l’instant" in page


def test_a_new_subject_has_a_hue_nobody_has(send: Any, here: Any) -> None:
    Subject.objects.all().update(hue=0)
    for hue in range(1, 12):
        if hue != 7:
            Subject.objects.create(short_code=f"S{hue}", label=f"Matière {hue}", hue=hue)
    send(f"/groups/{here['division'].uuid}/courses/create/", **new())
    assert Subject.objects.get(label="Théâtre").hue == 7


def test_a_subject_named_as_one_that_is_there_is_that_one(send: Any, here: Any) -> None:
    known = Subject.objects.create(short_code="EPS", label="Éducation physique", hue=3)
    url = f"/groups/{here['division'].uuid}/courses/create/"
    for written in ("education  physique", "eps"):
        assert send(url, **new(new_subject=written)).status_code == 302
    assert Course.objects.filter(subject=known).count() == 2


def test_two_new_subjects_with_the_same_beginning_have_codes_of_their_own(send: Any, here: Any) -> None:
    url = f"/groups/{here['division'].uuid}/courses/create/"
    for written in ("Enseignement de complément latin", "Enseignement de complément grec"):
        assert send(url, **new(new_subject=written)).status_code == 302
    codes = Subject.objects.filter(label__startswith="Enseignement").values_list("short_code", flat=True)
    assert sorted(codes) == ["ENSEIGNEMEN2", "ENSEIGNEMENT"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"new_subject": ""},
        {"new_subject": "+++"},
        {"new_subject": "x" * 81},
        {"subject": "PROPRECOURS"},  # and another one named beside it
        {"starts_on": "2025-11-20"},
        {"starts_on": ""},
        {"uuid": "1"},
        {"teacher": "x"},
        {"others": "x"},
    ],
)
def test_what_cannot_be_a_course_is_refused(send: Any, here: Any, wrong: dict[str, Any]) -> None:
    before = Course.objects.count()
    answer = send(f"/groups/{here['division'].uuid}/courses/create/", **new(**wrong))
    assert answer.status_code == 422 and Course.objects.count() == before
    assert not Subject.objects.filter(label="Théâtre").exists()


def test_people_and_groups_of_elsewhere_take_no_part(send: Any, here: Any, cast: Cast) -> None:
    there = cast.places[OTHER_SCHOOL]
    url = f"/groups/{here['division'].uuid}/courses/create/"
    wrong = (
        {"teacher": there["teacher"].uuid},
        {"others": there["division"].uuid},
        {"teacher": here["pupil"].uuid},
    )
    for forged in wrong:
        assert send(url, **new(**forged)).status_code == 422
    assert not Course.objects.filter(subject__label="Théâtre").exists()


def test_somebody_beside_the_teacher(send: Any, here: Any) -> None:
    url = f"/courses/{here['course'].uuid}/teachers/create/"
    form = {"record": here["librarian"].uuid, "role": "co", "starts_on": MONDAY}
    for _ in range(2):
        assert send(url, **form).status_code == 302
    assert of_course(here["course"]) == [
        (here["teacher"].pk, "main", here.year.starts_on, None),
        (here["librarian"].pk, "co", MONDAY, None),
    ]
    again = send(url, **{**form, "starts_on": MONDAY + DAY})
    assert again.status_code == 422 and "enseigne déjà ce cours" in again.content.decode()


def test_who_is_no_staff_on_that_day_teaches_nothing(send: Any, here: Any) -> None:
    Membership.objects.filter(record=here["librarian"]).update(ends_on=MONDAY - DAY)
    url = f"/courses/{here['course'].uuid}/teachers/create/"
    answer = send(url, record=here["librarian"].uuid, role="co", starts_on=MONDAY)
    assert answer.status_code == 422 and "n’est pas en poste" in answer.content.decode()


def substitute(send: Any, here: Any, record: PersonRecord, first: Any, last: Any, of: Any = None) -> Any:
    replaced = of or CourseTeacher.objects.get(course=here["course"], role="main")
    return send(
        f"/courses/{here['course'].uuid}/substitutes/create/",
        stands_in_for=key(replaced),
        record=record.uuid,
        starts_on=first,
        ends_on=last,
    )


def test_a_substitute_has_the_class_from_a_day_to_a_day(send: Any, here: Any, as_person: Any) -> None:
    url = f"/groups/{here['division'].uuid}/manage/"
    for _ in range(2):
        assert substitute(send, here, here["librarian"], TODAY, FRIDAY).status_code == 302
    row = CourseTeacher.objects.get(course=here["course"], role="substitute")
    assert (row.record, row.starts_on, row.ends_on) == (here["librarian"], TODAY, FRIDAY)
    assert row.stands_in_for is not None and row.stands_in_for.record == here["teacher"]
    assert "Librarian" in as_person(Who.OFFICE).get(url).content.decode()
    # The rights are the substitute's as long as it lasts.
    page = as_person(Who.LIBRARIAN).get("/groups/").content.decode()
    assert "4B" in page


@pytest.mark.parametrize(
    ("first", "last"),
    [(MONDAY, ""), (MONDAY, MONDAY - DAY), (MONDAY, "2027-12-01"), ("2025-01-01", FRIDAY), ("", FRIDAY)],
)
def test_a_substitution_has_two_days_of_the_year_in_their_order(
    send: Any, here: Any, first: Any, last: Any
) -> None:
    assert substitute(send, here, here["librarian"], first, last).status_code == 422
    assert not CourseTeacher.objects.filter(role="substitute").exists()


def test_nobody_stands_in_for_themselves_for_a_substitute_or_twice_at_a_time(send: Any, here: Any) -> None:
    assert substitute(send, here, here["teacher"], MONDAY, FRIDAY).status_code == 422
    assert substitute(send, here, here["librarian"], MONDAY, FRIDAY).status_code == 302
    second = make_staff("Seconde", "teacher")
    standing_in = CourseTeacher.objects.get(role="substitute")
    assert substitute(send, here, second, MONDAY, FRIDAY, of=standing_in).status_code == 422
    twice = substitute(send, here, second, FRIDAY, FRIDAY + DAY)
    assert twice.status_code == 422 and "remplace déjà" in twice.content.decode()
    assert substitute(send, here, second, FRIDAY + DAY, FRIDAY + 7 * DAY).status_code == 302


def leave(send: Any, row: CourseTeacher, day: Any, version: int | None = None) -> Any:
    course = Course.objects.get(pk=row.course_id)
    return send(
        f"/courses/{course.uuid}/teachers/end/",
        teaching=key(row),
        ends_on=day,
        version=version or course.version,
    )


def test_who_stops_teaches_to_the_last_day(send: Any, here: Any, as_person: Any) -> None:
    row = CourseTeacher.objects.get(course=here["course"])
    for _ in range(2):
        assert leave(send, row, TODAY - DAY).status_code == 302
    row.refresh_from_db()
    assert row.ends_on == TODAY - DAY
    page = as_person(Who.OFFICE).get(f"/courses/{here['course'].uuid}/manage/").content.decode()
    assert "Personne n’enseigne ce cours" in page and "Ceux d’avant" in page


def test_stopped_by_two_at_once_the_second_is_told(send: Any, here: Any) -> None:
    row = CourseTeacher.objects.get(course=here["course"])
    assert leave(send, row, FRIDAY, version=1).status_code == 302
    late = leave(send, row, FRIDAY + DAY, version=1)
    assert late.status_code == 409 and "18 décembre 2026" in late.content.decode()
    row.refresh_from_db()
    assert row.ends_on == FRIDAY


def test_added_by_mistake_the_eve_undoes_it_and_no_day_before(send: Any, here: Any) -> None:
    row = CourseTeacher.objects.create(
        course=here["course"], record=here["librarian"], role="co", starts_on=MONDAY
    )
    assert leave(send, row, MONDAY - 2 * DAY).status_code == 422
    assert leave(send, row, MONDAY - DAY).status_code == 302
    assert not CourseTeacher.objects.filter(pk=row.pk).exists()


def test_who_is_replaced_is_not_undone(send: Any, here: Any) -> None:
    row = CourseTeacher.objects.create(
        course=here["course"], record=here["librarian"], role="co", starts_on=MONDAY
    )
    assert substitute(send, here, make_staff("Renfort", "teacher"), MONDAY, FRIDAY, of=row).status_code == 302
    answer = leave(send, row, MONDAY - DAY)
    assert answer.status_code == 422 and "mettez d’abord fin au remplacement" in answer.content.decode()


def finish(send: Any, here: Any, day: Any, version: int | None = None) -> Any:
    course = Course.objects.get(pk=here["course"].pk)
    return send(f"/courses/{course.uuid}/end/", ends_on=day, version=version or course.version)


def test_a_course_ends_for_its_classes_its_teachers_and_its_substitutes(send: Any, here: Any) -> None:
    substitute(send, here, here["librarian"], MONDAY, FRIDAY + 30 * DAY)
    CourseTeacher.objects.create(
        course=here["course"], record=here["deputy"], role="co", starts_on=FRIDAY + DAY
    )
    for _ in range(2):
        assert finish(send, here, FRIDAY).status_code == 302
    assert CourseGroup.objects.get(course=here["course"]).ends_on == FRIDAY
    assert {last for *_row, last in of_course(here["course"])} == {FRIDAY}
    assert len(of_course(here["course"])) == 2, "who would have begun after it never does"


def test_a_course_that_ends_before_somebody_began_does_not(send: Any, here: Any) -> None:
    CourseTeacher.objects.create(
        course=here["course"], record=here["librarian"], role="co", starts_on=TODAY - DAY
    )
    answer = finish(send, here, TODAY - 3 * DAY)
    assert answer.status_code == 422 and "commencé le 19 novembre" in answer.content.decode()


def test_ended_by_two_at_once_the_second_is_told(send: Any, here: Any) -> None:
    assert finish(send, here, FRIDAY, version=1).status_code == 302
    assert finish(send, here, FRIDAY + DAY, version=1).status_code == 409


def resume(send: Any, here: Any) -> Any:
    course = Course.objects.get(pk=here["course"].pk)
    return send(f"/courses/{course.uuid}/resume/", version=course.version)


def test_a_course_that_ends_too_early_goes_on_to_another_day_or_to_none(send: Any, here: Any) -> None:
    substitute(send, here, here["librarian"], MONDAY, FRIDAY + 30 * DAY)
    finish(send, here, FRIDAY)
    for _ in range(2):
        assert finish(send, here, FRIDAY + 7 * DAY).status_code == 302
    assert CourseGroup.objects.get(course=here["course"]).ends_on == FRIDAY + 7 * DAY
    rows = of_course(here["course"])
    assert {role: last for _record, role, _first, last in rows} == {
        "main": FRIDAY + 7 * DAY,
        "substitute": FRIDAY,  # their days were counted
    }
    for _ in range(2):
        assert resume(send, here).status_code == 302
    assert CourseGroup.objects.get(course=here["course"]).ends_on is None
    assert CourseTeacher.objects.get(course=here["course"], role="main").ends_on is None


def test_who_has_left_since_does_not_teach_on(send: Any, here: Any) -> None:
    finish(send, here, FRIDAY)
    Membership.objects.filter(record=here["teacher"]).update(ends_on=FRIDAY)
    assert resume(send, here).status_code == 302
    assert CourseTeacher.objects.get(course=here["course"]).ends_on == FRIDAY


def test_a_course_whose_class_ends_that_day_does_not_go_on_without_it(send: Any, here: Any) -> None:
    finish(send, here, FRIDAY)
    Group.objects.filter(pk=here["division"].pk).update(ends_on=FRIDAY)
    answer = resume(send, here)
    assert answer.status_code == 422 and "finissent aussi le 18 décembre" in answer.content.decode()
    assert CourseGroup.objects.get(course=here["course"]).ends_on == FRIDAY


def test_resumed_after_somebody_else_changed_it_is_told(send: Any, here: Any) -> None:
    finish(send, here, FRIDAY)
    url = f"/courses/{here['course'].uuid}/resume/"
    assert send(url, version=1).status_code == 409
    assert CourseGroup.objects.get(course=here["course"]).ends_on == FRIDAY


def change(send: Any, here: Any, version: int | None = None, **given: Any) -> Any:
    course = Course.objects.select_related("subject").get(pk=here["course"].pk)
    form = {"subject": course.subject.short_code, "label": "", "version": version or course.version, **given}
    return send(f"/courses/{course.uuid}/change/", **form)


def test_a_course_gets_another_subject_and_a_name_of_its_own(send: Any, here: Any, as_person: Any) -> None:
    latin = Subject.objects.create(short_code="LATIN", label="Latin", hue=2)
    for _ in range(2):
        assert change(send, here, subject="LATIN", label="Rome et nous").status_code == 302
    course = Course.objects.get(pk=here["course"].pk)
    assert (course.subject, course.label, course.version) == (latin, "Rome et nous", 2)
    # Named beside the one it has: the named one is meant.
    assert change(send, here, new_subject="Grec ancien").status_code == 302
    course.refresh_from_db()
    assert (course.subject.label, course.label) == ("Grec ancien", "")


def test_changed_by_two_at_once_the_second_sees_both(send: Any, here: Any) -> None:
    assert change(send, here, version=1, label="Le mien").status_code == 302
    late = change(send, here, version=1, label="Le sien")
    assert late.status_code == 409 and "Le mien" in late.content.decode()


@pytest.mark.parametrize("wrong", [{"subject": ""}, {"subject": "RIEN"}, {"label": "x" * 81}])
def test_what_a_course_cannot_become_is_refused(send: Any, here: Any, wrong: dict[str, Any]) -> None:
    assert change(send, here, **wrong).status_code == 422
    assert Course.objects.get(pk=here["course"].pk).version == 1


def join(send: Any, here: Any, group: Group, first: Any) -> Any:
    return send(f"/courses/{here['course'].uuid}/groups/create/", group=group.uuid, starts_on=first)


def part(send: Any, here: Any, group: Group, day: Any, version: int | None = None) -> Any:
    course = Course.objects.get(pk=here["course"].pk)
    form = {"given": group.uuid, "ends_on": day, "version": version or course.version}
    return send(f"/courses/{course.uuid}/groups/end/", **form)


def followed(course: Course) -> dict[str, tuple[date, date | None]]:
    rows = CourseGroup.objects.filter(course=course).select_related("group")
    return {row.group.code: (row.starts_on, row.ends_on) for row in rows}


def test_one_more_class_follows_a_course_and_stops(send: Any, here: Any, cast: Cast, as_person: Any) -> None:
    other: Group = cast.places[OTHER_CLASS]["division"]
    for _ in range(2):
        assert join(send, here, other, MONDAY).status_code == 302
    first = here.year.starts_on
    own = here["division"].code
    assert followed(here["course"]) == {own: (first, None), other.code: (MONDAY, None)}
    again = send(f"/courses/{here['course'].uuid}/groups/create/", group=other.uuid, starts_on=FRIDAY)
    assert again.status_code == 422
    for _ in range(2):
        assert part(send, here, other, FRIDAY).status_code == 302
    assert followed(here["course"]) == {own: (first, None), other.code: (MONDAY, FRIDAY)}
    # The eve of its first day: it never did.
    assert part(send, here, other, MONDAY - 2 * DAY).status_code == 422
    assert part(send, here, other, MONDAY - DAY).status_code == 302
    assert followed(here["course"]) == {own: (first, None)}


def test_the_last_class_of_a_course_does_not_leave_it(send: Any, here: Any, cast: Cast) -> None:
    answer = part(send, here, here["division"], FRIDAY)
    assert answer.status_code == 422 and "mettez plutôt fin au cours" in answer.content.decode()
    other: Group = cast.places[OTHER_CLASS]["division"]
    join(send, here, other, MONDAY)
    part(send, here, other, FRIDAY)
    assert part(send, here, here["division"], FRIDAY).status_code == 422, "nobody would be left after it"


def test_two_classes_parted_at_once_leave_one(send: Any, here: Any, cast: Cast) -> None:
    other: Group = cast.places[OTHER_CLASS]["division"]
    join(send, here, other, MONDAY)
    version = Course.objects.get(pk=here["course"].pk).version
    assert part(send, here, other, FRIDAY, version).status_code == 302
    assert part(send, here, here["division"], FRIDAY, version).status_code == 409


def test_a_class_added_to_a_course_ends_with_it(send: Any, here: Any, cast: Cast) -> None:
    finish(send, here, FRIDAY)
    other: Group = cast.places[OTHER_CLASS]["division"]
    assert join(send, here, other, FRIDAY + DAY).status_code == 422
    assert join(send, here, other, MONDAY).status_code == 302
    assert followed(here["course"])[other.code] == (MONDAY, FRIDAY)
    assert part(send, here, other, FRIDAY + DAY).status_code == 422


def test_a_class_of_another_school_or_another_day_follows_nothing(send: Any, here: Any, cast: Cast) -> None:
    assert join(send, here, cast.places[OTHER_SCHOOL]["division"], MONDAY).status_code == 422
    ended = Group.objects.create(kind=Group.Kind.MANUAL, code="FINI", label="Fini", ends_on=FRIDAY)
    assert join(send, here, ended, FRIDAY + DAY).status_code == 422
    assert join(send, here, ended, "2025-01-06").status_code == 422
    assert list(followed(here["course"])) == [here["division"].code]


def test_a_course_that_has_ended_can_still_be_taken_up(send: Any, here: Any, as_person: Any) -> None:
    finish(send, here, TODAY - DAY)
    page = as_person(Who.OFFICE).get(f"/courses/{here['course'].uuid}/manage/").content.decode()
    assert "Annuler la fin" in page and "Changer le dernier jour" in page
    assert "Ajouter un enseignant" not in page


def test_made_by_mistake_the_eve_of_its_first_day_takes_it_away(send: Any, here: Any) -> None:
    first = here.year.starts_on
    assert finish(send, here, first - 2 * DAY).status_code == 422
    answer = finish(send, here, first - DAY)
    assert answer.status_code == 302 and answer.url == f"/groups/{here['division'].uuid}/manage/#courses"
    assert not Course.objects.filter(pk=here["course"].pk).exists()


def test_a_course_that_a_file_names_is_not_taken_away(send: Any, here: Any) -> None:
    SourceRecord.objects.create(
        origin="sts", thing="course", external_id="1", year=here.year, course=here["course"]
    )
    answer = finish(send, here, here.year.starts_on - DAY)
    assert answer.status_code == 422 and "a déjà servi" in answer.content.decode()
    assert CourseTeacher.objects.filter(course=here["course"]).exists()


def test_only_those_who_keep_courses(send: Any, here: Any, as_person: Any) -> None:
    for who in (Who.TEACHER, Who.CPE, Who.PUPIL, Who.GUARDIAN):
        assert as_person(who).get(f"/courses/{here['course'].uuid}/manage/").status_code == 403
        assert send(f"/courses/{here['course'].uuid}/end/", who, ends_on=FRIDAY, version=1).status_code == 403
    assert CourseGroup.objects.get(course=here["course"]).ends_on is None


def test_a_group_that_has_ended_gets_no_course(send: Any, here: Any) -> None:
    group = Group.objects.create(kind=Group.Kind.MANUAL, code="FINI", label="Fini", ends_on=FRIDAY)
    answer = send(f"/groups/{group.uuid}/courses/create/", **new(starts_on=FRIDAY + DAY))
    assert answer.status_code == 422 and "est terminé ce jour-là" in answer.content.decode()


def test_the_journal_tells_each_act(send: Any, here: Any, as_person: Any) -> None:
    send(f"/groups/{here['division'].uuid}/courses/create/", **new(teacher=here["librarian"].uuid))
    substitute(send, here, here["librarian"], MONDAY, FRIDAY)
    leave(send, CourseTeacher.objects.get(course=here["course"], role="main"), FRIDAY)
    finish(send, here, FRIDAY + DAY)
    resume(send, here)
    change(send, here, label="Autrement")
    group = Group.objects.create(kind=Group.Kind.MANUAL, code="CLUB", label="Club")
    join(send, here, group, MONDAY)
    part(send, here, group, FRIDAY)
    journal = strip_tags(as_person(Who.HEAD).get("/console/journal/").content.decode())
    for words in (
        "a créé le cours",
        "a confié à",
        "remplaçant pour le cours",
        "au cours",
        "a mis fin au cours",
        "a annulé la fin du cours",
        "a modifié le cours",
        "a donné le cours",
        "pour Club",
    ):
        assert words in journal, words
