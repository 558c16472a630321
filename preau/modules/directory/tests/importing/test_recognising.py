"""Is it somebody we know? Sure by INE and birth date; doubtful with a score; never by a name alone."""

import pytest
from django.db import transaction

from preau.kernel.rules import RuleBroken
from preau.modules.directory.imports.entities import Entity
from preau.modules.directory.imports.plan.matching import DOUBTFUL, Acquaintances
from preau.modules.directory.models import Import, Person, PersonRecord
from preau.modules.directory.services import importing
from preau.modules.directory.testing import make_record
from preau.modules.directory.tests.importing.desk import Act, Desk
from preau.modules.directory.tests.reading import charge, guardians, person, pupil, pupils

INE, OTHER_INE = "1234567890A", "1234567891B"


def here(desk: Desk, last_name: str, first_name: str = "Zoé", **known: object) -> PersonRecord:
    with desk.open(), transaction.atomic():
        record: PersonRecord = make_record(last_name, first_name, **known)
        record.refresh_from_db()
        return record


def doubts(desk: Desk, *files: bytes) -> tuple[Import, list]:  # type: ignore[type-arg]
    batch = desk.read(*files).batch
    assert batch is not None
    return batch, desk.lines(batch, Act.DOUBTFUL)


def test_ine_and_birth_date_are_sure(desk: Desk) -> None:
    known = here(desk, "DUPOND", "Zoë", ine=INE, birth_date="2014-03-01")
    desk.bring(pupils(pupil(1, INE_RNIE=INE)))
    with desk.open():
        assert PersonRecord.objects.get().pk == known.pk
    assert desk.names() == ["DUPONT1 Zoé"]


@pytest.mark.parametrize(
    ("known", "score"),
    [
        ({"ine": INE, "birth_date": "2014-03-02"}, 75),  # the same INE, born on another day
        ({"birth_date": "2014-03-01"}, 80),  # no INE here
    ],
)
def test_less_than_that_is_a_doubt_with_a_score(desk: Desk, known: dict[str, str], score: int) -> None:
    record = here(desk, "DUPONT1", **known)
    _batch, (line,) = doubts(desk, pupils(pupil(1, INE_RNIE=INE)))
    ((pk, told, _why),) = line.detail["candidates"]
    assert (pk, told) == (record.pk, score)


@pytest.mark.parametrize(
    "known",
    [
        {},  # a name alone
        {"ine": OTHER_INE, "birth_date": "2014-03-01"},  # homonyms born on one day
        {"birth_date": "2013-09-09"},
    ],
)
def test_a_name_alone_is_never_enough(desk: Desk, known: dict[str, str]) -> None:
    here(desk, "DUPONT1", **known)
    desk.bring(pupils(pupil(1, INE_RNIE=INE)))
    assert desk.names() == ["DUPONT1 Zoé", "DUPONT1 Zoé"]


def test_twins_are_two(desk: Desk) -> None:
    here(desk, "DUPONT1", "Zacharie", ine=OTHER_INE, birth_date="2014-03-01")
    desk.bring(pupils(pupil(1, INE_RNIE=INE)))
    assert len(desk.names()) == 2


def test_two_parents_of_one_mailbox_are_two(desk: Desk) -> None:
    here(desk, "MARTIN1", "Paul", email="famille@exemple.fr")
    desk.bring(pupils(pupil(1)), guardians([person(1, MEL="famille@exemple.fr")], [charge(1, 1)]))
    assert "MARTIN1 Ada" in desk.names() and "MARTIN1 Paul" in desk.names()


def test_a_guardian_of_the_same_child_is_a_doubt(desk: Desk) -> None:
    record = here(desk, "MARTIN1", "Ada", email="ada@exemple.fr")
    _batch, (line,) = doubts(
        desk, pupils(pupil(1)), guardians([person(1, MEL="ada@exemple.fr")], [charge(1, 1)])
    )
    assert line.detail["candidates"] == [[record.pk, 80, ["last_name", "first_name", "email"]]]


def test_the_same_person_takes_over_what_the_file_says(desk: Desk) -> None:
    record = here(desk, "DUPONT1", "Zoé", birth_date="2014-03-01", email="vieux@exemple.fr", city="Drancy")
    batch, (line,) = doubts(desk, pupils(pupil(1, MEL="neuf@exemple.fr")))
    desk.decide(line, same=str(record.uuid))
    done = desk.apply(batch)
    record = desk.person("DUPONT1")
    assert (record.email, record.city) == ("neuf@exemple.fr", "Drancy")
    assert desk.classes_of("DUPONT1") == ["6e A"] and done.outcome["aside"] == 0
    assert desk.read(pupils(pupil(1, MEL="neuf@exemple.fr"))).batch is None


def test_somebody_else_is_somebody_new(desk: Desk) -> None:
    here(desk, "DUPONT1", birth_date="2014-03-01")
    batch, (line,) = doubts(desk, pupils(pupil(1)))
    desk.decide(line, other=True)
    desk.apply(batch)
    assert desk.names() == ["DUPONT1 Zoé", "DUPONT1 Zoé"]
    assert desk.read(pupils(pupil(1))).batch is None


def test_who_is_not_decided_stays_aside_with_what_hangs_on_them(desk: Desk) -> None:
    here(desk, "DUPONT1", birth_date="2014-03-01")
    files = pupils(pupil(1)), guardians([person(1)], [charge(1, 1)])
    batch, _lines = doubts(desk, *files)
    done = desk.apply(batch)
    assert done.outcome["aside"] == 1 and desk.classes_of("DUPONT1") == []
    again, (line,) = doubts(desk, *files)
    with desk.open():
        record = PersonRecord.objects.get(last_name="DUPONT1")
    desk.decide(line, same=str(record.uuid))
    desk.apply(again)
    assert desk.classes_of("DUPONT1") == ["6e A"]
    with desk.open():
        assert record.guardianships.count() == 1


def test_only_who_is_offered_can_be_chosen(desk: Desk) -> None:
    here(desk, "DUPONT1", birth_date="2014-03-01")
    stranger = here(desk, "AUTRE", "Jean")
    _batch, (line,) = doubts(desk, pupils(pupil(1)))
    with pytest.raises(RuleBroken, match="proposées"):
        desk.decide(line, same=str(stranger.uuid))


def test_two_rows_cannot_both_be_one_person(desk: Desk) -> None:
    record = here(desk, "DUPONT", birth_date="2014-03-01")
    rows = pupil(1, NOM_DE_FAMILLE="DUPONT"), pupil(2, NOM_DE_FAMILLE="DUPONT")
    batch, lines = doubts(desk, pupils(*rows))
    for line in lines:
        desk.decide(line, same=str(record.uuid))
    assert desk.apply(batch).outcome["aside"] == 1
    assert desk.names() == ["DUPONT Zoé"]


def test_all_the_likely_ones_are_accepted_together(desk: Desk) -> None:
    for number in range(1, 4):
        here(desk, f"DUPONT{number}", birth_date="2014-03-01")
    batch, lines = doubts(desk, pupils(*(pupil(number) for number in range(1, 4))))
    assert len(lines) == 3
    with desk.open():
        assert importing.accept_likely(actor=None, batch=batch, at_least=80) == 3
    assert desk.apply(batch).outcome["aside"] == 0
    assert len(desk.names()) == 3


def test_a_pupil_who_changes_school_stays_one_person_and_nobody_is_told(desk: Desk) -> None:
    people = Person.objects.count()
    before = Desk.of_a_new_school("0999992Y", "Collège d’avant")
    before.bring(pupils(pupil(1, INE_RNIE=INE, MEL="avant@exemple.fr"), uai="0999992Y"))
    desk.bring(pupils(pupil(1, INE_RNIE=INE)))
    assert desk.person("DUPONT1").person_id == before.person("DUPONT1").person_id
    assert desk.person("DUPONT1").email == ""
    assert Person.objects.count() == people + 1
    # Born on another day, it is somebody else.
    third = Desk.of_a_new_school("0999991X", "Collège d’ailleurs")
    third.bring(pupils(pupil(1, INE_RNIE=INE, DATE_NAISS="02/03/2014"), uai="0999991X"))
    assert Person.objects.count() == people + 2


def test_scores_do_not_depend_on_which_side_says_what(desk: Desk) -> None:
    """What is typed in one school is as good as what is typed in another."""
    for number, (one, other) in enumerate(
        (("Jean", "Jean Luc"), ("Leila", "Leyla"), ("Zoé", "Zoe")), start=1
    ):
        here(desk, f"NOM{number}", one, birth_date="2014-03-01")
        with desk.open():
            people = Acquaintances(())
            said = {"last_name": f"NOM{number}", "first_name": other, "birth_date": "2014-03-01"}
            entity = Entity("siecle", "pupil", "1", "", "", "", 0, said, frozenset())
            (found,) = people.candidates(entity)
        assert found.score >= DOUBTFUL
