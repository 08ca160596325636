"""Name the states of a request and answer what can be read off them: open, possible, whose turn.

Which state follows which event stands in lifecycle.py, through which everybody else reaches these names.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class RequestState(StrEnum):
    PENDING = "pending"
    SETUP = "setup"
    ACTIVE = "active"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class AuthorizationState(StrEnum):
    HELD = "held"
    PENDING = "pending"
    AUTHORIZED = "authorized"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    LAPSED = "lapsed"
    NOT_MEANT = "not_meant"
    REFUSED = "refused"
    REVOKED = "revoked"


class DomainState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    CHANGE_ASKED = "change_asked"
    REJECTED = "rejected"


class Authority(StrEnum):
    """Say who authorizes: the requester (YES) or the person named (NO).

    A request on YES that loses its authorization becomes NO when the requester names an authorizer.
    """

    YES = "yes"
    NO = "no"


class Turn(StrEnum):
    REQUESTER = "requester"
    AUTHORIZER = "authorizer"
    REVIEWER = "reviewer"
    STAFF = "staff"


OPEN: Final = frozenset({RequestState.PENDING, RequestState.SETUP})
CLOSED: Final = frozenset({RequestState.REJECTED, RequestState.WITHDRAWN, RequestState.EXPIRED})
ENDED: Final = frozenset(AuthorizationState) - {
    AuthorizationState.HELD,
    AuthorizationState.PENDING,
    AuthorizationState.AUTHORIZED,
}


@dataclass(frozen=True)
class States:
    """Hold the three states of one request and whether staff froze it."""

    request: RequestState
    authorization: AuthorizationState
    domain: DomainState
    frozen: bool = False


def is_open(states: States) -> bool:
    """Say whether somebody still has something to do: neither active nor closed."""
    return states.request in OPEN


def is_possible(states: States) -> bool:
    """Say whether a request can ever be so; from impossible states no event has a step."""
    if states.frozen and not is_open(states):
        return False
    if states.request in (RequestState.SETUP, RequestState.ACTIVE):
        return states.authorization is AuthorizationState.AUTHORIZED and states.domain is DomainState.APPROVED
    return (states.request is RequestState.REJECTED) == (states.domain is DomainState.REJECTED)


def turn(states: States) -> tuple[Turn, ...]:
    """Return whose turn it is, in the order requester, authorizer, reviewer; empty when over.

    A held nomination cannot be released while a change of the identifier is asked: then the requester
    alone is waited for.
    """
    if not is_open(states):
        return ()
    if states.frozen:
        return (Turn.STAFF,)
    if states.request is RequestState.SETUP:
        return (Turn.REQUESTER,)
    asked = states.domain is DomainState.CHANGE_ASKED
    waited_for = {
        Turn.REQUESTER: asked or states.authorization in ENDED,
        Turn.AUTHORIZER: states.authorization is AuthorizationState.PENDING,
        Turn.REVIEWER: states.domain is DomainState.PENDING
        or (states.authorization is AuthorizationState.HELD and not asked),
    }
    return tuple(who for who, waits in waited_for.items() if waits)
