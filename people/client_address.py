"""Whose machine a request comes from; X-Forwarded-For counts only behind proxies that the operator names."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 - an address that nobody has, not one to listen on
_IPV6_PREFIX = 64


def of(request: HttpRequest) -> str:
    """Return the client's address; UNKNOWN when there is none to read.

    Behind trusted proxies it is the last hop that is not one of them: what stands left of it,
    the client may have written itself."""
    nearest = _read(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    for hop in reversed(hops):
        if nearest is None or not _is_trusted(nearest):
            break
        further = _read(hop)
        if further is None:
            break
        nearest = further
    return str(nearest) if nearest else UNKNOWN


def network_of(address: str) -> str:
    """Return what one customer of a provider has at least: an IPv4 address, or the /64 of an IPv6 one."""
    parsed = _read(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network(f"{parsed}/{_IPV6_PREFIX}", strict=False))
    return f"{parsed or UNKNOWN}/32"


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address, with or without a port, or None. IPv4 written as IPv6 is the same client."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@lru_cache(maxsize=4)
def _networks(names: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(name) for name in names)
