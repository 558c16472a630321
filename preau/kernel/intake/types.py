"""What a file is, from its first bytes. The word of the one who sent it is not asked."""

import lzma
import re
import zipfile
import zlib
from io import SEEK_SET
from typing import BinaryIO, Final

import puremagic

HEAD = 8192
UNKNOWN: Final = "application/octet-stream"
TEXT: Final = "text/plain"
ZIP: Final = "application/zip"
GZIP: Final = "application/gzip"
PDF: Final = "application/pdf"

# Would act in a browser or on a computer, whatever else they are.
ACTIVE: Final = frozenset(
    {"text/html", "image/svg+xml", "application/xml", "text/javascript", "application/x-executable"}
)
# Of what may be named as if it acted, whatever its bytes are.
ENDINGS: Final = {
    TEXT: "txt",
    PDF: "pdf",
    ZIP: "zip",
    "application/rtf": "rtf",
    "video/mp4": "mp4",
    "audio/mpeg": "mp3",
}

_EXACT: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"%PDF-", PDF),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x1f\x8b", GZIP),
)
_EXECUTABLE = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf")
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|script|svg|iframe|object|embed|img|meta|link|style|math|form|a|\?xml|\?php)\b|<!--",
    re.IGNORECASE,
)
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OPEN_DOCUMENTS = {
    f"application/vnd.oasis.opendocument.{name}"
    for name in ("text", "spreadsheet", "presentation", "graphics")
}
_LONGEST_LISTING = 10_000
# What reading an archive of anybody's making raises.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    EOFError,
)


def media_type(file: BinaryIO) -> str:
    """Leaves the file at its beginning. `application/octet-stream` for what is not recognised."""
    file.seek(0, SEEK_SET)
    head = file.read(HEAD)
    found = _by_signature(head)
    if found == ZIP:
        found = _in_archive(file)
    file.seek(0, SEEK_SET)
    return found


def _by_signature(head: bytes) -> str:
    if not head:
        return TEXT
    for at, sign, name in _EXACT:
        if head.startswith(sign, at):
            return name
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return ZIP
    if head.startswith(_EXECUTABLE):
        return "application/x-executable"
    if text := _as_text(head):
        return _markup(text)
    try:
        named = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return named or UNKNOWN


def _as_text(head: bytes) -> bytes:
    """UTF-8 bytes of a text, empty for anything else. UTF-16 is how a page hides its tags."""
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(codec, "ignore").encode()
    text = head.removeprefix(b"\xef\xbb\xbf")
    if any(byte < 9 or (13 < byte < 32 and byte != 27) for byte in text):
        return b""
    try:
        # The head may end inside a letter.
        text.decode("utf-8", "strict" if len(head) < HEAD else "ignore")
    except UnicodeDecodeError:
        text.decode("latin-1")
    return text or b" "


def _markup(text: bytes) -> str:
    if b"<svg" in text.lower():
        return "image/svg+xml"
    if text.lstrip().lower().startswith(b"<?xml"):
        return "application/xml"
    return "text/html" if _MARKUP.search(text) else TEXT


def _in_archive(file: BinaryIO) -> str:
    """Office documents are archives: told by what lies in them, from the listing alone."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()[:_LONGEST_LISTING]
            names = {entry.filename for entry in entries}
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                named = archive.read("mimetype").decode("ascii", "ignore").strip()
                if named in _OPEN_DOCUMENTS or named == "application/epub+zip":
                    return named
            if "[Content_Types].xml" in names:
                for folder, named in _OFFICE.items():
                    if any(name.startswith(folder) for name in names):
                        # Macros run on the computer that opens it.
                        macros = any(name.endswith("vbaProject.bin") for name in names)
                        return "application/vnd.ms-office.macro-enabled" if macros else named
    except _DAMAGED:
        return ZIP
    return ZIP
