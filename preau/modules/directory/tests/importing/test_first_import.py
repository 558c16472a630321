"""A new school and its first files: everybody arrives, once, with what the files say of them."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.modules.directory.models import (
    Course,
    CourseTeacher,
    Enrolment,
    Function,
    Group,
    Guardianship,
    Import,
    Membership,
    PersonRecord,
    SourceRecord,
)
from preau.modules.directory.tests.importing.desk import Desk
from preau.modules.directory.tests.reading import (
    charge,
    guardians,
    person,
    place,
    pupil,
    pupils,
    structures,
    sts,
    teacher,
    zipped,
)

CLASSES = structures(
    ("6 A", "SIXIEME A"), ("6B", "6e des arts"), groups=[("6A1", "6A GR 1", "6A"), ("LAT", "Latin", "6A 6B")]
)


def test_pupils_arrive_in_their_class_with_their_address(desk: Desk) -> None:
    address = (
        "<ADRESSES><ADRESSE ADRESSE_ID='7'><LIGNE1_ADRESSE>3 rue des Lilas</LIGNE1_ADRESSE>"
        "<CODE_POSTAL>93000</CODE_POSTAL><LIBELLE_POSTAL>BOBIGNY</LIBELLE_POSTAL></ADRESSE></ADRESSES>"
    )
    written = pupils(pupil(1, ADRESSE_ID="7", CODE_REGIME="2", CODE_MEF="10010012110"))
    desk.bring(CLASSES, written.replace(b"</DONNEES>", address.encode() + b"</DONNEES>"))
    zoe = desk.person("DUPONT1")
    assert (zoe.first_name, zoe.birth_date, zoe.address) == ("Zoé", date(2014, 3, 1), "3 rue des Lilas")
    assert desk.classes_of("DUPONT1") == ["6e A"]
    with desk.open():
        enrolment = Enrolment.objects.get(record=zoe)
        assert (enrolment.level, enrolment.boarding, enrolment.starts_on) == (
            "6e",
            "half",
            desk.year.starts_on,
        )


def test_classes_are_called_as_people_call_them(desk: Desk) -> None:
    desk.bring(CLASSES, pupils(pupil(1)))
    with desk.open():
        found = {group.code: (group.label, group.kind) for group in Group.objects.all()}
    assert found == {
        "6 A": ("6e A", "division"),
        "6B": ("6e des arts", "division"),
        "6A1": ("6A GR 1", "part"),
        "LAT": ("Latin", "teaching"),
    }


def test_a_part_knows_its_class(desk: Desk) -> None:
    desk.bring(CLASSES, pupils(pupil(1), places=place(1, "6A") + place(1, "6A1", "LAT", kind="G")))
    with desk.open():
        part = Group.objects.select_related("part_of").get(code="6A1")
        assert part.part_of is not None and part.part_of.code == "6 A"
        assert Group.objects.get(code="LAT").part_of is None
    assert desk.classes_of("DUPONT1") == ["6A GR 1", "6e A", "Latin"]


def test_guardians_come_with_their_level_and_those_of_nobody_do_not(desk: Desk) -> None:
    families = guardians(
        [person(1, LC_CIVILITE="MME", MEL="ada@exemple.fr"), person(2), person(3)],
        [charge(1, 1), charge(1, 2, NIVEAU_RESPONSABILITE="3", CODE_PARENTE="38")],
    )
    desk.bring(pupils(pupil(1)), families)
    with desk.open():
        levels = dict(Guardianship.objects.values_list("guardian__last_name", "level"))
    assert levels == {"MARTIN1": 1, "MARTIN2": 3}
    assert desk.person("MARTIN1").email == "ada@exemple.fr" and "MARTIN3 Ada" not in desk.names()


def test_a_link_whose_level_is_unknown_opens_nothing(desk: Desk) -> None:
    desk.bring(pupils(pupil(1)), guardians([person(1)], [charge(1, 1, NIVEAU_RESPONSABILITE="9")]))
    with desk.open():
        assert Guardianship.objects.get().level == Guardianship.Level.CONTACT
        assert not Guardianship.objects.giving_access(date(2026, 11, 20)).exists()


def test_a_pupil_of_age_is_not_a_second_person(desk: Desk) -> None:
    desk.bring(pupils(pupil(1)), guardians([person(1)], [charge(1, 1, CODE_PARENTE="70")]))
    assert desk.names() == ["DUPONT1 Zoé"]


def test_teachers_come_with_their_courses_and_classes(desk: Desk) -> None:
    desk.bring(
        CLASSES,
        sts(
            [teacher(1, heads="6A"), teacher(2)],
            {"6A": {"020700": "1", "061300": "1 2"}, "6B": {"020700": "2"}},
        ),
    )
    with desk.open():
        roles = CourseTeacher.objects.filter(course__subject__code="061300").values_list(
            "record__last_name", "role"
        )
        assert dict(roles) == {"PROF1": "main", "PROF2": "co"}
        assert Course.objects.count() == 3
        led = Function.objects.select_related("group").get(kind="head_teacher")
        assert led.group is not None and led.group.code == "6 A"
        held = Membership.objects.values_list("profile__code", flat=True)
        assert sorted(held) == ["teacher", "teacher"]
        # Structures and STS-web both tell of the class: it is one.
        assert Group.objects.divisions().count() == 2


def test_no_file_makes_somebody_head_of_the_school(desk: Desk) -> None:
    desk.bring(
        sts([teacher(1, FONCTION="DIR"), teacher(2, FONCTION="AED"), teacher(3, FONCTION="???")], {"6A": {}})
    )
    with desk.open():
        held = dict(Membership.objects.values_list("record__last_name", "profile__code"))
    assert held == {"PROF2": "aed"}
    assert len(desk.names()) == 3


def test_the_same_files_again_write_nothing(desk: Desk) -> None:
    files = (
        CLASSES,
        pupils(pupil(1), pupil(2), places=place(1, "6A") + place(2, "6B")),
        guardians([person(1)], [charge(1, 1), charge(2, 1)]),
        sts([teacher(1, heads="6A")], {"6A": {"020700": "1"}}),
    )
    desk.bring(*files)
    with CaptureQueriesContext(connection) as asked:
        again = desk.read(*files)
    assert again.batch is None and again.plan.changes_nothing and again.plan.unchanged > 8
    written = [query["sql"] for query in asked if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert written == []


def test_files_may_come_one_by_one_in_any_order(desk: Desk) -> None:
    """The links of guardians wait until their pupils are told of; nobody brings the file again."""
    desk.bring(guardians([person(1)], [charge(1, 1)]))
    assert desk.count(Guardianship, PersonRecord) == {"Guardianship": 0, "PersonRecord": 1}
    desk.bring(pupils(pupil(1)))
    assert desk.count(Guardianship) == {"Guardianship": 1}
    assert desk.classes_of("DUPONT1") == ["6e A"]
    desk.bring(structures(("6 A", "La sixième des lilas")))
    assert desk.classes_of("DUPONT1") == ["La sixième des lilas"]
    with desk.open():
        assert Group.objects.count() == 1


def test_one_archive_of_archives_is_enough(desk: Desk) -> None:
    inner = zipped({"x/ExportXML_Eleves.xml": pupils(pupil(1))})
    desk.bring(zipped({"structures.zip": zipped({"s.xml": CLASSES}), "eleves.zip": inner}))
    assert desk.classes_of("DUPONT1") == ["6e A"]


def test_who_left_before_they_were_here_is_not_made(desk: Desk) -> None:
    desk.bring(pupils(pupil(1), pupil(2, DATE_SORTIE="12/10/2026")))
    assert desk.names() == ["DUPONT1 Zoé"]


def test_who_will_leave_is_here_until_then(desk: Desk) -> None:
    desk.bring(pupils(pupil(1, DATE_SORTIE="18/12/2026")))
    with desk.open():
        assert Enrolment.objects.get().ends_on == date(2026, 12, 18)
    assert desk.classes_of("DUPONT1", date(2027, 1, 10)) == []


def test_what_was_said_is_kept_with_its_digest(desk: Desk) -> None:
    batch = desk.bring(pupils(pupil(1, INE="")))
    with desk.open():
        row = SourceRecord.objects.get(thing="pupil")
    assert (row.external_id, row.uai, row.last_import_id) == ("901", "0999990W", batch.pk)
    assert row.said["last_name"] == "DUPONT1" and len(row.digest) == 32
    assert batch.state == Import.State.APPLIED and batch.outcome["arrivals"] == 2
