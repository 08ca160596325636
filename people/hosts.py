"""Bring host names to one form, and know what looks like one. Pure: nothing is looked up."""

import re
from typing import Final

import idna

from people import domains, scripts
from people.sentences import Sentence

LIMIT: Final = 253
LABEL_LIMIT: Final = 63
# Longer texts are refused before anything looks at each character.
_READABLE: Final = 1000
_NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*")
# Top-level names that no registry runs but that look like one in a text.
_UNREGISTERED: Final = frozenset(
    {"example", "test", "invalid", "localhost", "local", "internal", "onion", "lan"}
)


class HostRefused(ValueError):
    """The text is no host name; `code` is one of malformed, no_dot, too_long, mixed, ip_address."""

    def __init__(self, message: Sentence, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def clean(text: str) -> str:
    """Return the host name as lower-case A-labels (IDNA 2008 with UTS 46 mapping), without a final dot.

    Raises HostRefused. At least two labels; which names exist or are reserved is not its business.
    """
    if len(text) > _READABLE:
        raise _too_long()
    try:
        mapped = idna.uts46_remap(text, std3_rules=True).removesuffix(".")
    except UnicodeError as error:
        raise _malformed() from error
    labels = mapped.split(".")
    if "" in labels:
        raise _malformed()
    if _NUMBER.fullmatch(labels[-1]):
        raise HostRefused(Sentence("Enter a domain name, not an IP address"), "ip_address")
    host = ".".join(_a_label(label) for label in labels)
    if len(host) > LIMIT:
        raise _too_long()
    if len(labels) < 2:
        raise HostRefused(Sentence("A domain needs a dot, like example.com"), "no_dot")
    return host


def unicode_form(host: str) -> str:
    """Return a clean host as people read it; labels that cannot be decoded stay as they are."""
    return ".".join(_u_label(label) for label in host.split("."))


def is_top_level(label: str) -> bool:
    """Tell whether a label may end a host name that a reader, or a mail client, takes for real."""
    label = label.lower()
    return bool(label) and (label in _UNREGISTERED or ("." not in label and domains.is_public_suffix(label)))


def _a_label(label: str) -> str:
    try:
        a_label = idna.alabel(label).decode("ascii")
        u_label = idna.ulabel(a_label)
        # An A-label typed as such must decode to what the mapping would have kept.
        if idna.uts46_remap(u_label) != u_label:
            raise _malformed()
    except idna.IDNAError as error:
        raise (
            _too_long() if len(label) > LABEL_LIMIT or error.code == "label_too_long" else _malformed()
        ) from error
    except UnicodeError as error:
        raise _malformed() from error
    if scripts.mixes(u_label):
        raise HostRefused(Sentence("This domain mixes alphabets: use the letters of one alphabet"), "mixed")
    return a_label


def _u_label(label: str) -> str:
    try:
        return idna.ulabel(label)
    except UnicodeError:
        return label


def _malformed() -> HostRefused:
    return HostRefused(Sentence("Enter a domain name in the correct format, like example.com"), "malformed")


def _too_long() -> HostRefused:
    return HostRefused(Sentence("A domain has 253 characters at most, and 63 between two dots"), "too_long")
