"""Where a request comes from. What a proxy reports is believed of named proxies only."""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_REPORTED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_X_REQUEST_ID",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)


class Origin:
    """`REMOTE_ADDR` becomes the visitor's own address when the peer is one of `TRUSTED_PROXIES`.

    Of anybody else nothing is believed – but, where no proxy is named, `X-Forwarded-Proto`: an
    instance behind an unnamed one would redirect for ever.
    `request.came_directly`: no proxy had a hand in it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        request.came_directly = not any(name in meta for name in _REPORTED)  # type: ignore[attr-defined]
        if not request.came_directly:  # type: ignore[attr-defined]
            if is_trusted(meta.get("REMOTE_ADDR", "")):
                meta["REMOTE_ADDR"] = visitor(meta.get("HTTP_X_FORWARDED_FOR", ""), meta["REMOTE_ADDR"])
            else:
                for name in _REPORTED:
                    if name != "HTTP_X_FORWARDED_PROTO" or settings.TRUSTED_PROXIES:
                        meta.pop(name, None)
        return self.get_response(request)


def visitor(forwarded: str, peer: str) -> str:
    """The last address that none of our proxies has: what stands before it anybody may have written."""
    for address in reversed([each.strip() for each in forwarded.split(",") if each.strip()]):
        if _address(address) is None:
            return peer
        if not is_trusted(address):
            return address
        peer = address
    return peer


def is_trusted(address: str) -> bool:
    found = _address(address)
    return found is not None and any(
        found in network for network in _networks(tuple(settings.TRUSTED_PROXIES))
    )


def is_loopback(address: str) -> bool:
    found = _address(address)
    return found is not None and found.is_loopback


@lru_cache(maxsize=4)
def _networks(named: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(each, strict=False) for each in named)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    # A socket of both families writes 10.0.0.1 as ::ffff:10.0.0.1.
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
