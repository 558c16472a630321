"""One cast for the whole run: built once a worker, committed, never written outside a rolled-back test."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from http.cookies import SimpleCookie
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache as kept_in_memory
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from django.utils.module_loading import module_has_submodule
from xdist.scheduler import LoadScopeScheduling

from bench.serving import KEPT
from preau.kernel.audit import append_only
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
    """Django empties every table after a test that commits: the wall and the journal refuse, rightly."""
    emptied = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: BaseDatabaseOperations, statements: list[str]) -> None:
        append_only.drop()
        with in_every_school(reason="tables are emptied between tests"):
            emptied(self, statements)
        append_only.hang()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", execute_sql_flush)
        yield


@pytest.fixture(autouse=True)
def _nothing_kept_in_memory_outlives_its_test() -> Iterator[None]:
    yield
    forget_policies()
    kept_in_memory.clear()


def additions() -> Iterator[Callable[[Cast], None]]:
    """The `add_to` of every package's `testing.py`, the lowest floor first."""
    for config in apps.get_app_configs():
        if config.name.startswith("preau.") and module_has_submodule(config.module, "testing"):
            add_to = getattr(import_module(f"{config.name}.testing"), "add_to", None)
            if add_to is not None:
                yield add_to


@pytest.fixture(scope="session")
def staged(django_db_setup: None, django_db_blocker) -> Staged:
    with django_db_blocker.unblock():
        accounts: dict[Who, Account] = {}
        cast = make_cast([lambda cast: accounts.update(make_accounts(cast)), *additions()])
        return Staged(cast, accounts)


@pytest.fixture
def cast(staged: Staged, db: None) -> Cast:
    return staged.cast


@pytest.fixture
def as_person(staged: Staged, db: None) -> Callable[[Who], Client]:
    return lambda who: signed_in(staged, who)


def signed_in(staged: Staged, who: Who) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    if who is not Who.ANONYMOUS:
        client.force_login(staged.accounts[who])
    return client


@pytest.fixture(scope="module")
def sessions(staged: Staged, django_db_blocker) -> Iterator[dict[Who, dict[str, str]]]:
    """The cookies of everybody, signed in once for all tests of a file: for those that undo what they do."""
    with django_db_blocker.unblock():
        yield {who: values(signed_in(staged, who).cookies) for who in Who}
        Session.objects.all().delete()


def values(cookies: SimpleCookie) -> dict[str, str]:
    return {name: morsel.value for name, morsel in cookies.items()}


def reopened(session: dict[str, str]) -> Client:
    """A browser that kept these cookies."""
    client = Client()
    for name, value in session.items():
        client.cookies[name] = value
    return client


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that drive a browser take long: they begin first, and no worker is left with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


class ByFile(LoadScopeScheduling):
    """A file whose tests share what is costly to make – a server, a browser, a filled demonstration – is run
    by one worker, the tests of all others by whoever is free. (Pytest 9.2 does not hear `xdist_group`.)"""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if _shares(path) else nodeid


@cache
def _shares(path: str) -> bool:
    text = (Path(__file__).parent / path).read_text()
    return 'scope="module"' in text or "import chromium" in text


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[KEPT] = tempfile.mkdtemp(prefix="preau-demo-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(KEPT), ignore_errors=True)


assert settings.DEMO_DAY == TODAY, "tests run on the cast's day"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the pages cost, as tests/test_budgets.py measured them."""
    heads = {
        "budget": f"{'page':<26} {'queries 1 and 20 rows':<15} {'kB warm':>6} {'kB cold':>10}",
        "processor": f"{'page':<26} {'CPU ms':>11}",
        "painted": "first text on a line of 2G",
    }
    told = [
        told
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        for told in report.user_properties
    ]
    for key, head in heads.items():
        lines = sorted(str(value) for name, value in told if name == key)
        if lines:
            terminalreporter.section(f"what a page costs: {key}")
            for line in [head, *lines]:
                terminalreporter.write_line(line)
