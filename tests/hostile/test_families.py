"""What families must not learn."""

import re

import pytest

from preau.modules.directory.models import (
    Function,
    GroupMember,
    Guardianship,
    PersonRecord,
)
from preau.modules.directory.testing import (
    OTHER_CLASS,
    Who,
    make_guardian,
)
from tests.hostile.trying import in_own, main, people_listed, words


def test_the_households_number_is_hidden_also_before_the_child_has_a_class(cast, as_person):
    with in_own(cast):
        PersonRecord.objects.filter(pk=cast.own["pupil"].pk).update(home_phone="0148000099")
        Guardianship.objects.filter(guardian=cast.own["guardian"]).update(houses=False)
        GroupMember.objects.filter(record=cast.own["pupil"]).delete()
    answer = as_person(Who.GUARDIAN).get(f"/people/{cast.own['pupil'].uuid}/")
    assert answer.status_code == 200
    assert "48000099" not in re.sub(r"[\s.\u202f\u00a0]", "", answer.content.decode())


@pytest.mark.parametrize("level", [1, 3])
@pytest.mark.parametrize("who", [Who.PUPIL, Who.GUARDIAN, Who.CARER], ids=lambda who: who.name.lower())
def test_families_do_not_learn_that_a_teacher_has_a_child_here(who, level, cast, as_person):
    teacher = cast.own["teacher"]
    with in_own(cast):
        make_guardian(cast.places[OTHER_CLASS]["enrolment"], teacher, level)
    client = as_person(who)
    assert "Responsable" not in main(client.get(f"/people/{teacher.uuid}/"))
    assert str(teacher.uuid) not in client.get("/people/", {"kind": "guardian"}).content.decode()
    assert str(teacher.uuid) in client.get("/people/", {"kind": "staff"}).content.decode()


@pytest.mark.parametrize("who", [Who.PUPIL, Who.GUARDIAN], ids=lambda who: who.name.lower())
def test_families_do_not_learn_which_other_class_a_teacher_leads(who, cast, as_person):
    with in_own(cast):
        Function.objects.create(
            record=cast.own["teacher"],
            kind="head_teacher",
            group=cast.places[OTHER_CLASS]["division"],
            starts_on=cast.own.year.starts_on,
        )
    page = words(as_person(who).get(f"/people/{cast.own['teacher'].uuid}/"))
    assert "Professeur principal · 4B" in page and "Canari5A" not in page


def test_the_numbers_of_the_home_are_those_of_the_lists_they_open(cast, as_person):
    client = as_person(Who.HEAD)
    home = client.get("/").content.decode()
    for kind in ("pupil", "staff"):
        number = re.search(rf'kind={kind}"[^>]*>\s*<span class="figures__number">(\d+)', home)
        assert number is not None and int(number[1]) == len(people_listed(client, kind=kind)), kind
