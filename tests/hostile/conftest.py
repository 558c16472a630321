"""Who stands in two schools."""

import pytest

from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import (
    OTHER_SCHOOL,
    Cast,
    Place,
    Who,
    make_course,
    make_guardian,
    make_record,
    make_staff,
)


@pytest.fixture
def in_two_schools(cast: Cast) -> Place:
    """The head heads both schools, the teacher teaches in both, the guardian has a child in both."""
    there = cast.places[OTHER_SCHOOL]
    with in_school(there.school, there.year):
        make_staff("Head", "head", person=cast.people[Who.HEAD])
        teacher = make_staff("Proflabas", "teacher", person=cast.people[Who.TEACHER])
        make_course("labas", [there["division"]], teacher, year=there.year)
        make_guardian(there["enrolment"], make_record("Parentlabas", person=cast.people[Who.GUARDIAN]))
    return there
