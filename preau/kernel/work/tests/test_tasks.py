"""What a task goes through: claimed, done, tried again, dead; in turn, in order, once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from preau.kernel.access.acting import NoStanding
from preau.kernel.models import School, SchoolUnit
from preau.kernel.tenancy.scope import NoSchoolScope, current_scope
from preau.kernel.work import claiming, dead, outbox, registry
from preau.kernel.work.events import Event, OutsideTransaction, publish, subscribe
from preau.kernel.work.jobs import Hopeless, NotNow, job
from preau.kernel.work.models import Task
from preau.kernel.work.running import FIRST_WAIT, LONGEST_WAIT, Outcome, run, run_together, wait_before_try
from preau.kernel.work.testing import run_all
from preau.modules.directory.testing import Cast, Who

done: list[Any] = []


@dataclass(frozen=True)
class BellRang(Event):
    school_id: int
    year_id: int
    at: datetime
    day: date
    who: UUID
    rooms: tuple[int, ...] = ()
    note: str | None = None
    version: ClassVar[int] = 2

    @classmethod
    def upgraded(cls, version: int, values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "note": "d’avant"}


@subscribe(BellRang, lane="urgent")
def hear(event: BellRang) -> None:
    done.append(("hear", event, current_scope()))


@subscribe(BellRang, key=lambda event: f"bell:{event.school_id}")
def count(event: BellRang) -> None:
    done.append(("count", event.note))


@job("work.tests.plain", attempts=3)
def plain(*, number: int = 0, fail: str = "") -> None:
    SchoolUnit.objects.count()
    done.append(number)
    if fail == "later":
        raise NotNow(seconds=60)
    if fail == "hopeless":
        raise Hopeless("never")
    if fail:
        raise ValueError(fail)


@job("work.tests.scopeless")
def scopeless() -> None:
    with pytest.raises(NoSchoolScope):
        current_scope()
    done.append("scopeless")


@job("work.tests.never")
def never() -> None:
    done.append("never")
    raise Hopeless("never")


@job("work.tests.as_somebody")
def as_somebody(*, actor: Any) -> None:
    done.append((actor.name, actor.identity.entrance))


@job("work.tests.long", atomic=False)
def long_one(*, number: int) -> None:
    done.append(number)


@pytest.fixture(autouse=True)
def _nothing_done_yet() -> Iterator[None]:
    done.clear()
    yield
    done.clear()


def ring(cast: Cast, **values: Any) -> BellRang:
    own = cast.own
    return BellRang(
        own.school.pk,
        own.year.pk,
        datetime(2026, 11, 20, 8, tzinfo=UTC),
        date(2026, 11, 20),
        uuid4(),
        **values,
    )


def test_an_event_runs_each_subscriber_once_in_its_school_and_year(cast: Cast) -> None:
    event = ring(cast, rooms=(1, 2), note="première")
    with transaction.atomic():
        publish(event)
    run_all()
    assert run_all() == []
    assert done[0][:2] == ("hear", event)
    assert done[0][2].schools == {cast.own.school.pk}
    assert done[0][2].years == {cast.own.year.pk}
    assert done[1] == ("count", "première")
    assert not Task.objects.exists()


def test_an_event_of_an_older_release_is_read_as_this_one_names_it(cast: Cast) -> None:
    publish(ring(cast))
    old = Task.objects.get(name="work.count")
    old.payload = {**old.payload, "version": 1}
    old.save()
    run_all()
    assert ("count", "d’avant") in done


def test_an_event_of_a_newer_release_waits_for_a_worker_that_knows_it(cast: Cast) -> None:
    publish(ring(cast))
    Task.objects.filter(name="work.hear").delete()
    newer = Task.objects.get()
    newer.payload = {**newer.payload, "version": 3}
    newer.save()
    run_all(may_fail=True)
    newer.refresh_from_db()
    assert (newer.state, newer.attempts, done) == (Task.State.SCHEDULED, 0, [])


@pytest.mark.django_db(transaction=True)
def test_an_event_cannot_be_told_outside_a_transaction(db: None) -> None:
    with pytest.raises(OutsideTransaction):
        publish(BellRang(1, 1, timezone.now(), date(2026, 1, 1), uuid4()))


def test_what_is_rolled_back_was_never_told(cast: Cast) -> None:
    with transaction.atomic():
        publish(ring(cast))
        transaction.set_rollback(True)
    assert not Task.objects.exists()


def test_a_job_without_a_school_opens_no_scope(db: None) -> None:
    scopeless.enqueue()
    run_all()
    assert done == ["scopeless"]


def test_a_job_runs_as_who_asked_with_the_rights_they_then_have(cast: Cast, staged: Any) -> None:
    from preau.kernel.access.acting import acting
    from preau.kernel.access.actor import Identity

    own = cast.own
    with acting(Identity(cast.people[Who.HEAD].pk), own.school, own.year) as head:
        as_somebody.enqueue(school_id=own.school.pk, year_id=own.year.pk, actor=head)
    run_all()
    assert done == [(head.name, "job")]
    gone = Task(
        name="work.tests.as_somebody",
        lane="default",
        school_id=own.school.pk,
        year_id=own.year.pk,
        person_id=cast.people[Who.FORMER].pk,
    )
    outbox.put([gone])
    run_all(may_fail=True)
    assert NoStanding.__name__ in Task.objects.get().error


def test_a_failing_task_is_tried_later_and_later_then_is_a_dead_letter_that_quotes_nobody(cast: Cast) -> None:
    plain.enqueue(school_id=cast.own.school.pk, payload={"fail": "Canariclasse"})
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for attempt in (1, 2, 3):
            run_all(may_fail=True)
            assert len(done) == attempt
            clock.shift(timedelta(seconds=wait_before_try(attempt + 1) * 2))
        run_all(may_fail=True)
    letter = dead.dead_letters(cast.own.school.pk).get()
    assert len(done) == 3
    assert letter.error.startswith("ValueError (")
    assert "Canariclasse" not in letter.error


def test_waits_double_up_to_hours_and_no_two_are_the_same() -> None:
    assert 0.7 * FIRST_WAIT <= wait_before_try(2) <= 1.3 * FIRST_WAIT
    assert wait_before_try(30) <= 1.3 * LONGEST_WAIT
    assert len({wait_before_try(5) for _ in range(20)}) > 1


def test_a_dead_letter_is_replayed_from_the_start_or_abandoned(cast: Cast) -> None:
    plain.enqueue(school_id=cast.own.school.pk, payload={"fail": "hopeless"})
    run_all(may_fail=True)
    letter = dead.dead_letters(cast.own.school.pk).get()
    assert dead.replay(letter)
    assert not dead.replay(letter)
    run_all(may_fail=True)
    assert len(done) == 2
    assert dead.abandon(letter)
    assert not dead.abandon(letter)
    assert not Task.objects.exists()


def test_what_failed_in_no_school_is_listed_and_settled_by_command(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    never.enqueue()
    plain.enqueue(school_id=cast.own.school.pk, payload={"fail": "hopeless"})
    run_all(may_fail=True)
    letter = dead.dead_letters(None).get()

    call_command("failed")
    listed = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in listed] == [str(letter.uuid)]
    of_a_school = dead.dead_letters(cast.own.school.pk).get()
    for named in ([], [str(of_a_school.uuid)], [str(letter.uuid), "nobody"]):
        with pytest.raises(CommandError):
            call_command("failed", "abandon", *named)
    call_command("failed", "replay", str(letter.uuid))
    assert not dead.dead_letters(None)
    run_all(may_fail=True)
    call_command("failed", "abandon", str(dead.dead_letters(None).get().uuid))
    assert list(Task.objects.all()) == [of_a_school]


def test_not_now_is_no_failure_until_patience_ends(cast: Cast) -> None:
    plain.enqueue(school_id=cast.own.school.pk, payload={"fail": "later"})
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(6):
            run_all(may_fail=True)
            clock.shift(61)
        assert Task.objects.get().state == Task.State.SCHEDULED
        clock.shift(timedelta(days=8))
        run_all(may_fail=True)
    assert Task.objects.get().state == Task.State.DEAD


def test_a_task_that_nobody_here_knows_waits_for_a_worker_that_does(db: None) -> None:
    outbox.put([Task(name="next.release", lane="default")])
    run_all(may_fail=True)
    task = Task.objects.get()
    assert (task.state, task.attempts) == (Task.State.SCHEDULED, 0)


def test_asked_for_twice_it_waits_once_and_again_while_it_runs(cast: Cast) -> None:
    for _ in range(3):
        plain.enqueue(school_id=cast.own.school.pk, unique="index")
    plain.enqueue(school_id=cast.places["other_school"].school.pk, unique="index")
    assert Task.objects.count() == 2
    running = claiming.Turns().claim()
    plain.enqueue(school_id=cast.own.school.pk, unique="index")
    plain.enqueue(school_id=cast.places["other_school"].school.pk, unique="index")
    assert Task.objects.count() == 3
    # The first run fails: the one that was asked for meanwhile will do.
    claiming.reschedule(running[0], timezone.now(), attempts=1, error="x")
    assert Task.objects.count() == 2


def test_one_key_is_served_in_order_even_when_its_first_must_wait(cast: Cast) -> None:
    school = cast.own.school.pk
    plain.enqueue(school_id=school, key="k", payload={"number": 1, "fail": "later"})
    plain.enqueue(school_id=school, key="k", payload={"number": 2})
    plain.enqueue(school_id=school, key="other", payload={"number": 3})
    assert [task.state for task in Task.objects.order_by("id")] == ["ready", "behind", "ready"]
    run_all(may_fail=True)
    assert done == [1, 3]
    Task.objects.filter(payload__number=1).update(payload={"number": 1}, run_at=timezone.now())
    run_all()
    assert done == [1, 3, 1, 2]


def test_a_dead_letter_lets_those_behind_it_pass(cast: Cast) -> None:
    plain.enqueue(school_id=cast.own.school.pk, key="k", payload={"number": 1, "fail": "hopeless"})
    plain.enqueue(school_id=cast.own.school.pk, key="k", payload={"number": 2})
    run_all(may_fail=True)
    assert done == [1, 2]


def test_two_ready_of_one_key_as_a_race_leaves_them_never_run_together(cast: Cast) -> None:
    for number in (1, 2):
        plain.enqueue(school_id=cast.own.school.pk, key="k", payload={"number": number})
    Task.objects.update(state=Task.State.READY)
    assert [task.payload["number"] for task in claiming.Turns().claim()] == [1]
    assert claiming.Turns().claim() == []


def test_who_waits_behind_nobody_is_found(cast: Cast) -> None:
    plain.enqueue(school_id=cast.own.school.pk, key="k", payload={"number": 1})
    Task.objects.update(state=Task.State.BEHIND)
    run_all()
    assert done == [1]


def test_a_school_with_a_thousand_tasks_does_not_hold_up_another(cast: Cast) -> None:
    many, few = cast.own.school.pk, cast.places["other_school"].school.pk
    outbox.put(
        [
            Task(name="work.tests.plain", lane="default", school_id=many, payload={"number": n})
            for n in range(1000)
        ]
    )
    plain.enqueue(school_id=few, payload={"number": -1})
    turns = claiming.Turns()
    first_two = [*turns.claim(), *turns.claim()]
    assert few in {task.school_id for task in first_two}


def test_what_happens_now_goes_before_what_is_for_the_night_but_the_night_comes(cast: Cast) -> None:
    school = cast.own.school.pk
    rows = [("urgent", 200), ("slow", 1)]
    outbox.put(
        [Task(name="work.tests.plain", lane=lane, school_id=school) for lane, n in rows for _ in range(n)]
    )
    turns = claiming.Turns(("urgent", "slow"))
    lanes = [turns.claim()[0].lane for _ in range(5)]
    assert lanes[0] == "urgent"
    assert "slow" in lanes


def test_the_task_of_a_worker_that_died_is_done_by_another_and_the_dead_one_settles_nothing(
    cast: Cast,
) -> None:
    plain.enqueue(school_id=cast.own.school.pk, payload={"number": 1})
    (held,) = claiming.Turns().claim()
    assert claiming.Turns().claim() == []
    with time_machine.travel(timezone.now() + claiming.LEASE * 2, tick=False):
        run_all()
    assert done == [1]
    assert run(held) is Outcome.LOST
    assert done == [1]


def test_a_task_that_kills_its_worker_each_time_ends_among_the_dead(cast: Cast) -> None:
    plain.enqueue(school_id=cast.own.school.pk)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            assert claiming.Turns().claim()
            clock.shift(claiming.LEASE * 2)
            claiming.sweep()
    assert Task.objects.get().state == Task.State.DEAD


def test_leases_given_back_are_no_tries(cast: Cast) -> None:
    plain.enqueue(school_id=cast.own.school.pk)
    claiming.give_back(claiming.Turns().claim())
    task = Task.objects.get()
    assert (task.state, task.attempts, task.lease) == (Task.State.READY, 0, None)


def test_a_task_for_tomorrow_waits(cast: Cast) -> None:
    plain.enqueue(
        school_id=cast.own.school.pk, run_at=timezone.now() + timedelta(days=1), payload={"number": 1}
    )
    assert run_all() == []
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1), tick=False):
        run_all()
    assert done == [1]


def test_a_failed_task_leaves_nothing_of_what_it_wrote(cast: Cast) -> None:
    @job("work.tests.half")
    def half() -> None:
        School.objects.create(name="Collège à moitié")
        raise ValueError

    half.enqueue()
    run_all(may_fail=True)
    assert not School.objects.filter(name="Collège à moitié").exists()


def test_a_lane_nobody_serves_and_a_name_borne_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="no lane"):
        job("work.tests.lane", lane="fast")(lambda: None)
    with pytest.raises(ValueError, match="two pieces"):
        job("work.tests.plain")(lambda: None)


def test_numbers_of_what_waits(cast: Cast) -> None:
    plain.enqueue(school_id=cast.own.school.pk)
    plain.enqueue(school_id=cast.own.school.pk, payload={"fail": "hopeless"})
    claiming.Turns()
    (first, second) = claiming.Turns().claim()
    claiming.give_back([first])
    run(second)
    found = dead.depth()
    assert found.by_state == {("default", "ready"): 1, ("default", "dead"): 1}
    assert found.dead == 1
    assert found.oldest_ready is not None


assert registry.work_named("work.tests.plain") is not None


def test_tasks_of_one_claim_share_a_transaction_until_one_fails(cast: Cast) -> None:
    school = cast.own.school.pk
    plain.enqueue(school_id=school, payload={"number": 1})
    plain.enqueue(school_id=school, payload={"number": 2, "fail": "oups"})
    plain.enqueue(school_id=school, payload={"number": 3})
    left = claiming.Turns().claim()
    while left:
        left = left[run_together(left) :]
    remaining = Task.objects.get()
    assert (remaining.payload["number"], remaining.state, remaining.attempts) == (2, Task.State.SCHEDULED, 1)


def test_a_long_job_is_not_put_into_the_transaction_of_others(cast: Cast) -> None:
    school = cast.own.school.pk
    for lane_of in (long_one, long_one):
        lane_of.enqueue(school_id=school, payload={"number": 1})
    plain.enqueue(school_id=school, payload={"number": 2})
    left = claiming.Turns().claim()
    dealt_with = [run_together(left), run_together(left[1:]), run_together(left[2:])]
    assert dealt_with == [1, 1, 1]
    assert done == [1, 1, 2]
    assert not Task.objects.exists()
