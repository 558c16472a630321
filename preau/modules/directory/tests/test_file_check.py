"""Files checked before the year begins: told in words, and nothing of them kept."""

import csv
import io
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preau.kernel.models import SchoolUnit
from preau.kernel.tenancy.scope import in_school
from preau.modules.directory.imports import checking
from preau.modules.directory.testing import Cast, Who
from preau.modules.directory.tests.reading import document, pupil, pupils

pytestmark = pytest.mark.django_db
URL = "/files/check/"


@pytest.fixture
def sent(cast: Cast, as_person: Any) -> Any:
    """The page that answers `who` for these files."""

    def answered(who: Who, *files: tuple[str, bytes], **fields: str) -> Any:
        exports = [SimpleUploadedFile(name, data) for name, data in files]
        return as_person(who).post(URL, {"exports": exports, "_scope": cast.scope_field(), **fields})

    return answered


@pytest.fixture
def uai(cast: Cast) -> str:
    with in_school(cast.own.school):
        return SchoolUnit.objects.values_list("uai", flat=True).order_by("id")[0]


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"export/{name}.xml", data)
    return packed.getvalue()


def test_a_secretary_reads_what_the_files_hold(sent: Any, uai: str) -> None:
    archive = zipped(eleves=pupils(pupil(1), pupil(2), uai=uai))
    page = sent(Who.OFFICE, ("rentree.zip", archive)).content.decode()
    assert "2 élèves" in page and "rentree.zip › export/eleves.xml" in page and "Rien à signaler" in page


def test_a_problem_names_the_person_the_line_and_the_cause(sent: Any, uai: str) -> None:
    page = sent(
        Who.OFFICE, ("eleves.xml", pupils(pupil(1, DATE_NAISS="31/02/2014"), uai=uai))
    ).content.decode()
    assert "DUPONT1 Zoé" in page and "ligne 6" in page and "n’est pas une date qui existe" in page
    assert "À vérifier" in page and "1 ligne" in page


def test_another_schools_file_is_not_read(sent: Any, uai: str) -> None:
    page = sent(Who.HEAD, ("x.xml", pupils(pupil(1), uai="0751234A"))).content.decode()
    assert "autre établissement (0751234A)" in page and uai in page
    assert "DUPONT1" not in page and "1 élève" not in page


def test_last_years_file_says_so(sent: Any, uai: str) -> None:
    page = sent(Who.HEAD, ("x.xml", pupils(pupil(1), uai=uai, year="2025"))).content.decode()
    assert "celui de l’année 2025-2026, et vous êtes en 2026-2027" in page


def test_two_files_together_tell_of_broken_links(sent: Any, uai: str) -> None:
    charge = (
        "<RESPONSABLE_ELEVE><ELEVE_ID>999</ELEVE_ID><PERSONNE_ID>1</PERSONNE_ID>"
        "<NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE><CODE_PARENTE>10</CODE_PARENTE></RESPONSABLE_ELEVE>"
    )
    person = '<PERSONNE PERSONNE_ID="2"><NOM_DE_FAMILLE>SEUL</NOM_DE_FAMILLE><PRENOM>Ana</PRENOM></PERSONNE>'
    families = document(
        "BEE_RESPONSABLES", f"<PERSONNES>{person}</PERSONNES><RESPONSABLES>{charge}</RESPONSABLES>", uai=uai
    )
    page = sent(Who.OFFICE, ("e.xml", pupils(pupil(1), uai=uai)), ("r.xml", families)).content.decode()
    for words in ("SEUL Ana", "l’élève n° 999", "responsable n° 1"):
        assert words in page, words


def test_the_list_can_be_taken_away(sent: Any, uai: str) -> None:
    answer = sent(
        Who.OFFICE,
        ("e.xml", pupils(pupil(1, NOM_DE_FAMILLE="=CMD()", DATE_NAISS="31/02/2014"), uai=uai)),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        list="1",
    )
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Gravité", "Fichier", "Ligne", "Personne", "Cause"]
    assert rows[1][:2] == ["Fichier non lu", "photo.png"]
    assert any(row[0] == "À vérifier" and row[3].startswith("'=CMD()") for row in rows)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("emp.xml", b'<?xml version="1.0"?><EDT_STS></EDT_STS>', "sts_emp"),
        ("bombe.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><BEE_ELEVES>&b;</BEE_ELEVES>', "Laissé de côté"),
        ("vide.xml", b" ", "Laissé de côté"),
        ("tronque.xml", pupils(pupil(1))[:300], "Laissé de côté"),
    ],
)
def test_a_file_that_cannot_be_read_is_left_aside_in_words(
    sent: Any, name: str, data: bytes, words: str
) -> None:
    answer = sent(Who.OFFICE, (name, data))
    assert answer.status_code == 200 and words in answer.content.decode()


def test_names_of_a_file_are_shown_as_text(sent: Any, uai: str) -> None:
    hostile = pupil(1, NOM_DE_FAMILLE="&lt;script&gt;x&lt;/script&gt;", DATE_NAISS="1")
    page = sent(Who.OFFICE, ("<b>.xml", pupils(hostile, uai=uai))).content.decode()
    assert "<script>x" not in page.lower() and "<b>.xml" not in page


def test_nothing_is_written_and_no_answer_kept(as_person: Any, cast: Cast, uai: str) -> None:
    client = as_person(Who.OFFICE)
    client.get(URL)

    def queries(count: int) -> list[str]:
        export = SimpleUploadedFile("e.xml", pupils(*map(pupil, range(1, count + 1)), uai=uai))
        with CaptureQueriesContext(connection) as asked:
            client.post(URL, {"exports": [export], "_scope": cast.scope_field(), "_key": str(uuid4())})
        return [query["sql"] for query in asked]

    few, many = queries(1), queries(60)
    assert len(few) == len(many) <= 10
    assert [sql for sql in many if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE", "\nSELECT"))] == []


def test_without_a_file_the_form_says_so(sent: Any) -> None:
    assert sent(Who.OFFICE).status_code == 422
    too_many = [(f"{n}.csv", b"Nom;Prenom\nA;B\n") for n in range(13)]
    answer = sent(Who.OFFICE, *too_many)
    assert answer.status_code == 422 and "12 fichiers au plus" in answer.content.decode()


def test_many_of_one_kind_are_told_once_and_counted(sent: Any, uai: str) -> None:
    page = sent(
        Who.OFFICE,
        ("e.xml", pupils(*(pupil(n, DATE_NAISS="31/02/2014") for n in range(1, 61)), uai=uai)),
    ).content.decode()
    assert "60 lignes, dont :" in page and "Les 30 premières" in page


def test_more_rows_than_any_school_has_are_not_read_to_the_end(
    monkeypatch: pytest.MonkeyPatch, sent: Any, uai: str
) -> None:
    monkeypatch.setattr(checking, "MOST_ROWS", 50)
    export = pupils(*map(pupil, range(1, 61)), uai=uai)
    page = sent(Who.OFFICE, ("e.xml", export)).content.decode()
    assert (
        "plus de lignes qu’un établissement" in page
        and "élèves" not in page.split("<main")[1].split("e.xml")[1][:80]
    )
