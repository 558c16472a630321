"""From where somebody comes, as far as it is kept: a part of the network, a kind of device."""

import re
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

_DEVICES = (
    ("tablet", re.compile(r"iPad|Tablet|PlayBook|Silk|Android(?!.*Mobile)", re.IGNORECASE)),
    ("phone", re.compile(r"Mobi|iPhone|iPod|Android", re.IGNORECASE)),
    ("computer", re.compile(r"Windows|Macintosh|X11|CrOS|Linux", re.IGNORECASE)),
)


def network_of(request: Any) -> str:
    """The /24 or /48 an address lies in: tells the school's network from another, no household."""
    return coarse(request.META.get("REMOTE_ADDR", ""))


def coarse(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:  # a socket, or a proxy that names none
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


def device_of(request: Any) -> str:
    """`phone`, `tablet`, `computer`, or nothing where the browser does not say. Never its version."""
    agent = request.META.get("HTTP_USER_AGENT", "")[:400]
    return next((kind for kind, sign in _DEVICES if sign.search(agent)), "")
