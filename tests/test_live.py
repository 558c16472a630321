"""Who hears what: tickets through the walls, and frames that name nobody."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse

from preau.kernel.live import changes, tickets
from preau.kernel.live.bus import Changed, Revoked, encode
from preau.kernel.live.changes import changed, revoke_account
from preau.kernel.live.testing import messages_sent
from preau.kernel.live.topics import PersonTopic, SchoolTopic, mark, parse
from preau.kernel.modules import modules
from preau.kernel.tenancy.scope import in_school
from preau.modules.accounts.module import MODULE as ACCOUNTS
from preau.modules.directory.models import Membership
from preau.modules.directory.testing import (
    OTHER_CLASS,
    OTHER_SCHOOL,
    OTHER_YEAR,
    OWN,
    PLACES,
    STAFF,
    Cast,
    Who,
    make_course,
    make_staff,
)
from preau.modules.directory.topics import HEAD_TEACHERS

NEWS = PersonTopic("accounts.news")


def heads(cast: Cast, place: str = OWN) -> str:
    group = cast.places[place]["division"]
    return str(HEAD_TEACHERS.at(group.school_id, group.uuid))


def ask(client: Any, *topics: str) -> dict[str, Any]:
    response = client.get(reverse("live:ticket"), {"topic": topics})
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    answer: dict[str, Any] = json.loads(response.content)
    assert answer.pop("seconds") == 600
    return answer


# Tickets


@pytest.mark.parametrize("who", [Who.HEAD, Who.TEACHER, Who.CPE], ids=lambda who: who.name.lower())
def test_a_ticket_names_what_its_person_may_hear_and_nothing_else(
    cast: Cast, as_person: Any, who: Who
) -> None:
    asked = {place: heads(cast, place) for place in PLACES}
    answer = ask(as_person(who), *asked.values())
    # Staff know the classes of their school, of the year they are in.
    assert set(answer["topics"]) == {asked[OWN], asked[OTHER_CLASS]}
    assert tickets.read(answer["ticket"]).topics == set(answer["topics"])
    assert asked[OTHER_SCHOOL] not in answer["topics"]
    assert asked[OTHER_YEAR] not in answer["topics"]


def test_another_schools_class_is_not_heard_by_naming_ones_own_school(cast: Cast, as_person: Any) -> None:
    forged = str(HEAD_TEACHERS.at(cast.own.school.pk, cast.places[OTHER_SCHOOL]["division"].uuid))
    assert ask(as_person(Who.HEAD), forged) == {"ticket": "", "topics": []}


@pytest.mark.parametrize(
    "written",
    [
        "",
        "school",
        "*",
        "school:*:directory:head-teachers",
        "x" * 4000,
        "school:" + "0" * 4000,
        "school:0:directory:head-teachers\nevent: gap",
        "school:" + "0" * 24 + ":directory:head-teachers",
        "school:" + "0" * 24 + ":nothing:declared",
        "person:" + "0" * 24 + ":accounts:news",
        "é" * 50,
    ],
)
def test_what_is_no_topic_is_left_out(cast: Cast, as_person: Any, written: str) -> None:
    assert ask(as_person(Who.HEAD), written) == {"ticket": "", "topics": []}
    assert ask(as_person(Who.HEAD), written, heads(cast))["topics"] == [heads(cast)]


def test_a_school_topic_without_its_thing_is_not_all_of_them(cast: Cast, as_person: Any) -> None:
    every = str(HEAD_TEACHERS.at(cast.own.school.pk))
    assert ask(as_person(Who.HEAD), every)["topics"] == []


def test_a_person_hears_of_themselves_alone(
    cast: Cast, as_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("preau.kernel.live.views.modules", lambda: [mock.Mock(live_topics=(NEWS,))])
    own, other = (str(NEWS.of(cast.people[who].pk)) for who in (Who.HEAD, Who.DEPUTY))
    assert ask(as_person(Who.HEAD), own, other)["topics"] == [own]


@pytest.mark.parametrize("who", [Who.PUPIL, Who.GUARDIAN, Who.CARER], ids=lambda who: who.name.lower())
def test_families_poll_unless_the_instance_says_otherwise(
    cast: Cast, as_person: Any, settings: Any, who: Who
) -> None:
    client = as_person(who)
    assert ask(client, heads(cast)) == {"ticket": "", "topics": []}
    assert b"data-streams" not in client.get("/").content
    settings.LIVE_FOR = "everyone"
    assert ask(client, heads(cast), heads(cast, OTHER_CLASS))["topics"] == [heads(cast)]
    settings.LIVE_FOR = "nobody"
    assert ask(as_person(Who.HEAD), heads(cast))["topics"] == []


def test_more_topics_than_a_page_has_are_cut(cast: Cast, as_person: Any) -> None:
    many = [str(HEAD_TEACHERS.at(cast.own.school.pk, uuid4())) for _ in range(100)]
    assert ask(as_person(Who.HEAD), *many, heads(cast))["topics"] == []


def test_an_ended_function_is_silent_at_the_next_renewal(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.HEAD)
    assert ask(client, heads(cast))["ticket"]
    with in_school(cast.own.school, cast.own.year):
        Membership.objects.filter(record=cast.own["head"]).update(ends_on=date(2026, 11, 19))
    assert client.get(reverse("live:ticket"), {"topic": heads(cast)}).status_code == 403


def test_a_ticket_tells_nobody_anything(cast: Cast, as_person: Any) -> None:
    answer = ask(as_person(Who.HEAD), heads(cast))
    read = tickets.read(answer["ticket"])
    assert read.session == mark("session", as_person(Who.HEAD).session.session_key) or len(read.session) == 24
    written = str(read).casefold()
    assert cast.own.school.name.casefold() not in written
    assert "cast.head" not in written


def test_declared_topics_are_named_after_their_module_and_once() -> None:
    named = [(module.name, topic.name) for module in modules() for topic in module.live_topics]
    assert named
    assert len({name for _, name in named}) == len(named)
    assert all(name.startswith(f"{module}.") for module, name in named)
    assert ACCOUNTS.live_topics == ()


@pytest.mark.parametrize("name", ["", "notices", "a.b.c", "A.b", "a.b c", "a.é"])
def test_a_topic_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match=r"module\.thing"):
        PersonTopic(name)
    with pytest.raises(ValueError, match=r"module\.thing"):
        SchoolTopic(name, lambda *_: True)


def test_a_topic_is_read_as_it_was_written() -> None:
    for topic in (NEWS.of(3), HEAD_TEACHERS.at(3), HEAD_TEACHERS.at(3, uuid4())):
        assert parse(str(topic)) == topic


# What is said


class Back(Exception):
    pass


@contextmanager
def taken_back() -> Iterator[None]:
    with suppress(Back), transaction.atomic():
        yield
        raise Back


@pytest.mark.django_db(transaction=True)
def test_it_is_said_on_commit_once_and_not_at_all_after_a_rollback() -> None:
    topic, other = NEWS.of(1), NEWS.of(2)
    with messages_sent() as messages, transaction.atomic():
        changed(topic)
        changed(topic)
        changed(topic, "row-1")
        changed(other)
        assert messages == []
    assert messages == [Changed(str(topic)), Changed(str(topic), "row-1"), Changed(str(other))]

    with messages_sent() as messages, taken_back():
        changed(topic)
    assert messages == []


@pytest.mark.django_db(transaction=True)
def test_what_a_savepoint_takes_back_is_not_said_for_it() -> None:
    topic = NEWS.of(1)
    with messages_sent() as messages, transaction.atomic():
        with taken_back():
            changed(topic)
        with transaction.atomic():
            changed(topic)
        changed(topic)
    assert messages.count(Changed(str(topic))) in (1, 2)
    with messages_sent() as messages, transaction.atomic():
        changed(topic)
        with taken_back():
            changed(topic)
    assert messages == [Changed(str(topic))]


@pytest.mark.django_db(transaction=True)
def test_a_bus_that_fails_does_not_fail_the_page() -> None:
    with mock.patch.object(changes, "bus", side_effect=RuntimeError), transaction.atomic():
        changed(NEWS.of(1))


@pytest.mark.parametrize("words", ["Lina Haddouche", "lina_haddouche", "x" * 81, "a\nb", "é", "<b>"])
def test_a_fragment_is_an_id(words: str) -> None:
    with pytest.raises(ValueError, match="fragment"):
        changed(NEWS.of(1), words)


def test_logging_out_and_changing_hats_close_the_streams_of_that_browser(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.TEACHER)
    key = mark("session", client.session.session_key)
    with messages_sent() as messages:
        client.post(reverse("accounts:hat_choose"), {"hat": f"{cast.own.school.uuid}.teacher"})
        client.post(reverse("accounts:year_choose"), {"year": str(cast.own.year.uuid)})
        client.post(reverse("accounts:logout"))
    assert [message.mark for message in messages if isinstance(message, Revoked)] == [key] * 3


def test_an_account_is_silenced_on_commit(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    with messages_sent() as messages, django_capture_on_commit_callbacks(execute=True):
        revoke_account(7)
        assert not messages
    assert [message.mark for message in messages if isinstance(message, Revoked)] == [mark("account", 7)]


# Head teachers: from the form to the frame


def _appoint(client: Any, cast: Cast, record: Any, place: str = OWN) -> Any:
    url = reverse("directory:head_teacher_create", args=[cast.places[place]["division"].uuid])
    form = {"record": str(record.uuid), "starts_on": "2026-11-20", "uuid": str(uuid4())}
    return client.post(url, {**form, "_scope": cast.scope_field()})


def test_no_frame_carries_a_name(cast: Cast, as_person: Any, django_capture_on_commit_callbacks: Any) -> None:
    """Everything the cast can do on a page that is followed, with names that would be found."""
    head = as_person(Who.HEAD)
    with in_school(cast.own.school, cast.own.year):
        teacher = make_staff("Canarinomme", "teacher", first_name="Canariprenom")
        make_course("Canarimatiere", [cast.own["division"]], teacher, year=cast.own.year)
    with messages_sent() as messages, django_capture_on_commit_callbacks(execute=True):
        assert _appoint(head, cast, teacher).status_code == 302
        ending = {"ends_on": "2026-12-18", "version": "1", "_scope": cast.scope_field()}
        for place in (OWN, OTHER_CLASS):
            function = cast.places[place]["function"]
            response = head.post(reverse("directory:function_end", args=[function.uuid]), ending)
            assert response.status_code == 302
        head.post(reverse("accounts:logout"))
    assert {message.topic for message in messages if isinstance(message, Changed)} == {
        heads(cast),
        heads(cast, OTHER_CLASS),
    }
    frames = b"".join(map(encode, messages)).decode().casefold()
    canaries = {word for place in cast.places.values() for word in place.canaries | place.field_canaries}
    names = {"Canarinomme", "Canariprenom", "cast.head", cast.own.school.name}
    for word in canaries | names:
        if len(word) > 3:  # « 4B » may stand in any id
            assert word.casefold() not in frames
    for number in (cast.own.school.pk, cast.own["division"].pk):
        assert f":{number}:" not in frames


def test_a_refused_appointment_says_nothing(
    cast: Cast, as_person: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with messages_sent() as messages, django_capture_on_commit_callbacks(execute=True):
        assert _appoint(as_person(Who.HEAD), cast, cast.own["teacher"]).status_code == 422
        assert _appoint(as_person(Who.TEACHER), cast, cast.own["teacher"]).status_code == 403
    assert not [message for message in messages if isinstance(message, Changed)]


@pytest.mark.parametrize(
    "who", [Who.HEAD, Who.TEACHER, Who.PUPIL, Who.GUARDIAN], ids=lambda who: who.name.lower()
)
def test_the_block_fetched_alone_is_the_block_of_the_page(cast: Cast, as_person: Any, who: Who) -> None:
    client, group = as_person(who), cast.own["division"].uuid
    page = client.get(reverse("directory:group_detail", args=[group])).content.decode()
    block = client.get(reverse("directory:head_teachers_block", args=[group])).content.decode().strip()
    assert block.startswith('<section class="block" id="head-teachers"')
    assert f'data-live="{heads(cast)}"' in block
    if who is not Who.HEAD:  # forms carry a fresh token
        assert block in page
    assert ("Mettre fin" in block) == (who is Who.HEAD)


def test_a_class_without_a_head_teacher_can_still_hear_of_one(cast: Cast, as_person: Any) -> None:
    with in_school(cast.own.school, cast.own.year):
        cast.own["function"].delete()
    block = as_person(Who.PUPIL).get(
        reverse("directory:head_teachers_block", args=[cast.own["division"].uuid])
    )
    assert b"data-live=" in block.content


def test_a_closed_year_is_not_listened_to(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.HEAD)
    client.post(reverse("accounts:year_choose"), {"year": str(cast.places[OTHER_YEAR].year.uuid)})
    page = client.get(reverse("directory:group_detail", args=[cast.places[OTHER_YEAR]["division"].uuid]))
    assert page.status_code == 200
    assert heads(cast, OTHER_YEAR).encode() not in page.content


def test_every_member_of_staff_holds_a_line_and_nobody_else(cast: Cast, as_person: Any) -> None:
    for who in Who:
        if who in (Who.ANONYMOUS, Who.FORMER, Who.CONTACT, Who.RESTRICTED):
            continue
        streams = b"data-streams" in as_person(who).get("/").content
        assert streams == bool(who in STAFF | Who.AUTHORITY), who
