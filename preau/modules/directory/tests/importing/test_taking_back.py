"""An import taken back: what is as it was written becomes what it was, what was used has left."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from preau.kernel.rules import Conflict, RuleBroken
from preau.modules.directory.models import (
    Course,
    CourseTeacher,
    Enrolment,
    Function,
    Group,
    GroupMember,
    Guardianship,
    Import,
    Membership,
    Override,
    Person,
    PersonRecord,
    SourceRecord,
    Subject,
)
from preau.modules.directory.services import importing
from preau.modules.directory.testing import agree_to_photo, make_photo
from preau.modules.directory.tests.importing.desk import TODAY, Desk
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
)

EVERYTHING = (
    Course, CourseTeacher, Enrolment, Function, Group, GroupMember, Guardianship, Membership, Override,
    PersonRecord, SourceRecord, Subject,
)  # fmt: skip
FILES = (
    structures(("6A", "6e A"), groups=[("6A1", "6A1", "6A")]),
    pupils(pupil(1), pupil(2), places=place(1, "6A") + place(1, "6A1", kind="G") + place(2, "6A")),
    guardians([person(1)], [charge(1, 1), charge(2, 1)]),
    sts([teacher(1, heads="6A"), teacher(2)], {"6A": {"020700": "1", "061300": "1 2"}}),
)


def undo(desk: Desk, batch: Import) -> importing.Undoing:
    with desk.open():
        shown = importing.undoing_of(batch, TODAY)
        done = importing.undo_import(actor=None, batch=batch, day=TODAY)
    assert shown == done
    return done


def picture(desk: Desk) -> list[tuple[str, list[dict[str, object]]]]:
    """Every value of every row, but for the versions that count changes."""
    with desk.open():
        rows = [(model.__name__, list(model.objects.order_by("pk").values())) for model in EVERYTHING]
    return [
        (name, [{k: v for k, v in row.items() if k not in ("version", "last_import_id")} for row in of])
        for name, of in rows
    ]


def test_a_first_import_leaves_nothing_behind(desk: Desk) -> None:
    people = Person.objects.count()
    batch = desk.bring(*FILES)
    assert Person.objects.count() == people + 5
    told = undo(desk, batch)
    assert set(desk.count(*EVERYTHING).values()) == {0} and Person.objects.count() == people
    assert told.removed["personrecord"] == 5 and told.left == []
    assert desk.count(Import) == {"Import": 1}


def test_a_second_import_taken_back_gives_the_first_ones_picture(desk: Desk) -> None:
    desk.bring(*FILES)
    before = picture(desk)
    batch = desk.bring(
        structures(("6A", "Sixième des lilas"), ("6B", "6e B")),
        pupils(
            pupil(1, PRENOM="Zoélie", MEL="z@exemple.fr"), pupil(3), places=place(1, "6B") + place(3, "6A")
        ),
        guardians([person(1, MEL="m@exemple.fr"), person(2)], [charge(1, 1), charge(1, 2), charge(3, 2)]),
        sts([teacher(1), teacher(3, heads="6A")], {"6A": {"020700": "3"}}),
    )
    assert picture(desk) != before
    told = undo(desk, batch)
    assert told.restored > 5 and told.kept == 0
    assert picture(desk) == before


def test_it_may_be_applied_and_taken_back_again(desk: Desk) -> None:
    for _time in range(2):
        batch = desk.bring(*FILES)
        undo(desk, batch)
    assert set(desk.count(*EVERYTHING).values()) == {0}


def test_what_was_changed_since_stays(desk: Desk) -> None:
    desk.bring(pupils(pupil(1, PRENOM="Zoe", MEL="a@exemple.fr")))
    batch = desk.bring(pupils(pupil(1, PRENOM="Zoé", MEL="b@exemple.fr")))
    with desk.open(), transaction.atomic():
        zoe = PersonRecord.objects.get()
        zoe.first_name = "Zoélie"
        zoe.save()
    told = undo(desk, batch)
    assert told.kept == 1
    zoe = desk.person("DUPONT1")
    assert (zoe.first_name, zoe.email) == ("Zoélie", "a@exemple.fr")


def test_who_was_used_has_left(desk: Desk) -> None:
    batch = desk.bring(*FILES)
    with desk.open(), transaction.atomic():
        zoe = PersonRecord.objects.get(last_name="DUPONT1")
        agree_to_photo(zoe, PersonRecord.objects.get(last_name="MARTIN1"))
        make_photo(zoe)
    told = undo(desk, batch)
    assert told.left == ["DUPONT1 Zoé", "MARTIN1 Ada"]
    assert desk.names() == ["DUPONT1 Zoé", "MARTIN1 Ada"]
    with desk.open():
        enrolment = Enrolment.objects.get()
        assert enrolment.ends_on == TODAY - timedelta(days=1)
        assert {row.ends_on for row in GroupMember.objects.all()} == {TODAY - timedelta(days=1)}
        assert Guardianship.objects.get().ends_on == TODAY - timedelta(days=1)
        assert sorted(Group.objects.values_list("code", flat=True)) == ["6A", "6A1"]
        assert Course.objects.count() == 0 and Membership.objects.count() == 0
    # The next file knows them again.
    desk.bring(*FILES)
    assert len(desk.names()) == 5 and desk.classes_of("DUPONT1") == ["6A1", "6e A"]


def test_who_has_an_account_stays(desk: Desk) -> None:
    batch = desk.bring(*FILES)
    with desk.open():
        teacher_here = PersonRecord.objects.get(last_name="PROF1")
    account = django_account(teacher_here.person)
    told = undo(desk, batch)
    assert told.left == ["PROF1 Ada"]
    with desk.open():
        assert Membership.objects.get().ends_on == TODAY - timedelta(days=1)
        assert Function.objects.get().ends_on == TODAY - timedelta(days=1)
    account.refresh_from_db()


def django_account(person: Person):  # type: ignore[no-untyped-def]
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create(login="prof1", person=person)


def test_members_added_by_hand_keep_their_class(desk: Desk) -> None:
    desk.bring(pupils(pupil(1), places=place(1, "6A")))
    batch = desk.bring(
        structures(("6B", "6e B")), pupils(pupil(1), pupil(2), places=place(1, "6A") + place(2, "6B"))
    )
    with desk.open(), transaction.atomic():
        zoe = Enrolment.objects.get(record__last_name="DUPONT1")
        group = Group.objects.get(code="6B")
        GroupMember.objects.create(group=group, record=zoe.record, enrolment=zoe, starts_on=TODAY)
    undo(desk, batch)
    assert desk.classes_of("DUPONT1") == ["6e A", "6e B"] and desk.names() == ["DUPONT1 Zoé"]


def test_only_the_last_one_and_only_for_a_month(desk: Desk) -> None:
    first = desk.bring(pupils(pupil(1)))
    second = desk.bring(pupils(pupil(1, MEL="z@exemple.fr")))
    with desk.open():
        with pytest.raises(RuleBroken, match="dernier import"):
            importing.undo_import(actor=None, batch=first, day=TODAY)
        with time_machine.travel(timezone.now() + timedelta(days=31)), pytest.raises(RuleBroken):
            importing.undo_import(actor=None, batch=second, day=TODAY)
        importing.undo_import(actor=None, batch=second, day=TODAY)
        importing.undo_import(actor=None, batch=first, day=TODAY)
    assert desk.names() == []


def test_what_is_not_applied_is_not_taken_back(desk: Desk) -> None:
    batch = desk.read(pupils(pupil(1))).batch
    assert batch is not None
    with desk.open(), pytest.raises(Conflict):
        importing.undo_import(actor=None, batch=batch, day=TODAY)


def test_the_lines_go_after_a_month(desk: Desk) -> None:
    batch = desk.bring(pupils(pupil(1)))
    with desk.open():
        assert importing.forget_lines() == 0
        with time_machine.travel(timezone.now() + timedelta(days=31)):
            assert importing.forget_lines() == 1
            assert importing.forget_lines() == 0
        batch.refresh_from_db()
        assert batch.trace is None and batch.lines.count() == 0 and batch.state == Import.State.APPLIED


def test_one_left_unread_for_a_month_stands_in_nobodys_way(desk: Desk) -> None:
    batch = desk.read(pupils(pupil(1))).batch
    assert batch is not None
    with desk.open(), time_machine.travel(timezone.now() + timedelta(days=31)):
        assert importing.forget_lines() == 1
        batch.refresh_from_db()
    assert batch.state == Import.State.GIVEN_UP


def test_days_are_days_again(desk: Desk) -> None:
    """The trace is JSON; what it puts back are dates."""
    desk.bring(pupils(pupil(1, DATE_NAISS="01/03/2014")))
    batch = desk.bring(pupils(pupil(1, DATE_NAISS="02/03/2014")))
    undo(desk, batch)
    born = desk.person("DUPONT1").birth_date
    assert born == date(2014, 3, 1) and not isinstance(born, datetime)


def test_whoever_a_substitute_stands_in_for_has_left(desk: Desk) -> None:
    batch = desk.bring(*FILES)
    with desk.open(), transaction.atomic():
        record = PersonRecord.objects.create(
            person=Person.objects.create(), last_name="Remplaçant", first_name="Ali"
        )
        absent = CourseTeacher.objects.filter(record__last_name="PROF1").order_by("pk").first()
        assert absent is not None
        CourseTeacher.objects.create(
            course=absent.course,
            record=record,
            role=CourseTeacher.Role.SUBSTITUTE,
            stands_in_for=absent,
            starts_on=TODAY,
        )
    told = undo(desk, batch)
    assert told.left == ["PROF1 Ada"]
    with desk.open():
        absent.refresh_from_db()
        assert absent.ends_on == TODAY - timedelta(days=1)
        (post,) = Membership.objects.filter(record=absent.record)
        assert post.ends_on == TODAY - timedelta(days=1)
        assert [link.group.label for link in absent.course.groups.select_related("group")] == ["6e A"]


def test_whom_an_earlier_import_brought_keeps_the_course_somebody_stands_in_for(desk: Desk) -> None:
    desk.bring(sts([teacher(1)], {}))
    batch = desk.bring(sts([teacher(1)], {"6A": {"020700": "1"}}))
    with desk.open(), transaction.atomic():
        record = PersonRecord.objects.create(
            person=Person.objects.create(), last_name="Remplaçant", first_name="Ali"
        )
        absent = CourseTeacher.objects.get()
        CourseTeacher.objects.create(
            course=absent.course,
            record=record,
            role=CourseTeacher.Role.SUBSTITUTE,
            stands_in_for=absent,
            starts_on=TODAY,
        )
    told = undo(desk, batch)
    assert told.left == []
    with desk.open():
        absent.refresh_from_db()
        assert absent.ends_on == TODAY - timedelta(days=1)
        assert Course.objects.count() == 1
