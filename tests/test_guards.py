"""What a write is refused for, in Python and, should Python forget, in the database itself."""

from datetime import date
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from preau.kernel.rules import YearClosed
from preau.kernel.tenancy import constraints
from preau.kernel.tenancy.guards import ForeignSchool
from preau.kernel.tenancy.scope import (
    NoSchoolScope,
    OneSchoolPerWrite,
    in_every_school,
    in_every_year,
    in_school,
    in_schools,
)
from preau.modules.directory.models import CourseTeacher, Function, Group, GroupMember, Subject
from preau.modules.directory.testing import (
    OTHER_SCHOOL,
    OTHER_YEAR,
    make_course,
    make_division,
    make_pupil,
    make_record,
    make_year,
)


def _member(group: Group, enrolment: object, **given: object) -> GroupMember:
    return GroupMember(
        group_id=group.pk,
        record_id=enrolment.record_id,  # type: ignore[attr-defined]
        enrolment_id=enrolment.pk,  # type: ignore[attr-defined]
        starts_on=date(2026, 11, 2),
        **given,
    )


def test_nothing_is_written_without_a_school(db):
    with pytest.raises(NoSchoolScope):
        Subject(short_code="X", label="X").save()


def test_nothing_is_written_while_several_schools_are_read(cast):
    here, there = cast.own, cast.places[OTHER_SCHOOL]
    with in_schools([here.school, there.school], [here.year, there.year]), pytest.raises(OneSchoolPerWrite):
        Subject(school=here.school, short_code="X", label="X").save()
    with in_every_school(reason="test"), pytest.raises(OneSchoolPerWrite):
        Subject(school=here.school, short_code="X", label="X").save()


def test_a_row_of_another_school_is_not_written_here(cast):
    with in_school(cast.own.school), pytest.raises(ForeignSchool):
        Subject(school=cast.places[OTHER_SCHOOL].school, short_code="X", label="X").save()


@pytest.mark.parametrize("at_hand", [True, False], ids=["the row at hand", "only its id"])
def test_a_key_into_another_school_is_refused(cast, at_hand):
    theirs = cast.places[OTHER_SCHOOL]
    with in_school(cast.own.school, cast.own.year):
        member = _member(cast.own["division"], cast.own["enrolment"])
        if at_hand:
            member.group = theirs["division"]
        else:
            member.group_id = theirs["division"].pk
        with pytest.raises(ForeignSchool):
            member.save()
        with pytest.raises(ForeignSchool):
            GroupMember.objects.bulk_create([member])


def test_a_key_into_another_year_is_refused(cast):
    past = cast.places[OTHER_YEAR]
    with in_school(cast.own.school, cast.own.year), pytest.raises(ForeignSchool):
        _member(past["division"], cast.own["enrolment"]).save()


def test_changing_a_key_in_bulk_is_guarded_too(cast):
    theirs = cast.places[OTHER_SCHOOL]
    with in_school(cast.own.school, cast.own.year):
        members = list(GroupMember.objects.all())
        for value in ({"group": theirs["division"]}, {"group_id": theirs["division"].pk}):
            with pytest.raises(ForeignSchool):
                GroupMember.objects.update(**value)
        with pytest.raises(ForeignSchool):
            GroupMember.objects.update(school=theirs.school)
        members[0].group_id = theirs["division"].pk
        with pytest.raises(ForeignSchool):
            GroupMember.objects.bulk_update(members, ["group"])


def test_a_closed_year_is_read_and_not_written(cast):
    past = cast.places[OTHER_YEAR]
    with in_school(past.school, past.year):
        group = Group.objects.get(pk=past["division"].pk)
        for write in (
            lambda: group.save(),
            lambda: make_division("3D", year=past.year),
            lambda: Group.objects.bulk_create([Group(kind="manual", code="x", label="x")]),
            lambda: Group.objects.update(label="x"),
            lambda: Group.objects.bulk_update([group], ["label"]),
            lambda: Group.objects.all().delete(),
            lambda: group.delete(),
        ):
            with pytest.raises(YearClosed):
                write()
        assert Group.objects.get(pk=group.pk).label == past["division"].label


def test_a_year_that_is_not_open_here_is_not_written(cast):
    past = cast.places[OTHER_YEAR]
    with in_school(cast.own.school, cast.own.year), pytest.raises(ForeignSchool):
        Group(school=cast.own.school, year=past.year, kind="manual", code="x", label="x").save()
    with in_school(cast.own.school), in_every_year(reason="test"), pytest.raises(ForeignSchool):
        Group.objects.update(label="x")


@pytest.mark.parametrize("unique_fields", [["id"], ["uuid"], ["school", "uuid"]])
def test_an_upsert_that_may_rewrite_anothers_row_is_refused(cast, unique_fields):
    with in_school(cast.own.school, cast.own.year), pytest.raises(ForeignSchool):
        Group.objects.bulk_create(
            [Group(kind="manual", code="x", label="x")],
            update_conflicts=True,
            unique_fields=unique_fields,
            update_fields=["label"],
        )


def test_a_forged_row_is_not_deleted(cast):
    for place in (OTHER_SCHOOL, OTHER_YEAR):
        there = cast.places[place]
        with in_school(there.school, there.year):
            foreign = GroupMember.objects.filter(group=there["division"]).first()
        forged = GroupMember(pk=foreign.pk, school_id=cast.own.school.pk, year_id=cast.own.year.pk)
        with in_school(cast.own.school, cast.own.year), pytest.raises(ForeignSchool):
            forged.delete()
        with in_school(there.school, there.year):
            assert GroupMember.objects.filter(pk=foreign.pk).exists()


def test_a_row_never_moves_to_another_year_or_school(cast):
    coming = make_year(cast.own.school, 2027)
    with in_schools([cast.own.school], [cast.own.year, coming]):
        group = Group.objects.get(pk=cast.own["division"].pk)
        group.year = coming
        with pytest.raises(DatabaseError), transaction.atomic():
            group.save()
        with pytest.raises(ForeignSchool):
            Group.objects.bulk_update([group], ["year"])


def test_an_update_stays_in_its_school(cast):
    with in_school(cast.own.school, cast.own.year):
        Group.objects.update(label="renommé")
    theirs = cast.places[OTHER_SCHOOL]
    with in_school(theirs.school, theirs.year):
        assert not Group.objects.filter(label="renommé").exists()


def test_a_delete_and_its_cascade_stay_in_their_school(cast):
    theirs = cast.places[OTHER_SCHOOL]
    with in_school(theirs.school, theirs.year):
        before = GroupMember.objects.count()
    with in_school(cast.own.school, cast.own.year):
        Function.objects.all().delete()
        Group.objects.filter(kind=Group.Kind.DIVISION).delete()
        assert not GroupMember.objects.exists()
    with in_school(theirs.school, theirs.year):
        assert GroupMember.objects.count() == before > 0


def test_every_key_between_schools_tables_is_held_in_the_database(db):
    wanted = constraints.wanted_names()
    assert len(wanted) > 40
    assert constraints.hung() == wanted


def test_the_constraints_hang_again_after_being_cut_half_way(db):
    constraints.take_down()
    constraints.hang()
    constraints.hang()
    assert constraints.hung() == constraints.wanted_names()


@pytest.mark.parametrize("where", [OTHER_SCHOOL, OTHER_YEAR])
def test_the_database_refuses_what_python_let_through(cast, where):
    foreign = cast.places[where]["division"].pk
    with in_school(cast.own.school, cast.own.year):
        member = GroupMember.objects.filter(group=cast.own["division"]).first()
    statement = (
        "UPDATE directory_groupmember SET group_id = %s WHERE id = %s AND school_id = %s AND year_id = %s"
    )
    here = cast.own

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [foreign, member.pk, here.school.pk, here.year.pk])
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with in_school(here.school, here.year), pytest.raises(DatabaseError):
        write()


def test_the_database_accepts_the_right_key(cast):
    with in_school(cast.own.school, cast.own.year):
        enrolment = make_pupil("Nouvelle", year=cast.own.year)
        _member(cast.own["division"], enrolment).save()
        assert GroupMember.objects.filter(record=enrolment.record).count() == 1


def test_the_rows_a_new_one_takes_its_school_from(cast):
    with in_school(cast.own.school, cast.own.year):
        assert make_record("Seule").school_id == cast.own.school.pk
        group = Group(kind="manual", code="club", label="Club")
        group.save()
        assert (group.school_id, group.year_id) == (cast.own.school.pk, cast.own.year.pk)


def test_models_are_checked_by_the_system():
    from preau.kernel.checks import owned_models_are_walled

    assert owned_models_are_walled() == []


def _at_once() -> None:
    """PostgreSQL waits for the commit, which never comes in a test."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _refuses(write) -> None:
    def at_once() -> None:
        with transaction.atomic():
            write()
            _at_once()

    with pytest.raises(DatabaseError):
        at_once()


def _anothers_enrolment(cast):
    return GroupMember(
        group=cast.own["division"],
        record=cast.own["teacher"],
        enrolment=cast.own["enrolment"],
        starts_on=date(2026, 9, 1),
    )


def _substitute_of_another_course(cast):
    other = make_course("Autre cours", [cast.own["division"]], year=cast.own.year)
    replaced = CourseTeacher.objects.filter(record=cast.own["teacher"]).first()
    return CourseTeacher(
        course=other,
        record=cast.own["head"],
        role=CourseTeacher.Role.SUBSTITUTE,
        stands_in_for=replaced,
        starts_on=date(2026, 9, 1),
    )


@pytest.mark.parametrize("wrong", [_anothers_enrolment, _substitute_of_another_course])
def test_a_key_that_agrees_on_more_is_held_in_the_database(cast, wrong):
    with in_school(cast.own.school, cast.own.year):
        _refuses(wrong(cast).save)


def test_a_member_is_not_moved_to_another_pupils_enrolment(cast):
    with in_school(cast.own.school, cast.own.year):
        other = make_pupil("Voisine", year=cast.own.year)
        member = GroupMember.objects.get(enrolment=cast.own["enrolment"], group=cast.own["division"])
        for changes in ({"enrolment": other}, {"record": other.record}):
            _refuses(partial(GroupMember.objects.filter(pk=member.pk).update, **changes))
        GroupMember.objects.filter(pk=member.pk).update(enrolment=other, record=other.record)
        _at_once()


def test_rows_older_than_a_constraint_do_not_stop_an_upgrade_and_are_named(cast, caplog):
    (bond,) = (bond for bond in constraints.bonds() if bond.agreed == ("record_id",))
    _at_once()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'ALTER TABLE "{bond.table}" DROP CONSTRAINT "{bond.name}"')
        else:
            constraints.take_down()
    with in_school(cast.own.school, cast.own.year):
        old = _anothers_enrolment(cast)
        old.save()
    _at_once()
    constraints.hang()
    assert constraints.old_wrong_rows() == {bond.name: [old.pk]}
    assert f"{bond.name}: 1 older rows" in caplog.text and str(old.pk) in caplog.text
    with in_school(cast.own.school, cast.own.year):
        again = _anothers_enrolment(cast)
        again.starts_on = date(2026, 10, 1)
        _refuses(again.save)
        GroupMember.objects.filter(pk=old.pk).delete()
    _at_once()
    constraints.hang()
    assert constraints.hung() == constraints.wanted_names()
