import re
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import transaction

from preau.kernel.calendar import on
from preau.kernel.models import School, SchoolUnit, SchoolYear, uai_is_sound
from preau.kernel.tenancy.scope import in_every_school, in_school
from preau.modules.directory.demo import build
from preau.modules.directory.demo.people import demo_uuid
from preau.modules.directory.demo.schools import BRES, CESAIRE, PLANS
from preau.modules.directory.models import (
    Authority,
    AuthorityMember,
    CourseTeacher,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Guardianship,
    Membership,
    Oversight,
    Person,
    PersonRecord,
    Profile,
)
from preau.modules.directory.models.defaults import PROFILES

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def built(django_db_setup, django_db_blocker):
    """Built once for the file and undone after it: these tests only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        build()
        yield
        transaction.set_rollback(True)


def school_of(plan) -> School:
    with in_every_school(reason="assert"):
        return SchoolUnit.objects.select_related("school").get(uai=plan.units[0][0]).school


def years_of(school) -> dict[str, SchoolYear]:
    with in_school(school):
        return {year.state: year for year in SchoolYear.objects.all()}


def open_scope(plan):
    school = school_of(plan)
    return in_school(school, years_of(school)["open"])


def named(first_name: str, last_name: str) -> PersonRecord:
    return PersonRecord.objects.get(first_name=first_name, last_name=last_name)


def test_the_schools_are_fictional_and_their_numbers_sound():
    for plan in PLANS:
        for uai, _, _ in plan.units:
            assert uai.startswith("099999")
            assert uai_is_sound(uai)
    with open_scope(BRES):
        assert Group.objects.divisions().count() == 8
        assert {group.unit.kind for group in Group.objects.select_related("unit")} == {"college", "segpa"}
    with open_scope(CESAIRE):
        assert Group.objects.divisions().count() == 4


def test_each_school_has_staff_of_every_profile(settings):
    appointed = {code for code, _, kind, *_ in PROFILES if kind in ("staff", "partner")}
    for plan in PLANS:
        with open_scope(plan):
            held = Membership.objects.on(settings.DEMO_DAY).values_list("profile__code", flat=True)
            assert set(held) == appointed
            assert Profile.objects.count() == len(PROFILES)


def test_every_class_has_its_courses_and_its_head_teacher(settings):
    for plan in PLANS:
        with open_scope(plan):
            for division in Group.objects.divisions():
                subjects = {link.course.subject_id for link in division.courses.select_related("course")}
                assert 8 <= len(subjects) <= 12, division
                assert division.functions.filter(kind=Function.Kind.HEAD_TEACHER).count() == 1


def test_last_year_is_filled_and_closed():
    school = school_of(BRES)
    with in_school(school, years_of(school)["closed"]):
        assert Enrolment.objects.count() > 100
        assert Group.objects.divisions().count() == 7
        assert Function.objects.filter(kind=Function.Kind.DIGITAL_LEAD).count() == 1
    with open_scope(BRES):
        # Carried over by opening the year.
        assert Function.objects.filter(kind=Function.Kind.DIGITAL_LEAD).count() == 1


def test_the_families_that_show_what_a_directory_must_bear(settings):
    day = settings.DEMO_DAY

    with open_scope(BRES):
        assert Guardianship.objects.filter(level=2, kinship=Guardianship.Kinship.FOSTER).exists()
        assert Guardianship.objects.filter(level=2, kinship=Guardianship.Kinship.GRANDPARENT).exists()
        assert Guardianship.objects.filter(level=3).exists()
        assert Guardianship.objects.exclude(restriction="").count() == 1
        assert named("Samira", "Haddouche").wards.count() == 2
        assert {tie.houses for tie in named("Anouk", "Kowalczyk-Ferrand").guardianships.all()} == {
            True,
            False,
        }
        homes = {tie.guardian.address for tie in named("Lina", "Haddouche").guardianships.all()}
        assert len(homes) == 1
        assert named("Alseny", "Diaby").is_of_age(years_of(school_of(BRES))["open"].starts_on)
        assert not Guardianship.objects.giving_access(day).filter(pupil=named("Alseny", "Diaby")).exists()
        twins = {named("Zoé", "Phan").birth_date, named("Chloé", "Phan").birth_date}
        assert len(twins) == 1
        assert PersonRecord.objects.filter(first_name="Lucas", last_name="Martin").count() == 2
        teacher = named("Hélène", "Kowalczyk")
        assert teacher.memberships.exists()
        assert teacher.wards.exists()
        names = [record.name for record in PersonRecord.objects.all()]
        assert max(map(len, names)) == 60
        for sign in ("Œ", "œ", "’", "da ", "Đ", "ı"):
            assert any(sign in name for name in names), sign


def test_one_guardian_is_one_person_known_to_both_schools():
    person = Person.objects.get(uuid=demo_uuid("person", "solene-le-floc-h"))
    with in_every_school(reason="assert"):
        records = PersonRecord.objects.filter(person=person)
        assert {record.school_id for record in records} == {school_of(plan).pk for plan in PLANS}
        # Two data controllers: each keeps the number it was given.
        assert len({record.mobile_phone for record in records}) == 2
        shared = PersonRecord.objects.filter(wards__isnull=False).values_list("person", "school").distinct()
        assert [who for who, n in Counter(who for who, _ in shared).items() if n > 1] == [person.pk]


def test_a_pupil_changes_class_and_the_lists_follow(settings):
    with open_scope(BRES):
        bilal = named("Bilal", "Ait Cherif")
        moved_on = years_of(school_of(BRES))["open"].starts_on + timedelta(days=45)
        classes = [
            list(
                GroupMember.objects.filter(on(day), record=bilal, group__kind="division").values_list(
                    "group__code"
                )
            )
            for day in (moved_on - timedelta(days=1), moved_on)
        ]
        assert classes == [[("5A",)], [("5B",)]]


def test_a_substitute_teaches_for_six_weeks_around_today(settings):
    day = settings.DEMO_DAY

    with open_scope(BRES):
        rows = CourseTeacher.objects.filter(role=CourseTeacher.Role.SUBSTITUTE)
        assert rows.count() == 3
        for row in rows:
            assert row.starts_on <= day <= row.ends_on
            assert (row.ends_on - row.starts_on).days + 1 == 42
            there = CourseTeacher.objects.in_front_of_pupils(day).filter(course=row.course)
            assert [each.record for each in there] == [named("Antonin", "Vauquelin")]


def test_half_a_class_comes_every_second_week(settings):
    monday = date(2026, 11, 16)

    with open_scope(BRES):
        year = years_of(school_of(BRES))["open"]
        part = Group.objects.get(kind=Group.Kind.PART)
        weeks = [
            set(part.members.present(year, monday + timedelta(weeks=n)).values_list("record", flat=True))
            for n in range(3)
        ]
        assert len(weeks[0]) == len(weeks[1]) == 14
        assert weeks[0].isdisjoint(weeks[1])
        assert weeks[0] == weeks[2]


def test_two_classes_are_taught_together_by_two_teachers():
    with open_scope(BRES):
        together = CourseTeacher.objects.get(role=CourseTeacher.Role.CO).course
        assert {link.group.code for link in together.groups.select_related("group")} == {"6A", "6B"}
        assert together.teachers.count() == 2


def test_an_authority_follows_both_schools(settings):
    authority = Authority.objects.get(name="Département de la Seine-Saint-Denis")
    followed = Oversight.objects.filter(on(settings.DEMO_DAY), authority=authority)
    assert {each.school_id for each in followed} == {school_of(plan).pk for plan in PLANS}
    assert AuthorityMember.objects.filter(authority=authority).count() == 1


def test_telephones_are_written_as_people_write_them_and_lead_to_nobody():
    found = []
    for plan in PLANS:
        with in_school(school_of(plan)):
            rows = PersonRecord.objects.values_list("mobile_phone", "home_phone", "work_phone")
            found += [phone for row in rows for phone in row if phone]

    shapes = {re.sub(r"\d", "0", phone) for phone in found}
    assert shapes == {"00 00 00 00 00", "+00 0 00 00 00 00", "0000000000", "00.00.00.00.00"}
    # The ranges the regulator keeps for fiction.
    bare = {re.sub(r"\D", "", phone.replace("+33 ", "0")) for phone in found}
    assert {number[:6] for number in bare} == {"063998", "019900"}
