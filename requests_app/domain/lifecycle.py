"""State which states follow which event in the life of a request.

Two gates, authorization and domain, run beside each other; a request enters set-up when both are clear.
A pair of states and event that stands in no step is refused. Counts, spans and versions of facts are the
services' business: a step says only what the states allow (product rules, section 4 and the state table).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from requests_app.domain.states import (
    CLOSED,
    ENDED,
    OPEN,
    Authority,
    AuthorizationState,
    DomainState,
    RequestState,
    States,
    Turn,
    is_open,
    is_possible,
    turn,
)

__all__ = [
    "CLOSED",
    "ENDED",
    "OPEN",
    "Authority",
    "AuthorizationState",
    "DomainState",
    "Event",
    "NotAllowed",
    "RequestState",
    "States",
    "Turn",
    "allowed",
    "follow",
    "is_open",
    "is_possible",
    "start",
    "turn",
]


class Event(StrEnum):
    # The nomination and its link.
    RELEASE = "release"
    REFUSE = "refuse"
    AUTHORIZE = "authorize"
    DECLINE = "decline"
    HAND_ON = "hand_on"
    NOT_MEANT = "not_meant"
    UNDO_NOT_MEANT = "undo_not_meant"
    UNDELIVERABLE = "undeliverable"
    COMPLAIN = "complain"
    LAPSE = "lapse"
    REPLACE = "replace"
    NEW_LINK = "new_link"
    TAKE_BACK = "take_back"
    REVOKE = "revoke"
    TRANSFER = "transfer"  # another requester: a fact change, on YES with the new requester's own tick
    CHANGE_FACTS = "change_facts"  # the account's name or its administrators; a new identifier: ANSWER_DOMAIN
    # The identifier.
    APPROVE = "approve"
    ASK_CHANGE = "ask_change"
    ACCEPT_PROPOSAL = "accept_proposal"
    PROPOSAL_TAKEN = "proposal_taken"  # somebody else reserved the proposal before it was accepted
    ANSWER_DOMAIN = "answer_domain"  # with another identifier: a fact change
    KEEP_DOMAIN = "keep_domain"  # the ask is answered by a note, the identifier stays: no fact changes
    REJECT = "reject"
    REOPEN = "reopen"
    # The request.
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    ACTIVATE = "activate"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"


class _Rule(StrEnum):
    HOLD = "P, or H when the hold rule has a reason"
    FACTS = "as HOLD, but an authorization on YES stays: the requester ticks the statement again"


R: TypeAlias = RequestState
A: TypeAlias = AuthorizationState
D: TypeAlias = DomainState
E: TypeAlias = Event


class NotAllowed(Exception):
    """The event has no step from these states."""

    def __init__(self, states: States, event: Event) -> None:
        super().__init__(
            f"{event} is not allowed while the request is {states.request}, its authorization"
            f" {states.authorization}, its domain {states.domain}{' and it is frozen' * states.frozen}."
        )
        self.states = states
        self.event = event


@dataclass(frozen=True, kw_only=True)
class _Step:
    """Map each state from which the step may be taken to the state after it; all four must match."""

    request: Mapping[R, R]
    authorization: Mapping[A, A | _Rule]
    domain: Mapping[D, D]
    frozen: Mapping[bool, bool]


_PENDING = {R.PENDING: R.PENDING}
_OPEN = {R.PENDING: R.PENDING, R.SETUP: R.SETUP}
_BACK = {R.PENDING: R.PENDING, R.SETUP: R.PENDING}
_ANY_AUTHORIZATION: Mapping[A, A | _Rule] = {state: state for state in A}
_ANY_DOMAIN = {state: state for state in D}
_FACTS: Mapping[A, A | _Rule] = {
    **_ANY_AUTHORIZATION,
    **dict.fromkeys((A.HELD, A.PENDING, A.AUTHORIZED), _Rule.FACTS),
}
_UNFROZEN = {False: False}


def _step(
    request: Mapping[R, R] = _PENDING,
    *,
    authorization: Mapping[A, A | _Rule] = _ANY_AUTHORIZATION,
    domain: Mapping[D, D] = _ANY_DOMAIN,
    frozen: Mapping[bool, bool] = _UNFROZEN,
) -> _Step:
    return _Step(request=request, authorization=authorization, domain=domain, frozen=frozen)


_STEPS: Final[Mapping[Event, tuple[_Step, ...]]] = {
    E.RELEASE: (
        _step(
            authorization={A.HELD: A.PENDING},
            domain={D.PENDING: D.PENDING, D.APPROVED: D.APPROVED},
        ),
    ),
    E.REFUSE: (_step(authorization={A.HELD: A.REFUSED}, frozen={False: False, True: True}),),
    E.AUTHORIZE: (_step(authorization={A.PENDING: A.AUTHORIZED}),),
    E.DECLINE: (_step(authorization={A.PENDING: A.DECLINED}),),
    E.HAND_ON: (_step(authorization={A.PENDING: _Rule.HOLD}),),
    E.NOT_MEANT: (
        _step(authorization={A.PENDING: A.NOT_MEANT, A.LAPSED: A.NOT_MEANT}),
        _step(_OPEN, authorization={A.AUTHORIZED: A.AUTHORIZED}, frozen={False: True}),
    ),
    E.UNDO_NOT_MEANT: (_step(authorization={A.NOT_MEANT: A.PENDING}),),
    E.UNDELIVERABLE: (_step(authorization={A.PENDING: A.UNREACHABLE}),),
    E.COMPLAIN: (_step(authorization={A.PENDING: A.PENDING}),),
    E.LAPSE: (_step(authorization={A.PENDING: A.LAPSED}),),
    E.REPLACE: (_step(authorization=dict.fromkeys(ENDED | {A.HELD, A.PENDING}, _Rule.HOLD)),),
    E.NEW_LINK: (_step(authorization={A.PENDING: A.PENDING, A.LAPSED: A.PENDING}),),
    E.TAKE_BACK: (_step(_BACK, authorization={A.AUTHORIZED: A.REVOKED}),),
    E.REVOKE: (
        _step(
            _BACK,
            authorization={A.PENDING: A.REVOKED, A.AUTHORIZED: A.REVOKED},
            frozen={False: False, True: False},
        ),
    ),
    E.TRANSFER: (_step(authorization=_FACTS),),
    E.CHANGE_FACTS: (_step(authorization=_FACTS),),
    E.APPROVE: (_step(domain={D.PENDING: D.APPROVED, D.CHANGE_ASKED: D.APPROVED}),),
    E.ASK_CHANGE: (_step(domain={D.PENDING: D.CHANGE_ASKED, D.CHANGE_ASKED: D.CHANGE_ASKED}),),
    E.ACCEPT_PROPOSAL: (_step(authorization=_FACTS, domain={D.CHANGE_ASKED: D.APPROVED}),),
    E.PROPOSAL_TAKEN: (_step(domain={D.CHANGE_ASKED: D.PENDING}),),
    E.ANSWER_DOMAIN: (
        _step(
            authorization=_FACTS,
            domain=dict.fromkeys((D.APPROVED, D.CHANGE_ASKED, D.PENDING), D.PENDING),
        ),
    ),
    E.KEEP_DOMAIN: (_step(domain={D.CHANGE_ASKED: D.PENDING}),),
    E.REJECT: (
        _step(
            {R.PENDING: R.REJECTED},
            domain={D.PENDING: D.REJECTED, D.CHANGE_ASKED: D.REJECTED},
            frozen={False: False, True: False},
        ),
    ),
    E.REOPEN: (
        _step(
            {R.REJECTED: R.PENDING},
            authorization={**_ANY_AUTHORIZATION, A.PENDING: A.LAPSED},
            domain={D.REJECTED: D.PENDING},
        ),
        _step(_BACK, domain={D.APPROVED: D.PENDING}),
    ),
    E.WITHDRAW: (_step({R.PENDING: R.WITHDRAWN, R.SETUP: R.WITHDRAWN}),),
    # Only what waits for the requester expires (see turn).
    E.EXPIRE: (
        _step({R.SETUP: R.EXPIRED}),
        _step({R.PENDING: R.EXPIRED}, authorization={state: state for state in ENDED}),
        _step({R.PENDING: R.EXPIRED}, domain={D.CHANGE_ASKED: D.CHANGE_ASKED}),
    ),
    E.ACTIVATE: (_step({R.SETUP: R.ACTIVE}),),
    E.FREEZE: (_step(_OPEN, frozen={False: True}),),
    E.UNFREEZE: (_step(_OPEN, frozen={True: False}),),
}
# The gates are looked at after these; elsewhere no event can clear one.
_CLEARS_A_GATE: Final = frozenset({E.AUTHORIZE, E.APPROVE, E.ACCEPT_PROPOSAL, E.UNFREEZE})


def start(*, authorized: bool, held: bool) -> States:
    """Return the states of a request just submitted.

    `authorized` is the requester's own statement (Authority.YES): no letter leaves, so nothing is held.
    """
    waits = A.HELD if held else A.PENDING
    return States(R.PENDING, A.AUTHORIZED if authorized else waits, D.PENDING)


def follow(
    states: States, event: Event, *, held: bool = False, authority: Authority = Authority.NO
) -> States:
    """Return the states after the event, set-up included when it clears the second gate.

    `held` says whether the hold rule has a reason now; it matters to hand-on, replace and fact changes.
    `authority` matters to fact changes: on YES an authorization stays, so the caller has the tick first.
    Raises NotAllowed.
    """
    step = _find(states, event)
    if step is None:
        raise NotAllowed(states, event)
    authorization = step.authorization[states.authorization]
    if isinstance(authorization, _Rule):
        ticked = authorization is _Rule.FACTS and authority is Authority.YES
        if ticked and states.authorization is A.AUTHORIZED:
            authorization = A.AUTHORIZED
        else:
            authorization = A.HELD if held else A.PENDING
    request, domain = step.request[states.request], step.domain[states.domain]
    both_clear = authorization is A.AUTHORIZED and domain is D.APPROVED
    if event in _CLEARS_A_GATE and request is R.PENDING and both_clear:
        request = R.SETUP
    return States(request, authorization, domain, step.frozen[states.frozen])


def allowed(states: States) -> frozenset[Event]:
    """Return every event that has a step from these states."""
    return frozenset(event for event in Event if _find(states, event))


def _find(states: States, event: Event) -> _Step | None:
    if not is_possible(states):
        return None
    for step in _STEPS[event]:
        if (
            states.request in step.request
            and states.authorization in step.authorization
            and states.domain in step.domain
            and states.frozen in step.frozen
        ):
            return step
    return None
