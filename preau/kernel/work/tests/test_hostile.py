"""Tasks that misbehave, clocks that lie, and races between who asks and who works."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from preau.kernel.models import SchoolUnit
from preau.kernel.work import claiming
from preau.kernel.work.jobs import job
from preau.kernel.work.models import Task
from preau.kernel.work.registry import ATTEMPTS
from preau.kernel.work.running import Outcome, run, run_together
from preau.kernel.work.schedule import ScheduleMark
from preau.kernel.work.worker import Worker

done: list[Any] = []


@job("work.tests.leaves")
def leaves(*, how: str) -> None:
    done.append(how)
    raise {"exit": SystemExit, "interrupt": KeyboardInterrupt, "memory": MemoryError}[how]()


@job("work.tests.hangs_up")
def hangs_up() -> None:
    ScheduleMark.objects.create(schedule="hostile", zone="UTC", seen="2026")
    connection.close()


@job("work.tests.breaks_its_transaction")
def breaks_its_transaction() -> None:
    ScheduleMark.objects.create(schedule="hostile", zone="UTC", seen="2026")
    transaction.set_rollback(True)


@job("work.tests.swallows")
def swallows() -> None:
    ScheduleMark.objects.create(schedule="hostile", zone="UTC", seen="2026")
    try:
        ScheduleMark.objects.create(schedule="hostile", zone="UTC", seen="2026")
    except IntegrityError:
        done.append("swallowed")


@job("work.tests.counts")
def counts(*, number: int = 0) -> None:
    done.append((number, SchoolUnit._meta.label))


@pytest.fixture(autouse=True)
def _nothing_done_yet() -> Iterator[None]:
    done.clear()
    yield
    done.clear()


@pytest.mark.parametrize("how", ["exit", "interrupt", "memory"])
@pytest.mark.parametrize("together", [1, 3])
def test_a_task_that_wants_to_leave_is_a_task_that_failed(db: None, how: str, together: int) -> None:
    for _ in range(together):
        leaves.enqueue(payload={"how": how})
    worker = Worker(stop=threading.Event())
    assert worker._work_off()
    assert {(task.state, task.attempts) for task in Task.objects.all()} == {("scheduled", 1)}
    assert len(done) >= together


@pytest.mark.parametrize("work", [breaks_its_transaction, swallows])
def test_a_task_whose_transaction_is_broken_has_done_nothing(db: None, work: Any) -> None:
    work.enqueue()
    (task,) = claiming.Turns().claim()
    assert run(task) is Outcome.LATER
    assert not ScheduleMark.objects.filter(schedule="hostile").exists()
    assert Task.objects.get().state == "scheduled"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="in memory, closing is forgetting")
@pytest.mark.parametrize("together", [1, 2])
def test_a_task_that_hangs_up_on_the_database_has_done_nothing(together: int) -> None:
    for _ in range(together):
        hangs_up.enqueue()
    claimed = claiming.Turns().claim()
    assert run_together(claimed) == together
    assert not ScheduleMark.objects.filter(schedule="hostile").exists()
    assert {task.state for task in Task.objects.all()} == {"scheduled"}


@pytest.mark.parametrize("payload", [{}, {"nobody": "asked"}, {"how": None}, {"how": "\u202e" * 50}])
def test_a_payload_that_is_garbage_ends_among_the_dead(db: None, payload: Any) -> None:
    leaves.enqueue(payload=payload)
    for _ in range(ATTEMPTS):
        Task.objects.update(state=Task.State.READY)
        (task,) = claiming.Turns().claim()
        run(task)
    assert Task.objects.get().state == Task.State.DEAD


def test_a_lease_taken_by_a_clock_that_ran_years_ahead_is_taken_back(db: None) -> None:
    counts.enqueue()
    with time_machine.travel(timezone.now() + timedelta(days=3650), tick=False):
        assert claiming.Turns().claim()
    assert claiming.sweep()
    assert Task.objects.get().state == Task.State.READY


def test_a_try_put_off_by_a_clock_that_ran_years_ahead_is_not_waited_for(db: None) -> None:
    leaves.enqueue(payload={"how": "memory"})
    counts.enqueue(run_at=timezone.now() + timedelta(days=90))
    with time_machine.travel(timezone.now() + timedelta(days=60), tick=False):
        (task,) = claiming.Turns().claim()
        assert run(task) is Outcome.LATER
    assert claiming.sweep()
    # What was asked for a later day is not touched.
    assert list(Task.objects.order_by("id").values_list("state", flat=True)) == ["ready", "scheduled"]


def test_one_that_was_told_before_and_committed_after_does_not_run_beside_the_other(db: None) -> None:
    counts.enqueue(key="k", payload={"number": 1})
    late = Task.objects.get()
    Task.objects.filter(pk=late.pk).delete()  # not committed yet, as the others see it
    counts.enqueue(key="k", payload={"number": 2})
    turns = claiming.Turns()
    (running,) = turns.claim()
    late.save(force_insert=True)
    assert turns.claim() == []
    assert run(running) is Outcome.DONE
    (next_one,) = turns.claim()
    assert next_one.pk == late.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_what_was_changed_beside_a_task_that_is_being_taken_gets_its_own_run() -> None:
    """The one asked for before waits until this change can be seen, or another is asked for."""
    counts.enqueue(unique="index")
    seen: list[bool] = []

    def work() -> None:
        for task in claiming.Turns().claim():
            seen.append(ScheduleMark.objects.filter(schedule="hostile").exists())
            run(task)
        connection.close()

    with transaction.atomic():
        ScheduleMark.objects.create(schedule="hostile", zone="UTC", seen="2026")
        counts.enqueue(unique="index")
        beside = threading.Thread(target=work)
        beside.start()
        beside.join(20)
    work()
    assert seen[-1:] == [True]
    assert not Task.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_two_who_ask_for_the_same_two_in_another_order_do_not_lock_each_other_out() -> None:
    counts.enqueue(unique="a")
    counts.enqueue(unique="b")
    both = threading.Barrier(2, timeout=10)
    failed: list[BaseException] = []

    def ask(first: str, second: str) -> None:
        try:
            with transaction.atomic():
                counts.enqueue(unique=first)
                both.wait()
                counts.enqueue(unique=second)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not failed
    assert Task.objects.count() == 2
