"""Where the bytes are: a folder, or an S3 bucket. Everything above addresses them by a key."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, Protocol
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from preau.kernel.rules import RuleBroken

PIECE = 256 * 1024


class StoreFull(RuleBroken):
    """Nothing was half-written; what was received before is still there."""

    status = 507

    def __init__(self) -> None:
        super().__init__(
            _(
                "Le serveur n’a plus de place pour ce fichier. Rien n’est perdu : ce qui est déjà envoyé est"
                " gardé. Prévenez l’établissement, puis reprenez l’envoi."
            )
        )


class Missing(Exception):
    """A row names bytes that are not there: a copy put back without its files, say. A bug or an accident."""


class Store(Protocol):
    def put(self, key: str, content: BinaryIO) -> None:
        """Whole or not at all; again, it replaces. Raises `StoreFull`."""

    def read(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Pieces of at most `PIECE` bytes. Raises `Missing`."""

    def delete(self, key: str) -> None:
        """Gone already is fine."""

    def exists(self, key: str) -> bool: ...

    def address(self, key: str, headers: dict[str, str], seconds: int) -> str | None:
        """A URL that gives these bytes with these headers for a while; None where there is no such thing."""

    def path(self, key: str) -> Path | None:
        """The file on this machine; None where there is none."""

    def answers(self) -> bool:
        """Whether it is there at all, within a few seconds. May raise where it is not."""


class FolderStore:
    """Files in a folder, two levels deep. Written beside, flushed to the disk, then renamed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, content: BinaryIO) -> None:
        target = self._path(key)
        written = None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".part", delete=False) as file:
                written = Path(file.name)
                while piece := content.read(PIECE):
                    file.write(piece)
                # A temporary file is its owner's alone; nginx (`FILES_ACCEL`) is in the folder's group.
                os.fchmod(file.fileno(), 0o640)
                file.flush()
                os.fsync(file.fileno())
            written.replace(target)
            _flush_folder(target.parent)
        except OSError as failed:
            if written is not None:
                with suppress(OSError):
                    written.unlink()
            if failed.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise StoreFull from failed
            raise

    def read(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError as lost:
            raise Missing(key) from lost
        return _pieces(file, start, length)

    def delete(self, key: str) -> None:
        target = self._path(key)
        target.unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def address(self, key: str, headers: dict[str, str], seconds: int) -> str | None:
        return None

    def path(self, key: str) -> Path | None:
        return self._path(key)

    def answers(self) -> bool:
        # It is made with the first file.
        return self.root.is_dir() or (self.root.parent.is_dir() and not self.root.exists())

    def _path(self, key: str) -> Path:
        return self.root.joinpath(*key.split("/"))


class S3Store:
    """A bucket of any S3-compatible service. Credentials come from the environment, as boto3 reads them."""

    def __init__(self, bucket: str, prefix: str = "", endpoint: str = "", region: str = "") -> None:
        import boto3  # type: ignore[import-untyped]  # in the production extra only
        from botocore.config import Config  # type: ignore[import-untyped]

        self.bucket, self.prefix = bucket, prefix.strip("/")

        def client(**patience: Any) -> Any:
            return boto3.client(
                "s3",
                endpoint_url=endpoint or None,
                region_name=region or None,
                config=Config(
                    signature_version="s3v4",
                    s3={"addressing_style": "path" if endpoint else "auto"},
                    **patience,
                ),
            )

        self._s3 = client(connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"})
        # Who asks whether it is there waits for the answer: not with the patience of an upload.
        self._asking = client(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 1})

    def put(self, key: str, content: BinaryIO) -> None:
        from boto3.exceptions import S3UploadFailedError  # type: ignore[import-untyped]
        from botocore.exceptions import ClientError  # type: ignore[import-untyped]

        try:
            # In parts where it is large; an object appears when it is whole.
            self._s3.upload_fileobj(_Kept(content), self.bucket, self._key(key))
        except (ClientError, S3UploadFailedError) as failed:
            if any(
                word in str(failed)
                for word in ("QuotaExceeded", "InsufficientStorage", "EntityTooLarge", "507")
            ):
                raise StoreFull from failed
            raise

    def read(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        from botocore.exceptions import ClientError

        if length == 0:
            return iter(())
        last = "" if length is None else str(start + length - 1)
        asked = {"Range": f"bytes={start}-{last}"} if start or length is not None else {}
        try:
            found = self._s3.get_object(Bucket=self.bucket, Key=self._key(key), **asked)
        except ClientError as failed:
            if failed.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                raise Missing(key) from failed
            raise
        pieces: Iterator[bytes] = found["Body"].iter_chunks(PIECE)
        return pieces

    def delete(self, key: str) -> None:
        self._s3.delete_object(Bucket=self.bucket, Key=self._key(key))

    def exists(self, key: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            self._s3.head_object(Bucket=self.bucket, Key=self._key(key))
        except ClientError as failed:
            if failed.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                return False
            raise
        return True

    def address(self, key: str, headers: dict[str, str], seconds: int) -> str | None:
        asked = {
            {"Content-Type": "ResponseContentType", "Content-Disposition": "ResponseContentDisposition"}[
                n
            ]: value
            for n, value in headers.items()
        }
        signed: str = self._s3.generate_presigned_url(
            "get_object", Params={"Bucket": self.bucket, "Key": self._key(key), **asked}, ExpiresIn=seconds
        )
        return signed

    def path(self, key: str) -> Path | None:
        return None

    def answers(self) -> bool:
        self._asking.head_bucket(Bucket=self.bucket)
        return True

    def _key(self, key: str) -> str:
        return f"{self.prefix}/{key}" if self.prefix else key


class _Kept:
    """boto3 closes what it has sent; the caller still reads it."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content

    def read(self, size: int = -1) -> bytes:
        return self._content.read(size)


def store() -> Store:
    """The one `STORAGE_URL` names."""
    return _opened(settings.STORAGE_URL)


@lru_cache(maxsize=8)
def _opened(url: str) -> Store:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FolderStore(Path(parts.path))
    if parts.scheme == "s3":
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return S3Store(parts.netloc, parts.path, options.get("endpoint", ""), options.get("region", ""))
    raise ValueError("STORAGE_URL is file:///folder or s3://bucket/prefix?endpoint=…&region=…")


def _pieces(file: BinaryIO, start: int, length: int | None) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = length
        while left is None or left > 0:
            piece = file.read(PIECE if left is None else min(PIECE, left))
            if not piece:
                return
            if left is not None:
                left -= len(piece)
            yield piece


def _flush_folder(folder: Path) -> None:
    """The new name is on the disk too: a power cut after the answer loses nothing."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def opened(key: str) -> Iterator[BinaryIO]:
    """A seekable file with these bytes: in memory while small, else on the local disk."""
    from tempfile import SpooledTemporaryFile

    with SpooledTemporaryFile(max_size=4 * 1024 * 1024) as file:
        for piece in store().read(key):
            file.write(piece)
        file.seek(0)
        yield file  # type: ignore[misc]
