"""One cast for the whole run: built once a worker, committed, never written outside a rolled-back test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client

from preau.kernel.tenancy.scope import in_every_school
from preau.modules.accounts.models import Account
from preau.modules.accounts.testing import make_accounts
from preau.modules.directory.selectors.policy import forget_policies
from preau.modules.directory.testing import TODAY, Cast, Who, make_cast


@dataclass
class Staged:
    cast: Cast
    accounts: dict[Who, Account]


@pytest.fixture(scope="session", autouse=True)
def _emptying_the_tables_is_no_query_of_ours() -> Iterator[None]:
    """Django empties every table after a test that commits: the wall would refuse, rightly."""
    emptied = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: BaseDatabaseOperations, statements: list[str]) -> None:
        with in_every_school(reason="tables are emptied between tests"):
            emptied(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", execute_sql_flush)
        yield


@pytest.fixture(autouse=True)
def _nothing_kept_in_memory_outlives_its_test() -> Iterator[None]:
    yield
    forget_policies()
    cache.clear()


@pytest.fixture(scope="session")
def staged(django_db_setup: None, django_db_blocker) -> Staged:
    with django_db_blocker.unblock():
        cast = make_cast()
        return Staged(cast, make_accounts(cast))


@pytest.fixture
def cast(staged: Staged, db: None) -> Cast:
    return staged.cast


@pytest.fixture
def as_person(staged: Staged, db: None) -> Callable[[Who], Client]:
    """A browser in which this person is signed in."""

    def signed_in(who: Who) -> Client:
        client = Client()
        if who is not Who.ANONYMOUS:
            client.force_login(staged.accounts[who])
        return client

    return signed_in


assert settings.DEMO_DAY == TODAY, "tests run on the cast's day"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the pages cost, as tests/test_budgets.py measured them."""
    lines = [
        value
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        for name, value in report.user_properties
        if name == "budget"
    ]
    if lines:
        terminalreporter.section("what a page costs")
        head = f"{'page':<22} {'queries 1 and 20 rows':<15} {'kB warm':>6} {'kB cold':>10} {'CPU ms':>11}"
        for line in [head, *sorted(lines)]:
            terminalreporter.write_line(line)
