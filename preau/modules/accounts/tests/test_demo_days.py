from dataclasses import replace
from datetime import date
from importlib import import_module
from io import StringIO

import pytest
from django.core.management import call_command

from preau.modules.accounts.demo import demo_accounts
from preau.modules.accounts.models import Account
from preau.modules.accounts.tests.test_demo import hats_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(monkeypatch):
    """Accounts are of people written by hand, who are in the first two classes of a level: the others would
    only take time."""
    building = "preau.modules.directory.demo.building"
    plans = import_module(building).PLANS
    of_two = [
        replace(plan, sizes={code: size for code, size in plan.sizes.items() if code[1] in "AB"})
        for plan in plans
    ]
    monkeypatch.setattr(f"{building}.PLANS", tuple(of_two))


@pytest.mark.parametrize("day", [date(2026, 9, 1), date(2027, 7, 20), date(2027, 8, 31)], ids=str)
def test_every_account_is_somebody_on_any_day(settings, small, day):
    settings.DEMO_DAY = day
    call_command("demo", stderr=StringIO())

    strangers = [account.login for account in Account.objects.filter(demo=True) if not hats_of(account)]
    assert not strangers


def test_without_a_demonstration_nothing_is_listed():
    assert demo_accounts() == []
