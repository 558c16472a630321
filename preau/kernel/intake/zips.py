"""Archives from outside, read one member after another, within bounds. Nothing is written to a path
that an archive names: the caller gets names that are only names, and bytes."""

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from preau.kernel.intake.names import file_name
from preau.kernel.rules import RuleBroken

_CHUNK = 64 * 1024
_ENDINGS = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".zst")


class ArchiveRefused(RuleBroken):
    """Nothing of the archive was kept."""


@dataclass(frozen=True)
class Bounds:
    members: int = 2_000
    largest: int = 50_000_000  # of one member, unpacked
    total: int = 500_000_000  # unpacked
    ratio: int = 150  # a text packs 20 times smaller, a bomb a thousand times
    nested: bool = False  # an archive in the archive is refused


@dataclass(frozen=True)
class Member:
    """`path`: cleaned folders and name, for showing and matching, never for opening a file."""

    path: PurePosixPath
    size: int
    _entry: zipfile.ZipInfo

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def is_of_the_system(self) -> bool:
        """Put there by a computer and not by a person: `__MACOSX`, names that begin with a dot."""
        parts = self._entry.orig_filename.replace("\\", "/").split("/")
        return any(part == "__MACOSX" or (part.startswith(".") and part != ".") for part in parts)


class Archive:
    """`with Archive(file) as archive: for member, content in archive.members(): …`

    The listing is checked before a byte is unpacked; what is unpacked is counted, since a listing lies.
    Raises `ArchiveRefused`, with a sentence, from either.
    """

    def __init__(self, file: BinaryIO, bounds: Bounds = Bounds()) -> None:
        self.bounds = bounds
        self._spent = 0
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as broken:
            raise ArchiveRefused(
                _("Ce fichier n’est pas une archive ZIP lisible. Refaites l’archive et renvoyez-la.")
            ) from broken
        self._listed = self._checked()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *raised: object) -> None:
        self._zip.close()

    def __len__(self) -> int:
        return len(self._listed)

    @property
    def listed(self) -> tuple[Member, ...]:
        return self._listed

    def members(self) -> Iterator[tuple[Member, "Content"]]:
        for member in self._listed:
            with Content(self, member) as content:
                yield member, content

    def _checked(self) -> tuple[Member, ...]:
        entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        if len(entries) > self.bounds.members:
            raise ArchiveRefused(
                ngettext(
                    "Cette archive contient plus de %(count)d fichier. Envoyez-la en plusieurs fois.",
                    "Cette archive contient plus de %(count)d fichiers. Envoyez-la en plusieurs fois.",
                    self.bounds.members,
                )
                % {"count": self.bounds.members}
            )
        members = tuple(self._member(entry) for entry in entries)
        if len({member.path for member in members}) < len(members):
            raise ArchiveRefused(_("Deux fichiers de cette archive portent le même nom. Renommez-en un."))
        total, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
        if total > self.bounds.total or total > self.bounds.ratio * max(packed, 1_000):
            raise _bomb()
        return members

    def _member(self, entry: zipfile.ZipInfo) -> Member:
        # `orig_filename` is what the file says, before Python made it presentable.
        path = safe_path(entry.orig_filename)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ArchiveRefused(
                _("Cette archive contient un raccourci (%(name)s). Remplacez-le par le fichier lui-même.")
                % {"name": path}
            )
        if entry.flag_bits & 0x1:
            raise ArchiveRefused(
                _("Cette archive est protégée par un mot de passe. Refaites-la sans mot de passe.")
            )
        if not self.bounds.nested and path.name.lower().endswith(_ENDINGS):
            raise ArchiveRefused(
                _("Cette archive en contient une autre (%(name)s). Ouvrez-la et envoyez ses fichiers.")
                % {"name": path}
            )
        if entry.file_size > self.bounds.largest:
            raise ArchiveRefused(_("Le fichier %(name)s de cette archive est trop grand.") % {"name": path})
        return Member(path, entry.file_size, entry)

    def _open(self, member: Member) -> IO[bytes]:
        try:
            return self._zip.open(member._entry)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as broken:
            raise _damaged(member) from broken

    def _count(self, read: int) -> None:
        self._spent += read
        if self._spent > self.bounds.total:
            raise _bomb()


class Content:
    """The bytes of one member, unpacked as they are read."""

    def __init__(self, archive: Archive, member: Member) -> None:
        self._archive, self._member, self._read = archive, member, 0
        self._file: IO[bytes] | None = None

    def __enter__(self) -> "Content":
        return self

    def __exit__(self, *raised: object) -> None:
        if self._file is not None:
            self._file.close()

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return b"".join(self)
        if self._file is None:
            self._file = self._archive._open(self._member)
        try:
            piece = self._file.read(min(size, _CHUNK))
        except Exception as broken:  # zlib.error, lzma.LZMAError, BadZipFile, EOFError: all « damaged »
            raise _damaged(self._member) from broken
        self._read += len(piece)
        if self._read > self._archive.bounds.largest or self._read > self._member.size:
            raise _bomb()
        self._archive._count(len(piece))
        if (
            piece
            and not self._archive.bounds.nested
            and self._read == len(piece)
            and piece[:4] == b"PK\x03\x04"
        ):
            self._refuse_hidden_archive(piece)
        return piece

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(_CHUNK):
            yield piece

    def _refuse_hidden_archive(self, piece: bytes) -> None:
        # Office documents are archives as well, and are what people put into one.
        if b"[Content_Types].xml" not in piece[:400] and not piece[30:38] == b"mimetype":
            raise ArchiveRefused(
                _("Cette archive en contient une autre (%(name)s). Ouvrez-la et envoyez ses fichiers.")
                % {"name": self._member.path}
            )


def safe_path(sent: str) -> PurePosixPath:
    """Folders and name of a member. Raises `ArchiveRefused` for one that leads out of the archive."""
    words = sent.replace("\\", "/")
    parts = words.split("/")
    if words.startswith("/") or ".." in parts or "\x00" in sent or (len(words) > 1 and words[1] == ":"):
        raise ArchiveRefused(
            _("Cette archive contient un chemin interdit (%(name)s). Refaites-la depuis le dossier lui-même.")
            % {"name": file_name(sent)}
        )
    return PurePosixPath(*(file_name(part) for part in parts if part not in ("", ".")))


def _bomb() -> ArchiveRefused:
    return ArchiveRefused(
        _("Une fois ouverte, cette archive serait démesurément grande. Envoyez ses fichiers séparément.")
    )


def _damaged(member: Member) -> ArchiveRefused:
    return ArchiveRefused(
        _("Le fichier %(name)s de cette archive est abîmé. Refaites l’archive et renvoyez-la.")
        % {"name": member.path}
    )
