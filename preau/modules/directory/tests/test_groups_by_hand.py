# ruff: noqa: F811  a fixture is named where it comes from and where it is used
"""Classes and groups kept in the page: made, called otherwise, deleted while nobody used them; who may."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from preau.kernel.models import SchoolUnit
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import (
    Enrolment,
    Function,
    Group,
    Import,
    Origin,
    SourceRecord,
    Thing,
)
from preau.modules.directory.testing import (
    OTHER_CLASS,
    OTHER_SCHOOL,
    OTHER_YEAR,
    TODAY,
    Cast,
    Who,
    join,
    make_course,
    make_division,
    make_pupil,
)
from preau.modules.directory.tests.keeping import FRIDAY, end, fresh, here, read, send  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def new(**given: Any) -> dict[str, Any]:
    return {
        "kind": "division",
        "code": "4Z",
        "label": "4e Z",
        "level": "4e",
        "unit": "0930001W",
        "uuid": uuid4(),
        **given,
    }


def club(label: str = "Club") -> Group:
    made: Group = Group.objects.create(
        kind=Group.Kind.MANUAL, code=label, label=label, unit=SchoolUnit.objects.first()
    )
    return made


@pytest.mark.parametrize("kind", ["division", "teaching", "team", "manual"])
def test_the_office_makes_a_class_or_a_group(send: Any, here: Any, kind: str) -> None:
    answer = send("/groups/create/", **new(kind=kind))
    made = Group.objects.get(code="4Z")
    assert (made.kind, made.label, made.level, made.unit.uai) == (kind, "4e Z", "4e", "0930001W")
    assert answer.status_code == 302 and answer.url == f"/groups/{made.uuid}/manage/"


def test_a_part_is_of_a_class_and_nothing_else_is(send: Any, here: Any) -> None:
    without = send("/groups/create/", **new(kind="part"))
    assert without.status_code == 422 and "dont c’est une partie" in without.content.decode()
    class_of_a_class = send("/groups/create/", **new(part_of=here["division"].uuid))
    assert class_of_a_class.status_code == 422
    assert send("/groups/create/", **new(kind="part", part_of=here["division"].uuid)).status_code == 302
    assert Group.objects.get(code="4Z").part_of == here["division"]


def test_no_automatic_group_is_made_by_hand(send: Any, here: Any) -> None:
    assert send("/groups/create/", **new(kind="automatic")).status_code == 422


def test_sent_twice_it_is_one_class(send: Any, here: Any) -> None:
    form = new()
    for _ in range(2):
        assert send("/groups/create/", **form).status_code == 302
    assert Group.objects.filter(code="4Z").count() == 1
    assert send("/groups/create/", **{**form, "code": "4X"}).status_code == 422


def test_the_same_code_twice_in_a_unit_is_said_in_a_sentence(send: Any, here: Any) -> None:
    answer = send("/groups/create/", **new(code="4 b"))
    assert answer.status_code == 422
    assert "Le code « 4B » est déjà celui de « 4B »" in answer.content.decode()
    assert send("/groups/create/", **new(code="4 b", unit="0930002X")).status_code == 302
    assert send("/groups/create/", **new(code="4 b", kind="teaching")).status_code == 302


def test_a_code_taken_at_the_same_moment_is_said_in_a_sentence(
    send: Any, here: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves = Group.save

    def after_a_rival(group: Group, *args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(Group, "save", saves)
        make_division("4Z", year=here.year)
        saves(group, *args, **kwargs)

    monkeypatch.setattr(Group, "save", after_a_rival)
    answer = send("/groups/create/", **new())
    assert answer.status_code == 422 and "vient d’être pris" in answer.content.decode()
    assert not Group.objects.filter(label="4e Z").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "+++"},
        {"code": ""},
        {"code": "x" * 41},
        {"label": "x" * 81},
        {"label": ""},
        {"unit": "0930003Y"},
        {"unit": ""},
        {"kind": "club"},
        {"uuid": "1"},
        {"part_of": "x"},
    ],
)
def test_what_cannot_be_a_class_is_refused(send: Any, here: Any, wrong: dict[str, Any]) -> None:
    before = Group.objects.count()
    assert send("/groups/create/", **new(**wrong)).status_code == 422
    assert Group.objects.count() == before


def renamed(group: Group, **given: Any) -> dict[str, Any]:
    return {
        "code": group.code,
        "label": group.label,
        "level": group.level,
        "unit": "0930001W",
        "version": group.version,
        **given,
    }


def test_a_class_is_called_otherwise_and_its_pupils_have_its_level(send: Any, here: Any) -> None:
    group = fresh(here["division"])
    url = f"/groups/{group.uuid}/change/"
    assert send(url, **renamed(group, code="3B", label="3e B", level="3e")).status_code == 302
    group.refresh_from_db()
    assert (group.code, group.code_key, group.label, group.level, group.version) == (
        "3B",
        "3b",
        "3e B",
        "3e",
        2,
    )
    assert Enrolment.objects.get(record=here["pupil"]).level == "3e"


def test_two_at_once_both_values_are_shown_and_nothing_is_lost(send: Any, here: Any) -> None:
    group = fresh(here["division"])
    url = f"/groups/{group.uuid}/change/"
    assert send(url, **renamed(group, label="La première")).status_code == 302
    late = send(url, **renamed(group, label="La seconde"))
    assert late.status_code == 409
    assert "La première" in late.content.decode() and "La seconde" in late.content.decode()
    group.refresh_from_db()
    assert group.label == "La première"


def test_the_same_change_sent_twice_is_one(send: Any, here: Any) -> None:
    group = fresh(here["division"])
    for _ in range(2):
        assert send(f"/groups/{group.uuid}/change/", **renamed(group, label="4e Bis")).status_code == 302
    group.refresh_from_db()
    assert group.version == 2


def test_a_class_does_not_take_anothers_code(send: Any, here: Any, cast: Cast) -> None:
    group, other = fresh(here["division"]), cast.places[OTHER_CLASS]["division"]
    answer = send(f"/groups/{group.uuid}/change/", **renamed(group, code=other.code.lower()))
    assert answer.status_code == 422 and "déjà celui de" in answer.content.decode()


def test_what_was_never_used_is_deleted(send: Any, here: Any, as_person: Any) -> None:
    made = club()
    assert "Supprimer" in read(as_person, f"/groups/{made.uuid}/manage/")
    answer = send(f"/groups/{made.uuid}/delete/")
    assert answer.status_code == 302 and answer.url == "/groups/?all=groups"
    assert not Group.objects.filter(pk=made.pk).exists()


def test_what_served_is_not_deleted(send: Any, here: Any, as_person: Any) -> None:
    """A pupil long gone, a course, a part, a head teacher, a file: each is a trace."""
    groups = [make_division(f"T{i}", year=here.year) for i in range(5)]
    pupil = make_pupil("Ancienne", year=here.year)
    join(pupil, groups[0], starts_on=here.year.starts_on, ends_on=here.year.starts_on)
    make_course("Latin", [groups[1]], year=here.year)
    Group.objects.create(kind=Group.Kind.PART, code="T21", label="T21", part_of=groups[2])
    Function.objects.create(
        record=here["teacher"],
        kind=Function.Kind.HEAD_TEACHER,
        group=groups[3],
        starts_on=here.year.starts_on,
        ends_on=here.year.starts_on,
    )
    SourceRecord.objects.create(
        origin=Origin.STS, thing=Thing.DIVISION, external_id="T4", year=here.year, group=groups[4]
    )
    for group in groups:
        assert "Supprimer" not in read(as_person, f"/groups/{group.uuid}/manage/")
        answer = send(f"/groups/{group.uuid}/delete/")
        assert answer.status_code == 422 and "a déjà servi" in answer.content.decode()
    assert Group.objects.filter(pk__in=[group.pk for group in groups]).count() == 5


def test_one_link_leads_there_for_those_who_may(here: Any, as_person: Any) -> None:
    page, manage = f"/groups/{here['division'].uuid}/", f"/groups/{here['division'].uuid}/manage/"
    for who in (Who.HEAD, Who.OFFICE):
        assert read(as_person, page, who).count("/manage/") == 1
        assert "Ajouter une classe ou un groupe" in read(as_person, "/groups/", who)
    for who in (Who.TEACHER, Who.CPE, Who.PUPIL, Who.GUARDIAN):
        assert "/manage/" not in read(as_person, page, who)
        assert "/groups/new/" not in read(as_person, "/groups/", who)
        assert as_person(who).get(manage).status_code == 403


def test_another_schools_class_and_unit_do_not_exist(send: Any, here: Any, cast: Cast) -> None:
    there = cast.places[OTHER_SCHOOL]["division"].uuid
    for act in ("change", "end", "resume", "delete", "members/create", "members/end", "courses/create"):
        assert send(f"/groups/{there}/{act}/").status_code == 404
    assert send("/groups/create/", **new(kind="part", part_of=there)).status_code == 422


def test_in_a_closed_year_nothing_is_offered(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.OFFICE)
    closed = cast.places[OTHER_YEAR]
    chosen = client.post("/school-years/", {"year": closed.year.uuid, "_scope": cast.scope_field()})
    assert chosen.status_code == 302, "the address of the year changed"
    group = closed["division"].uuid
    assert "/manage/" not in client.get(f"/groups/{group}/").content.decode()
    assert "/groups/new/" not in client.get("/groups/").content.decode()
    for url in (f"/groups/{group}/manage/", "/groups/new/", f"/courses/{closed['course'].uuid}/manage/"):
        page = client.get(url).content.decode()
        assert "est close" in page
        assert "<form" not in page.split("<main")[1].split("</main>")[0], url
    refused = client.post(
        f"/groups/{group}/end/",
        {"ends_on": "2026-05-01", "version": 1, "_scope": cast.scope_field(OTHER_YEAR)},
    )
    assert refused.status_code == 409
    with in_school(closed.school, closed.year):
        assert Group.objects.get(uuid=group).ends_on is None


def test_where_a_class_comes_from_is_said(here: Any, as_person: Any) -> None:
    group = fresh(here["division"])
    url = f"/groups/{group.uuid}/manage/"
    assert "Saisi ici" in read(as_person, url)
    Group.objects.filter(pk=group.pk).update(source="siecle")
    page = read(as_person, url)
    assert "Vient de SIECLE" in page and "fichier du" not in page
    batch = Import.objects.create(
        state=Import.State.APPLIED,
        effective_on=TODAY,
        applied_at=datetime(2026, 9, 14, 8, tzinfo=UTC),
        files=[
            {"kind": "sts", "exported_on": "2026-09-01"},
            {"kind": "siecle_structures", "exported_on": "2026-09-12"},
        ],
    )
    source = SourceRecord.objects.create(
        origin=Origin.SIECLE,
        thing=Thing.DIVISION,
        external_id="4B",
        year=here.year,
        group=group,
        last_import=batch,
    )
    assert "Vient de SIECLE, fichier du 12 septembre 2026." in read(as_person, url)
    batch.files = []
    batch.save()
    assert "Vient de SIECLE, fichier du 14 septembre 2026." in read(as_person, url)
    source.last_import = None
    source.save()
    assert "Vient de SIECLE.<" in read(as_person, url).replace("\n", "")


def test_a_group_is_found_as_it_is_called_and_no_more_when_it_has_ended(here: Any, send: Any) -> None:
    from preau.kernel.search.indexing import reindex
    from preau.modules.directory.documents import DOCUMENTS

    groups = next(document for document in DOCUMENTS if document.kind == "groups")
    made = make_division("4Cherche", year=here.year)
    reindex()
    assert made in groups.rows(here.year)
    end(send, made, TODAY - DAY)
    assert made not in groups.rows(here.year)


def test_the_journal_tells_each_act(send: Any, here: Any, as_person: Any) -> None:
    send("/groups/create/", **new(kind="manual", code="ECHECS", label="Club échecs"))
    made = Group.objects.get(code="ECHECS")
    send(f"/groups/{made.uuid}/members/create/", records=here["pupil"].uuid, starts_on=TODAY, where=_in(here))
    send(f"/groups/{made.uuid}/members/end/", records=here["pupil"].uuid, starts_on=TODAY + DAY)
    end(send, made, FRIDAY)
    journal = read(as_person, "/console/journal/", Who.HEAD)
    for words in ("a créé", "a mis", "a retiré", "a mis fin à"):
        assert words in journal
    assert journal.count("Club échecs") >= 4


def _in(here: Any) -> UUID:
    key: UUID = here["division"].uuid
    return key
