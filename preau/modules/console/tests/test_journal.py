"""The journal as management reads it, and as those who look after the workspace do."""

import csv
from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preau.kernel.access.acting import acting
from preau.kernel.access.actor import Identity
from preau.kernel.audit import append_only, recording
from preau.kernel.audit.models import Entry, Reading, utc_today
from preau.kernel.tenancy.scope import in_school
from preau.modules.console.selectors.journal import PAGE
from preau.modules.directory.testing import OTHER_CLASS, OTHER_SCHOOL, OTHER_YEAR, OWN, Who, make_record

JOURNAL, READINGS, EXPORT = "/console/journal/", "/console/readings/", "/console/journal/export/"


def write(cast, place=OWN, who=Who.HEAD, *, times=1, record=None):
    """Somebody is named head teacher, so many times, as `who` of the cast says."""
    there = cast.places[place]
    with in_school(there.school), transaction.atomic():
        for _ in range(times):
            recording.record(
                Identity(cast.people[who].pk, device="phone"),
                "directory.head_teacher_appointed",
                record or there["teacher"],
                values={"group": there["division"], "starts_on": date(2026, 9, 1)},
            )


def write_technical(cast, *, times=1):
    with in_school(cast.own.school), transaction.atomic():
        for _ in range(times):
            recording.record(
                Identity(cast.people[Who.TEACHER].pk), "accounts.session_opened", cast.people[Who.TEACHER]
            )


def page(client, address=JOURNAL, status=200, **wanted):
    response = client.get(address, wanted)
    assert response.status_code == status
    return response.content.decode()


def test_a_head_reads_sentences(cast, as_person):
    write(cast)
    told = page(as_person(Who.HEAD))
    assert "professeur principal de" in told and "Camille Propreprof" in told and "téléphone" in told
    assert "Aujourd’hui" in told


def test_who_looks_after_the_workspace_reads_how_it_runs_and_nothing_of_people(cast, as_person):
    write(cast)
    write_technical(cast)
    told = page(as_person(Who.DIGITAL_LEAD))
    assert "a ouvert une session" in told
    assert "professeur principal" not in told and "Personnes et missions" not in told
    assert "professeur principal" not in page(as_person(Who.DIGITAL_LEAD), family="people", status=422)
    assert "Exporter" not in told
    assert "a exporté" not in told
    assert as_person(Who.DIGITAL_LEAD).post(EXPORT, {"_scope": cast.scope_field()}).status_code == 403


@pytest.mark.parametrize("who", [Who.HEAD, Who.DIGITAL_LEAD])
def test_another_schools_entries_never_appear(cast, as_person, who):
    write(cast, OTHER_SCHOOL)
    for told in (page(as_person(who)), page(as_person(who), q="Canariecole")):
        assert not any(
            canary in told.replace('value="Canariecole"', "") for canary in cast.places[OTHER_SCHOOL].canaries
        )
    about = cast.places[OTHER_SCHOOL]["pupil"].uuid
    assert "Aucune action ne correspond" in page(as_person(who), about=f"person.{about}")
    with in_school(cast.places[OTHER_SCHOOL].school):
        after = Entry.objects.first().uuid
    assert "Aucune action ne correspond" in page(as_person(who), after=str(after))


def test_it_stays_readable_in_a_closed_year(cast, as_person):
    write(cast, OTHER_YEAR)
    client = as_person(Who.HEAD)
    client.post("/school-years/", {"year": str(cast.places[OTHER_YEAR].year.uuid)})
    told = page(client)
    assert "Canariannee" in told and "Canari3C" in told
    scope = cast.scope_field(OTHER_YEAR)
    assert client.post(EXPORT, {"_scope": scope}).status_code == 200


def test_filters_narrow_by_name_family_and_day(cast, as_person):
    write(cast)
    write(cast, OTHER_CLASS, Who.DEPUTY)
    write_technical(cast)
    client = as_person(Who.HEAD)
    assert page(client).count('told__line"') >= 3
    by_name = page(client, q="canariclasse")
    assert "Canariclasseprof" in by_name and "Propreprof" not in by_name
    assert "Deputy" in page(client, q="deputy") and "Propreprof" not in page(client, q="deputy")
    assert "ouvert une session" not in page(client, family="people")
    tomorrow = (timezone.now() + timedelta(days=2)).date().isoformat()
    assert "Aucune action ne correspond" in page(client, since=tomorrow)
    assert "Propreprof" in page(client, until=tomorrow)


def test_a_history_of_a_person_and_of_a_class(cast, as_person):
    write(cast)
    write(cast, OTHER_CLASS)
    client = as_person(Who.HEAD)
    of_person = page(client, about=f"person.{cast.own['teacher'].uuid}")
    assert "Historique&nbsp;: Camille Propreprof" in of_person and "Canariclasseprof" not in of_person
    of_group = page(client, about=f"group.{cast.own['division'].uuid}")
    assert "Propreprof" in of_group and "Canariclasseprof" not in of_group
    assert f"about=person.{cast.own['teacher'].uuid}" in page(client, f"/people/{cast.own['teacher'].uuid}/")
    assert f"about=group.{cast.own['division'].uuid}" in page(client, f"/groups/{cast.own['division'].uuid}/")
    assert "about=" not in page(as_person(Who.CPE), f"/people/{cast.own['teacher'].uuid}/")


@pytest.mark.parametrize(
    "wanted",
    [
        {"after": "' OR 1=1 --"},
        {"after": str(uuid4())},
        {"about": "person.x"},
        {"about": f"school.{uuid4()}"},
        {"about": "person." + "-" * 36},
        {"about": f"person.{uuid4()}"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"since": "hier"},
        {"family": "health"},
        {"q": "\x00"},
        {"q": "%' --"},
    ],
)
def test_a_forged_filter_finds_nothing_and_breaks_nothing(cast, as_person, wanted):
    write(cast)
    response = as_person(Who.HEAD).get(JOURNAL, wanted)
    assert response.status_code in (200, 422)
    assert b"Propreprof" not in response.content


def test_pages_follow_each_other_without_a_gap(cast, as_person):
    with in_school(cast.own.school):
        records = [make_record(f"Suite{i:03d}") for i in range(PAGE + 3)]
    for record in records:
        write(cast, record=record)
    client = as_person(Who.HEAD)
    first = client.get(JOURNAL, {"family": "people"})
    after = first.context["page"].after
    second = client.get(JOURNAL, {"family": "people", "after": after}).content.decode()
    seen = first.content.decode() + second
    assert all(seen.count(f"Suite{i:03d}<") == 1 for i in range(PAGE + 3))
    assert "Suite000<" in second


@pytest.mark.parametrize("address", ["/console/", JOURNAL, READINGS])
@pytest.mark.parametrize("who", [Who.HEAD, Who.DIGITAL_LEAD])
def test_a_page_costs_the_same_for_few_or_twenty(cast, as_person, address, who):
    client = as_person(who)
    if address == READINGS and who is Who.DIGITAL_LEAD:
        return

    def grow(rows):
        with in_school(cast.own.school):
            made = [make_record(f"Rang{uuid4().hex[:6]}") for _ in range(rows)]
            with acting(Identity(cast.people[Who.HEAD].pk), cast.own.school, cast.own.year) as head:
                recording.record_reads(head, "directory.contact_details", made)
        for record in made:
            write(cast, record=record)
        write_technical(cast, times=rows)

    def queries():
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    grow(2)  # as many as the first page tells: names cost a query for each kind of thing
    one = queries()
    grow(18)
    assert queries() == one <= 15


def test_the_export_is_told_first_and_holds_what_the_filter_finds(cast, as_person):
    write(cast)
    write(cast, OTHER_CLASS)
    response = as_person(Who.HEAD).post(EXPORT, {"_scope": cast.scope_field(), "q": "Propreprof"})
    assert response["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2 and "Propreprof" in rows[1][5]
    with in_school(cast.own.school):
        assert Entry.objects.get(act="console.journal_exported").values == {"rows": 1}


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "+33", "-1+1", "@SUM(A1)", " =1", "＝1+1", "\xa0=1", '"=1', "−1+1"]
)
def test_a_name_is_no_formula(cast, as_person, name):
    with in_school(cast.own.school):
        record = make_record("Tableur", name)
        person = record.person
    with in_school(cast.own.school), transaction.atomic():
        recording.record(Identity(person.pk), "accounts.session_opened", person)
    body = as_person(Who.HEAD).post(EXPORT, {"_scope": cast.scope_field()}).content.decode("utf-8-sig")
    (row,) = [row for row in csv.reader(StringIO(body), delimiter=";") if "Tableur" in row[2]]
    assert row[2].startswith("'") and row[5].startswith("'")


def test_an_export_is_no_pump(cast, as_person):
    client = as_person(Who.HEAD)
    told = [client.post(EXPORT, {"_scope": cast.scope_field()}).status_code for _ in range(7)]
    assert told[:6] == [200] * 6 and told[6] == 429


def test_the_page_says_how_many_lines_as_one_writes_them(cast, as_person):
    write(cast)
    assert "20\u00a0000 lignes" in page(as_person(Who.HEAD))


def test_a_name_is_no_html(cast, as_person):
    with in_school(cast.own.school):
        record = make_record("<script>alert(1)</script>", "{who}")
    write(cast, record=record)
    told = page(as_person(Who.HEAD))
    assert "<script>alert" not in told and "{who} &lt;script&gt;" in told


def test_readings_are_listed_and_say_what_is_remembered(cast, as_person):
    as_person(Who.OFFICE).get(f"/people/{cast.own['pupil'].uuid}/")
    told = page(as_person(Who.HEAD), READINGS)
    assert "a consulté les coordonnées de" in told and "Adresse et téléphone" in told
    assert "Propreparent" in page(as_person(Who.HEAD), READINGS, q="propreparent")
    assert "Aucune consultation ne correspond" in page(as_person(Who.HEAD), READINGS, q="personne")


def test_empty_journals_say_what_will_come(cast, as_person):
    assert "La première fiche ouverte" in page(as_person(Who.HEAD), READINGS)


def test_an_act_whose_module_is_gone_is_still_told(cast, as_person):
    with in_school(cast.own.school):
        Entry.objects.create(
            act="lockers.renumbered",
            kind="lockers.locker",
            object_id=1,
            entrance="session",
            keep_until=utc_today(),
            values={"row": {"kind": "lockers.row", "id": 1}},
        )
        Reading.objects.create(
            read="lockers.opened",
            kind="lockers.locker",
            object_id=1,
            entrance="session",
            day=utc_today(),
            keep_until=utc_today(),
        )
    assert "lockers.renumbered" in page(as_person(Who.HEAD))
    assert "lockers.opened" in page(as_person(Who.HEAD), READINGS)


def test_a_journal_that_lost_its_protection_says_so(cast, as_person):
    assert "En ordre" in page(as_person(Who.HEAD), "/console/")
    cache.clear()
    append_only.drop()
    told = page(as_person(Who.HEAD), "/console/")
    append_only.hang()
    assert "À regarder" in told and "preau migrate" in told


@pytest.mark.parametrize(
    ("days", "said"),
    [({}, "au bout d’un an."), ({"people": 90, "reads": 30}, "au bout de 90 à 365 jours.")],
)
def test_the_page_says_how_long_it_keeps(cast, as_person, settings, days, said):
    settings.JOURNAL_DAYS = days
    assert said in as_person(Who.HEAD).get(JOURNAL).content.decode()
    write(cast)
    with in_school(cast.own.school):
        kept = Entry.objects.latest("id").keep_until - utc_today()
    assert kept == timedelta(days=days.get("people", 365))
    assert (
        f"au bout {'de 30 jours' if days else 'd’un an'}."
        in as_person(Who.HEAD).get(READINGS).content.decode()
    )
