"""Where a list goes on. What it goes on behind is somebody's name, and addresses are written down by
proxies and kept by browsers: a cursor is sealed with the instance's key."""

import json
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

LONGEST = 1000  # characters


def sealed(*parts: str) -> str:
    """A cursor that says nothing to whoever reads it."""
    return _seal(settings.SECRET_KEY).encrypt(json.dumps(parts).encode()).decode().rstrip("=")


def opened(cursor: str, length: int) -> tuple[str, ...] | None:
    """What was sealed; None when it was not by us, or is of another list."""
    if len(cursor) > LONGEST or not cursor.isascii():
        return None
    try:
        parts = json.loads(_seal(settings.SECRET_KEY).decrypt(cursor + "=" * (-len(cursor) % 4)))
    except (InvalidToken, ValueError):
        return None
    return tuple(str(part) for part in parts) if len(parts) == length else None


@lru_cache(maxsize=2)
def _seal(secret: str) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(b"preau.cursors " + secret.encode()).digest()))
