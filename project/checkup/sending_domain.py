"""What receivers look up about the domain that letters come from: SPF, DKIM, DMARC, and whether it takes answers.

A receiver that finds nothing there puts letters aside or refuses them. Nothing here is sent; what the resolver
does not tell is said as such, and held against nobody."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import dns.exception
import dns.resolver
from django.conf import settings

from people import domains
from project.checkup.finding import Finding

PATIENCE_SECONDS = 3.0
MOST_LOOKUPS = 10
"""More and receivers take the SPF record for broken (RFC 7208, section 4.6.4)."""


class NotToldAbout(Exception):
    """The resolver gave no answer, neither yes nor no."""


@dataclass(frozen=True)
class Names:
    """The domains that matter: the one readers see, the one bounces go to, and the keys' selectors."""

    visible: str
    envelope: str
    selectors: tuple[str, ...]
    by_provider: bool
    """A provider's own domain is on the envelope then: SPF of ours decides nothing."""

    @classmethod
    def of_settings(cls) -> "Names":
        visible = _domain_of(settings.DEFAULT_FROM_EMAIL)
        return cls(
            visible,
            _domain_of(settings.RETURN_PATH) or visible,
            tuple(settings.DKIM_SELECTORS),
            settings.EMAIL_URL.startswith("anymail"),
        )


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2].strip(" >").lower()


class Directory:
    """Answers of one resolver; after the first silence it is not asked again."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._resolver = resolver
        self._is_silent = False

    def texts(self, name: str) -> list[str]:
        """Return a name's TXT records, each put together from its pieces. Raises NotToldAbout."""
        return [
            b"".join(record.strings).decode("ascii", errors="replace") for record in self._ask(name, "TXT")
        ]

    def exchanges(self, name: str) -> list[str]:
        """Return the names of a domain's MX records; "." stands for "takes no mail". Raises NotToldAbout."""
        return [str(record.exchange) for record in self._ask(name, "MX")]

    def has_address(self, name: str) -> bool:
        """Say whether a name has an A or AAAA record. Raises NotToldAbout."""
        return any(self._ask(name, kind) for kind in ("A", "AAAA"))

    def _ask(self, name: str, kind: str) -> list[Any]:
        if self._is_silent:
            raise NotToldAbout
        try:
            self._resolver = self._resolver or dns.resolver.Resolver()
            return list(self._resolver.resolve(name, kind, search=False, lifetime=PATIENCE_SECONDS))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            self._is_silent = isinstance(error, dns.exception.Timeout | OSError)
            raise NotToldAbout from error


def check(names: Names, directory: Directory) -> Iterator[Finding]:
    """Look at everything about the domains in `names`, one finding each."""
    looks: list[tuple[str, str, Callable[[], Finding]]] = [
        ("spf", f"dig +short TXT {names.envelope}", partial(_spf, names, directory)),
        *(
            (f"dkim {one}", f"dig +short TXT {_key_of(one, names)}", partial(_dkim, one, names, directory))
            for one in names.selectors
        ),
        ("dmarc", f"dig +short TXT _dmarc.{names.visible}", partial(_dmarc, names, directory)),
        ("answers", f"dig +short MX {names.envelope}", partial(_takes_mail, names, directory)),
    ]
    for name, command, look in looks:
        try:
            finding = look()
        except NotToldAbout:
            yield Finding.note(name, f"could not be looked up from here; ask elsewhere: {command}")
        else:
            words = finding.words + (f" (look: {command})" if finding.words else "")
            yield Finding(name, finding.verdict, words)
    if not names.selectors:
        words = "not looked at: name your keys in DKIM_SELECTORS (the s= of a letter's DKIM-Signature)"
        yield Finding.note("dkim", words)


def _spf(names: Names, directory: Directory) -> Finding:
    records = _policies(directory, names.envelope)
    if names.by_provider and not records:
        return Finding.note("spf", "no record; your provider's own domain is looked at instead")
    if not records:
        return Finding.bad(
            "spf", f"{names.envelope} says nowhere which servers may send for it: publish v=spf1 …"
        )
    if len(records) > 1:
        return Finding.bad(
            "spf", f"{names.envelope} has {len(records)} SPF records, so none counts: keep one"
        )
    words = records[0].lower().split()
    if {"+all", "all"} & set(words):
        return Finding.bad(
            "spf", f"the record of {names.envelope} allows every server in the world: end it with -all"
        )
    if (lookups := _lookups(directory, names.envelope, records[0], seen=set())) > MOST_LOOKUPS:
        return Finding.bad(
            "spf", f"the record asks {lookups} further questions; above {MOST_LOOKUPS} it does not count"
        )
    if not any(word.startswith("redirect=") or word.endswith("all") for word in words):
        return Finding.note(
            "spf", "the record has no end: receivers take everybody else for possible; add -all"
        )
    return Finding.ok("spf")


def _policies(directory: Directory, name: str) -> list[str]:
    return [text for text in directory.texts(name) if text.lower().split(" ")[0] == "v=spf1"]


def _lookups(directory: Directory, name: str, record: str, *, seen: set[str]) -> int:
    """Count the questions that a receiver has to ask, those of included records too."""
    seen.add(name)
    count = 0
    for word in record.lower().split()[1:]:
        mechanism = word.lstrip("+-~?")
        kind, _, rest = mechanism.replace("=", ":", 1).partition(":")
        kind = kind.partition("/")[0]
        if kind not in {"include", "redirect", "a", "mx", "ptr", "exists"}:
            continue
        count += 1
        # A name with a macro depends on the letter; a circle is counted once and goes no further.
        if (
            kind in {"include", "redirect"}
            and rest not in seen
            and "%" not in rest
            and count <= 4 * MOST_LOOKUPS
        ):
            for inner in _policies(directory, rest)[:1]:
                count += _lookups(directory, rest, inner, seen=seen)
    return count


def _key_of(selector: str, names: Names) -> str:
    return f"{selector}._domainkey.{names.visible}"


def _dkim(selector: str, names: Names, directory: Directory) -> Finding:
    name = f"dkim {selector}"
    tags = [_tags(text) for text in directory.texts(_key_of(selector, names))]
    keys = [one for one in tags if "p" in one]
    if not keys:
        return Finding.bad(
            name, "no key is published: signatures cannot be checked, letters count as unsigned"
        )
    if not keys[0]["p"]:
        return Finding.bad(name, "the key is withdrawn (empty p=): sign with another and name that one")
    if "y" in keys[0].get("t", "").split(":"):
        return Finding.note(
            name, "the key is marked as a test (t=y): receivers may overlook a wrong signature"
        )
    return Finding.ok(name)


def _dmarc(names: Names, directory: Directory) -> Finding:
    records = _dmarc_records(directory, names.visible)
    owner = domains.registrable_domain(names.visible)
    if not records and owner and owner != names.visible:
        records = _dmarc_records(directory, owner)
    if not records:
        return Finding.bad(
            "dmarc", f"{names.visible} has no policy, and large receivers ask for one: v=DMARC1; p=none …"
        )
    if len(records) > 1:
        return Finding.bad("dmarc", f"there are {len(records)} policies, so none counts: keep one")
    policy = _tags(records[0]).get("p", "").lower()
    if policy not in {"none", "quarantine", "reject"}:
        return Finding.bad("dmarc", f"the policy says p={policy or '(nothing)'}: none, quarantine or reject")
    if policy == "none":
        return Finding.note(
            "dmarc", "p=none only watches: anybody may write in your name; later quarantine or reject"
        )
    if not names.by_provider and domains.registrable_domain(names.envelope) != owner:
        words = (
            f"RETURN_PATH is at {names.envelope}, letters come from {names.visible}: only DKIM can pass then"
        )
        return Finding.note("dmarc", words)
    return Finding.ok("dmarc")


def _dmarc_records(directory: Directory, name: str) -> list[str]:
    texts = directory.texts(f"_dmarc.{name}")
    return [text for text in texts if text.replace(" ", "").lower().startswith("v=dmarc1;")]


def _takes_mail(names: Names, directory: Directory) -> Finding:
    exchanges = directory.exchanges(names.envelope)
    if exchanges == ["."]:
        return Finding.bad("answers", f"{names.envelope} says that it takes no mail, so bounces get lost")
    if not exchanges and not directory.has_address(names.envelope):
        return Finding.bad(
            "answers", f"{names.envelope} can receive nothing; many receivers refuse its letters"
        )
    return Finding.ok("answers")


def _tags(record: str) -> dict[str, str]:
    """Read `v=DKIM1; p=…` into its tags; a record that is none yields what it yields."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.replace(" ", "").strip() for name, _, value in pairs if name.strip()}
