import re
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import transaction

from preau.kernel.calendar import on
from preau.kernel.models import School, SchoolUnit, SchoolYear, uai_is_sound
from preau.kernel.tenancy.scope import in_every_school, in_school
from preau.modules.directory.demo import build
from preau.modules.directory.demo.files import files
from preau.modules.directory.demo.people import demo_uuid
from preau.modules.directory.demo.schools import BRES, CESAIRE, PLANS
from preau.modules.directory.demo.september import Register, present
from preau.modules.directory.models import (
    Authority,
    AuthorityMember,
    CourseTeacher,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Guardianship,
    Import,
    ImportLine,
    Membership,
    Oversight,
    Person,
    PersonRecord,
    Profile,
    SourceRecord,
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
        assert Group.objects.divisions().count() == 30
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


def test_the_first_school_is_of_an_ordinary_size():
    with open_scope(BRES):
        enrolled = Enrolment.objects.values("record")
        guardians = Guardianship.objects.filter(pupil__in=enrolled).values("guardian").distinct().count()
        teachers = Membership.objects.filter(profile__code="teacher").count()
        assert (Enrolment.objects.count(), Group.objects.divisions().count()) == (750, 30)
        assert 1_200 <= guardians <= 1_400
        assert 55 <= teachers <= 65


def test_every_class_is_called_as_people_say_it():
    for plan in PLANS:
        with open_scope(plan):
            labels = Group.objects.divisions().values_list("label", flat=True)
            assert set(labels) == {f"{code[0]}e {code[1]}" for code in plan.sizes}


def test_both_years_came_by_files_that_the_office_brought():
    for plan in PLANS:
        school = school_of(plan)
        for year in years_of(school).values():
            with in_school(school, year):
                batch = Import.objects.select_related("begun_by").get()
                assert batch.state == Import.State.APPLIED
                assert batch.outcome["aside"] == 0 and batch.outcome["arrivals"] > 200
                assert batch.begun_by.memberships.get().profile.code == "office"
                assert not batch.lines.filter(act__in=("error", "check", "conflict")).exists()
                assert all(not file["refused"] and file["counts"] for file in batch.files)


def test_the_pupils_of_last_year_are_the_same_a_level_higher():
    school = school_of(BRES)
    years = years_of(school)
    levels = {}
    for state in ("closed", "open"):
        with in_school(school, years[state]):
            levels[state] = dict(Enrolment.objects.values_list("record", "level"))
    both = levels["closed"].keys() & levels["open"].keys()
    assert {(levels["closed"][pk], levels["open"][pk]) for pk in both} == {
        ("6e", "5e"), ("5e", "4e"), ("4e", "3e"),
    }  # fmt: skip
    assert {levels["closed"][pk] for pk in levels["closed"].keys() - both} == {"3e"}
    assert len(both) > 450 and 150 < len(levels["closed"]) - len(both) < 200


def test_only_hands_name_who_directs(settings):
    """STS-web lists them; nobody becomes head by a file."""
    with open_scope(BRES):
        listed = SourceRecord.objects.filter(thing="staff", said__function="DIR", year__state="open")
        held = Membership.objects.filter(record__in=listed.values("record"))
        assert sorted(held.values_list("profile__code", flat=True)) == ["deputy", "head"]


def test_a_teacher_whose_daughter_came_was_recognised_in_the_file():
    with open_scope(BRES):
        helene = named("Hélène", "Kowalczyk")
        line = ImportLine.objects.get(act="doubtful")
        assert line.decision == {"same": str(helene.uuid)}
        assert {source.thing for source in helene.sources.all()} == {"guardian", "staff"}


def test_whoever_does_not_fetch_the_child_was_told_so_by_hand():
    with open_scope(BRES):
        told = Guardianship.objects.filter(may_collect=False).select_related("guardian")
        assert sorted(tie.guardian.name for tie in told) == ["Damien Coutelle", "Ruben Okafor"]


def test_pupils_of_the_segpa_sit_in_the_classes_of_the_college():
    with open_scope(BRES):
        included = Enrolment.objects.filter(unit__kind="segpa")
        assert 8 <= included.count() <= 20
        assert {each.level for each in included} == {"6e"}
        group = Group.objects.get(code="6SEGPA")
        assert set(group.members.values_list("enrolment", flat=True)) == {each.pk for each in included}
        assert group.unit.kind == "segpa"
        classes = GroupMember.objects.filter(enrolment__in=included, group__kind="division")
        assert {member.group.unit.kind for member in classes.select_related("group__unit")} == {"college"}


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
        assert Enrolment.objects.count() > 600
        assert Group.objects.divisions().count() == 29
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
        part = Group.objects.get(code="4A1")
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


def test_telephones_lead_to_nobody_and_are_read_in_one_shape():
    found = []
    for plan in PLANS:
        with in_school(school_of(plan)):
            rows = PersonRecord.objects.values_list("mobile_phone", "home_phone", "work_phone")
            found += [phone for row in rows for phone in row if phone]

    assert {re.sub(r"\d", "0", phone) for phone in found} == {"00 00 00 00 00"}
    # The ranges the regulator keeps for fiction.
    assert {number.replace(" ", "")[:6] for number in found} == {"063998", "019900"}


def test_the_files_write_telephones_as_people_do():
    register = Register(BRES, 2026)
    content = "".join(
        file.read().decode() for name, file in files(present(register)) if name.startswith("Responsables")
    )
    phones = re.findall(r"<TEL_\w+>([^<]+)</TEL", content)
    shapes = {re.sub(r"\d", "0", phone) for phone in phones}
    assert shapes == {"00 00 00 00 00", "+00 0 00 00 00 00", "0000000000", "00.00.00.00.00"}
