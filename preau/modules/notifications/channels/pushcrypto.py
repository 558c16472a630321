"""RFC 8291: a message only the browser can read; the push service in between carries it blindly.
RFC 8292: who sends it."""

import os
import time
from base64 import urlsafe_b64encode
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from joserfc import jwt
from joserfc.jwk import ECKey

from preau.modules.notifications.channels.endpoints import decoded

_CURVE = ec.SECP256R1()
_RECORD = 4096  # the one record's size; the text is far shorter
LONGEST = 2048  # bytes of text, so that every service takes it
_HOURS = 12  # a token may live for 24


def encrypted(
    plain: bytes,
    *,
    p256dh: str,
    auth: str,
    salt: bytes | None = None,
    private: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of a push message, `Content-Encoding: aes128gcm`. `salt` and `private` are made for each
    message; only the example of the RFC gives its own."""
    if len(plain) > LONGEST:
        raise ValueError("too long for a push message")
    salt = salt or os.urandom(16)
    private = private or ec.generate_private_key(_CURVE)
    receiver = decoded(p256dh)
    sender = point(private)
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, receiver))
    key = _derived(shared, decoded(auth), b"WebPush: info\0" + receiver + sender, 32)
    content_key = _derived(key, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(key, salt, b"Content-Encoding: nonce\0", 12)
    # 2 ends the last record; there is only one.
    sealed = AESGCM(content_key).encrypt(nonce, plain + b"\x02", None)
    return salt + _RECORD.to_bytes(4, "big") + bytes([len(sender)]) + sender + sealed


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def authorization(endpoint: str) -> str:
    """The `Authorization` header: our signature, for this push service only, for some hours."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + _HOURS * 3600,
        "sub": settings.VAPID_SUBJECT,
    }
    signed = jwt.encode({"alg": "ES256", "typ": "JWT"}, claims, ECKey.import_key(_pem(private_key())))
    return f"vapid t={signed}, k={public_key()}"


def public_key() -> str:
    """What browsers are given to subscribe with. When it changes, every subscription is void."""
    return urlsafe_b64encode(point(private_key())).rstrip(b"=").decode()


@cache
def private_key() -> ec.EllipticCurvePrivateKey:
    if settings.VAPID_PRIVATE_KEY:
        return ec.derive_private_key(int.from_bytes(decoded(settings.VAPID_PRIVATE_KEY), "big"), _CURVE)
    kept = Path(settings.VAR) / "vapid-key"
    if not kept.exists():
        _keep(kept, _pem(ec.generate_private_key(_CURVE)))
    loaded = serialization.load_pem_private_key(kept.read_bytes(), password=None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return loaded


def _keep(path: Path, secret: bytes) -> None:
    """Whole or not at all, and readable by nobody else: two processes that start at once keep one key."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secret)
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()


def point(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _pem(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
