"""Bring the account domain identifier to its normal form, derive it, and refuse what cannot name an account.

The rules about addresses are in `agreement`, look-alikes in `look_alikes`, mail services in `mail_domains`;
their functions are called through this module (product rules, section 5).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from people import addresses, domains, hosts, text
from people.domains import registrable_domain
from people.sentences import Sentence
from requests_app.domain import special_names
from requests_app.domain.agreement import Explanation, HoldReason, agrees, explain, hold_reasons
from requests_app.domain.look_alikes import skeleton
from requests_app.domain.mail_domains import is_disposable, is_free_mail, proves_nothing

__all__ = [
    "Explanation",
    "HoldReason",
    "IdentifierRefused",
    "Normalized",
    "agrees",
    "derive",
    "explain",
    "hold_reasons",
    "is_disposable",
    "is_free_mail",
    "is_protected",
    "normalize",
    "registrable_domain",
    "related",
    "skeleton",
    "u_label",
]

_READABLE: Final = 4000
_SHARED: Final = Sentence("This is shared by many companies: enter your company's own domain")


class IdentifierRefused(ValueError):
    """The text cannot name an account; `message` is for the field, `code` for the program."""

    def __init__(self, message: Sentence, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True)
class Normalized:
    """An identifier in its normal form; `changed` when what was typed must be shown for confirmation."""

    identifier: str
    changed: bool


def normalize(typed: str, *, allow_test_domains: bool) -> Normalized:
    """Return the identifier that a name, a URL or an e-mail address stands for.

    Lower-case A-labels without a leading `www.` (unless that is the registered name). Capitals, white
    space around and a final dot are no change worth confirming; everything else is. Raises IdentifierRefused.
    """
    if len(typed) > _READABLE:
        raise IdentifierRefused(
            Sentence("A domain has 253 characters at most, and 63 between two dots"), "too_long"
        )
    named = _host_in(text.strip_edges(typed))
    if not named:
        raise IdentifierRefused(Sentence("Enter the account domain identifier"), "empty")
    host = _clean(named)
    without_www = host.removeprefix("www.")
    if registrable_domain(without_www):
        host = without_www
    _refuse_unfit(host, allow_test_domains=allow_test_domains)
    plain = unicodedata.normalize("NFC", typed.strip().lower()).removesuffix(".")
    return Normalized(host, changed=plain not in (host, u_label(host)))


def _host_in(typed: str) -> str:
    """Cut the host out of a URL or an address; what is neither comes back as it is."""
    if "://" in typed:
        typed = typed.partition("://")[2]
    elif typed[:7].lower() == "mailto:":
        typed = typed[7:]
    typed = re.split(r"[/\\?#>]", typed.removeprefix("//"), maxsplit=1)[0]
    typed = typed.rpartition("@")[2]
    return text.strip_edges(re.sub(r":\d*\Z", "", typed))


def _clean(named: str) -> str:
    try:
        return hosts.clean(named)
    except hosts.HostRefused as error:
        if error.code == "no_dot":
            # One label says more than that a dot is missing: it may be a suffix or a reserved name.
            label = named.lower().removesuffix(".")
            if domains.is_public_suffix(label):
                raise IdentifierRefused(_SHARED, "public_suffix") from error
            if special_names.is_reserved(label, allow_test_domains=True):
                raise _reserved() from error
        raise IdentifierRefused(error.message, error.code) from error


def _refuse_unfit(host: str, *, allow_test_domains: bool) -> None:
    if special_names.is_reserved(host, allow_test_domains=allow_test_domains):
        raise _reserved()
    if not registrable_domain(host):
        raise IdentifierRefused(_SHARED, "public_suffix")
    if proves_nothing(host):
        raise IdentifierRefused(
            Sentence("Use your company's own domain: anybody can get an address at this one"), "free_mail"
        )


def _reserved() -> IdentifierRefused:
    return IdentifierRefused(
        Sentence("This name is reserved and no company can own it: enter your company's own domain"),
        "reserved",
    )


def u_label(identifier: str) -> str:
    """Return the identifier as people read it; equal to it when it has no foreign letters."""
    return hosts.unicode_form(identifier)


def derive(address: str) -> str:
    """Return the default identifier, the registrable domain of an address; '' when it proves nothing."""
    host = addresses.domain_of(address)
    return "" if proves_nothing(host) else registrable_domain(host)


def related(identifier: str, other: str) -> bool:
    """Tell whether one is a sub-domain of the other; an identifier is not related to itself."""
    return identifier.endswith(f".{other}") or other.endswith(f".{identifier}")


def is_protected(identifier: str, *, reserved: Iterable[str]) -> bool:
    """Tell whether a reviewer must look twice: the name is, lies under, or looks like a reserved one.

    A reserved entry with a dot is a domain, one without a dot a brand: any label that looks like it counts.
    """
    looks = {skeleton(identifier), skeleton(registrable_domain(identifier))}
    label_looks = {skeleton(label) for label in identifier.split(".")}
    for entry in reserved:
        name = entry.strip().lower()
        if not name:
            continue
        if "." not in name:
            if skeleton(name) in label_looks:
                return True
        elif identifier == name or related(identifier, name) or skeleton(name) in looks:
            return True
    return False
