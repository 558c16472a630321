"""The headers under which a file leaves the house. Nothing anybody sent ever acts on our origin."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import http_date, parse_http_date_safe, quote_etag

from preau.kernel.intake.types import PDF, UNKNOWN
from preau.kernel.storage.kinds import FILMS, IMAGES, OFFICE, SOUNDS
from preau.kernel.storage.models import Blob
from preau.kernel.storage.store import store

# Even opened in a frame or by its own address: no script, no form, no request, an origin of its own.
CONTENT_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
SEND_PATH, SEND_RANGE = "X-Preau-Send-Path", "X-Preau-Send-Range"
SENDS_FILES = "preau.sends_files"
LINK_SECONDS = 300
_SALT = "preau.files"
_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")
# Types a browser is told; anything else is bytes to it.
_TOLD = IMAGES | OFFICE | SOUNDS | FILMS | {PDF, "application/zip"}


class Unsatisfiable(Exception):
    """The range begins after the end."""


@dataclass(frozen=True)
class Served:
    blob: Blob
    name: str
    since: datetime
    keep_seconds: int = 0  # a browser may show it again so long without asking
    on_own_origin: bool = True  # False on `FILES_ORIGIN`, where a PDF may open in its page


def answer(request: HttpRequest, served: Served) -> Any:
    """200, 206, 304 or 416. HEAD says what GET would."""
    blob = served.blob
    etag = quote_etag(blob.sha256[:32])
    if _is_known(request, etag, served.since):
        response: Any = HttpResponseNotModified()
        return _with_headers(response, served, etag)
    try:
        span = _span(request, etag, served.since, blob.size)
    except Unsatisfiable:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{blob.size}"
        return _with_headers(response, served, etag)
    start, length = span or (0, blob.size)
    response = _body(request, blob, start, length)
    response.status_code = 206 if span else 200
    if span:
        response["Content-Range"] = f"bytes {start}-{start + length - 1}/{blob.size}"
    if "X-Accel-Redirect" not in response:  # that answer has no body, and nginx measures the file itself
        response["Content-Length"] = str(length)
    # Set, it keeps the compression of pages away: a range of compressed bytes is no range.
    response["Content-Encoding"] = "identity"
    return _with_headers(response, served, etag)


def redirect_address(served: Served) -> str | None:
    """Where the bucket itself gives the file; None where it cannot, or where the file shows on a page."""
    if opens_inline(served):
        return None
    headers = {"Content-Type": content_type(served.blob), "Content-Disposition": disposition(served)}
    return store().address(served.blob.key, headers, LINK_SECONDS)


def opens_inline(served: Served) -> bool:
    """Pictures we drew. A PDF only on an origin without our cookies: it may hold scripts of its own, and
    browsers show none in a sandbox."""
    blob = served.blob
    if blob.scan == Blob.Scan.REDRAWN:
        return blob.media_type in IMAGES
    return not served.on_own_origin and blob.media_type == PDF and blob.scan == Blob.Scan.CLEAN


def content_type(blob: Blob) -> str:
    return blob.media_type if blob.media_type in _TOLD else UNKNOWN


def disposition(served: Served) -> str:
    """RFC 6266, with a plain name for old readers."""
    way = "inline" if opens_inline(served) else "attachment"
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", served.name)
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(served.name, safe='')}"


def sign(attachment_id: int, school_id: int) -> str:
    return signing.dumps([attachment_id, school_id], salt=_SALT, compress=True)


def unsign(token: str) -> tuple[int, int] | None:
    try:
        attachment_id, school_id = signing.loads(token, salt=_SALT, max_age=LINK_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return attachment_id, school_id


def _with_headers(response: Any, served: Served, etag: str) -> Any:
    response["ETag"] = etag
    response["Last-Modified"] = http_date(served.since.timestamp())
    response["Accept-Ranges"] = "bytes"
    response["Content-Type"] = content_type(served.blob)
    response["Content-Disposition"] = disposition(served)
    response["X-Content-Type-Options"] = "nosniff"
    sandboxed = served.on_own_origin or not opens_inline(served)
    response["Content-Security-Policy"] = CONTENT_POLICY if sandboxed else "frame-ancestors 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin" if served.on_own_origin else "same-site"
    response["Cache-Control"] = (
        f"private, max-age={served.keep_seconds}" if served.keep_seconds else "private, no-cache"
    )
    return response


def _body(request: HttpRequest, blob: Blob, start: int, length: int) -> Any:
    if request.method == "HEAD":
        return HttpResponse()
    path = store().path(blob.key)
    if path is not None and settings.FILES_ACCEL and path.is_relative_to(settings.STORAGE_ROOT):
        response = HttpResponse()
        # nginx knows ranges itself, and sends while this thread serves somebody else.
        response["X-Accel-Redirect"] = quote(
            settings.FILES_ACCEL + str(path.relative_to(settings.STORAGE_ROOT))
        )
        return response
    # From the server itself, not from a header: nobody outside can ask for it.
    if path is not None and request.META.get("asgi.scope", {}).get(SENDS_FILES):
        response = HttpResponse()
        response[SEND_PATH], response[SEND_RANGE] = quote(str(path)), f"{start}-{length}"
        return response
    return StreamingHttpResponse(store().read(blob.key, start, length))


def _is_known(request: HttpRequest, etag: str, since: datetime) -> bool:
    if known := request.headers.get("If-None-Match"):
        return known.strip() == "*" or etag in [each.strip().removeprefix("W/") for each in known.split(",")]
    asked = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return asked is not None and int(since.timestamp()) <= asked


def _span(request: HttpRequest, etag: str, since: datetime, size: int) -> tuple[int, int] | None:
    """(start, length) of the one range asked for; None: the whole. Several ranges are answered whole."""
    found = _RANGE.match(request.headers.get("Range", "").strip())
    if found is None or found.groups() == ("", "") or max(map(len, found.groups())) > 18:
        return None
    if (condition := request.headers.get("If-Range", "").strip()) and condition != etag:
        asked = parse_http_date_safe(condition)
        if asked is None or asked != int(since.timestamp()):
            return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        if int(last) == 0 or size == 0:
            raise Unsatisfiable
        start = max(0, size - int(last))
        return start, size - start
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < int(first):
        return None  # not a range at all: RFC 9110 has it ignored
    if start >= size:
        raise Unsatisfiable
    return start, end - start + 1
