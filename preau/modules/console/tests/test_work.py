"""What failed for good: told in words, replayed or abandoned, and never another school's."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.kernel.audit.models import Entry, Seal
from preau.kernel.audit.sentences import tell
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.models import Task
from preau.kernel.work.testing import run_all
from preau.modules.console.selectors.work import PAGE
from preau.modules.console.testing import make_dead_task
from preau.modules.directory.testing import OTHER_SCHOOL, Who

WORK = "/console/work/"


def send(cast, client, address, **data):
    return client.post(f"{WORK}{address}", {"_scope": cast.scope_field(), **data})


def told(cast):
    with in_school(cast.own.school):
        return tell([Entry.objects.order_by("id").last()], cast.own.school)[0].text


def state(task):
    return Task.objects.filter(pk=task.pk).values_list("state", flat=True).first()


@pytest.fixture
def task(cast):
    return make_dead_task(cast.own.school)


@pytest.fixture
def elsewhere(cast):
    return make_dead_task(cast.places[OTHER_SCHOOL].school)


def test_a_failure_is_told_in_words(cast, as_person, task):
    shown = as_person(Who.HEAD).get(WORK).content.decode()
    assert "Sceller le journal de la journée" in shown and "après 12 essais" in shown
    assert "OperationalError" in shown and str(task.payload) not in shown
    assert "1 tâche a échoué" in as_person(Who.HEAD).get("/console/").content.decode()


def test_a_replayed_failure_runs_and_the_journal_says_who_asked(cast, as_person, task):
    with in_school(cast.own.school):
        Entry.objects.create(
            act="directory.rules_reset",
            entrance="preau",
            keep_until=timezone.now().date(),
            at=timezone.now() - timedelta(hours=3),
        )
    assert send(cast, as_person(Who.DIGITAL_LEAD), "replay/", task=task.uuid).status_code == 302
    assert (
        told(cast) == "Camille Digital_Lead a relancé une tâche en échec : Sceller le journal de la journée"
    )
    assert [done.name for done in run_all()] == ["audit.seal"]
    with in_school(cast.own.school):
        assert Seal.objects.exists()


def test_a_replay_sent_twice_is_told_once(cast, as_person, task):
    client = as_person(Who.HEAD)
    for _ in range(2):
        assert send(cast, client, "replay/", task=task.uuid).status_code == 302
    with in_school(cast.own.school):
        assert Entry.objects.filter(act="console.work_replayed").count() == 1


def test_all_are_replayed_and_none_of_another_school(cast, as_person, task, elsewhere):
    make_dead_task(cast.own.school)
    assert send(cast, as_person(Who.HEAD), "replay-all/").status_code == 302
    with in_school(cast.own.school):
        replayed = Entry.objects.get(act="console.all_work_replayed").values["tasks"]
    assert replayed == 2
    assert state(task) == Task.State.READY and state(elsewhere) == Task.State.DEAD


def test_what_is_abandoned_needs_a_reason_of_the_list(cast, as_person, task):
    client = as_person(Who.HEAD)
    for reason in ("", "parce que Jeanne Dupont le demande"):
        response = send(cast, client, "abandon/", task=task.uuid, reason=reason)
        assert response.status_code == 422 and state(task) == Task.State.DEAD
        assert "Abandonner cette tâche" in response.content.decode()
    assert send(cast, client, "abandon/", task=task.uuid, reason="outdated").status_code == 302
    assert state(task) is None
    assert told(cast) == (
        "Camille Head a abandonné une tâche en échec :"
        " Sceller le journal de la journée (n’a plus lieu d’être)"
    )


def test_another_schools_failure_is_not_there(cast, as_person, elsewhere):
    client = as_person(Who.HEAD)
    assert str(elsewhere.uuid) not in client.get(WORK).content.decode()
    assert "Rien n’a échoué" in client.get(WORK, {"after": str(elsewhere.uuid)}).content.decode()
    for address in ("replay/", "abandon/"):
        for forged in (elsewhere.uuid, "", "1 OR 1=1"):
            assert send(cast, client, address, task=forged, reason="outdated").status_code == 404
    assert state(elsewhere) == Task.State.DEAD


def test_a_running_task_is_neither_replayed_nor_abandoned(cast, as_person, task):
    Task.objects.filter(pk=task.pk).update(state=Task.State.RUNNING)
    send(cast, as_person(Who.HEAD), "replay/", task=task.uuid)
    send(cast, as_person(Who.HEAD), "abandon/", task=task.uuid, reason="outdated")
    assert state(task) == Task.State.RUNNING
    with in_school(cast.own.school):
        assert not Entry.objects.filter(act__startswith="console.work").exists()


def test_when_nothing_failed_the_page_says_so(cast, as_person):
    shown = as_person(Who.HEAD).get(WORK).content.decode()
    assert "Rien n’a échoué" in shown and "Tout relancer" not in shown


def test_pages_follow_each_other_and_cost_the_same(cast, as_person):
    client = as_person(Who.HEAD)

    def queries():
        client.get(WORK)
        with CaptureQueriesContext(connection) as found:
            client.get(WORK)
        return len(found)

    made = [make_dead_task(cast.own.school)]
    one = queries()
    made += [make_dead_task(cast.own.school) for _ in range(PAGE)]
    assert queries() == one <= 15
    first = client.get(WORK)
    second = client.get(WORK, {"after": first.context["page"].after}).content.decode()
    shown = first.content.decode() + second
    assert all(shown.count(f'id="task-{each.uuid}"') == 1 for each in made)
