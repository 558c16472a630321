import pytest

from preau.modules.directory.imports.gathering import Gatherer
from preau.modules.directory.imports.levels import class_label
from preau.modules.directory.models import Thing
from preau.modules.directory.tests.reading import brought, structures


@pytest.mark.parametrize(
    ("code", "level", "shown"),
    [
        ("6A", "6e", "6e A"),
        ("3 C", "3e", "3e C"),
        ("6EME A", "6e", "6e A"),
        ("6ÈME A", "6e", "6e A"),
        ("6E A", "6e", "6e A"),
        ("6EB", "6e", "6e B"),
        ("2NDE B", "2de", "2de B"),
        ("1ERE 3", "1re", "1re 3"),
        ("TERM1", "Tle", "Tle 1"),
        ("6EME", "6e", "6e"),
        ("ULIS", "6e", "ULIS"),
    ],
)
def test_a_class_is_called_by_its_level_and_what_follows_it(code, level, shown):
    assert class_label(code, code, level) == shown


def labels(*codes: str) -> list[str]:
    gatherer = Gatherer()
    (source,), _aside, rows = brought(("Structures.xml", structures(*((code, code) for code in codes))))
    gatherer.begins(source)
    for row in rows:
        gatherer.hears(row)
    gatherer.ends(broken=False)
    return [each.said["label"] for each in gatherer.finish().of(Thing.DIVISION)]


def test_the_fifth_class_of_a_level_keeps_its_letter():
    assert labels("6A", "6E", "5E ", "5F") == ["6e A", "6e E", "5e E", "5e F"]


def test_the_only_class_of_a_level_is_that_level():
    assert labels("6E", "5E") == ["6e", "5e"]
