"""A file that gzip packed, unpacked as it is read, within the bounds of archives."""

import gzip
import zlib
from io import SEEK_END
from typing import BinaryIO

from django.utils.translation import gettext as _

from preau.kernel.intake.zips import ArchiveRefused, Bounds

_CHUNK = 64 * 1024


class Unpacked:
    """`with Unpacked(file, bounds) as content: content.read(…)`, as the content of an archive's member. What
    was packed in several pieces is read as one. Raises `ArchiveRefused`, with a sentence."""

    def __init__(self, file: BinaryIO, bounds: Bounds) -> None:
        packed = file.seek(0, SEEK_END)
        file.seek(0)
        self._most = min(bounds.largest, bounds.ratio * max(packed, 1_000))
        self._read = 0
        self._file = gzip.GzipFile(fileobj=file, mode="rb")

    def __enter__(self) -> "Unpacked":
        return self

    def __exit__(self, *raised: object) -> None:
        self._file.close()

    def read(self, size: int = _CHUNK, /) -> bytes:
        try:
            piece = self._file.read(min(size, _CHUNK))
        except (gzip.BadGzipFile, EOFError, zlib.error) as broken:
            raise ArchiveRefused(_("Ce fichier est arrivé abîmé. Envoyez-le de nouveau.")) from broken
        self._read += len(piece)
        if self._read > self._most:
            raise ArchiveRefused(
                _("Une fois décompressé, ce fichier serait démesurément grand. Refaites l’export.")
            )
        return piece
