"""Addresses of push services come from browsers, so from anybody: what may be asked of the network on
their word."""

import ipaddress
import socket
from base64 import urlsafe_b64decode
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

LONGEST = 1000
_LOCAL = (".local", ".internal", ".localhost")
_UNICAST = ipaddress.IPv6Network("2000::/3")  # all there is for public use; what is not is not listed in full
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Python's own list of what is not global leaves these out.
_SPECIAL = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("192.88.99.0/24"))


class BadEndpoint(ValueError):
    """No address of a push service."""


def check_endpoint(endpoint: str) -> None:
    """Refuse what cannot be a push service: not https, another port, a name without a dot, an address of
    this network. Asks no name server. Raises `BadEndpoint`."""
    origin = _origin(endpoint)
    if origin in settings.PUSH_SERVICES:
        return
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    if parts.scheme != "https" or parts.username or parts.password or parts.port not in (None, 443):
        raise BadEndpoint("not an https address")
    if ("." not in host.strip(".") and ":" not in host) or host.endswith(_LOCAL):
        raise BadEndpoint("a name of this network")
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        return
    if not _public(literal):
        raise BadEndpoint("an address of this network")


def public_address(endpoint: str) -> tuple[str, int]:
    """Where to connect: an address the name has now, which is the one to use – asked again it may be
    another. Raises `BadEndpoint` when any of its addresses is not public, `OSError` without a name server."""
    check_endpoint(endpoint)
    parts = urlsplit(endpoint)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = [info[4] for info in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)]
    addresses = [str(address[0]) for address in found]
    if _origin(endpoint) not in settings.PUSH_SERVICES and not all(
        _public(ipaddress.ip_address(address.partition("%")[0])) for address in addresses
    ):
        raise BadEndpoint("a name that leads into this network")
    return addresses[0], port


def check_keys(p256dh: str, auth: str) -> None:
    """Raises `BadEndpoint` for keys no browser makes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(p256dh))
        sound = len(decoded(auth)) == 16
    except ValueError as error:
        raise BadEndpoint("no key of a browser") from error
    if not sound:
        raise BadEndpoint("no secret of a browser")


def decoded(text: str) -> bytes:
    """Base64 of the URL alphabet, with or without its padding. Raises `ValueError`."""
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def _origin(endpoint: str) -> str:
    try:
        parts = urlsplit(endpoint)
        _ = parts.port
    except ValueError as error:
        raise BadEndpoint("no address") from error
    if len(endpoint) > LONGEST or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        raise BadEndpoint("no address")
    return f"{parts.scheme}://{parts.netloc}"


def _public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inside(address)
        if inner is None:
            return address in _UNICAST and address.is_global
        address = inner
    return address.is_global and not (
        address.is_multicast or address.is_reserved or any(address in each for each in _SPECIAL)
    )


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The address of the old alphabet that one of the new leads to, by whatever bridge."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
