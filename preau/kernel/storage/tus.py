"""The words of tus 1.0 (https://tus.io/protocols/resumable-upload): headers in, headers out."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from preau.kernel.rules import RuleBroken
from preau.kernel.storage.uploads import LARGEST_PIECE

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination,checksum"
CHECKSUMS = ("sha1", "sha256")
PIECE_TYPE = "application/offset+octet-stream"
_LONGEST_NAME = 4_096


class Unreadable(Exception):
    """Not tus, or not the tus spoken here."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


def answer(status: int, headers: Mapping[str, str] | None = None, *, text: str = "") -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response[name] = value
    if status == 204:
        del response["Content-Type"]
    return response


def broken(rule: RuleBroken, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The sentence, to be shown beside the file as it is."""
    return answer(rule.status, headers, text=str(rule.message))


def offers() -> HttpResponse:
    return answer(
        204,
        {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
        },
    )


def speaks_another(request: Any) -> HttpResponse | None:
    """412 for another version of the protocol."""
    if request.headers.get("Tus-Resumable") == VERSION:
        return None
    return answer(412, {"Tus-Version": VERSION})


def creation(request: Any) -> dict[str, Any]:
    """What an upload is to be. Metadata: `filename`, `kind`, `owner`. Raises `Unreadable`."""
    length = _number(request, "Upload-Length")
    metadata = _metadata(request.headers.get("Upload-Metadata", ""))
    try:
        owner = UUID(metadata.get("owner", ""))
    except ValueError:
        owner = None
    return {
        "kind_code": metadata.get("kind", ""),
        "owner_uuid": owner,
        "name": metadata.get("filename", "")[:_LONGEST_NAME],
        "length": length,
    }


def piece(request: Any) -> dict[str, Any]:
    """One PATCH. Raises `Unreadable`."""
    if request.content_type != PIECE_TYPE:
        raise Unreadable(f"Content-Type: {PIECE_TYPE}", 415)
    offset = _number(request, "Upload-Offset")
    sent = request.body
    if len(sent) > LARGEST_PIECE:
        raise Unreadable(f"at most {LARGEST_PIECE} bytes a piece", 413)
    return {"offset": offset, "piece": sent, "checksum": _checksum(request)}


def _number(request: Any, header: str) -> int:
    value = request.headers.get(header, "")
    # `isdigit` alone takes digits of every script.
    if not (value.isascii() and value.isdigit()) or len(value) > 15:
        raise Unreadable(f"{header} is missing or no number")
    return int(value)


def _checksum(request: Any) -> tuple[str, bytes] | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _, encoded = header.partition(" ")
    digest = _decoded(encoded)
    if algorithm not in CHECKSUMS or len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise Unreadable(f"Upload-Checksum: one of {', '.join(CHECKSUMS)}")
    return algorithm, digest


def _metadata(header: str) -> dict[str, str]:
    found = {}
    for pair in filter(None, (each.strip() for each in header[:16_384].split(","))):
        key, _, encoded = pair.partition(" ")
        found[key] = _decoded(encoded).decode("utf-8", "replace")
    return found


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("base64 is expected") from None
