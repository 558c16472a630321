"""What was uploaded: archives, names, encodings, everything that is not an export."""

import gzip
import os
import struct
import tarfile
import tracemalloc
import zlib
from contextlib import suppress
from functools import cache
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preau.kernel.intake.testing import picture
from preau.modules.directory.imports import opening
from preau.modules.directory.imports.encodings import Recoded, lines, survey
from preau.modules.directory.imports.formats import Kind
from preau.modules.directory.imports.opening import opened
from preau.modules.directory.imports.problems import FileRefused, Severity
from preau.modules.directory.imports.said import SaidPupil
from preau.modules.directory.tests.reading import (
    FILES,
    brought,
    document,
    of,
    pupil,
    pupils,
    reason,
    rows_of,
    sample,
    told,
    zipped,
)

EVERYTHING = {path.name: path.read_bytes() for path in FILES.iterdir()}
IN_ORDER = [
    Kind.SCHOOL,
    Kind.NOMENCLATURE,
    Kind.STRUCTURES,
    Kind.STS,
    Kind.PUPILS,
    Kind.GUARDIANS,
    Kind.TABLE_PUPILS,
    Kind.TABLE_PUPILS,
    Kind.TABLE_GUARDIANS,
    Kind.TABLE_STAFF,
]


def test_files_are_told_apart_by_content_and_put_in_the_order_of_reading() -> None:
    renamed = {f"{number}.dat": content for number, content in enumerate(EVERYTHING.values())}
    sources, aside, _rows = brought(*renamed.items())
    assert [source.kind for source in sources] == IN_ORDER
    assert ["STS-web exporte" in left.reason for left in aside] == [True]


def test_one_archive_with_folders_is_read_as_its_files_are() -> None:
    members = {f"Base élèves/septembre/{name}": content for name, content in EVERYTHING.items()}
    members |= {"__MACOSX/Base élèves/._Communs.xml": b"\0\5\26\7", "Base élèves/.DS_Store": b"\0\0\0\1Bud1"}
    sources, aside, rows = brought(("tout.zip", zipped(members)))
    assert [source.kind for source in sources] == IN_ORDER
    assert sources[0].name == "tout.zip › Base élèves/septembre/Communs.xml"
    assert len(aside) == 1
    assert len(rows) == len(brought(*EVERYTHING.items())[2])


def test_archives_of_siecle_put_in_one_archive_are_read_and_no_deeper() -> None:
    inner = {f"ExportXML_{name}.zip": zipped({name: content}) for name, content in EVERYTHING.items()}
    sources, _aside, _rows = brought(("tout.zip", zipped(inner)))
    assert [source.kind for source in sources] == IN_ORDER
    assert "en contient une autre" in reason(zipped({"a.zip": zipped({"b.zip": zipped(inner)})}))


def test_a_source_is_read_from_its_beginning_each_time() -> None:
    with opened([("a.zip", BytesIO(zipped(dict([sample("ElevesAvecAdresses.xml")]))))]) as found:
        (source,) = found.sources
        assert list(source.rows()) == list(source.rows()) != []


def test_of_two_exports_of_the_same_the_later_then_the_longer_is_read() -> None:
    early = pupils(pupil(1), exported_on="01/09/2026")
    late = pupils(pupil(1, PRENOM="Léa"), exported_on="12/09/2026")
    other = pupils(pupil(1), uai="0999991X")
    sources, aside, _rows = brought(("a.xml", late), ("b.xml", early), ("c.xml", other))
    assert [source.name for source in sources] == ["a.xml", "c.xml"]
    assert [(left.name, "« a.xml »" in left.reason) for left in aside] == [("b.xml", True)]


# What is no export: a sentence each, and no crash.


def _office(kind: str) -> bytes:
    if kind == "xlsx":
        return zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "est vide"),
        (b" \r\n" * 5000, "est vide"),
        (b"\xef\xbb\xbf", "est vide"),
        (picture("JPEG"), "est une image"),
        (picture("PNG"), "est une image"),
        (_office("xlsx"), "format CSV"),
        (_office("ods"), "format CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "format CSV"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:x"/>', "format CSV"),
        (b"<html><body><table><tr><td>Nom</td></tr></table></body></html>", "format CSV"),
        (b"%PDF-1.7\n%\xe2\xe3", "est un PDF"),
        (b"\x1f\x8b\x08\0\0\0", "arrivé abîmé"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "archives ZIP"),
        (b"MZ\x90\0\3\0\0\0", "pas un texte"),
        (b"PK\x03\x04" + b"\0" * 100, "archive ZIP lisible"),
        (zipped({}), "archive est vide"),
        ("<BEE_ELEVES/>".encode("utf-16-le"), "abîmé"),
        (b"Bonjour Madame\nvoici la liste.\n", "ni un tableau"),
        (b"Bonjour Madame,\nvoici la liste.\n", "noms de colonnes"),
        (EVERYTHING["emp_sts_0999990W_2026.xml"], "sts_emp"),
        (document("BEE_GEOGRAPHIQUE", ""), "rien dont"),
        (document("IMPORT_ELEVES", ""), "importé dans SIECLE"),
        (b"<ficAlimMENESR/>", "fédérateur"),
        (b'<men:GAR-ENT-Eleve xmlns:men="urn:gar"/>', "n’est pas un export"),
        (b"<?xml version='1.0'?>", "abîmé"),
        (pupils(pupil())[:-40], "abîmé"),
        (pupils(pupil())[:200], "abîmé"),
        (b"<BEE_ELEVES><a></b></BEE_ELEVES>", "abîmé"),
        (b'<?xml version="1.0" encoding="X-EBCDIC"?><BEE_ELEVES>\xe9</BEE_ELEVES>', "« X-EBCDIC »"),
        (b'<!DOCTYPE a [<!ENTITY b "cc">]><BEE_ELEVES>&b;</BEE_ELEVES>', "DOCTYPE"),
        (
            b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><BEE_ELEVES>&b;</BEE_ELEVES>',
            "DOCTYPE",
        ),
        (b"<BEE_ELEVES>" + b"<a>" * 200 + b"</a>" * 200 + b"</BEE_ELEVES>", "dépasse"),
    ],
)
def test_what_is_no_export_is_left_aside_with_its_reason(content: bytes, words: str) -> None:
    assert words in reason(content)


def test_a_broken_file_does_not_take_the_others_with_it() -> None:
    sources, aside, _rows = brought(("a.xml", pupils(pupil())[:300]), ("b.xml", pupils(pupil())), ("c", b""))
    assert [source.name for source in sources] == ["b.xml"]
    assert [left.name for left in aside] == ["a.xml", "c"]


def test_a_broken_archive_in_an_archive_does_not_take_the_others_with_it() -> None:
    broken = zipped({"x.xml": pupils(pupil())})[:-30]
    members = {"a.zip": broken, "b.zip": zipped({"y.xml": pupils(pupil())}), "c.xlsx": _office("xlsx")}
    sources, aside, _rows = brought(("tout.zip", zipped(members)))
    assert [source.name for source in sources] == ["tout.zip › b.zip › y.xml"]
    assert [left.name for left in aside] == ["tout.zip › a.zip", "tout.zip › c.xlsx"]


def test_an_archive_that_leads_out_or_blows_up_is_left_aside() -> None:
    assert "chemin interdit" in reason(zipped({"../../evil.xml": pupils(pupil())}))
    assert "trop grand" in reason(_archive_of(_a_packed_gigabyte()[10:-8], 1_000_000_000))
    assert "démesurément" in reason(zipped({"zeros.xml": b"\0" * 30_000_000}))


@cache
def _a_packed_gigabyte() -> bytes:
    """Ten bytes say that it is gzip, eight what it should be once unpacked."""
    blanks = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(blanks.compress(b" " * 10_000_000) for _ in range(100)) + blanks.flush()


def _archive_of(packed: bytes, size: int) -> bytes:
    """An archive of one member, written by hand: a gigabyte is not to be packed in a test."""
    name = b"blancs.xml"
    told = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, len(packed), size, len(name), 0)
    local = b"PK\3\4" + told + name
    entry = b"PK\1\2" + struct.pack("<H", 20) + told + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local) + len(packed), 0)
    return local + packed + entry + end


# What a browser packed.


def packed_up(content: bytes) -> bytes:
    """The same bytes each time: they stand in the names of tests."""
    return gzip.compress(content, mtime=0)


def test_a_packed_file_is_read_as_the_file_under_its_own_name() -> None:
    for name, content in EVERYTHING.items():
        sources, aside, rows = brought((name, content))
        packed, packed_aside, packed_rows = brought((f"{name}.gz", packed_up(content)))
        assert [(source.name, source.header, source.size) for source in packed] == [
            (source.name, source.header, source.size) for source in sources
        ]
        assert (packed_aside, packed_rows) == (aside, rows)


@pytest.mark.parametrize(
    ("sent", "shown"), [("a.xml", "a.xml"), ("A.XML.GZ", "A.XML"), ("x/b.csv.gz", "b.csv"), (".gz", "gz")]
)
def test_what_is_packed_is_known_by_its_bytes_and_not_by_its_name(sent: str, shown: str) -> None:
    (source,), aside, _rows = brought((sent, packed_up(pupils(pupil()))))
    assert (source.name, aside) == (shown, [])


def test_a_packed_file_larger_than_memory_keeps_is_read_from_its_beginning_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opening, "_IN_MEMORY", 1_000)
    content = pupils(*map(pupil, range(1, 101)))
    with opened([("a.xml.gz", BytesIO(packed_up(content)))]) as found:
        (source,) = found.sources
        assert list(source.rows()) == list(source.rows()) == rows_of(content)


def test_an_archive_packed_once_more_is_opened() -> None:
    (source,), _aside, _rows = brought(("a.zip.gz", packed_up(zipped({"b.xml": pupils(pupil())}))))
    assert source.name == "a.zip › b.xml"


def test_pieces_packed_one_after_the_other_are_one_file() -> None:
    content = pupils(pupil())
    packed = packed_up(content[:100]) + packed_up(b"") + packed_up(content[100:])
    assert rows_of(packed) == rows_of(content)


def _tar() -> bytes:
    made = BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        member = tarfile.TarInfo("ElevesAvecAdresses.xml")
        member.size = len(pupils(pupil()))
        archive.addfile(member, BytesIO(pupils(pupil())))
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed_up(pupils(pupil()))[:-20], "arrivé abîmé"),
        (packed_up(pupils(pupil()))[:-4] + b"abcd", "arrivé abîmé"),
        (packed_up(pupils(pupil())) + b"<BEE_ELEVES/>", "arrivé abîmé"),
        (b"\x1f\x8b", "arrivé abîmé"),
        (packed_up(b""), "est vide"),
        (packed_up(picture("PNG")), "est une image"),
        (packed_up(packed_up(pupils(pupil()))), "archives ZIP"),
        (zipped({"a.xml.gz": packed_up(pupils(pupil()))}), "archives ZIP"),
        (_tar(), "archives ZIP"),
    ],
)
def test_what_is_packed_and_cannot_be_read_is_left_aside_with_its_reason(content: bytes, words: str) -> None:
    assert words in reason(content)


def test_a_packed_gigabyte_is_refused_in_little_memory() -> None:
    packed = _a_packed_gigabyte()
    tracemalloc.start()
    try:
        assert "démesurément" in reason(packed)
        assert "démesurément" in reason(packed * 2)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_file_without_end_is_refused_before_it_fills_anything() -> None:
    class Endless(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return b"<" + b" " * ((size or 0) - 1 if size and size > 0 else 10)

    with pytest.raises(FileRefused, match="trop grand"):
        survey(Endless())


# Encodings.


@pytest.mark.parametrize(
    ("declared", "encoding", "is_told"),
    [
        ("ISO-8859-15", None, False),
        ("ISO-8859-15", "utf-8", True),
        ("ISO-8859-15", "utf-8-sig", True),
        ("ISO-8859-1", "utf-8", True),
        ("UTF-8", None, False),
        ("UTF-8", "utf-8-sig", False),
        ("UTF-8", "iso-8859-15", True),
        ("ISO-8859-15", "cp1252", True),
        ("UTF-8", "cp1252", True),
        ("windows-1252", None, False),
        ("UTF-16", None, False),
        ("US-ASCII", "utf-8", False),
    ],
)
def test_names_are_right_whatever_the_file_declares(
    declared: str, encoding: str | None, is_told: bool
) -> None:
    rows = rows_of(pupils(pupil(NOM_DE_FAMILLE="LŒUVRE", PRENOM="Zoé"), declared=declared, encoding=encoding))
    (found,) = of(SaidPupil, rows)
    assert (found.last_name, found.first_name) == ("LŒUVRE", "Zoé")
    assert bool(told(rows, "encoding")) == is_told


def test_latin_9_is_not_latin_1() -> None:
    names = "ŒœŸ€"
    (found,) = of(SaidPupil, rows_of(pupils(pupil(PRENOM2=names), declared="ISO-8859-15")))
    assert found.other_first_names == (names,)
    (found,) = of(SaidPupil, rows_of(pupils(pupil(PRENOM="Zoé"), declared="ISO-8859-1")))
    assert found.first_name == "Zoé"


def test_one_lost_byte_does_not_spoil_the_accents_of_the_others() -> None:
    many = [pupil(number, PRENOM="Zoé") for number in range(1, 60)]
    sound = pupils(*many, declared="UTF-8")
    rows = rows_of(sound.replace("Zoé".encode(), b"Zo\xc3", 1))
    assert [found.first_name for found in of(SaidPupil, rows)][:3] == ["Zo", "Zoé", "Zoé"]
    (problem,) = told(rows, "name_signs")
    assert problem.who.startswith("DUPONT1 Zo")


def test_a_control_character_costs_one_name_and_not_the_file() -> None:
    content = pupils(pupil(1, PRENOM="Zo@é"), pupil(2)).replace(b"@", b"\x1f")
    rows = rows_of(content)
    assert [found.first_name for found in of(SaidPupil, rows)] == ["Zoé", "Zoé"]
    (problem,) = told(rows, "name_signs")
    assert (problem.severity, problem.line, problem.who) == (Severity.DOUBT, 6, "DUPONT1 Zoé, n° 901")


@given(st.text(st.characters(codec="iso-8859-15", exclude_characters="<&"), max_size=40))
@settings(max_examples=60, deadline=None)
def test_no_text_in_a_name_breaks_the_reading(name: str) -> None:
    content = pupils(pupil(1, NOM_DE_FAMILLE=name or "A", PRENOM=name))
    with opened([("a.xml", BytesIO(content))]) as found:
        for source in found.sources:
            list(source.rows())
        assert found.sources or "abîmé" in found.left_aside[0].reason


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_bytes_break_the_opening(content: bytes) -> None:
    with opened([("x", BytesIO(content))]) as found:
        for source in found.sources:
            with suppress(FileRefused):
                list(source.rows())


@given(st.integers(0, 3500), st.integers(0, 255))
@settings(max_examples=150, deadline=None)
def test_no_changed_byte_breaks_the_reading(at: int, byte: int) -> None:
    content = bytearray(EVERYTHING["ElevesAvecAdresses.xml"])
    content[at] = byte
    with opened([("x", BytesIO(bytes(content)))]) as found:
        for source in found.sources:
            with suppress(FileRefused):
                list(source.rows())


@given(st.lists(st.text(max_size=30), max_size=20), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
@settings(max_examples=60, deadline=None)
def test_lines_come_out_as_they_were_put_in(texts: list[str], encoding: str) -> None:
    kept = ["".join(sign for sign in text if sign not in "\r\n\0\ufeff\ufffd") for text in texts]
    kept = [text.encode("utf-8", "replace").decode() for text in kept]
    content = "\r\n".join(["début é", *kept, "fin"]).encode(encoding)
    text = survey(BytesIO(content))
    found = [line.removesuffix("\n") for line in lines(BytesIO(content), text, longest=10_000)]
    assert found == ["début é", *kept, "fin"]


def test_a_letter_cut_by_a_piece_is_read_whole() -> None:
    content = ("<a>" + "é€" * 60_000 + "</a>").encode("utf-16")
    text = survey(BytesIO(content))
    recoded = Recoded(BytesIO(content), text)
    read = b"".join(iter(lambda: recoded.read(7), b""))
    assert read.decode() == "<a>" + "é€" * 60_000 + "</a>"


# Headers.


@pytest.mark.parametrize(
    ("uai", "code"),
    [("0999990W", ""), ("0999990 w", ""), ("0999990A", "uai_key"), ("12", "uai_key"), ("", "uai_missing")],
)
def test_a_wrong_school_code_is_told_and_nothing_is_refused(uai: str, code: str) -> None:
    rows = rows_of(pupils(pupil(), uai=uai))
    assert len(of(SaidPupil, rows)) == 1
    assert [problem.code for problem in told(rows, "uai_key") + told(rows, "uai_missing")] == (
        [code] if code else []
    )


@pytest.mark.parametrize("year", ["", "deux mille", "26", "²²²²"])
def test_a_file_without_its_year_says_so(year: str) -> None:
    rows = rows_of(pupils(pupil(), year=year, declared="UTF-8"))
    assert told(rows, "year_missing")


def test_nothing_is_left_open_or_on_the_disk(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    inner = {f"{number}.zip": zipped({"x.xml": pupils(pupil())}) for number in range(5)}
    brought(("tout.zip", zipped(inner)))
    assert (len(os.listdir("/proc/self/fd")) if before else 0) <= before
    assert os.listdir(str(tmp_path)) == []
