"""What the bytes of a text are: what it declares, unless its bytes say otherwise.

Files of SIECLE declare ISO-8859-15 and stay so until somebody opens one in an editor, which saves it as
UTF-8 and leaves the declaration alone.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from preau.kernel.intake.xml import Readable
from preau.modules.directory.imports.problems import FileRefused

PIECE: Final = 64 * 1024
LARGEST: Final = 400_000_000
UTF_8: Final = "utf-8"
LATIN_9: Final = "iso-8859-15"
WINDOWS: Final = "cp1252"
UTF_16: Final = "utf-16"

_HEAD = 1024
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{1,40})[\"']")
_BLANKS = b"\0\t\n\r \xef\xbb\xbf"
_ASCII = bytes(range(128))
_HIGH_CONTROLS = frozenset(range(0x80, 0xA0))
_CONTROLS = bytes(sign for sign in range(32) if sign not in b"\t\n\r")
_NOT_CONTROLS = bytes(sign for sign in range(256) if sign not in _CONTROLS)
_KNOWN = {
    "utf8": UTF_8,
    "ascii": UTF_8,
    "usascii": UTF_8,
    "iso88591": "iso-8859-1",
    "latin1": "iso-8859-1",
    "iso885915": LATIN_9,
    "latin9": LATIN_9,
    "windows1252": WINDOWS,
    "cp1252": WINDOWS,
    "utf16": UTF_16,
    "macintosh": "mac-roman",
    "ibm850": "cp850",
    "cp850": "cp850",
}
# A control character inside XML makes the whole of it unreadable: one name pays, not the file.
_UNREADABLE = dict.fromkeys(_CONTROLS, "�")


@dataclass(frozen=True)
class Text:
    """`declared`: as the file writes it. `misdeclared`: the bytes were something else. `is_spoilt`: some of
    them are no letters."""

    size: int
    encoding: str
    declared: str
    misdeclared: bool
    is_spoilt: bool


def survey(file: Readable) -> Text:
    """Reads all of it once. Raises `FileRefused` for what is empty, too large, or no text."""
    size = bad = high = 0
    seen: set[int] = set()
    has_controls = says_something = False
    head = b""
    decode = codecs.getincrementaldecoder(UTF_8)("replace").decode
    while piece := file.read(PIECE):
        size += len(piece)
        if size > LARGEST:
            raise FileRefused(
                _("Ce fichier est trop grand pour être un export d’établissement. Refaites l’export.")
            )
        head = head or piece[:_HEAD]
        says_something = says_something or bool(piece.strip(_BLANKS))
        beyond = piece.translate(None, _ASCII)
        if beyond:
            seen.update(beyond)
            high += len(beyond)
        bad += decode(piece).count("\ufffd") - piece.count("\ufffd".encode())
        has_controls = has_controls or bool(piece.translate(None, _NOT_CONTROLS))
    if not says_something:
        raise FileRefused(_("Ce fichier est vide. Refaites l’export et renvoyez-le."))
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Text(size, UTF_16, "", misdeclared=False, is_spoilt=True)  # every other byte is a zero
    declared = _declared(head)
    # A letter cut in two by a lost byte does not make a long text of UTF-8 anything else.
    is_utf_8 = bad <= 0 or bad * 20 < high
    encoding = _encoding(declared, is_utf_8, seen)
    misdeclared = bool(seen) and bool(declared) and encoding != _KNOWN.get(_bare(declared))
    return Text(size, encoding, declared, misdeclared, has_controls or bad > 0)


def _declared(head: bytes) -> str:
    found = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
    return found[1].decode("ascii", "replace") if found else ""


def _bare(name: str) -> str:
    return re.sub(r"[\s_.:-]", "", name.lower())


def _encoding(declared: str, is_utf_8: bool, seen: set[int]) -> str:
    if is_utf_8:
        return UTF_8
    named = _KNOWN.get(_bare(declared))
    if declared and named is None:
        raise FileRefused(
            _(
                "Ce fichier annonce l’encodage « %(name)s », que Préau ne lit pas. Refaites l’export, sans"
                " ouvrir ni enregistrer le fichier."
            )
            % {"name": declared}
        )
    if named in (None, UTF_8, UTF_16, LATIN_9, "iso-8859-1"):
        # No text has control characters where Windows has « œ » and « ’ ».
        if seen & _HIGH_CONTROLS:
            return WINDOWS
        return named if named == "iso-8859-1" else LATIN_9
    return named or LATIN_9


class Recoded:
    """The same bytes as UTF-8, without what XML forbids; only what is not so already is touched."""

    def __init__(self, file: Readable, text: Text) -> None:
        self._file = file
        self._is_spoilt = text.is_spoilt
        self._is_ready = text.encoding == UTF_8 and not text.is_spoilt
        self._decoder = codecs.getincrementaldecoder(text.encoding)("replace")

    def read(self, size: int = PIECE, /) -> bytes:
        if self._is_ready:
            return self._file.read(size)
        while piece := self._file.read(size):
            # Half a letter may decode to nothing yet, which would be taken for the end.
            if decoded := self._decoder.decode(piece):
                return (decoded.translate(_UNREADABLE) if self._is_spoilt else decoded).encode()
        return self._decoder.decode(b"", True).encode()


def lines(file: Readable, text: Text, *, longest: int) -> Iterator[str]:
    """The lines of a text, each with its end. Raises `FileRefused` for one longer than `longest`."""
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(text.encoding)("replace"), translate=True
    )
    rest = ""
    is_first = True
    while True:
        piece = file.read(PIECE)
        decoded = decoder.decode(piece, final=not piece)
        if is_first and decoded:
            decoded, is_first = decoded.removeprefix("\ufeff"), False
        *whole, rest = (rest + decoded).split("\n")
        for line in whole:
            yield f"{line}\n"
        if len(rest) > longest:
            raise FileRefused(_("Une ligne de ce fichier est démesurément longue : ce n’est pas un tableau."))
        if not piece:
            break
    if rest:
        yield rest
