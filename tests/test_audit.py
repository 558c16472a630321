"""Who did what on what, when, as whom, from where: written once, told in sentences, never changed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from preau.kernel.access.acting import acting
from preau.kernel.access.actor import Identity
from preau.kernel.audit import append_only, recording, retention, seals
from preau.kernel.audit.acts import UndeclaredAct, acts, named, reads
from preau.kernel.audit.models import AppendOnly, Entry, Reading, Seal, utc_today
from preau.kernel.audit.sentences import tell
from preau.kernel.tenancy.scope import in_every_school, in_school
from preau.kernel.work.testing import run_all
from preau.modules.directory.models import Function
from preau.modules.directory.services import appoint_head_teacher, end_function
from preau.modules.directory.testing import OTHER_SCHOOL, Cast, Who, make_course, make_record, make_staff


@pytest.fixture
def head(cast: Cast) -> Any:
    identity = Identity(cast.people[Who.HEAD].pk, network="192.0.2.0/24", device="computer")
    with acting(identity, cast.own.school, cast.own.year) as actor, transaction.atomic():
        yield actor


def appointed(cast: Cast, head: Any, last_name: str = "Nommée") -> Function:
    from uuid import uuid4

    teacher = make_staff(last_name, "teacher", first_name="Zoé")
    make_course("Appoint", [cast.own["division"]], teacher, year=cast.own.year)
    return appoint_head_teacher(
        actor=head, group=cast.own["division"], record=teacher, starts_on=date(2026, 11, 23), uuid=uuid4()
    )


def last_line(cast: Cast) -> Any:
    return tell([Entry.objects.order_by("id").last()], cast.own.school)[0]


def test_an_appointment_is_told_in_a_sentence(cast, head):
    appointed(cast, head)
    line = last_line(cast)
    assert (
        line.text
        == "Camille Head a nommé Zoé Nommée professeur principal de 4B, à compter du 23 novembre 2026"
    )
    assert line.as_whom == "Chef d’établissement"
    assert line.whence == ("ordinateur", "réseau 192.0.2.0/24")


def test_it_is_sent_twice_and_told_once(cast, head):
    function = appointed(cast, head)
    before = Entry.objects.count()
    appoint_head_teacher(
        actor=head,
        group=function.group,
        record=function.record,
        starts_on=function.starts_on,
        uuid=function.uuid,
    )
    assert Entry.objects.count() == before


def test_the_end_of_a_function_is_told(cast, head):
    function = appointed(cast, head)
    end_function(actor=head, function=function, base_version=1, ends_on=date(2026, 12, 1))
    assert last_line(cast).text == (
        "Camille Head a mis fin au 1er décembre 2026 à la mission de professeur principal de Zoé Nommée en 4B"
    )


def test_who_is_renamed_is_renamed_in_the_journal_and_who_is_erased_is_nobody(cast, head):
    record = make_record("Canarieffacee", "Ada")
    recording.record(
        head,
        "directory.head_teacher_appointed",
        record,
        values={"group": cast.own["division"], "starts_on": date(2026, 9, 1)},
    )
    record.last_name = "Autrement"
    record.save()
    assert "Ada Autrement" in last_line(cast).text
    record.delete()
    line = last_line(cast)
    assert "une personne qui n’est plus connue ici" in line.text
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_entry WHERE school_id = %s", [cast.own.school.pk])
        assert "canarieffacee" not in repr(cursor.fetchall()).casefold()


def test_one_write_costs_one_statement(cast, head, django_assert_num_queries):
    record = make_record("Une")
    with django_assert_num_queries(1):
        recording.record(head, "accounts.opened", record.person)


def test_an_act_nobody_declared_is_refused(cast, head):
    with pytest.raises(UndeclaredAct):
        recording.record(head, "directory.tidied_up", cast.own["pupil"])
    with pytest.raises(UndeclaredAct):
        recording.record_reads(head, "directory.everything", [cast.own["pupil"]])


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"group": 1, "starts_on": 1, "password": "x"},
        {"group": "une phrase, écrite à la main,\nsur deux lignes", "starts_on": 1},
        {"group": "longue " * 20, "starts_on": 1},
        {"group": {"name": "Dupont"}, "starts_on": 1},
    ],
)
def test_no_text_and_no_secret_is_kept(cast, head, values):
    with pytest.raises(recording.NotAFact):
        recording.record(head, "directory.head_teacher_appointed", cast.own["pupil"], values=values)


def test_every_sentence_names_what_it_can_and_has_its_own_code():
    for code, act in acts().items():
        assert code.count(".") == 1 and str(act.sentence), code
        assert set(named(act.sentence)) >= set(act.words), code
    for read in reads().values():
        assert set(named(read.sentence)) == {"who", "record"}


def test_the_orm_changes_and_removes_nothing(cast, head):
    entry = recording.record(head, "directory.rules_reset", cast.own.school)
    entry.act = "directory.school_founded"
    for change in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(act="x"),
        lambda: Entry.objects.bulk_update([entry], ["act"]),
        lambda: Entry.objects.bulk_create([entry], update_conflicts=True),
    ):
        with pytest.raises(AppendOnly):
            change()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET keep_until = '2020-01-01' WHERE school_id = %s",
        "DELETE FROM {table} WHERE school_id = %s",
    ],
)
@pytest.mark.parametrize("table", ["audit_entry", "audit_reading", "audit_seal"])
def test_the_database_refuses_what_went_round_the_orm(cast, head, statement, table):
    recording.record(head, "directory.rules_reset", cast.own.school)
    recording.record_reads(head, "directory.contact_details", [cast.own["pupil"]])
    seals.seal(cast.own.school, now=timezone.now() + timedelta(hours=2))
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table=table), [cast.own.school.pk])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_a_truncate_is_refused(cast):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE audit_entry")


def test_hanging_the_triggers_again_ends_in_the_same_state(db):
    wanted = append_only.wanted_names(connection.vendor)
    for _ in range(2):
        append_only.hang()
        assert append_only.hung() == wanted
    append_only.drop()
    assert not append_only.hung()
    append_only.hang()
    assert append_only.hung() == wanted


def old(cast: Cast, days_over: int) -> Entry:
    """An entry whose time was over so many days ago."""
    entry: Entry = Entry.objects.create(
        act="directory.rules_reset",
        at=timezone.now() - timedelta(days=365 + days_over),
        keep_until=utc_today() - timedelta(days=days_over),
        entrance="preau",
        kind="kernel.school",
        object_id=cast.own.school.pk,
    )
    return entry


def test_what_was_kept_long_enough_leaves_and_its_leaving_is_told(cast, head):
    gone = [old(cast, 10) for _ in range(5)]
    stays = [old(cast, 0), old(cast, 1), recording.record(head, "directory.rules_reset", cast.own.school)]
    assert retention.purge(cast.own.school, batch=2) == 5
    kept = set(Entry.objects.values_list("pk", flat=True))
    assert kept.isdisjoint(entry.pk for entry in gone) and kept >= {entry.pk for entry in stays}
    told = [line.text for line in tell(Entry.objects.filter(act="audit.purged"), cast.own.school)]
    assert len(told) == 3  # two, two and one
    assert told[0].startswith("Préau a retiré du journal")
    assert retention.purge(cast.own.school) == 0


def test_a_purge_killed_half_way_goes_on_the_next_night(cast, head, monkeypatch):
    for _ in range(5):
        old(cast, 10)
    calls = []

    def dies(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return recording.record(*args, **kwargs)

    monkeypatch.setattr(retention, "record", dies)
    with pytest.raises(KeyboardInterrupt):
        retention.purge(cast.own.school, batch=2)
    # The second batch is back as if it had not begun: no row left without a line that says so.
    assert Entry.objects.filter(keep_until__lt=utc_today()).count() == 3
    monkeypatch.setattr(retention, "record", recording.record)
    assert retention.purge(cast.own.school, batch=2) == 3


def test_another_schools_rows_stay(cast, head):
    there = cast.places[OTHER_SCHOOL].school
    with in_school(there):
        kept = old(cast, 10)
    retention.purge(cast.own.school)
    with in_school(there):
        assert Entry.objects.filter(pk=kept.pk).exists()


def sealed_later(cast: Cast) -> Seal | None:
    return seals.seal(cast.own.school, now=timezone.now() + seals.SETTLED)


def test_a_sealed_journal_agrees_and_a_changed_one_does_not(cast, head):
    recording.record(head, "directory.rules_reset", cast.own.school)
    assert sealed_later(cast)
    assert not list(seals.verify(cast.own.school))
    append_only.drop()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_entry SET person_id = 1 WHERE school_id = %s AND act = %s",
            [cast.own.school.pk, "directory.rules_reset"],
        )
    append_only.hang()
    (broken,) = seals.verify(cast.own.school)
    assert broken.why.endswith("changed")


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
def test_a_row_taken_away_is_missed(cast, head, table):
    for hours in (2, 4):
        recording.record(head, "directory.rules_reset", cast.own.school)
        Entry.objects.create(
            act="directory.rules_reset",
            at=timezone.now() + timedelta(hours=hours - 1.5),
            keep_until=utc_today() + timedelta(days=9),
            entrance="preau",
        )
        assert seals.seal(cast.own.school, now=timezone.now() + timedelta(hours=hours))
    first = Entry.objects.order_by("id").first() if table == "audit_entry" else Seal.objects.first()
    append_only.drop()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [first.pk])
    append_only.hang()
    assert list(seals.verify(cast.own.school))


def test_nothing_new_is_not_sealed_twice(cast, head):
    recording.record(head, "directory.rules_reset", cast.own.school)
    now = timezone.now() + timedelta(hours=2)
    assert seals.seal(cast.own.school, now=now)
    assert seals.seal(cast.own.school, now=now) is None


def test_what_left_in_its_time_is_not_missed(cast, head):
    old(cast, 10)
    assert sealed_later(cast)
    retention.purge(cast.own.school)
    assert not list(seals.verify(cast.own.school))


def test_the_command_says_what_disagrees(cast, head, capsys):
    recording.record(head, "directory.rules_reset", cast.own.school)
    sealed_later(cast)
    call_command("audit", "verify")
    append_only.drop()
    with pytest.raises(CommandError, match="disagreements"):
        call_command("audit", "verify")
    append_only.hang()


def test_a_reading_is_kept_once_a_day_for_each_two_people(cast, head, django_assert_num_queries):
    pupil, guardian = cast.own["pupil"], cast.own["guardian"]
    recording.record_reads(head, "directory.contact_details", [pupil, guardian])
    with django_assert_num_queries(0):
        recording.record_reads(head, "directory.contact_details", [pupil, guardian])
    from django.core.cache import cache

    cache.clear()  # a cache that forgot: the constraint still holds
    recording.record_reads(head, "directory.contact_details", [pupil])
    assert Reading.objects.filter(kind="directory.personrecord", object_id=pupil.pk).count() == 1
    line = tell(Reading.objects.filter(object_id=pupil.pk), cast.own.school)[0]
    assert line.text == f"Camille Head a consulté les coordonnées de {pupil.name}"


def test_what_was_done_for_somebody_says_for_whom(cast, head):
    seen_as = cast.people[Who.GUARDIAN].pk
    identity = Identity(cast.people[Who.HEAD].pk, entrance="token", on_behalf_of=seen_as)
    recording.record(identity, "directory.rules_reset", cast.own.school)
    line = last_line(cast)
    assert line.for_whom == cast.own["guardian"].name and line.whence == ("clé d’application",)


def test_a_reading_that_could_not_be_kept_is_kept_the_next_time(cast, head, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(Reading.objects.__class__, "bulk_create", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            recording.record_reads(head, "directory.contact_details", [cast.own["pupil"]])
    recording.record_reads(head, "directory.contact_details", [cast.own["pupil"]])
    assert Reading.objects.filter(object_id=cast.own["pupil"].pk).exists()


def test_every_night_the_journal_is_sealed_and_thinned(cast, head):
    from preau.kernel.audit.jobs import purge, seal

    gone = old(cast, 10)
    seal.enqueue(school_id=cast.own.school.pk)
    purge.enqueue(school_id=cast.own.school.pk)
    assert {task.name for task in run_all()} >= {"audit.seal", "audit.purge"}
    assert Seal.objects.exists() and not Entry.objects.filter(pk=gone.pk).exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such statement")
def test_a_row_is_not_replaced_by_another_of_its_number(cast, head):
    recording.record(head, "directory.rules_reset", cast.own.school)
    row = Entry.objects.latest("pk")
    columns = ", ".join(f'"{field.column}"' for field in Entry._meta.concrete_fields)
    forged = columns.replace('"person_id"', "NULL", 1)
    with (
        in_every_school(reason="what a shell without the wall can do"),
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"INSERT OR REPLACE INTO audit_entry ({columns})"
            f" SELECT {forged} FROM audit_entry WHERE id = %s AND school_id = %s",
            [row.pk, cast.own.school.pk],
        )


@pytest.mark.parametrize(("days", "error"), [({"peple": 90}, "audit.E001"), ({"people": 0}, "audit.E002")])
def test_a_time_nobody_meant_stops_the_start(settings, days, error):
    settings.JOURNAL_DAYS = days
    assert [found.id for found in run_checks()] == [error]
