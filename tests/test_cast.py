"""What every other test stands on."""

from typing import Any

import pytest

from conftest import additions
from preau.modules.accounts import testing as accounts_testing
from preau.modules.directory.testing import OTHER_CLASS, OTHER_SCHOOL, OTHER_YEAR, OWN, Cast


def test_a_package_adds_to_the_cast_by_naming_a_function_add_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def add_to(cast: Cast) -> None: ...

    assert add_to not in additions()
    monkeypatch.setattr(accounts_testing, "add_to", add_to, raising=False)
    assert add_to in additions()


def test_each_place_is_what_its_name_says(cast: Cast) -> None:
    own, other_class, other_year, other_school = (
        cast.places[name] for name in (OWN, OTHER_CLASS, OTHER_YEAR, OTHER_SCHOOL)
    )
    assert (own.school, own.year) == (other_class.school, other_class.year)
    assert other_year.school == own.school
    assert other_year.year.is_closed
    assert other_school.school != own.school


def test_no_place_shares_a_canary_with_another(cast: Cast) -> None:
    seen: set[Any] = set()
    for place in cast.places.values():
        marks = place.canaries | place.field_canaries
        assert not marks & seen
        seen |= marks
