from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from preau.kernel.intake.testing import picture
from preau.kernel.storage.models import Attachment
from preau.kernel.storage.sweeping import sweep
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import PhotoConsent
from preau.modules.directory.selectors.pictures import PHOTO
from preau.modules.directory.testing import (
    Cast,
    Who,
    agree_to_photo,
    make_guardian,
    make_photo,
    make_record,
)


def _page(client: Any, record: Any) -> str:
    return client.get(f"/people/{record.uuid}/").content.decode()


def _answer(client: Any, cast: Cast, record: Any, agrees: str, **more: str) -> Any:
    data = {"agrees": agrees, "uuid": str(uuid4()), "_scope": cast.scope_field(), **more}
    return client.post(f"/people/{record.uuid}/photo-consents/", data)


def _send(client: Any, cast: Cast, record: Any, content: bytes, name: str = "visage.png") -> Any:
    data = {"file": SimpleUploadedFile(name, content), "uuid": str(uuid4()), "_scope": cast.scope_field()}
    return client.post(f"/people/{record.uuid}/photo/", data)


def _file(client: Any, cast: Cast) -> int:
    return client.get(f"/files/{cast.own['photo'].uuid}/?view=96").status_code


def test_where_a_parent_agreed_the_class_sees_the_face_and_others_do_not(cast: Cast, as_person: Any) -> None:
    pupil, face = cast.own["pupil"], f"/files/{cast.own['photo'].uuid}/"
    for who in (Who.TEACHER, Who.PUPIL, Who.GUARDIAN, Who.OFFICE):
        assert face in _page(as_person(who), pupil), who
    # In charge of the child, not a legal guardian: the school's rules do not show them the photo.
    assert face not in _page(as_person(Who.CARER), pupil)
    assert _file(as_person(Who.CARER), cast) == 404


def test_a_class_shows_its_faces(cast: Cast, as_person: Any) -> None:
    page = as_person(Who.TEACHER).get(f"/groups/{cast.own['division'].uuid}/").content.decode()
    assert f"/files/{cast.own['photo'].uuid}/?view=96" in page


def test_a_parent_who_takes_the_agreement_back_hides_the_photo_at_once(cast: Cast, as_person: Any) -> None:
    parent, teacher = as_person(Who.GUARDIAN), as_person(Who.TEACHER)
    assert _answer(parent, cast, cast.own["pupil"], "0").status_code == 302

    assert "/files/" not in _page(teacher, cast.own["pupil"])
    assert _file(teacher, cast) == 404
    assert "Accord retiré" in _page(parent, cast.own["pupil"])
    with in_school(cast.own.school):
        answers = PhotoConsent.objects.filter(record=cast.own["pupil"]).order_by("pk")
        assert [each.answer for each in answers] == ["given", "withdrawn"]
        assert answers[0].replaced_at is not None


def test_given_again_within_the_delay_the_photo_is_back_and_after_it_there_is_none(
    cast: Cast, as_person: Any
) -> None:
    parent = as_person(Who.GUARDIAN)
    _answer(parent, cast, cast.own["pupil"], "0")
    _answer(parent, cast, cast.own["pupil"], "1")
    assert _file(as_person(Who.TEACHER), cast) == 200
    _answer(parent, cast, cast.own["pupil"], "0")
    with time_machine.travel(timezone.now() + timedelta(days=8)), in_school(cast.own.school):
        sweep()
        assert not Attachment.objects.of(PHOTO.code, [cast.own["pupil"].pk]).exists()


def test_one_parent_against_it_is_enough(cast: Cast, as_person: Any) -> None:
    with in_school(cast.own.school, cast.own.year):
        other = make_record("Deuxieme")
        make_guardian(cast.own["enrolment"], other)
        agree_to_photo(cast.own["pupil"], other, "refused")
    assert "/files/" not in _page(as_person(Who.TEACHER), cast.own["pupil"])
    assert _file(as_person(Who.TEACHER), cast) == 404
    assert _send(as_person(Who.OFFICE), cast, cast.own["pupil"], picture()).status_code == 422


def test_sent_twice_an_answer_is_one_answer(cast: Cast, as_person: Any) -> None:
    parent, uuid = as_person(Who.GUARDIAN), str(uuid4())
    for _time in range(2):
        assert _answer(parent, cast, cast.own["pupil"], "0", uuid=uuid).status_code == 302
    with in_school(cast.own.school):
        assert PhotoConsent.objects.filter(record=cast.own["pupil"]).count() == 2


def test_a_pupil_answers_once_of_age_and_then_alone(cast: Cast, as_person: Any) -> None:
    pupil, parent = as_person(Who.PUPIL), as_person(Who.GUARDIAN)
    assert _answer(pupil, cast, cast.own["pupil"], "0").status_code == 403
    with in_school(cast.own.school):
        cast.own["pupil"].birth_date = date(2008, 11, 20)
        cast.own["pupil"].save(update_fields=["birth_date"])
    assert _answer(parent, cast, cast.own["pupil"], "1").status_code == 403
    assert _answer(pupil, cast, cast.own["pupil"], "0").status_code == 302
    with in_school(cast.own.school):
        standing = PhotoConsent.objects.standing().get(record=cast.own["pupil"])
    assert standing.given_by_id == cast.own["pupil"].pk


def test_staff_answer_for_themselves_and_nobody_for_them(cast: Cast, as_person: Any) -> None:
    teacher = cast.own["teacher"]
    assert _answer(as_person(Who.HEAD), cast, teacher, "1").status_code == 403
    assert _answer(as_person(Who.TEACHER), cast, teacher, "1").status_code == 302
    assert _send(as_person(Who.OFFICE), cast, teacher, picture("PNG")).status_code == 302
    assert "/files/" in _page(as_person(Who.CPE), teacher)
    assert "/files/" not in _page(as_person(Who.PUPIL), teacher)


def test_without_an_answer_no_photo_is_kept_and_the_page_says_so(cast: Cast, as_person: Any) -> None:
    office = as_person(Who.OFFICE)
    answer = _send(office, cast, cast.own["teacher"], picture())
    assert answer.status_code == 422
    assert "la photo n’est pas gardée" in answer.content.decode()
    with in_school(cast.own.school):
        assert not Attachment.objects.of(PHOTO.code, [cast.own["teacher"].pk]).exists()


@pytest.mark.parametrize(
    "content",
    [b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"\xff\xd8\xffx", b"x"],
)
def test_what_is_no_picture_is_said_in_the_form(cast: Cast, as_person: Any, content: bytes) -> None:
    answer = _send(as_person(Who.OFFICE), cast, cast.own["pupil"], content, "visage.jpg")
    assert answer.status_code == 422
    assert "JPEG" in answer.content.decode()


def test_the_office_removes_a_photo_and_takes_it_back(cast: Cast, as_person: Any) -> None:
    office, record = as_person(Who.OFFICE), cast.own["pupil"]
    scope = {"_scope": cast.scope_field()}
    assert office.post(f"/people/{record.uuid}/photo/remove/", scope).status_code == 302
    assert _file(office, cast) == 404
    assert "La reprendre" in _page(office, record)
    assert office.post(f"/people/{record.uuid}/photo/restore/", scope).status_code == 302
    assert _file(office, cast) == 200


def test_a_class_of_faces_costs_what_a_class_of_initials_costs(
    cast: Cast, as_person: Any, django_assert_max_num_queries: Any
) -> None:
    from preau.modules.directory.testing import make_pupil

    with in_school(cast.own.school, cast.own.year):
        for number in range(5):
            pupil = make_pupil(f"Visage{number}", cast.own["division"], year=cast.own.year)
            agree_to_photo(pupil.record, cast.own["guardian"])
            make_photo(pupil.record)
    client = as_person(Who.TEACHER)
    client.get(f"/groups/{cast.own['division'].uuid}/")
    with django_assert_max_num_queries(15):
        page = client.get(f"/groups/{cast.own['division'].uuid}/").content.decode()
    assert page.count("avatar__photo") == 6
