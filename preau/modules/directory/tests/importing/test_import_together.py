"""Two at once, a year closed underfoot, power cut in the middle: all of an import, or nothing."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection, connections, transaction

from preau.kernel.rules import Conflict, YearClosed
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.testing import run_all
from preau.kernel.years import close_year
from preau.modules.directory import jobs
from preau.modules.directory.models import Enrolment, Import, PersonRecord, SourceRecord
from preau.modules.directory.services import importing
from preau.modules.directory.services.importing import applying
from preau.modules.directory.testing import make_year
from preau.modules.directory.tests.importing.desk import Desk
from preau.modules.directory.tests.reading import pupil, pupils


@pytest.mark.parametrize("step", [name for name, _write in applying.STEPS])
def test_cut_off_at_any_step_nothing_is_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    batch = desk.read(pupils(pupil(1))).batch
    assert batch is not None
    whole = applying.STEPS

    def cut(_writing: Any) -> None:
        raise SystemError("power cut")

    monkeypatch.setattr(
        applying,
        "STEPS",
        tuple((name, _and_then(write, cut) if name == step else write) for name, write in whole),
    )
    with pytest.raises(SystemError):
        desk.apply(batch)
    assert desk.count(PersonRecord, Enrolment, SourceRecord) == {
        "PersonRecord": 0,
        "Enrolment": 0,
        "SourceRecord": 0,
    }
    # The machine is on again, the job runs again.
    monkeypatch.setattr(applying, "STEPS", whole)
    desk.apply(batch)
    assert desk.names() == ["DUPONT1 Zoé"]


def _and_then(write: Any, cut: Any) -> Any:
    def both(writing: Any) -> None:
        write(writing)
        cut(writing)

    return both


def test_the_job_says_that_it_failed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = desk.read(pupils(pupil(1))).batch
    assert batch is not None
    with desk.open():
        Import.objects.filter(pk=batch.pk).update(state=Import.State.WAITING)

    def broken(_writing: Any) -> None:
        raise RuntimeError("no disk left")

    monkeypatch.setattr(applying, "STEPS", (("people", broken),))
    jobs.apply_files.enqueue(
        school_id=desk.school.pk, year_id=desk.year.pk, payload={"batch": str(batch.uuid)}
    )
    run_all(may_fail=True)
    with desk.open():
        batch.refresh_from_db()
    assert batch.state == Import.State.FAILED and desk.names() == []
    # It stands in nobody's way.
    again = desk.read(pupils(pupil(1)))
    assert again.batch is not None


def test_what_was_given_up_is_not_applied(desk: Desk) -> None:
    batch = desk.read(pupils(pupil(1))).batch
    assert batch is not None
    with desk.open():
        importing.give_up_import(actor=None, batch=batch)
        with pytest.raises(Conflict):
            importing.apply_import(actor=None, batch=batch)
    assert desk.names() == []


def test_a_year_closed_meanwhile_takes_nothing(desk: Desk) -> None:
    batch = desk.read(pupils(pupil(1))).batch
    assert batch is not None
    with desk.open():
        Import.objects.filter(pk=batch.pk).update(state=Import.State.WAITING)
    make_year(desk.school, 2027)
    close_year(actor=None, year=desk.year)
    with in_school(desk.school, desk.year), pytest.raises(YearClosed):
        importing.apply_import(actor=None, batch=batch)
    assert desk.names() == []


def test_applied_twice_it_is_one(desk: Desk) -> None:
    batch = desk.bring(pupils(pupil(1)))
    with desk.open():
        assert importing.apply_import(actor=None, batch=batch).pk == batch.pk
    assert desk.names() == ["DUPONT1 Zoé"]


def test_before_the_year_begins_all_counts_from_its_first_day(desk: Desk) -> None:
    desk.bring(pupils(pupil(1)), day=date(2026, 7, 20))
    with desk.open():
        assert Enrolment.objects.get().starts_on == desk.year.starts_on


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: two never meet")
def test_two_drop_at_the_same_moment_one_is_told(transactional_db: None) -> None:
    desk = Desk.of_a_new_school()
    met = threading.Barrier(2)
    told: list[object] = []

    def drop(number: int) -> None:
        try:
            met.wait(10)
            told.append(desk.read(pupils(pupil(number))).batch)
        except importing.AlreadyRunning as running:
            told.append(running)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=drop, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(type(each).__name__ for each in told) == ["AlreadyRunning", "Import"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: two never meet")
def test_two_workers_apply_it_once(transactional_db: None) -> None:
    desk = Desk.of_a_new_school()
    batch = desk.read(pupils(*(pupil(number) for number in range(1, 40)))).batch
    assert batch is not None
    with desk.open(), transaction.atomic():
        Import.objects.filter(pk=batch.pk).update(state=Import.State.WAITING)
    met = threading.Barrier(2)
    states: list[str] = []

    def work() -> None:
        try:
            with desk.open():
                met.wait(10)
                states.append(importing.apply_import(actor=None, batch=batch).state)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert states == ["applied", "applied"] and len(desk.names()) == 39
