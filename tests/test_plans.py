"""How PostgreSQL goes about the pages of a school its statistics have not met.

Buffers – pages of data touched – are the same on any machine, quiet or not: a plan that goes wrong
touches a hundred times as many.
"""

from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from bench.fill import fill
from bench.plans import WHO, Plan, pages_of, plans_of
from preau.kernel.statistics import refresh_statistics
from preau.modules.accounts.models import Account
from preau.modules.directory.selectors.elsewhere import persons_by_ine

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans without statistics")

KNOWN, NEW = 0, 3  # numbers of schools
# Of the worst query of a page. A good plan touches some 2 000 at most, nearly all of them to find which
# of the people looked at have guardians.
MOST = 6_000


@pytest.fixture
def planned(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three schools the database knows, then one more."""
    monkeypatch.setattr(connections["default"], "execute_wrappers", [])
    fill(NEW, pupils=200)
    refresh_statistics()
    fill(1, first=NEW, pupils=200)


def _worst(number: int, who: str) -> dict[str, Plan]:
    client = Client()
    client.force_login(Account.objects.get(login=f"{who}.{number}"))
    found = {}
    for page, path in pages_of(number).items():

        def ask(path: str = path) -> None:
            assert client.get(path).status_code == 200

        ask()  # rules are read once and kept
        found[page] = max(plans_of(ask), key=lambda plan: plan.buffers)
    return found


def test_a_new_schools_pages_are_planned_as_well_as_a_known_ones(planned: None) -> None:
    for number in (KNOWN, NEW):
        for who in WHO:
            for page, plan in _worst(number, who).items():
                assert plan.buffers < MOST, f"{who} of school {number}, {page}: {plan.buffers} for {plan.sql}"


def test_a_query_that_comes_again_is_planned_once(cast: Any) -> None:
    def asked() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(custom_plans) FROM pg_prepared_statements")
            assert not cursor.fetchone()[0]
            cursor.execute(
                "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%_account%"]
            )
            return int(cursor.fetchone()[0])

    before = asked()
    for _ in range(5):
        Account.objects.filter(login="cast.head", uuid__isnull=False, demo=False).first()
    assert asked() == before + 1


def test_who_was_in_another_school_is_found_by_an_index_however_many_schools_there_are(db: None) -> None:
    keys = [(f"{number:09}AB", "2014-05-06") for number in range(300)]
    # A small table is read from end to end whatever there is: what counts is that it need not be.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert [plan.scanned for plan in plans_of(lambda: persons_by_ine(keys))] == [()]
