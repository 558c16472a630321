"""Every service that writes says so in the journal, or says here why it does not."""

import ast
from collections.abc import Iterator
from importlib import import_module
from inspect import getsource, isfunction
from pathlib import Path
from pkgutil import walk_packages
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

import preau.modules
from preau.kernel import years
from preau.kernel.audit.acts import acts, reads

PROJECT = Path(__file__).resolve().parents[1]
# What changes a row, wherever it stands in the text of a function.
WRITES = {
    *(
        "save",
        "create",
        "bulk_create",
        "get_or_create",
        "update_or_create",
        "update",
        "bulk_update",
        "delete",
    ),
    *("acreate", "asave", "adelete", "aupdate"),
}
TELLS = {"record", "record_reads"}

# service -> why nothing is written down for it.
SILENT = {
    "preau.modules.accounts.services.arrange_home": "one's own page, nobody else's affair",
    "preau.modules.accounts.services.choose_comfort": "one's own eyes, nobody else's affair",
    **dict.fromkeys(
        (
            "preau.modules.accounts.services._keep_first_steps",
            "preau.modules.accounts.services.leave_first_steps",
            "preau.modules.accounts.services.resume_first_steps",
            "preau.modules.accounts.services.see_first_step",
        ),
        "one's own page, nobody else's affair",
    ),
    **dict.fromkeys(
        (
            "preau.modules.directory.services.importing.people.write_people",
            "preau.modules.directory.services.importing.pupils.write_pupils",
            "preau.modules.directory.services.importing.structure.write_subjects",
        ),
        "a part of an import, which is recorded when all of it is written",
    ),
    "preau.modules.directory.services.importing.columns.notice_columns": "seen, not yet decided by anybody",
    "preau.modules.news.services.discard_draft": "nobody but its author ever saw it",
    "preau.modules.news.services.save_draft": "nobody but its author sees it; publishing it is recorded",
    "preau.modules.news.services.note_reading": "one's own reading state, kept in its own table",
    "preau.modules.notifications.services.delivering.deliver": "the delivery's own row says what became of it",
    "preau.modules.notifications.services.preferring.choose_channels": "one's own choice, nobody else's affair",
    "preau.modules.notifications.services.preferring.choose_hours": "one's own choice",
    "preau.modules.notifications.services.preferring.forget_browser": "one's own browser",
    "preau.modules.notifications.services.preferring.silence": "one's own choice, by the link of a letter",
    "preau.modules.notifications.services.preferring.silence_digest": "one's own choice, by the link of a letter",
    "preau.modules.notifications.services.preferring.subscribe_browser": "one's own browser",
    "preau.modules.notifications.services.preferring.trust_address": "one's own address",
    "preau.modules.notifications.services.reading.purge": "what is old goes by itself",
    "preau.modules.notifications.services.reading.read_all": "who read what is not for others",
    "preau.modules.notifications.services.reading.read_notice": "who read what is not for others",
    "preau.modules.notifications.services.sending.parcel_for": "forgets a browser that is gone",
    "preau.modules.notifications.services.telling.notify": "whoever tells records what was done; the notice is a row of its own",
    "preau.modules.notifications.services.telling.withdraw": "whoever withdraws records it",
}


def _services() -> Iterator[ModuleType]:
    for found in walk_packages(preau.modules.__path__, "preau.modules."):
        if found.name.split(".")[3:4] == ["services"]:
            yield import_module(found.name)
    yield years


def _functions() -> dict[str, Any]:
    return {
        f"{function.__module__}.{name}": function
        for module in _services()
        for name, function in vars(module).items()
        if isfunction(function) and function.__module__ == module.__name__
    }


def _calls(function: Any) -> set[str]:
    """Names of what it calls: `x.save()`, `audit.record(…)`, `forget(…)`."""
    found = set()
    for node in ast.walk(ast.parse(dedent(getsource(function)))):
        if isinstance(node, ast.Call):
            called = node.func
            found.add(called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", ""))
    return found


def _reached(name: str, functions: dict[str, Any]) -> set[str]:
    """Its calls, and those of the private functions of its own file that it calls."""
    module = name.rpartition(".")[0]
    found, waiting = set(), [name]
    seen = set()
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        calls = _calls(functions[here])
        found |= calls
        waiting += [
            f"{module}.{call}" for call in calls if call[:1] == "_" and f"{module}.{call}" in functions
        ]
    return found


def _public_writers() -> list[str]:
    functions = _functions()
    return sorted(
        name
        for name in functions
        if not name.rpartition(".")[2].startswith("_") and _reached(name, functions) & (WRITES | TELLS)
    )


def test_services_that_write_are_found():
    assert {
        "preau.kernel.years.open_year",
        "preau.modules.directory.services.functions.appoint_head_teacher",
        "preau.modules.accounts.services.open_account",
    } <= set(_public_writers())


@pytest.mark.parametrize("name", _public_writers())
def test_a_service_that_writes_tells_the_journal(name):
    told = bool(_reached(name, _functions()) & TELLS)
    if name in SILENT:
        assert not told, f"{name} records: take it from the list"
    else:
        assert told, f"{name} writes: record an act of its module.py, or say in SILENT why not"


def test_the_list_of_silent_services_names_services():
    assert set(SILENT) <= set(_functions())


def test_every_declared_act_is_recorded_somewhere():
    text = "\n".join(
        path.read_text() for path in (PROJECT / "preau").rglob("*.py") if "tests" not in path.parts
    )
    for code in [*acts(), *reads()]:
        assert text.count(f'"{code}"') >= 2, f"{code} is declared and never recorded"
