import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from preau.kernel.access.acting import directory
from preau.kernel.access.actor import Identity
from preau.modules.accounts.demo import PASSWORD, TRIALS, build, demo_accounts
from preau.modules.accounts.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def built(django_db_setup, django_db_blocker):
    """Built once for the file and undone after it; what a test writes is undone before the next."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", stderr=StringIO())
        yield
        transaction.set_rollback(True)


def hats_of(account) -> list:
    return directory().presence_of(Identity(account.person_id, account.pk)).hats


def test_every_account_logs_in_and_is_at_home():
    for trial in TRIALS:
        browser = Client()
        entered = browser.post("/login/", {"login": trial.login, "password": PASSWORD})
        assert (entered.status_code, entered["Location"]) == (302, "/"), trial.login

        assert browser.get("/").status_code == 200, trial.login


def test_every_profile_can_be_tried():
    tried = {hat.profile for account in Account.objects.filter(demo=True) for hat in hats_of(account)}

    assert tried == {
        *("head", "deputy", "cpe", "aed", "teacher", "librarian", "counsellor", "nurse", "social_worker"),
        *("office", "technical", "pupil", "guardian", "partner", "guest", "authority"),
    }


def test_each_account_says_where_it_leads():
    for trial in TRIALS:
        places = {hat.place for hat in hats_of(Account.objects.get(login=trial.login))}
        assert {part for place in places for part in place.split(", ")} == set(trial.school.split(", ")), (
            trial.login
        )


def test_built_again_it_changes_nothing():
    before = list(Account.objects.order_by("pk").values())

    build()

    assert list(Account.objects.order_by("pk").values()) == before


def test_a_closed_account_is_not_offered():
    Account.objects.filter(login="parent").update(closed_at=timezone.now())

    assert "parent" not in {row["login"] for row in demo_accounts()}


def test_the_command_lists_them_for_other_programs():
    out = StringIO()
    call_command("accounts", "--json", stdout=out)

    rows = json.loads(out.getvalue())
    assert [row["login"] for row in rows] == [trial.login for trial in TRIALS]
    assert all(row.keys() == {"login", "password", "profile", "school"} for row in rows)
