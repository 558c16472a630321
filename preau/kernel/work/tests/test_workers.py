"""Workers as they run: threads that sleep until something is committed, and outlive a database that goes away."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from preau.kernel.work import claiming, running, waking, worker
from preau.kernel.work.jobs import job
from preau.kernel.work.models import Task
from preau.kernel.work.worker import EMBEDDED, Workers

ran = threading.Event()
released = threading.Event()


@job("work.tests.told")
def told() -> None:
    ran.set()


@job("work.tests.slow", atomic=False)
def slow() -> None:
    ran.set()
    released.wait(20)


@job("work.tests.counted")
def counted(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO work_tests_effects VALUES (%s)", [number])


@pytest.fixture
def workers(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    """None looks by itself within the test: only the bell wakes them."""
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("threads share no table in memory without locking each other out")
    monkeypatch.setattr(worker, "SAFETY_NET", 60.0)
    ran.clear()
    released.clear()
    made = Workers(*EMBEDDED)
    made.start()
    yield made
    released.set()
    made.finish()
    assert not any(
        thread.is_alive() for thread in threading.enumerate() if thread.name.startswith("preau-work")
    )


@pytest.mark.django_db(transaction=True)
def test_a_commit_wakes_a_worker_at_once(workers: Workers) -> None:
    with transaction.atomic():
        told.enqueue()
        assert not ran.wait(0.2)
    assert ran.wait(10)


@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_stop_finishes_what_it_is_at(workers: Workers) -> None:
    slow.enqueue()
    assert ran.wait(10)
    stopping = threading.Thread(target=workers.finish)
    stopping.start()
    assert Task.objects.count() == 1
    released.set()
    stopping.join(20)
    assert not Task.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_outlives_a_database_that_went_away(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()

    def gone() -> None:
        failed.set()
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(worker, "tick", gone)
        waking.ring_here()
        assert failed.wait(10)
    told.enqueue()
    assert ran.wait(20)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no other process to hear")
def test_another_process_rings_through_the_database(workers: Workers) -> None:
    heard = waking.rung()
    waking.wait(heard, 0.5)  # the bell's own first ring may come in between
    heard = waking.rung()
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {waking.CHANNEL}")
    waking.wait(heard, 10)
    assert waking.rung() != heard


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no connection to cut")
def test_every_connection_cut_again_and_again_nothing_is_missing_and_nothing_twice(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SAFETY_NET", 0.2)
    monkeypatch.setattr(worker, "LONGEST_PAUSE", 1.0)
    monkeypatch.setattr(claiming, "LEASE", timedelta(seconds=2))
    monkeypatch.setattr(running, "wait_before_try", lambda attempt: 0.2)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE work_tests_effects (number integer)")
    for number in range(300):
        counted.enqueue(payload={"number": number})
    made = Workers(*EMBEDDED)
    made.start()
    try:
        cut = 0
        for moment in range(400):
            with connection.cursor() as cursor:
                if moment < 40:
                    cursor.execute(
                        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                    cut += cursor.fetchone()[0]
            if not Task.objects.exists():
                break
            time.sleep(0.1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM work_tests_effects ORDER BY number")
            effects = [number for (number,) in cursor.fetchall()]
    finally:
        made.finish()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE work_tests_effects")
    assert cut > 3
    assert effects == list(range(300))
    assert not Task.objects.exists()
