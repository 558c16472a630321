import stat
import zipfile
from io import BytesIO

import pytest

from preau.kernel.intake.zips import Archive, ArchiveRefused, Bounds


def _zip(members: dict[str, bytes], **given: int) -> BytesIO:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo("x")
            # As it is in the file: zipfile would make it presentable.
            info.filename = info.orig_filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = given.get("attributes", 0)
            archive.writestr(info, content)
    made.seek(0)
    return made


def _read(file: BytesIO, bounds: Bounds = Bounds()) -> dict[str, bytes]:  # noqa: B008
    with Archive(file, bounds) as archive:
        return {str(member.path): content.read() for member, content in archive.members()}


def test_an_ordinary_archive_is_read_member_by_member() -> None:
    assert _read(_zip({"a.txt": b"un", "dossier/b.csv": b"deux"})) == {
        "a.txt": b"un",
        "dossier/b.csv": b"deux",
    }


@pytest.mark.parametrize(
    "name",
    ["../evil.txt", "a/../../evil", "/etc/passwd", "..\\evil", "C:\\evil", "C:evil", "\\\\server\\evil"],
)
def test_a_path_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(ArchiveRefused, match="chemin interdit"):
        Archive(_zip({name: b"x"}))


def test_what_a_computer_put_there_by_itself_is_told_from_what_a_person_did() -> None:
    names = ["a.xml", "./b.xml", "d/.DS_Store", "__MACOSX/d/._a.xml", ".caché/c.xml"]
    with Archive(_zip(dict.fromkeys(names, b"x"))) as archive:
        assert [member.is_of_the_system for member in archive.listed] == [False, False, True, True, True]


def test_a_shortcut_is_refused() -> None:
    with pytest.raises(ArchiveRefused, match="raccourci"):
        Archive(_zip({"lien": b"/etc/passwd"}, attributes=(stat.S_IFLNK | 0o777) << 16))


def test_an_archive_in_the_archive_is_refused_by_name_and_by_content() -> None:
    inner = _zip({"a": b"x"}).getvalue()
    with pytest.raises(ArchiveRefused, match="en contient une autre"):
        Archive(_zip({"b.zip": inner}))
    with pytest.raises(ArchiveRefused, match="en contient une autre"):
        _read(_zip({"photo.jpg": inner}))


def test_a_document_of_an_office_in_the_archive_is_no_archive_to_people() -> None:
    docx = _zip({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}).getvalue()
    assert _read(_zip({"devoir.docx": docx}))["devoir.docx"] == docx


def test_a_bomb_is_refused_before_a_byte_is_unpacked() -> None:
    with pytest.raises(ArchiveRefused, match="démesurément"):
        Archive(_zip({"zeros.txt": b"\0" * 20_000_000}))


def test_a_listing_that_lies_about_sizes_is_found_out_while_reading() -> None:
    honest = _zip({"zeros.txt": b"\0" * 3_000_000}).getvalue()
    size = (3_000_000).to_bytes(4, "little")
    lying = BytesIO(honest.replace(size, (10).to_bytes(4, "little")))
    with pytest.raises(ArchiveRefused):
        _read(lying, Bounds(ratio=10_000))


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(members=2), "plus de 2 fichiers"),
        (Bounds(largest=3), "trop grand"),
        (Bounds(total=8), "démesurément"),
    ],
)
def test_each_bound_has_its_sentence(bounds: Bounds, words: str) -> None:
    with pytest.raises(ArchiveRefused, match=words):
        _read(
            _zip(
                {"a": b"aaaa", "b": b"bbbb", "c": b"cccc"}
                if bounds.members == 2
                else {"a": b"aaaa", "b": b"bbbbb"}
            ),
            bounds,
        )


def test_a_protected_archive_is_refused() -> None:
    made = bytearray(_zip({"a": b"secret"}).getvalue())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(sign) + at] |= 1
    with pytest.raises(ArchiveRefused, match="mot de passe"):
        Archive(BytesIO(bytes(made)))


@pytest.mark.parametrize("content", [b"", b"PK", b"not an archive", b"PK\x03\x04" + b"\0" * 100])
def test_what_is_no_archive_is_said(content: bytes) -> None:
    with pytest.raises(ArchiveRefused, match="pas une archive"):
        Archive(BytesIO(content))


def test_a_damaged_member_is_said() -> None:
    made = bytearray(_zip({"a.txt": b"abcdefgh" * 100}).getvalue())
    made[36] ^= 0xFF
    with pytest.raises(ArchiveRefused, match="abîmé"):
        _read(BytesIO(bytes(made)))


def test_two_members_of_one_name_are_refused() -> None:
    with pytest.raises(ArchiveRefused, match="même nom"):
        Archive(_zip({"a\x01.txt": b"x", "a.txt": b"y"}))
