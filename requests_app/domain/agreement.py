"""Decide what addresses prove for an identifier: what the page says of it, and why a letter waits."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from people import addresses, domains
from people.sentences import Sentence
from requests_app.domain import mail_domains


class HoldReason(StrEnum):
    """Why a nomination letter waits for a reviewer (product rules, section 6)."""

    DOMAINS_DISAGREE = "domains_disagree"
    FREE_MAIL = "free_mail"
    MANY_REQUESTERS = "many_requesters"
    AFTER_DECLINE = "after_decline"
    GLOBAL_CAP = "global_cap"
    SHARED_MAILBOX = "shared_mailbox"


@dataclass(frozen=True)
class Explanation:
    """What the page says of an identifier; `warns` when it must be seen before submission."""

    code: str
    sentence: Sentence
    warns: bool


SAME_ORGANIZATION: Final = Explanation(
    "same_organization",
    Sentence("This is the same organization as your address: ordinary review."),
    warns=False,
)
BY_HAND: Final = Explanation(
    "by_hand",
    Sentence(
        "We check this by hand: not every address you gave belongs to this domain."
        " The letter to the authorizer waits until our reviewer has released it."
    ),
    warns=True,
)
FREE_MAIL: Final = Explanation(
    "free_mail",
    Sentence(
        "We check this by hand: an address of a free-mail service does not show which company it belongs to."
        " The letter to the authorizer waits until our reviewer has released it."
    ),
    warns=True,
)


def agrees(address: str, identifier: str) -> bool:
    """Tell whether an address proves that its owner belongs to the organization of the identifier.

    Both have the same registrable domain, and the address is none that anybody can get there.
    """
    return domains.same_organization(address, identifier) and not _proves_nothing(address)


def explain(identifier: str, *, requester_address: str, authorizer_address: str) -> Explanation:
    """Say what will happen with an identifier, for form and live explanation alike.

    When the requester authorizes, give the requester's address twice. It looks at nothing but the three
    texts, so what it says, and how fast, cannot tell whether an account or another request exists.
    """
    if _proves_nothing(requester_address) or _proves_nothing(authorizer_address):
        return FREE_MAIL
    if agrees(requester_address, identifier) and agrees(authorizer_address, identifier):
        return SAME_ORGANIZATION
    return BY_HAND


def hold_reasons(
    identifier: str, *, requester_address: str, authorizer_address: str, after_decline: bool
) -> frozenset[HoldReason]:
    """Return why the nomination letter must wait; empty when it may leave at once.

    MANY_REQUESTERS and GLOBAL_CAP are counted where the nominations are stored, and added there.
    """
    both = (requester_address, authorizer_address)
    reasons = {
        HoldReason.DOMAINS_DISAGREE: not all(agrees(address, identifier) for address in both),
        HoldReason.FREE_MAIL: any(_proves_nothing(address) for address in both),
        HoldReason.AFTER_DECLINE: after_decline,
        HoldReason.SHARED_MAILBOX: addresses.is_shared_mailbox(authorizer_address),
    }
    return frozenset(reason for reason, given in reasons.items() if given)


def _proves_nothing(address: str) -> bool:
    return mail_domains.proves_nothing(addresses.domain_of(address))
