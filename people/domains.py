"""Whose domain a host belongs to, by the public suffix list with its private section. Pure.

Hosts come in as they are stored: lower-cased A-labels without a trailing dot (`people.addresses.clean`)."""

from functools import cache

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registrable_domain(host: str) -> str:
    """Return the domain somebody registered, or "" for a bare public suffix, an IP address or no host at all.

    A suffix the list does not know counts as one label, as the list's own rules have it."""
    if not host or host.rpartition(".")[2].isdigit() or ":" in host:
        return ""
    return _suffixes().privatesuffix(host) or ""


def is_public_suffix(host: str) -> bool:
    """Say whether the list names exactly this as a suffix under which many owners register."""
    return _suffixes().is_public(host, accept_unknown=False)


def same_organization(address: str, identifier: str) -> bool:
    """Say whether an address agrees with an identifier: both have the same registrable domain
    (product rules, section 5). This one predicate serves every rule."""
    registered = registrable_domain(identifier)
    return bool(registered) and registered == registrable_domain(address.rpartition("@")[2])
