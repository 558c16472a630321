"""What the tests of classes and groups kept by hand share."""

from datetime import date
from typing import Any

import pytest

from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import Group
from preau.modules.directory.testing import Cast, Who

FRIDAY = date(2026, 12, 18)


@pytest.fixture
def here(cast: Cast) -> Any:
    with in_school(cast.own.school, cast.own.year):
        yield cast.own


@pytest.fixture
def send(cast: Cast, as_person: Any) -> Any:
    """What the office, or `who`, gets for a form sent to an address of the directory."""

    def sent(url: str, who: Who = Who.OFFICE, **data: Any) -> Any:
        return as_person(who).post(url, {"_scope": cast.scope_field(), **data})

    return sent


def read(as_person: Any, url: str, who: Who = Who.OFFICE) -> str:
    answer = as_person(who).get(url)
    assert answer.status_code == 200, url
    return str(answer.content.decode())


def fresh(group: Group) -> Group:
    """The cast is one for the whole run: what a test reads again is a row of its own."""
    again: Group = Group.objects.get(pk=group.pk)
    return again


def end(send: Any, group: Group, day: date, version: int | None = None) -> Any:
    group.refresh_from_db()
    return send(f"/groups/{group.uuid}/end/", ends_on=day, version=version or group.version)
