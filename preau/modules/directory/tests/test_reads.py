"""Who looked at whose address or telephone is remembered, once a day."""

from django.urls import reverse

from preau.kernel.audit.models import Reading
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.testing import Who


def opened(cast, as_person, who, thing):
    response = as_person(who).get(reverse("directory:person_detail", args=[cast.own[thing].uuid]))
    assert response.status_code == 200
    with in_school(cast.own.school):
        return set(
            Reading.objects.filter(person_id=cast.people[who].pk).values_list("kind", "object_id", "device")
        )


def record(cast, thing):
    return ("directory.personrecord", cast.own[thing].pk, "")


def test_a_page_with_the_numbers_of_a_family_is_remembered_for_each_of_them(cast, as_person):
    found = opened(cast, as_person, Who.OFFICE, "pupil")
    assert {record(cast, "pupil"), record(cast, "guardian")} <= found
    assert opened(cast, as_person, Who.OFFICE, "pupil") == found


def test_a_page_without_them_is_not(cast, as_person):
    assert not opened(cast, as_person, Who.LIBRARIAN, "teacher")


def test_ones_own_page_is_not(cast, as_person):
    assert not opened(cast, as_person, Who.TEACHER, "teacher")


def test_a_parent_who_looks_at_their_child_is_not(cast, as_person):
    assert not opened(cast, as_person, Who.GUARDIAN, "pupil")
    assert not opened(cast, as_person, Who.PUPIL, "pupil")
