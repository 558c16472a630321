"""What the lines of an import say: a secretary recognises who and what, whether a file still names them or not."""

import pytest

from preau.modules.directory.models import ImportLine
from preau.modules.directory.selectors import imports
from preau.modules.directory.tests.importing.desk import Act, Desk
from preau.modules.directory.tests.reading import (
    charge,
    guardians,
    person,
    place,
    pupil,
    pupils,
    sts,
    teacher,
)

BOTH = {"6A": {"020700": "1"}, "6B": {"020700": "2"}}


def facts(desk: Desk, lines: list[ImportLine]) -> dict[str, list[str]]:
    with desk.open():
        return {shown.line.who: shown.facts for shown in imports.lines_shown(lines)}


def test_a_link_and_a_course_that_end_are_named(desk: Desk) -> None:
    desk.bring(pupils(pupil(1), pupil(2)), guardians([person(1)], [charge(1, 1), charge(2, 1)]))
    desk.bring(sts([teacher(1), teacher(2)], BOTH))
    links = desk.bring(pupils(pupil(1)), guardians([person(1)], [charge(1, 1)]))
    courses = desk.bring(sts([teacher(1), teacher(2)], {"6A": {"020700": "1"}}))
    gone = {line.thing: line.who for line in desk.lines(links, Act.DEPART) + desk.lines(courses, Act.DEPART)}
    assert gone["charge"] == "MARTIN1 Ada → DUPONT2 Zoé"
    assert gone["course"] == "6e B · Matiere 020700"


def test_who_teaches_no_more_is_named_and_not_numbered(desk: Desk) -> None:
    desk.bring(sts([teacher(1), teacher(2)], BOTH))
    batch = desk.bring(sts([teacher(2)], {"6A": {"020700": "2"}, "6B": {"020700": "2"}}))
    (course,) = (line for line in desk.lines(batch, Act.CHANGE) if line.thing == "course")
    assert facts(desk, [course])[course.who] == ["sans PROF1 Ada", "avec PROF2 Ada"]


def test_a_pupil_who_leaves_is_told_with_the_class(desk: Desk) -> None:
    desk.bring(pupils(pupil(1), pupil(2)))
    batch = desk.bring(pupils(pupil(1)))
    assert facts(desk, desk.lines(batch, Act.DEPART)) == {"DUPONT2 Zoé": ["6e A"]}


@pytest.mark.parametrize(
    ("function", "told"),
    [("ENS", "Enseignant"), ("EDU", "CPE"), ("DIR", "sans profil ici, à donner depuis sa fiche")],
)
def test_staff_are_told_with_the_profile_they_get(desk: Desk, function: str, told: str) -> None:
    batch = desk.read(sts([teacher(1, FONCTION=function)], {})).batch
    assert batch is not None
    (line,) = (line for line in desk.lines(batch, Act.ARRIVE) if line.thing == "staff")
    assert facts(desk, [line])[line.who][0] == told


def test_a_name_that_repeats_the_code_is_said_once(desk: Desk) -> None:
    batch = desk.read(pupils(pupil(1), places=place(1, "6 A") + place(1, "LAT", kind="G"))).batch
    assert batch is not None
    told = facts(desk, desk.lines(batch, Act.ARRIVE))
    assert told["LAT"] == []
