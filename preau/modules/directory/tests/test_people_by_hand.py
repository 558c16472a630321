"""People's files kept by hand: what is corrected lasts and can be taken back; it says where it comes from."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from preau.kernel.audit.models import Entry
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import (
    Import,
    Narrowing,
    Override,
    PersonRecord,
    Profile,
    SourceRecord,
)
from preau.modules.directory.testing import OTHER_SCHOOL, OTHER_YEAR, OWN, Cast, Who, make_record

pytestmark = pytest.mark.django_db
DELETED = object()


@pytest.fixture
def said(cast: Cast) -> Callable[..., SourceRecord]:
    """A source says something of somebody of the own class, by a file of the 12th of September."""

    def told(origin: str = "siecle", thing: str = "pupil", **words: Any) -> SourceRecord:
        own = cast.own
        gone_on = words.pop("gone_on", None)
        year = cast.places[words.pop("place", OWN)].year
        record = own[words.pop("of", "pupil")]
        kinds = {"siecle": "siecle_pupils", "sts": "sts", "table": "table_pupils"}
        with in_school(own.school, own.year):
            batch = Import.objects.create(
                state=Import.State.APPLIED,
                effective_on=date(2026, 9, 14),
                applied_at=datetime(2026, 9, 14, 8, tzinfo=UTC),
                files=[
                    {"name": "Structures.xml", "kind": "siecle_structures", "exported_on": "2026-09-01"},
                    {"name": "f.xml", "kind": kinds[origin], "exported_on": "2026-09-12"},
                ],
            )
            return SourceRecord.objects.create(
                origin=origin,
                thing=thing,
                external_id=f"{origin}-1",
                year=year,
                said=words,
                digest="0",
                record=record,
                gone_on=gone_on,
                last_import=batch if year == own.year else None,
            )

    return told


@pytest.fixture
def page(cast: Cast, as_person: Any) -> Callable[..., str]:
    def opened(who: Who = Who.OFFICE, thing: str = "pupil") -> str:
        answer = as_person(who).get(f"/people/{cast.own[thing].uuid}/edit/")
        assert answer.status_code == 200
        return str(answer.content.decode())

    return opened


@pytest.fixture
def sent(cast: Cast, as_person: Any) -> Callable[..., Any]:
    """The form as the page shows it, with what is changed in it; `DELETED` is not sent."""

    def answered(who: Who = Who.OFFICE, *, thing: str = "pupil", to: str = "", **changes: Any) -> Any:
        record = now(cast, thing)
        names = ("last_name", "first_name", "birth_name", "other_first_names", "civility", "ine", "email")
        names += ("mobile_phone", "home_phone", "work_phone", "address", "postal_code", "city", "country")
        data = {name: getattr(record, name) for name in names}
        data |= {"birth_date": record.birth_date or "", "version": record.version}
        data = {name: value for name, value in (data | changes).items() if value is not DELETED}
        url = f"/people/{record.uuid}/corrections/{to}"
        return as_person(who).post(url, data | {"_scope": cast.scope_field()})

    return answered


def now(cast: Cast, thing: str = "pupil") -> PersonRecord:
    with in_school(cast.own.school, cast.own.year):
        return PersonRecord.objects.get(pk=cast.own[thing].pk)


def overrides(cast: Cast, thing: str = "pupil") -> dict[str, tuple[str, str, str]]:
    """Field → what it is now, what it was, who did it."""
    with in_school(cast.own.school, cast.own.year):
        rows = Override.objects.filter(record=cast.own[thing]).select_related("by")
        return {row.field: (row.value, row.was, row.by.last_name if row.by else "") for row in rows}


def acts(cast: Cast) -> list[str]:
    with in_school(cast.own.school, cast.own.year):
        told = Entry.objects.filter(act__startswith="directory.").order_by("pk")
        return [f"{entry.act.partition('.')[2]} {entry.values.get('field', '')}".strip() for entry in told]


def test_a_correction_is_kept_with_who_made_it_and_what_stood_before(sent: Any, cast: Cast) -> None:
    assert sent(last_name="Nouveau-Nom", city="Pantin").status_code == 302
    assert (now(cast).last_name, now(cast).city, now(cast).version) == ("Nouveau-Nom", "Pantin", 2)
    assert now(cast).sort_name.startswith("nouveaunom")
    assert overrides(cast) == {
        "last_name": ("Nouveau-Nom", "Propreeleve", "Office"),
        "city": ("Pantin", "Bobigny", "Office"),
    }
    assert sorted(acts(cast)[-2:]) == ["person_corrected city", "person_corrected last_name"]


def test_who_corrects_is_told_that_it_is_saved(sent: Any, as_person: Any) -> None:
    answer = sent(city="Pantin")
    assert "C’est enregistré." in as_person(Who.OFFICE).get(answer["Location"]).content.decode()


def test_sent_twice_it_is_one_correction(sent: Any, cast: Cast) -> None:
    for _again in range(2):
        assert sent(version=1, city="Pantin").status_code == 302
    assert now(cast).version == 2
    assert acts(cast).count("person_corrected city") == 1


def test_a_second_correction_tells_what_stood_just_before_it(sent: Any, cast: Cast) -> None:
    sent(city="Pantin")
    sent(Who.HEAD, city="Drancy")
    assert overrides(cast) == {"city": ("Drancy", "Pantin", "Head")}


def test_two_at_once_lose_nothing_and_see_both_values(sent: Any, cast: Cast) -> None:
    sent(city="Pantin", version=1)
    answer = sent(Who.HEAD, city="Drancy", version=1)
    assert answer.status_code == 409 and now(cast).city == "Pantin"
    told = answer.content.decode()
    assert "commune : Pantin" in told and "commune : Drancy" in told


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("last_name", "   ", "obligatoire"),
        ("last_name", "\u202e\u200b", "ne peut pas être vide"),
        ("birth_date", "2031-01-01", "à venir"),
        ("birth_date", "1815-06-18", "trop ancienne"),
        ("birth_date", "31/02/2013", "date valide"),
        ("email", "camille@", "nom@exemple.fr"),
        ("mobile_phone", "06 12", "dix chiffres"),
        ("civility", "DUC", "choix valide"),
        ("ine", "0" * 13, "11 caractères au plus"),
        ("city", "x" * 81, "80 caractères"),
    ],
)
def test_what_cannot_be_kept_is_told_where_it_stands(
    sent: Any, cast: Cast, field: str, typed: str, told: str
) -> None:
    before = now(cast)
    answer = sent(**{field: typed, "country": "Belgique"})
    assert answer.status_code == 422 and told in answer.content.decode()
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert "Belgique" in answer.content.decode(), "what else was typed is not lost"
    assert now(cast).version == before.version and overrides(cast) == {}


def test_a_number_is_kept_in_one_shape_however_it_was_typed(sent: Any, cast: Cast) -> None:
    sent(home_phone="+33 (0)1.48-30 00 00", work_phone="00590 590 12 34 56")
    assert (now(cast).home_phone, now(cast).work_phone) == ("01 48 30 00 00", "+590590123456")


def test_what_a_file_wrote_so_that_nobody_can_read_it_stops_no_other_correction(
    sent: Any, cast: Cast
) -> None:
    with in_school(cast.own.school, cast.own.year):
        PersonRecord.objects.filter(pk=cast.own["pupil"].pk).update(home_phone="le soir 01 48", work_phone="")
    assert sent(city="Pantin").status_code == 302
    assert (now(cast).home_phone, set(overrides(cast))) == ("le soir 01 48", {"city"})


def test_an_ine_of_no_known_shape_is_kept_and_doubted(sent: Any, page: Any, cast: Cast) -> None:
    assert sent(ine="12 34").status_code == 302 and now(cast).ine == "1234"
    assert "aucune des formes en usage" in page()
    sent(ine="123456789aa")
    assert now(cast).ine == "123456789AA" and "aucune des formes en usage" not in page()


def test_an_ine_is_one_pupils_in_a_school_and_another_schools_is_not_asked(sent: Any, cast: Cast) -> None:
    with in_school(cast.own.school, cast.own.year):
        make_record("Homonyme", ine="123456789AA")
    there = cast.places[OTHER_SCHOOL]
    with in_school(there.school, there.year):
        make_record("Lointain", ine="123456789BB")
    answer = sent(ine="123456789AA")
    assert answer.status_code == 422 and "déjà celui de Camille Homonyme" in answer.content.decode()
    assert sent(ine="123456789BB").status_code == 302


def test_the_page_says_what_a_file_says_otherwise_and_the_day_it_is_of(said: Any, page: Any) -> None:
    said(last_name="Dupond", city="Bobigny")
    told = page()
    assert "SIECLE dit : Dupond" in told and "SIECLE dit : Bobigny" not in told
    assert "Vient de SIECLE, fichier du 12 septembre 2026." in told
    assert "aucun fichier n’en a parlé" not in told


def test_a_source_is_named_once_as_the_last_year_in_which_it_spoke_tells_it(said: Any, page: Any) -> None:
    said(place=OTHER_YEAR, last_name="Dupond")
    said(thing="guardian", place=OTHER_YEAR)
    said(city="Bobigny")
    told = page()
    assert "Vient de SIECLE, fichier du 12 septembre 2026." in told
    assert told.count("Vient de SIECLE") == 1
    assert "SIECLE dit : Dupond" not in told, "last year's files are no news"


def test_who_left_the_files_this_year_is_not_in_them_because_they_were_last_year(
    said: Any, page: Any
) -> None:
    said(gone_on=date(2026, 10, 3))
    said(place=OTHER_YEAR, city="Pantin")
    told = page()
    assert "N’y est plus depuis le 3 octobre 2026." in told and "SIECLE dit" not in told


def test_siecle_counts_before_sts_web_before_a_table_and_who_has_left_a_file_no_more(
    said: Any, page: Any
) -> None:
    said("table", city="Troyes", country="Belgique", home_phone="01 00 00 00 00")
    said("sts", thing="staff", city="Sens", country="Suisse")
    said("siecle", city="Pantin", gone_on=date(2026, 10, 3), email="parti@exemple.fr")
    told = page()
    assert "STS-web dit : Sens" in told and "STS-web dit : Suisse" in told
    assert "tableau dit : 01 00 00 00 00" in told
    assert "Pantin" not in told and "parti@exemple.fr" not in told
    assert "N’y est plus depuis le 3 octobre 2026." in told


def test_taken_back_the_field_is_what_the_best_source_says(said: Any, sent: Any, cast: Cast) -> None:
    said(last_name="Dupond", birth_date="2013-03-18")
    sent(last_name="Dupont", birth_date="2013-03-19")
    assert sent(to="take-back/", field="last_name").status_code == 302
    assert sent(to="take-back/", field="birth_date").status_code == 302
    assert (now(cast).last_name, now(cast).birth_date) == ("Dupond", date(2013, 3, 18))
    assert overrides(cast) == {} and now(cast).sort_name.startswith("dupond")
    assert acts(cast)[-2:] == ["correction_taken_back last_name", "correction_taken_back birth_date"]


def test_taken_back_twice_nothing_more_happens(said: Any, sent: Any, cast: Cast) -> None:
    said(last_name="Dupond")
    sent(last_name="Dupont")
    for _again in range(2):
        sent(to="take-back/", field="last_name")
    assert acts(cast).count("correction_taken_back last_name") == 1 and now(cast).version == 3


def test_where_no_source_speaks_the_value_stays_and_is_no_correction_any_more(
    said: Any, sent: Any, cast: Cast
) -> None:
    said(last_name="Dupond")
    sent(city="Pantin")
    sent(to="take-back/", field="city")
    assert now(cast).city == "Pantin" and overrides(cast) == {}


def test_typing_what_the_source_says_needs_no_correction_to_last(said: Any, sent: Any, cast: Cast) -> None:
    said(last_name="Dupond")
    sent(last_name="Dupont")
    sent(last_name="Dupond")
    assert now(cast).last_name == "Dupond" and overrides(cast) == {}


def test_taking_one_field_back_keeps_what_was_typed_in_the_others(said: Any, sent: Any, cast: Cast) -> None:
    said(last_name="Dupond")
    sent(last_name="Dupont")
    answer = sent(to="take-back/", field="last_name", city="Pantin")
    told = answer.content.decode()
    assert answer.status_code == 200 and 'value="Pantin"' in told and 'value="Dupond"' in told
    assert now(cast).city == "Bobigny", "typed, not saved"
    assert f'name="version" value="{now(cast).version}"' in told


def test_taking_back_hides_no_change_a_colleague_made_meanwhile(said: Any, sent: Any, cast: Cast) -> None:
    said(last_name="Dupond")
    sent(version=1, last_name="Dupont")
    answer = sent(to="take-back/", field="last_name", version=1, city="Pantin")
    assert 'name="version" value="1"' in answer.content.decode()


def test_the_history_says_who_when_from_what_to_what(sent: Any, page: Any, cast: Cast) -> None:
    sent(birth_date="2013-03-18")
    told = page()
    assert "17 mars 2013 → 18 mars 2013" in told
    assert "Camille Office" in told.split("Corrections à la main")[1]


def test_it_is_told_in_the_journal_in_words(sent: Any, cast: Cast, as_person: Any) -> None:
    sent(mobile_phone="06 39 98 00 00")
    told = as_person(Who.HEAD).get("/console/journal/").content.decode()
    assert "a corrigé la fiche de" in told and "téléphone portable" in told
    assert "06 39 98 00 00" not in told


def test_a_field_the_rules_close_is_neither_shown_nor_written(sent: Any, page: Any, cast: Cast) -> None:
    """A guardian's day of birth is theirs alone."""
    assert 'name="birth_date"' in page() and 'name="birth_date"' not in page(thing="guardian")
    before = now(cast, "guardian").birth_date
    sent(thing="guardian", birth_date="1980-01-01", ine="123456789AA", city="Pantin")
    after = now(cast, "guardian")
    assert (after.birth_date, after.ine, after.city) == (before, "", "Pantin")
    assert sent(thing="guardian", to="take-back/", field="birth_date").status_code == 422


def test_a_field_that_was_not_sent_is_no_correction_of_what_the_rules_close(sent: Any, cast: Cast) -> None:
    sent(thing="guardian", city="Pantin")
    assert set(overrides(cast, "guardian")) == {"city"}


def test_who_may_not_sees_no_link_and_who_may_one(cast: Cast, as_person: Any) -> None:
    for who, seen in ((Who.OFFICE, 1), (Who.HEAD, 1), (Who.TEACHER, 0), (Who.GUARDIAN, 0), (Who.CPE, 0)):
        told = as_person(who).get(f"/people/{cast.own['pupil'].uuid}/").content.decode()
        assert told.count("Corriger la fiche") == seen, who
        adds = as_person(who).get("/people/").content.decode()
        assert adds.count("Ajouter une personne") == seen, who


def test_in_a_closed_year_nothing_is_offered_and_all_is_refused(cast: Cast, as_person: Any) -> None:
    client = as_person(Who.OFFICE)
    past = cast.places["other_year"]
    client.post("/school-years/", {"year": str(past.year.uuid), "_scope": cast.scope_field()})
    pupil = past["pupil"].uuid
    seen = client.get(f"/people/{pupil}/")
    assert seen.status_code == 200 and "Corriger la fiche" not in seen.content.decode()
    assert "Ajouter une personne" not in client.get("/people/").content.decode()
    assert client.get(f"/people/{pupil}/edit/").status_code == 403
    scope = {"_scope": cast.scope_field("other_year")}
    sent = client.post(f"/people/{pupil}/corrections/", {"last_name": "Autre", "version": "1", **scope})
    assert sent.status_code == 403
    with in_school(past.school, past.year):
        assert PersonRecord.objects.get(uuid=pupil).last_name == "Canarianneeeleve"


def test_the_office_narrowed_by_its_school_corrects_nobody(cast: Cast, as_person: Any) -> None:
    with in_school(cast.own.school, cast.own.year):
        office = Profile.objects.get(code="office")
        Narrowing.objects.create(permission="directory.keep_people", profile=office)
    assert as_person(Who.OFFICE).get(f"/people/{cast.own['pupil'].uuid}/edit/").status_code == 403
    assert as_person(Who.HEAD).get(f"/people/{cast.own['pupil'].uuid}/edit/").status_code == 200
