"""Clean and compare e-mail addresses. Pure: nothing is looked up and nothing is sent.

Stricter than Django's validator, which lets `a@localhost`, `a@[127.0.0.1]`, mixed alphabets and
over-long domains through.
"""

import re
from typing import Final

from people import hosts, text
from people.sentences import Sentence

LIMIT: Final = 254  # RFC 5321, section 4.5.3.1.3, without the angle brackets
LOCAL_LIMIT: Final = 64

# Nobody's own mailbox: such an address cannot authorize (product rules, security, section 3).
ROLES: Final = frozenset(
    {
        "abuse",
        "donotreply",
        "hostmaster",
        "mailerdaemon",
        "noreply",
        "postmaster",
        "root",
        "security",
        "unsubscribe",
        "webmaster",
    }
)
# Read by several people: the nomination letter waits for a reviewer.
SHARED_MAILBOXES: Final = frozenset({"admin", "contact", "hello", "info", "it", "office", "sales", "support"})

_FORMAT: Final = Sentence("Enter an e-mail address in the correct format, like name@example.com")
_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_QUOTED_NAME: Final = re.compile(r'"[^"]*"(?=\s*<)')
_ANGLED: Final = re.compile(r"<\s*([^<>\s][^<>]*)>")


class AddressRefused(ValueError):
    """The text is no e-mail address we can write to; `message` is for the field, `code` for the program."""

    def __init__(self, message: Sentence, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def clean(address: str) -> str:
    """Return one address in its single form: lower case, the domain as A-labels.

    Spaces and invisible characters around it, `mailto:` and a final dot are forgiven. Raises AddressRefused.
    """
    address = text.strip_edges(address)
    if address[:7].lower() == "mailto:":
        address = text.strip_edges(address[7:].partition("?")[0])
    if not address:
        raise AddressRefused(Sentence("Enter an e-mail address"), "empty")
    if _CONTROL.search(address):
        raise AddressRefused(_FORMAT, "format")
    if address.count("@") > 1 and re.search(r"[\s,;]", address):
        raise AddressRefused(Sentence("Enter one address"), "several")
    if re.search(r'[<>"]', address):
        raise AddressRefused(Sentence("Enter only the address, without a name"), "name")
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise AddressRefused(_FORMAT, "format")
    return f"{_clean_local(local)}@{_clean_domain(domain, room=LIMIT - len(local) - 1)}"


def _clean_local(local: str) -> str:
    if not local.isascii():
        raise AddressRefused(Sentence("Use only a-z, 0-9 and signs like . - _ + before the @"), "not_ascii")
    if not _LOCAL.fullmatch(local):
        raise AddressRefused(_FORMAT, "format")
    if len(local) > LOCAL_LIMIT:
        raise AddressRefused(Sentence("Enter 64 characters at most before the @"), "too_long")
    return local.lower()


def _clean_domain(domain: str, *, room: int) -> str:
    try:
        host = hosts.clean(domain)
    except hosts.HostRefused as error:
        messages = {
            "no_dot": Sentence("The address's domain needs a dot, like name@example.com"),
            "too_long": Sentence("E-mail addresses have 254 characters at most, and 63 between two dots"),
            "mixed": Sentence("The address's domain mixes alphabets"),
        }
        raise AddressRefused(messages.get(error.code, _FORMAT), error.code) from error
    if len(host) > room:
        raise AddressRefused(Sentence("E-mail addresses have 254 characters at most"), "too_long")
    return host


def comparison_key(address: str) -> str:
    """Return what two addresses of one mailbox have in common: lower case, without `+tag`."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def domain_of(address: str) -> str:
    """Return the host after the last `@`."""
    return address.rpartition("@")[2].lower()


def is_role(address: str) -> bool:
    """Tell whether the address belongs to a function such as postmaster, however it is spelled or tagged."""
    return re.sub(r"[-._]", "", _mailbox(address)) in ROLES


def is_shared_mailbox(address: str) -> bool:
    """Tell whether several people are likely to read the mailbox."""
    return _mailbox(address) in SHARED_MAILBOXES


def _mailbox(address: str) -> str:
    return comparison_key(address).rpartition("@")[0]


def split_list(pasted: str) -> list[str]:
    """Take a pasted list apart, as mail programs write it: `Name <a@b.example>; c@d.example`.

    Names are dropped, the order and doublets are kept. What is no address comes back as it is, for
    `clean` to refuse.
    """
    found: list[str] = []
    for piece in re.split(r"[;\r\n]+", _QUOTED_NAME.sub(" ", pasted)):
        entries = [entry.strip() for entry in piece.split(",") if entry.strip()]
        for at, entry in enumerate(entries):
            bracketed = _ANGLED.findall(entry)
            if bracketed:
                found += [address.strip() for address in bracketed]
            elif "@" in entry:
                found += entry.split()
            elif not _begins_a_name(entries[at + 1 :]):
                found.append(entry)
    return found


def _begins_a_name(following: list[str]) -> bool:
    """Tell whether a bare word belongs to the next address, as in "Doe, Jane <jane@acme.example>"."""
    next_address = next((entry for entry in following if "@" in entry), "")
    return bool(_ANGLED.search(next_address))
