from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from preau.kernel.access.acting import acting_as, directory
from preau.kernel.access.actor import Actor, Identity
from preau.kernel.search import finding, indexing
from preau.kernel.search.documents import documents
from preau.kernel.search.indexing import refresh, reindex
from preau.kernel.search.jobs import MANY, reindex_nightly, touch
from preau.kernel.search.models import SearchEntry
from preau.kernel.search.testing import index_everything
from preau.kernel.search.words import read
from preau.kernel.tenancy.scope import in_every_school, in_school
from preau.kernel.work.models import Task
from preau.kernel.work.testing import run_all
from preau.modules.directory.documents import GROUPS, PEOPLE
from preau.modules.directory.models import GroupMember, Guardianship, Membership, PersonRecord
from preau.modules.directory.services import appoint_head_teacher, appoint_member, end_function
from preau.modules.directory.testing import (
    OTHER_CLASS,
    OTHER_SCHOOL,
    OTHER_YEAR,
    TODAY,
    Cast,
    Who,
    make_course,
    make_division,
    make_guardian,
    make_pupil,
    make_record,
    make_staff,
)

pytestmark = pytest.mark.django_db


def actor_of(cast: Cast, who: Who, place: str = "own") -> Actor:
    person = cast.people[who] if place == "own" else cast.places[place]["teacher"].person
    presence = directory().presence_of(Identity(person.pk))
    return presence.actor(presence.hats[0])


def found(cast: Cast, who: Who, typed: str) -> list[str]:
    """The titles, whatever their kind, as suggestions and as the pages of each kind."""
    actor = actor_of(cast, who)
    with acting_as(actor):
        titles = []
        for kind in documents():
            start = 0
            while (section := finding.look_for(actor, read(typed), kind, start)) is not None:
                titles += [hit.result.title for hit in section.hits]
                start += finding.PAGE
                if not section.more:
                    break
        looked = {hit.result.title for each in finding.look_through(actor, read(typed)) for hit in each.hits}
        assert looked <= set(titles)
        assert {hit.result.title for hit in finding.suggest(actor, read(typed))} <= set(titles)
        return titles


def test_a_teacher_finds_people_by_name_class_subject_and_function(cast: Cast) -> None:
    assert found(cast, Who.TEACHER, "propreele") == ["PROPREELEVE Camille"]
    assert "PROPREELEVE Camille" in found(cast, Who.CPE, "4b")
    assert "PROPREPROF Camille" in found(cast, Who.CPE, "proprecours")
    assert "PROPREPROF Camille" in found(cast, Who.CPE, "pp 4B")
    assert "PROPREPARENT Camille" in found(cast, Who.CPE, "parent proprep")
    assert "NURSE Camille" in found(cast, Who.CPE, "infirmerie")
    assert "PROPREELEVE Camille" in found(cast, Who.CPE, "élèves de 4 b")


@pytest.mark.parametrize("who", [Who.GUARDIAN, Who.PUPIL, Who.CARER])
@pytest.mark.parametrize("place", [OTHER_CLASS, OTHER_YEAR, OTHER_SCHOOL])
def test_a_family_finds_nobody_of_another_class_year_or_school(cast: Cast, who: Who, place: str) -> None:
    for thing in ("pupil", "guardian", "teacher"):
        assert found(cast, who, cast.places[place][thing].last_name) == []
    assert found(cast, who, cast.places[place]["division"].label) == []
    assert found(cast, who, "Canari") == []


@pytest.mark.parametrize("who", [Who.HEAD, Who.TEACHER, Who.OFFICE, Who.PARTNER])
@pytest.mark.parametrize("place", [OTHER_YEAR, OTHER_SCHOOL])
def test_staff_find_nobody_of_another_year_or_school(cast: Cast, who: Who, place: str) -> None:
    for thing in ("pupil", "guardian"):
        assert found(cast, who, cast.places[place][thing].last_name) == []
    assert found(cast, who, cast.places[place]["division"].label) == []


def test_a_parent_finds_the_teachers_of_their_child_by_what_they_teach_them(cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        elsewhere = make_division("3Z", year=cast.own.year)
        make_course("Grec", [elsewhere], cast.own["teacher"], year=cast.own.year)
    index_everything()
    assert found(cast, Who.GUARDIAN, "proprecours") == ["PROPREPROF Camille"]
    assert sorted(found(cast, Who.GUARDIAN, "4B")) == ["4B", "PROPREELEVE Camille", "PROPREPROF Camille"]
    # What they teach to others is told nowhere to this parent: it finds nothing.
    assert found(cast, Who.GUARDIAN, "grec") == []
    assert found(cast, Who.GUARDIAN, "3Z") == []
    assert "PROPREPROF Camille" in found(cast, Who.HEAD, "grec")


def test_a_birth_name_is_for_those_who_work_in_the_school(cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        teacher = cast.own["teacher"]
        PersonRecord.objects.get(pk=teacher.pk)
        teacher.birth_name, teacher.other_first_names = "Kermadec", "Perpétue"
        teacher.save()
    index_everything()
    assert found(cast, Who.OFFICE, "kermadec") == ["PROPREPROF Camille"]
    assert found(cast, Who.OFFICE, "perpet") == ["PROPREPROF Camille"]
    assert found(cast, Who.PUPIL, "kermadec") == []
    assert found(cast, Who.GUARDIAN, "perpet") == []


@pytest.mark.parametrize("thing", ["pupil", "guardian", "teacher"])
def test_nobody_is_found_by_what_a_rule_may_close(cast: Cast, thing: str) -> None:
    record = cast.own[thing]
    for known in (record.email, record.mobile_phone, record.address, record.postal_code, "2013", "Bobigny"):
        for who in (Who.HEAD, Who.GUARDIAN):
            assert record.listed_name not in found(cast, who, known), known


def test_nobody_is_found_through_who_answers_for_them(cast: Cast) -> None:
    """Who may see a child's guardians depends on rules: the words do not know them."""
    with in_school(cast.own.school, cast.own.year):
        pupil = make_pupil("Zibeline", cast.own["division"], year=cast.own.year, first_name="Oriane")
        make_guardian(pupil, make_record("Kestrel", first_name="Maud"))
    index_everything()
    assert found(cast, Who.HEAD, "zibeline") == ["ZIBELINE Oriane"]
    assert found(cast, Who.HEAD, "parent oriane") == []


def test_full_pages_come_to_who_knows_few_of_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first proposals are all of other classes: what the reader may know comes after them."""
    with in_school(cast.own.school, cast.own.year):
        for i in range(15):
            make_pupil(f"Aardvark{i:02d}", cast.places[OTHER_CLASS]["division"], year=cast.own.year)
        for i in range(9):
            make_pupil(f"Zaardvark{i:02d}", cast.own["division"], year=cast.own.year, first_name="Aardvark")
    index_everything()
    monkeypatch.setattr(finding, "_WINDOWS", (4, 400))
    actor = actor_of(cast, Who.PUPIL)
    with acting_as(actor):
        (section,) = finding.look_through(actor, read("aardvark"))
        assert [hit.result.title for hit in section.hits] == [
            f"ZAARDVARK{i:02d} Aardvark" for i in range(finding.EACH)
        ]
        assert section.more
        assert len(finding.suggest(actor, read("aardvark"))) == finding.SUGGESTED


def test_nothing_tells_how_many_are_hidden(cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        for i in range(finding.PAGE + 5):
            make_pupil(f"Aardvark{i:02d}", cast.places[OTHER_CLASS]["division"], year=cast.own.year)
    index_everything()
    actor = actor_of(cast, Who.PUPIL)
    with acting_as(actor):
        assert finding.look_through(actor, read("aardvark")) == []
        section = finding.look_for(actor, read("aardvark"), PEOPLE)
        assert section is not None
        assert (section.hits, section.more) == ([], False)


def test_pages_of_one_kind_follow_each_other(cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        for i in range(finding.PAGE + 5):
            make_pupil(f"Aardvark{i:02d}", cast.own["division"], year=cast.own.year)
    index_everything()
    assert found(cast, Who.HEAD, "aardvark") == [f"AARDVARK{i:02d} Camille" for i in range(finding.PAGE + 5)]


def test_a_closed_year_is_looked_through_as_it_was(cast: Cast) -> None:
    presence = directory().presence_of(Identity(cast.people[Who.HEAD].pk))
    past = presence.actor(presence.hats[0], cast.places[OTHER_YEAR].year.uuid)
    with acting_as(past):
        titles = [hit.result.title for hit in finding.suggest(past, read("canariannee"))]
        assert "CANARIANNEEELEVE Camille" in titles
        assert next(hit.result.title for hit in finding.suggest(past, read("Canari3C"))) == "Canari3C"
        assert finding.suggest(past, read("propreeleve")) == []


def test_who_changes_their_name_is_found_under_the_new_one_in_every_year(cast: Cast) -> None:
    record = cast.places[OTHER_YEAR]["pupil"]
    with in_school(cast.own.school, cast.own.year), transaction.atomic():
        record = PersonRecord.objects.get(pk=record.pk)
        record.last_name = "Nouveaunom"
        record.save()
        touch(PEOPLE, [record.pk])
    run_all()
    presence = directory().presence_of(Identity(cast.people[Who.HEAD].pk))
    past = presence.actor(presence.hats[0], cast.places[OTHER_YEAR].year.uuid)
    with acting_as(past):
        assert [hit.result.title for hit in finding.suggest(past, read("nouveaunom"))] == [
            "NOUVEAUNOM Camille"
        ]
        assert finding.suggest(past, read("canarianneeeleve")) == []


def test_a_change_that_is_rolled_back_touches_nothing(cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        before = Task.objects.count()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            _touch_and_fail(cast)
        assert Task.objects.count() == before


def _touch_and_fail(cast: Cast) -> None:
    touch(PEOPLE, [cast.own["pupil"].pk])
    raise ZeroDivisionError


def test_services_touch_whom_they_change(cast: Cast) -> None:
    own = cast.own
    with in_school(own.school, own.year):
        arrived = appoint_member(
            profile="nurse", first_name="Célestine", last_name="Arrivée", starts_on=date(2026, 11, 2)
        )
        other = make_staff("Quetzal", "teacher")
        make_course("Latin", [own["division"]], other, year=own.year)
    run_all()
    assert found(cast, Who.HEAD, "celestine arr") == [arrived.listed_name]

    actor = actor_of(cast, Who.HEAD)
    with acting_as(actor):
        function = appoint_head_teacher(
            actor=actor,
            group=own["division"],
            record=other,
            starts_on=TODAY,
            uuid=own["pupil"].uuid,
        )
    run_all()
    assert "QUETZAL Camille" in found(cast, Who.HEAD, "pp 4b")
    with acting_as(actor):
        end_function(actor=actor, function=function, base_version=1, ends_on=date(2026, 11, 20))
    assert Task.objects.filter(name="search.refresh", state__in=("ready", "scheduled", "behind")).exists()


def test_a_row_that_has_gone_is_not_found_even_before_the_index_knows(cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        gone = make_staff("Evanescent", "nurse")
    index_everything()
    assert found(cast, Who.HEAD, "evanescent") == ["EVANESCENT Camille"]
    with in_school(cast.own.school, cast.own.year):
        Membership.objects.filter(record=gone).delete()
        key = gone.pk
        gone.delete()
    assert found(cast, Who.HEAD, "evanescent") == []
    with in_school(cast.own.school):
        assert SearchEntry.objects.filter(kind=PEOPLE, row=key).exists()
        refresh(PEOPLE, [key])
        assert not SearchEntry.objects.filter(kind=PEOPLE, row=key).exists()


def test_who_leaves_is_found_no_more_the_same_day(cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        Membership.objects.filter(record=cast.own["nurse"]).update(ends_on=date(2026, 11, 19))
    assert found(cast, Who.TEACHER, "nurse") == []


def test_who_changes_class_is_found_in_the_new_one_after_the_night(cast: Cast) -> None:
    own, other = cast.own, cast.places[OTHER_CLASS]
    with in_school(own.school, own.year), transaction.atomic():
        GroupMember.objects.filter(record=own["pupil"]).update(ends_on=date(2026, 11, 19))
        GroupMember.objects.create(
            group=other["division"], record=own["pupil"], enrolment=own["enrolment"], starts_on=TODAY
        )
    with in_school(own.school):
        reindex_nightly()
    assert "PROPREELEVE Camille" in found(cast, Who.CPE, other["division"].label)
    assert "PROPREELEVE Camille" not in found(cast, Who.CPE, "4b")


def test_made_anew_the_index_writes_only_what_changed(cast: Cast) -> None:
    written: list[int] = []
    keep = indexing.engine().write

    class Counting:
        def write(self, entries: dict[int, Any]) -> None:
            written.extend(entries)
            keep(entries)

    index_everything()
    with pytest.MonkeyPatch.context() as patch, in_school(cast.own.school):
        patch.setattr(indexing, "engine", Counting)
        reindex()
        assert written == []
        with in_school(cast.own.school, cast.own.year):
            record = cast.own["nurse"]
            record.first_name = "Garance"
            record.save()
        reindex()
        assert len(written) == 2  # she was there the year before


@pytest.mark.parametrize("killed_at", [1, 2, 3])
def test_stopped_anywhere_and_run_again_it_ends_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, killed_at: int
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 5)
    with in_school(cast.own.school):
        reindex()
        whole = set(SearchEntry.objects.values_list("kind", "year", "row", "digest"))
        SearchEntry.objects.filter(row__lte=9).delete()
        SearchEntry.objects.create(kind=PEOPLE, year=cast.own.year, row=10**6, title=" x ", sort="x")
        SearchEntry.objects.create(kind="gone", year=None, row=1, title=" x ", sort="x")
        calls = 0
        replace = indexing._replace

        def until_killed(*given: Any) -> None:
            nonlocal calls
            calls += 1
            if calls == killed_at:
                raise KeyboardInterrupt
            replace(*given)

        monkeypatch.setattr(indexing, "_replace", until_killed)
        with pytest.raises(KeyboardInterrupt):
            reindex()
        monkeypatch.setattr(indexing, "_replace", replace)
        reindex()
        assert set(SearchEntry.objects.values_list("kind", "year", "row", "digest")) == whole


def test_nobody_is_missing_while_the_index_is_made_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "BATCH", 3)
    replace = indexing._replace
    seen = []

    def and_look(*given: Any) -> None:
        replace(*given)
        seen.append(found(cast, Who.HEAD, "propreeleve"))

    monkeypatch.setattr(indexing, "_replace", and_look)
    with in_school(cast.own.school):
        reindex()
    assert len(seen) > 3
    assert all(titles == ["PROPREELEVE Camille"] for titles in seen)


def test_many_rows_touched_at_once_are_one_task(cast: Cast) -> None:
    with in_school(cast.own.school), transaction.atomic():
        Task.objects.all().delete()
        touch(PEOPLE, range(1, MANY + 2))
        touch(PEOPLE, range(1, MANY + 2))
        assert [task.name for task in Task.objects.all()] == ["search.refresh_kind"]
        touch(GROUPS, [1, 2])
        touch(GROUPS, [2, 1])
        assert Task.objects.filter(name="search.refresh").count() == 1


def test_the_command_takes_one_school_or_all(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    with in_every_school(reason="a test"):
        SearchEntry.objects.all()._raw_delete("default")
    call_command("reindex", school="0930001w")
    assert found(cast, Who.HEAD, "propreeleve") == ["PROPREELEVE Camille"]
    call_command("reindex", school=str(cast.places[OTHER_SCHOOL].school.uuid))
    call_command("reindex")
    with pytest.raises(CommandError):
        call_command("reindex", school="0000000A")
    assert "Collège du Parc" in capsys.readouterr().out


def test_a_court_restriction_shuts_out_here_too(cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        assert Guardianship.objects.exclude(restriction="").exists()
    presence = directory().presence_of(Identity(cast.people[Who.RESTRICTED].pk))
    assert presence.hats == []
