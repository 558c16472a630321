"""Every entrance × everybody × (own, other class, other year, other school): the status, and that
no name of a row one may not know stands in the answer."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.template.base import Template
from django.test import Client
from django.test.utils import _TestState
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from conftest import reopened, values
from preau.kernel import cursors
from preau.kernel.modules import modules
from preau.modules.directory.testing import (
    OTHER_CLASS,
    OTHER_SCHOOL,
    OTHER_YEAR,
    OWN,
    PLACES,
    SHUT_OUT,
    Cast,
    Who,
)
from tests.access_table import Line

# No person, no school: preau/kernel/web/tests/test_health.py
KERNEL = {"health/live", "health/ready", "health/parts", "metrics"}


def _lines() -> list[Line]:
    """Every module has a table; the kernel's rooms that have addresses have one too."""
    found: list[Line] = []
    for config in apps.get_app_configs():
        place = f"{config.name}.tests.access"
        if config.name.startswith("preau.modules.") or (
            config.name.startswith("preau.kernel.") and find_spec(place)
        ):
            found += import_module(place).ACCESS
    return found


LINES = _lines()


def _views() -> Iterator[tuple[str, Any]]:
    """(name or route, view) of every address of the site."""

    def walk(patterns: list[Any], namespace: str, route: str) -> Iterator[tuple[str, Any]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(
                    pattern.url_patterns, pattern.namespace or namespace, f"{route}{pattern.pattern}"
                )
            else:
                assert isinstance(pattern, URLPattern)
                name = f"{namespace}:{pattern.name}" if pattern.name else f"{route}{pattern.pattern}"
                yield name, pattern.callback

    yield from walk(get_resolver().url_patterns, "", "")


VIEWS = dict(_views())


def _send(client: Client, line: Line, cast: Cast, place: str, **changes: Any) -> Any:
    url = reverse(line.name, kwargs={name: cast.places[place][thing].uuid for name, thing in line.at.items()})
    if line.method == "GET":
        return client.get(url, changes)
    if line.method != "POST":
        scope = {"X-Preau-Scope": changes.get("_scope", cast.scope_field())}
        return client.generic(line.method, url, headers={**scope, **line.headers})
    data = dict(line.data(cast, place)) if line.data else {}
    if not line.scope_free:
        data["_scope"] = cast.scope_field()
    return client.post(url, {**data, **changes}, headers=dict(line.headers))


def _told(response: Any) -> str:
    """All that an answer says, a file's bytes and its name too."""
    content = b"".join(response) if response.streaming else response.content
    return f"{response.headers}\n{content.decode(errors='replace')}"


def _expected(line: Line, who: Who, place: str) -> int:
    if who is Who.ANONYMOUS:
        return line.anonymous
    if who in SHUT_OUT:
        return 302 if line.name == "accounts:logout" else 403
    if who in line.allowed(place):
        return line.ok_at.get(place, line.ok)
    return 403 if who in line.refused_at(place) else 404


def _leaks(line: Line, who: Who, tried: str, cast: Cast, body: str) -> set[str]:
    """Names and fields in the answer that come from where this person may not look."""
    found: set[str] = set()
    body = body.casefold()  # lists write names in capitals
    for name, place in cast.places.items():
        if name == OWN:
            continue
        known = (name == tried and who in line.allowed(tried)) or (
            name == OTHER_CLASS and who in line.lists_other_class
        )
        if not known:
            found |= {canary for canary in place.canaries if canary.casefold() in body}
        if name != tried or who not in line.allowed(tried):
            found |= {canary for canary in place.field_canaries if canary.casefold() in body}
    return found


@pytest.fixture(scope="module", autouse=True)
def _nobody_asks_which_templates() -> Iterator[None]:
    """Under test Django copies the context of every template it draws."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", _TestState.saved_data.template_render)
        yield


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.title)
def test_each_entrance_answers_each_person_rightly(
    line: Line, cast: Cast, sessions: dict[Who, dict[str, str]]
) -> None:
    """Everybody in one test: who may do what is read from the school's rules once, not once a person."""
    wrong = [told for who in Who for told in _wrong_answers(line, who, cast, sessions[who])]
    assert not wrong, "\n".join(wrong)


def _wrong_answers(line: Line, who: Who, cast: Cast, session: dict[str, str]) -> list[str]:
    """What one person is answered that they should not be. What they wrote is undone."""
    places = PLACES if line.at or line.name in ("accounts:hat_choose", "accounts:year_choose") else (OWN,)
    found = []
    with transaction.atomic():
        client = reopened(session)
        for place in places:
            if line.name == "accounts:year_choose" and place == OTHER_CLASS:
                continue  # the same year as « own »
            response = alone(client, line, cast, place)
            expected = _expected_of_hats(line, who, place)
            if response.status_code != expected:
                found.append(f"{who.name} at {place}: {response.status_code}, not {expected}")
            if leaked := _leaks(line, who, place, cast, _told(response)):
                found.append(f"{who.name} at {place} is told {sorted(leaked)}")
        transaction.set_rollback(True)
    return found


def alone(client: Client, line: Line, cast: Cast, place: str) -> Any:
    """What is written at one place, in the session say, does not meet the next."""
    if line.method == "GET":
        return _send(client, line, cast, place)
    cookies = values(client.cookies)
    with transaction.atomic():
        response = _send(client, line, cast, place)
        transaction.set_rollback(True)
    client.cookies = reopened(cookies).cookies
    return response


def _expected_of_hats(line: Line, who: Who, place: str) -> int:
    """A hat is of a school, a year too: the class does not matter to them."""
    if line.name == "accounts:hat_choose" and who is Who.TEACHER and place in (OTHER_CLASS, OTHER_YEAR):
        return 302
    if line.name == "accounts:year_choose" and place == OTHER_YEAR and who in READS_CLOSED_YEARS:
        return 302
    return _expected(line, who, place)


READS_CLOSED_YEARS = Who.HEAD | Who.DEPUTY | Who.CPE | Who.AED | Who.OFFICE


@pytest.mark.parametrize("who", list(Who), ids=lambda who: who.name.lower())
@pytest.mark.parametrize("line", [line for line in LINES if line.forged], ids=lambda line: line.title)
def test_a_forged_query_finds_nothing(line: Line, who: Who, cast: Cast, as_person: Any) -> None:
    client = as_person(who)
    for name, thing in line.forged.items():
        for place in (OTHER_CLASS, OTHER_YEAR, OTHER_SCHOOL):
            target = cast.places[place][thing]
            values = {"division": target.uuid, "all": "1", "after": cursors.sealed("zz", str(target.uuid))}
            words = {"q": getattr(target, "last_name", "")}
            response = _send(client, line, cast, OWN, **{name: {**values, **words}[name]})
            assert response.status_code in (200, 302, 403, 404, 422)
            body = response.content.decode()
            if name == "q":  # what was typed stands in the field again
                body = body.replace(f'value="{words["q"]}"', "", 1)
            assert not _leaks(line, who, OWN, cast, body), (name, place)


@pytest.mark.parametrize(
    "line", [x for x in LINES if x.method != "GET" and not x.scope_free], ids=lambda x: x.title
)
@pytest.mark.parametrize(
    "who", [Who.HEAD, Who.TEACHER, Who.PUPIL, Who.GUARDIAN], ids=lambda who: who.name.lower()
)
def test_a_form_drawn_elsewhere_writes_nothing(line: Line, who: Who, cast: Cast, as_person: Any) -> None:
    client = as_person(who)
    for scope in (cast.scope_field(OTHER_SCHOOL), cast.scope_field(OTHER_YEAR), "", "x.y"):
        response = _send(client, line, cast, OWN, _scope=scope)
        assert response.status_code == 409, scope
        assert not _leaks(line, who, OWN, cast, response.content.decode())


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_address_has_its_line_for_each_method(name: str, cast: Cast, as_person: Any) -> None:
    if name in KERNEL:
        return
    lines = [line for line in LINES if line.name == name]
    assert lines, f"{name} has no line in its module's tests/access.py"
    line = lines[0]
    url = reverse(line.name, kwargs={arg: cast.own[thing].uuid for arg, thing in line.at.items()})
    client = as_person(Who.HEAD)
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        response = client.generic(method, url, headers={"X-Preau-Scope": cast.scope_field()})
        if response.status_code != 405:
            assert any(each.method == method for each in lines), f"{method} {name} has no line"


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_view_says_who_may_come_in(name: str) -> None:
    assert getattr(VIEWS[name], "entrance", None), f"{name} is neither @visitors, @signed_in nor @access"


def test_a_view_with_a_permission_offers_one_its_module_declares() -> None:
    declared = {permission for module in modules() for permission in module.permissions}
    asked = {view.permission for view in VIEWS.values() if getattr(view, "permission", None)}
    assert asked <= declared
    assert declared <= asked


def test_every_address_changes_only_by_csrf_checked_forms(cast: Cast, staged: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staged.accounts[Who.HEAD])
    for line in LINES:
        if line.method != "GET" and not line.csrf_free:
            assert _send(client, line, cast, OWN).status_code == 403, line.title
