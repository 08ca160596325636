"""Word what a person agrees to who authorizes a Smart Account, in each language of the pages.

The requester ticks it on *Yes*, the authorizer on the code page; the evidence of a decision keeps the exact
text beside its version. A version names one text in one language: what is ticked, posted and signed is the
version that was shown. Change a word in any language, change VERSION: an older tick is then refused and the new
text shown. No catalogue of translations stands between: nothing but this module can change what is signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

VERSION: Final = "2026-11.2"
"""The English text; others have their language behind it."""


@dataclass(frozen=True)
class _Words:
    """The statement in one language. `authority` is a clause that both texts and the first page use.

    `otherwise` ends the authorizer's text where others than the requester are named as administrators.
    """

    authority: str
    authorizer: str
    otherwise: str
    requester: str


# Source article, "Who authorizes?"; product rules, section 3, step 4.
_ENGLISH: Final = _Words(
    authority="authority to create the account and to manage product and service entitlements, licence agreements,"
    " users and roles on behalf of the organization",
    authorizer="I may act for the organization that uses {account_domain}: I have {authority}."
    " I authorize {operator} to activate the Smart Account “{account_name}” for {account_domain},"
    " administered by {administrators}.",
    otherwise=" If none of them has signed in by the time of activation, the person who asked for the account"
    " administers it too.",
    requester="I may act for the organization that uses the identifier above: I have {authority}."
    " I authorize {operator} to activate the Smart Account with the identifier, the name and the"
    " administrators given above. If I name no administrator, or none of them has signed in by the time"
    " of activation, I administer it.",
)
_GERMAN: Final = _Words(
    authority="im Namen der Organisation das Konto anzulegen sowie Produkt- und Serviceberechtigungen,"
    " Lizenzvereinbarungen, Benutzerkonten und Rollen zu verwalten",
    authorizer="Ich darf für die Organisation handeln, die {account_domain} verwendet: Ich bin befugt, {authority}."
    " Ich ermächtige {operator}, den Smart Account „{account_name}“ für {account_domain} zu aktivieren,"
    " verwaltet von {administrators}.",
    otherwise=" Hat sich bis zur Aktivierung keine dieser Personen angemeldet, verwaltet ihn auch die Person, die das"
    " Konto beantragt hat.",
    requester="Ich darf für die Organisation handeln, die die oben stehende Kennung verwendet: Ich bin befugt,"
    " {authority}. Ich ermächtige {operator}, den Smart Account mit der Kennung, dem Namen und den zur Verwaltung"
    " benannten Personen zu aktivieren, die oben angegeben sind. Benenne ich niemanden oder hat sich bis zur"
    " Aktivierung keine der benannten Personen angemeldet, verwalte ich ihn.",
)
_IN_FORCE: Final = {VERSION: _ENGLISH, f"{VERSION}-de": _GERMAN}

AUTHORITY: Final = _ENGLISH.authority


def version_in(language: str) -> str:
    """Return the version to show in a language; the English one where there is no other."""
    version = f"{VERSION}-{language}"
    return version if version in _IN_FORCE else VERSION


def is_in_force(version: str) -> bool:
    """Tell whether a tick of this version counts today."""
    return version in _IN_FORCE


def authority(version: str = VERSION) -> str:
    """Return the clause that names what one must be allowed to do."""
    return _IN_FORCE[version].authority


def text(
    account_domain: str,
    *,
    account_name: str,
    administrators: Sequence[str],
    requester: str,
    operator: str,
    version: str = VERSION,
) -> str:
    """Return the statement about exactly these facts, in the first person, without markup.

    `administrators` are addresses in the order shown on the page, the requester's among them when nobody
    was named; `requester` is that address. Raises ValueError without one: an account always has an
    administrator; KeyError for a version that is not in force.
    """
    if not administrators:
        raise ValueError("Nobody would administer this account.")
    words = _IN_FORCE[version]
    template = words.authorizer + ("" if list(administrators) == [requester] else words.otherwise)
    return template.format(
        account_domain=account_domain,
        account_name=account_name,
        administrators=", ".join(administrators),
        authority=words.authority,
        operator=operator,
    )


def own_text(*, operator: str, version: str = VERSION) -> str:
    """Return the statement a requester ticks on *Yes*, below the identifier, the name and the people it is about.

    The facts stand above it on the page and beside it in the evidence: the words are the same before and
    after they are typed, so what is kept is exactly what was shown. Raises KeyError as `text`.
    """
    words = _IN_FORCE[version]
    return words.requester.format(authority=words.authority, operator=operator)
