import pytest

from preau.modules.directory.tests.importing.desk import Desk


@pytest.fixture
def desk(db: object) -> Desk:
    return Desk.of_a_new_school()
