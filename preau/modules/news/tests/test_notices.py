"""Whoever an announcement is addressed to is told of it, once, in the summary of the day."""

from typing import Any
from uuid import uuid4

import pytest

from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.testing import run_all
from preau.modules.directory.testing import Cast, Who
from preau.modules.news.models import Announcement
from preau.modules.notifications.testing import person_told

pytestmark = pytest.mark.django_db
FORM = {"title": "Portes ouvertes samedi", "body": "<p>Venez.</p>", "readership": ["guardians"]}


def publish(cast: Cast, as_person: Any, **given: Any) -> Any:
    sent = {"_scope": cast.scope_field(), "uuid": str(uuid4()), **FORM, **given}
    answer = as_person(Who.HEAD).post("/news/new/", sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    with in_school(cast.own.school, cast.own.year):
        run_all(may_fail=True)
        return Announcement.objects.get(uuid=sent["uuid"])


def told(cast: Cast, who: Who, announcement: Any) -> bool:
    with in_school(cast.own.school, cast.own.year):
        return person_told(cast.people[who], announcement.uuid)


def test_its_readers_are_told_and_nobody_else(cast: Cast, as_person: Any) -> None:
    announcement = publish(cast, as_person)

    assert told(cast, Who.GUARDIAN, announcement) and told(cast, Who.CARER, announcement)
    for who in (Who.PUPIL, Who.TEACHER, Who.RESTRICTED, Who.CONTACT, Who.HEAD):
        assert not told(cast, who, announcement)
    assert "Portes ouvertes samedi" in as_person(Who.GUARDIAN).get("/notices/").content.decode()


def test_who_wrote_it_knows(cast: Cast, as_person: Any) -> None:
    announcement = publish(cast, as_person, readership=["staff"])

    assert told(cast, Who.TEACHER, announcement)
    assert not told(cast, Who.HEAD, announcement)


def test_withdrawn_it_was_never_told(cast: Cast, as_person: Any) -> None:
    announcement = publish(cast, as_person)
    sent = {"_scope": cast.scope_field()}
    address = f"/news/{announcement.uuid}/withdraw/"
    assert as_person(Who.HEAD).post(address, sent).status_code == 302

    assert "Portes ouvertes" not in as_person(Who.GUARDIAN).get("/notices/").content.decode()
