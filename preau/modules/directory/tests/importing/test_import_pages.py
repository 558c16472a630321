"""The pages: a secretary drops, reads, decides, applies, takes back; what goes wrong is said in words."""

import csv
import io
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.kernel.audit.models import Reading
from preau.kernel.models import SchoolUnit
from preau.kernel.tenancy.scope import in_school
from preau.kernel.work.testing import run_all
from preau.modules.directory.imports import checking
from preau.modules.directory.models import Import, PersonRecord
from preau.modules.directory.testing import Cast, Who
from preau.modules.directory.tests.reading import document, pupil, pupils

pytestmark = pytest.mark.django_db
URL = "/imports/"


@pytest.fixture
def desk(cast: Cast) -> Cast:
    """The import the cast has under way is out of the way."""
    with in_school(cast.own.school, cast.own.year):
        Import.objects.filter(state=Import.State.READY).delete()
    return cast


@pytest.fixture
def sent(desk: Cast, as_person: Any) -> Any:
    """The answer to `who` for these files."""

    def answered(who: Who, *files: tuple[str, bytes], **fields: str) -> Any:
        exports = [SimpleUploadedFile(name, data) for name, data in files]
        data = {"exports": exports, "_scope": desk.scope_field(), **fields}
        return as_person(who).post(f"{URL}create/", data)

    return answered


@pytest.fixture
def uai(cast: Cast) -> str:
    with in_school(cast.own.school):
        return SchoolUnit.objects.values_list("uai", flat=True).order_by("id")[0]


@pytest.fixture
def post(desk: Cast, as_person: Any) -> Any:
    def answered(who: Who, url: str, **fields: Any) -> Any:
        return as_person(who).post(url, {"_scope": desk.scope_field(), **fields})

    return answered


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"export/{name}.xml", data)
    return packed.getvalue()


def test_from_the_drop_to_the_annulment(sent: Any, post: Any, as_person: Any, desk: Cast, uai: str) -> None:
    office = as_person(Who.OFFICE)
    answer = sent(Who.OFFICE, ("rentree.zip", zipped(eleves=pupils(pupil(1), pupil(2), uai=uai))))
    assert answer.status_code == 302
    url = answer["Location"]
    page = office.get(url).content.decode()
    assert "rentree.zip › export/eleves.xml" in page and "2 élèves" in page
    assert f'{url}lines/?act=arrive&amp;thing=pupil">2</a>' in page and "Commencé à" in page
    lines = office.get(f"{url}lines/?act=arrive").content.decode()
    assert "DUPONT1 Zoé" in lines and "6A" in lines
    with in_school(desk.own.school, desk.own.year):
        assert not PersonRecord.objects.filter(last_name="DUPONT1").exists()

    assert post(Who.OFFICE, f"{url}apply/").status_code == 302
    assert "L’application va commencer" in office.get(url).content.decode()
    run_all()
    page = office.get(url).content.decode()
    assert "Appliqué le" in page and "Arrivées&nbsp;:&nbsp;3" in page
    with in_school(desk.own.school, desk.own.year):
        assert PersonRecord.objects.filter(last_name="DUPONT1").exists()
        batch = Import.objects.get(state=Import.State.APPLIED, applied_by__isnull=False)
        assert batch.applied_by is not None and batch.applied_by.person_id == desk.people[Who.OFFICE].pk

    again = sent(Who.OFFICE, ("e.xml", pupils(pupil(1), pupil(2), uai=uai)))
    assert again.status_code == 200 and "Rien ne change" in again.content.decode()

    shown = office.get(f"{url}undo/").content.decode()
    assert "2 personnes sont retirées" in shown and "1 classe ou groupe est retiré" in shown
    assert post(Who.OFFICE, f"{url}undo/").status_code == 302
    assert "Annulé le" in office.get(url).content.decode()
    with in_school(desk.own.school, desk.own.year):
        assert not PersonRecord.objects.filter(last_name="DUPONT1").exists()


def test_a_doubt_is_shown_side_by_side_and_decided(
    sent: Any, post: Any, as_person: Any, desk: Cast, uai: str
) -> None:
    with in_school(desk.own.school, desk.own.year):
        known = desk.own["pupil"]
        said = {"NOM_DE_FAMILLE": known.last_name, "PRENOM": known.first_name, "DATE_NAISS": "17/03/2013"}
    answer = sent(Who.OFFICE, ("e.xml", pupils(pupil(1, MEL="neuf@exemple.fr", **said), uai=uai)))
    url = answer["Location"]
    page = as_person(Who.OFFICE).get(f"{url}lines/").content.decode()
    assert "80 sur 100" in page and "même date de naissance" in page and "neuf@exemple.fr" in page
    assert known.email in page and "À décider" in page
    decided = post(Who.OFFICE, f"{url}decide/", line="0", same=str(known.uuid))
    assert decided.status_code == 302 and decided["Location"].endswith("#line-0")
    page = as_person(Who.OFFICE).get(f"{url}lines/").content.decode()
    assert "Même personne" in page
    forged = post(Who.OFFICE, f"{url}decide/", line="0", same=str(uuid4()))
    assert forged.status_code == 422 and "proposées" in forged.content.decode()
    assert post(Who.OFFICE, f"{url}decide/", line="999", other="on").status_code == 422
    assert post(Who.OFFICE, f"{url}decide/", line="x").status_code == 422


def test_sure_matches_are_accepted_at_once_where_there_are_some(
    sent: Any, post: Any, as_person: Any, desk: Cast, uai: str
) -> None:
    with in_school(desk.own.school, desk.own.year):
        known = desk.own["pupil"]
    said = {"NOM_DE_FAMILLE": known.last_name, "PRENOM": known.first_name, "DATE_NAISS": "17/03/2013"}
    url = sent(Who.OFFICE, ("e.xml", pupils(pupil(1, **said), uai=uai)))["Location"]
    assert "d’un coup" not in as_person(Who.OFFICE).get(f"{url}lines/").content.decode(), "80 sur 100"
    post(Who.OFFICE, f"{url}give-up/")
    url = sent(Who.OFFICE, ("e.xml", pupils(pupil(1, MEL=known.email, **said), uai=uai)))["Location"]
    assert "Accepter 1 ressemblance sûre" in as_person(Who.OFFICE).get(f"{url}lines/").content.decode()
    post(Who.OFFICE, f"{url}accept/")
    page = as_person(Who.OFFICE).get(f"{url}lines/").content.decode()
    assert "Même personne" in page and "d’un coup" not in page


def test_lines_of_one_thing_are_said_to_be_so_and_stay_so(
    sent: Any, post: Any, as_person: Any, uai: str
) -> None:
    url = sent(Who.OFFICE, ("e.xml", pupils(pupil(1), pupil(2), uai=uai)))["Location"]
    page = as_person(Who.OFFICE).get(f"{url}lines/?act=arrive&thing=pupil").content.decode()
    assert "Élèves seulement&nbsp;: 2." in page and "6A" in page
    assert "seulement" not in as_person(Who.OFFICE).get(f"{url}lines/?act=arrive").content.decode()
    post(Who.OFFICE, f"{url}apply/")
    run_all()
    changed = pupils(pupil(1, MEL="neuf@exemple.fr"), pupil(2), uai=uai)
    url = sent(Who.OFFICE, ("e.xml", changed))["Location"]
    chosen = {"line": "0", "field": "email", "choice": "ours", "thing": "pupil"}
    decided = post(Who.OFFICE, f"{url}decide/", **chosen)
    assert decided["Location"].endswith("?act=change&thing=pupil#line-0")
    assert "Pas changé" in as_person(Who.OFFICE).get(decided["Location"]).content.decode()


def test_a_second_person_is_told_who_and_when(sent: Any, uai: str) -> None:
    sent(Who.OFFICE, ("e.xml", pupils(pupil(1), uai=uai)))
    answer = sent(Who.HEAD, ("e.xml", pupils(pupil(2), uai=uai)))
    assert answer.status_code == 409
    assert "Camille Office a commencé un import le" in answer.content.decode()


def test_what_is_asked_must_be_answered(sent: Any, post: Any, as_person: Any, uai: str) -> None:
    answer = sent(Who.OFFICE, ("e.xml", pupils(pupil(1), uai=uai, year="2025")))
    url = answer["Location"]
    assert (
        "ceux de 2025-2026, et vous êtes dans l’année 2026-2027"
        in as_person(Who.OFFICE).get(url).content.decode()
    )
    refused = post(Who.OFFICE, f"{url}apply/")
    assert refused.status_code == 422 and "Répondez d’abord" in refused.content.decode()
    assert post(Who.OFFICE, f"{url}apply/", yes="other_year").status_code == 302


def test_given_up_it_is_forgotten(sent: Any, post: Any, as_person: Any, desk: Cast, uai: str) -> None:
    url = sent(Who.OFFICE, ("e.xml", pupils(pupil(1), uai=uai)))["Location"]
    assert post(Who.OFFICE, f"{url}give-up/").status_code == 302
    page = as_person(Who.OFFICE).get(url).content.decode()
    assert "Abandonné" in page and "Ce qui aurait changé" in page
    lines = as_person(Who.OFFICE).get(f"{url}lines/").content.decode()
    assert "Aucune ligne n’est gardée" in lines and "Sorte de lignes" not in lines
    assert post(Who.OFFICE, f"{url}apply/").status_code == 409
    with in_school(desk.own.school, desk.own.year):
        assert Import.objects.get(state=Import.State.GIVEN_UP).lines.count() == 0


def test_applied_twice_it_is_applied_once(sent: Any, post: Any, desk: Cast, uai: str) -> None:
    url = sent(Who.OFFICE, ("e.xml", pupils(pupil(1), uai=uai)))["Location"]
    for _again in range(2):
        assert post(Who.OFFICE, f"{url}apply/").status_code == 302
    run_all()
    assert post(Who.OFFICE, f"{url}apply/").status_code == 302
    run_all()
    with in_school(desk.own.school, desk.own.year):
        assert PersonRecord.objects.filter(last_name="DUPONT1").count() == 1


def test_a_problem_names_the_person_the_line_and_the_cause(sent: Any, as_person: Any, uai: str) -> None:
    url = sent(Who.OFFICE, ("eleves.xml", pupils(pupil(1, DATE_NAISS="31/02/2014"), uai=uai)))["Location"]
    page = as_person(Who.OFFICE).get(f"{url}lines/?act=check").content.decode()
    assert "DUPONT1 Zoé" in page and "ligne&nbsp;6" in page and "n’est pas une date qui existe" in page


def test_another_schools_file_is_not_read(sent: Any, uai: str) -> None:
    page = sent(Who.HEAD, ("x.xml", pupils(pupil(1), uai="0751234A"))).content.decode()
    assert "autre établissement (0751234A)" in page and uai in page
    assert "DUPONT1" not in page and "1 élève" not in page
    assert "Rien n’a pu être lu." in page and "Rien ne change." not in page


def test_what_is_no_export_at_all_is_not_called_unchanged(sent: Any) -> None:
    page = sent(Who.OFFICE, ("photo.xml", b"%PDF-1.7\n%\xe2\xe3")).content.decode()
    assert "Rien n’a pu être lu." in page and "est un PDF" in page
    assert "Rien ne change." not in page and "Rien à signaler" not in page


def test_two_files_together_tell_of_broken_links(sent: Any, as_person: Any, uai: str) -> None:
    charge = (
        "<RESPONSABLE_ELEVE><ELEVE_ID>999</ELEVE_ID><PERSONNE_ID>1</PERSONNE_ID>"
        "<NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE><CODE_PARENTE>10</CODE_PARENTE></RESPONSABLE_ELEVE>"
    )
    person = '<PERSONNE PERSONNE_ID="2"><NOM_DE_FAMILLE>SEUL</NOM_DE_FAMILLE><PRENOM>Ana</PRENOM></PERSONNE>'
    families = document(
        "BEE_RESPONSABLES", f"<PERSONNES>{person}</PERSONNES><RESPONSABLES>{charge}</RESPONSABLES>", uai=uai
    )
    url = sent(Who.OFFICE, ("e.xml", pupils(pupil(1), uai=uai)), ("r.xml", families))["Location"]
    get = as_person(Who.OFFICE).get
    page = "".join(get(f"{url}lines/?act={act}").content.decode() for act in ("error", "check", "remark"))
    for words in ("SEUL Ana", "l’élève n° 999", "responsable n° 1"):
        assert words in page, words


def test_the_list_can_be_taken_away(sent: Any, as_person: Any, desk: Cast, uai: str) -> None:
    export = pupils(pupil(1, NOM_DE_FAMILLE="=CMD()", DATE_NAISS="31/02/2014"), uai=uai)
    url = sent(Who.OFFICE, ("e.xml", export))["Location"]
    answer = as_person(Who.OFFICE).get(f"{url}export/")
    assert answer["Content-Type"].startswith("text/csv")
    with in_school(desk.own.school, desk.own.year):
        assert Reading.objects.filter(read="directory.import_exported").count() == 1
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Nature", "Quoi", "Qui", "Détail", "Fichier", "Ligne", "Décision"]
    assert any(row[0] == "arrivées" and row[1] == "élève" and row[2].startswith("'=CMD()") for row in rows)
    assert any(row[0] == "à vérifier" and "n’est pas une date" in row[3] for row in rows)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("emp.xml", b'<?xml version="1.0"?><EDT_STS></EDT_STS>', "sts_emp"),
        ("bombe.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><BEE_ELEVES>&b;</BEE_ELEVES>', "Laissé de côté"),
        ("vide.xml", b" " * 1_000_000, "Laissé de côté"),
        ("tronque.xml", pupils(pupil(1))[:300], "Laissé de côté"),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "Laissé de côté"),
    ],
)
def test_a_file_that_cannot_be_read_is_left_aside_in_words(
    sent: Any, desk: Cast, name: str, data: bytes, words: str
) -> None:
    answer = sent(Who.OFFICE, (name, data))
    assert answer.status_code == 200 and words in answer.content.decode()
    with in_school(desk.own.school, desk.own.year):
        assert not Import.objects.filter(state=Import.State.READY).exists()


def test_names_of_a_file_are_shown_as_text(sent: Any, as_person: Any, uai: str) -> None:
    hostile = pupil(1, NOM_DE_FAMILLE="&lt;script&gt;x&lt;/script&gt;", DATE_NAISS="1")
    url = sent(Who.OFFICE, ("<b>.xml", pupils(hostile, uai=uai)))["Location"]
    for page in (url, f"{url}lines/?act=arrive", f"{url}lines/?act=check"):
        text = as_person(Who.OFFICE).get(page).content.decode()
        assert "<script>x" not in text.lower() and "<b>.xml" not in text


def test_the_pages_cost_the_same_for_one_line_and_for_many(
    sent: Any, post: Any, as_person: Any, uai: str
) -> None:
    office = as_person(Who.OFFICE)

    def costs(count: int) -> list[int]:
        url = sent(Who.OFFICE, ("e.xml", pupils(*map(pupil, range(1, count + 1)), uai=uai)))["Location"]
        found = []
        for page in (url, f"{url}lines/?act=arrive", "/imports/"):
            office.get(page)
            with CaptureQueriesContext(connection) as asked:
                office.get(page)
            found.append(len(asked))
        post(Who.OFFICE, f"{url}give-up/")
        return found

    assert costs(1) == costs(60)


def test_without_a_file_the_form_says_so(sent: Any) -> None:
    assert sent(Who.OFFICE).status_code == 422
    too_many = [(f"{n}.csv", b"Nom;Prenom\nA;B\n") for n in range(13)]
    answer = sent(Who.OFFICE, *too_many)
    assert answer.status_code == 422 and "12 fichiers au plus" in answer.content.decode()


def test_more_rows_than_any_school_has_are_not_read_to_the_end(
    monkeypatch: pytest.MonkeyPatch, sent: Any, uai: str
) -> None:
    monkeypatch.setattr(checking, "MOST_ROWS", 50)
    page = sent(Who.OFFICE, ("e.xml", pupils(*map(pupil, range(1, 61)), uai=uai))).content.decode()
    assert "plus de lignes qu’un établissement" in page
    assert "élèves" not in page.split("<main")[1].split("e.xml")[1][:80]


def test_a_closed_year_takes_no_files(desk: Cast, as_person: Any) -> None:
    """Whoever works in a closed year sees its imports and no way to add one."""
    head = as_person(Who.HEAD)
    past = desk.places["other_year"]
    head.post("/school-years/", {"_scope": desk.scope_field(), "year": str(past.year.uuid)})
    page = head.get(URL).content.decode()
    assert "Cette année est close" in page and "Lire ces fichiers" not in page
    export = SimpleUploadedFile("e.xml", pupils(pupil(1), uai="0930001W", year="2025"))
    answer = head.post(f"{URL}create/", {"exports": [export], "_scope": desk.scope_field("other_year")})
    assert answer.status_code == 409 and "close" in answer.content.decode()
