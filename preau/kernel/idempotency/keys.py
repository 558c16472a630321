"""What makes two requests the same one."""

import hashlib
import hmac
import re
from typing import Any

from django.utils.crypto import salted_hmac

from preau.kernel.web.scope import scope_named_in

HEADER = "Idempotency-Key"
FIELD = "_key"
LONGEST = 255
DRAWN = re.compile(r"[0-9a-f]{32}")  # by a page of ours
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# Drawn anew with each page: a form sent again from a second copy of its page is still the same.
_UNCOUNTED = {FIELD, "csrfmiddlewaretoken"}


class UnreadableKey(ValueError):
    """Too long, or of letters no header may hold."""


def key_of(request: Any) -> str:
    """The key named by the header, or by the form; empty where there is none. Raises `UnreadableKey`."""
    given: str = request.headers.get(HEADER) or request.POST.get(FIELD, "")
    if len(given) > 1 and given[0] == given[-1] == '"':  # the draft writes it as a quoted string
        given = given[1:-1]
    if len(given) > LONGEST or not given.isascii() or (given and not given.isprintable()):
        raise UnreadableKey
    return given


def kept_as(request: Any, key: str) -> str:
    """The key as it stands in the table: of this hat, in this school and year, and in clear nowhere."""
    place = ".".join(scope_named_in(request))
    named = "\0".join((key, request.actor.hat.key, place))
    return salted_hmac("preau.idempotency.key", named, algorithm="sha256").hexdigest()


def sent_in(request: Any) -> str:
    """What was asked, of which address. Forms by their fields: a browser packs the same form otherwise
    each time."""
    secret = salted_hmac("preau.idempotency.sent", "", algorithm="sha256").digest()
    digest = hmac.new(secret, digestmod=hashlib.sha256)

    def add(*parts: str | bytes) -> None:
        for part in parts:
            data = part.encode() if isinstance(part, str) else part
            digest.update(len(data).to_bytes(8, "big") + data)

    add(request.method, request.get_full_path())
    if request.content_type not in FORMS:
        add(request.body)
        return digest.hexdigest()
    for name, values in sorted(request.POST.lists()):
        if name not in _UNCOUNTED:
            add(name, *values)
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            add(name, file.name or "", str(file.size))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()
