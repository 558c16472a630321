"""Files written once for the tests of this folder."""

from pathlib import Path

import pytest

from preau.modules.directory.demo.national import Order, deliver
from preau.modules.directory.tests.national.readback import YEARS, Read


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three schools over three Septembers."""
    folder = tmp_path_factory.mktemp("files")
    deliver(Order(schools=3, pupils=400, years=3, seed=7), folder)
    return folder


@pytest.fixture(scope="session")
def sets(delivered: Path) -> dict[tuple[int, int], Read]:
    """By school and year."""
    schools = sorted(place for place in delivered.iterdir() if place.is_dir())
    return {(at, year): Read(place / str(year)) for at, place in enumerate(schools) for year in YEARS}


@pytest.fixture(scope="session")
def first(sets: dict[tuple[int, int], Read]) -> Read:
    return sets[0, 2026]
