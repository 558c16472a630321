"""Tables whose columns nobody recognises: said once by hand, read so from then on, in this school alone."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.models import ColumnMapping, Import, PersonRecord
from preau.modules.directory.testing import Cast, Who
from preau.modules.directory.tests.importing.desk import Desk

pytestmark = pytest.mark.django_db
ODD = b"Patronyme;Prenom;Naissance;Section\nDURAND;Ana;01/02/2014;6A\n"


@pytest.fixture
def office(cast: Cast, as_person: Any) -> Any:
    with in_school(cast.own.school, cast.own.year):
        Import.objects.filter(state=Import.State.READY).delete()
    return as_person(Who.OFFICE)


def drop(office: Any, cast: Cast, content: bytes) -> Any:
    data = {"exports": [SimpleUploadedFile("t.csv", content)], "_scope": cast.scope_field()}
    return office.post("/imports/create/", data)


def test_columns_are_said_once_and_kept_for_next_time(office: Any, cast: Cast) -> None:
    page = drop(office, cast, ODD)
    assert page.status_code == 200 and "Revoir ses colonnes" in page.content.decode()
    with in_school(cast.own.school):
        noticed = ColumnMapping.objects.get(by=None, columns__columns__0=["Patronyme", ""])
    url = f"/imports/columns/{noticed.uuid}/"
    form = office.get(url).content.decode()
    assert "Patronyme" in form and "Section" in form and "Ne pas lire" in form
    said = {"kind": "pupils", "column-0": "birth_name", "column-1": "first_name", "column-2": "birth_date"}
    answer = office.post(url, {**said, "column-3": "division", "_scope": cast.scope_field()})
    assert answer.status_code == 302 and "C’est enregistré" in office.get(answer["Location"]).content.decode()
    answer = drop(office, cast, ODD)
    assert answer.status_code == 302
    assert "DURAND Ana" in office.get(f"{answer['Location']}lines/?act=arrive").content.decode()
    with in_school(cast.own.school):
        noticed.refresh_from_db()
        assert noticed.by is not None and noticed.by.person_id == cast.people[Who.OFFICE].pk


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            {"kind": "pupils", "column-1": "first_name"},
            "Sans ces colonnes aucune ligne ne se lit : nom de famille",
        ),
        (
            {"kind": "pupils", "column-0": "birth_name", "column-1": "birth_name"},
            "Une autre colonne l’est déjà",
        ),
        (
            {"kind": "staff", "column-0": "birth_name", "column-1": "first_name", "column-2": "ine"},
            "pas cette colonne",
        ),
        ({"kind": "forged"}, "Choisissez"),
    ],
)
def test_what_cannot_be_is_said_and_not_kept(
    office: Any, cast: Cast, said: dict[str, str], words: str
) -> None:
    drop(office, cast, ODD)
    with in_school(cast.own.school):
        noticed = ColumnMapping.objects.get(by=None, columns__columns__0=["Patronyme", ""])
    answer = office.post(f"/imports/columns/{noticed.uuid}/", {**said, "_scope": cast.scope_field()})
    assert answer.status_code == 422
    if words != "Choisissez":
        assert words in answer.content.decode()
    with in_school(cast.own.school):
        noticed.refresh_from_db()
        assert noticed.by is None


def test_another_school_reads_it_as_it_comes(desk: Desk) -> None:
    other = Desk.of_a_new_school("0999992Y", "Collège voisin")
    for each in (desk, other):
        assert each.read(ODD).batch is None
    with desk.open():
        mapping = ColumnMapping.objects.get()
        mapping.columns = {
            "kind": "pupils",
            "columns": [
                ["Patronyme", "birth_name"],
                ["Prenom", "first_name"],
                ["Naissance", "birth_date"],
                ["Section", "division"],
            ],
        }
        mapping.save()
    desk.bring(ODD)
    assert desk.names() == ["DURAND Ana"]
    assert other.read(ODD).batch is None
    with other.open():
        assert not PersonRecord.objects.exists()
