"""Walk every pair of states and event; what the table below does not name must be refused."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.domain import lifecycle
from requests_app.domain.lifecycle import (
    Authority,
    AuthorizationState,
    DomainState,
    Event,
    NotAllowed,
    RequestState,
    States,
    Turn,
)

ENDED = ["declined", "unreachable", "lapsed", "not_meant", "refused", "revoked"]
SHORT = {
    "ended": ENDED,
    "live": ["held", "pending"],
    "others": ["held", "pending", *ENDED],
    "all": ["held", "pending", "authorized", *ENDED],
    "undecided": ["pending", "approved", "change_asked"],
    "asked": ["pending", "change_asked"],
    "unapproved": ["pending", "change_asked"],
}
# One line per step: event, request, authorization, domain, frozen, whose authority.
# `a>b` leaves a for b, `a` stays, `x|y` is x when nothing holds the nomination and y when something does.
TABLE = """
release          pending            held>pending              pending             no       any
release          pending            held>pending              approved            no       any
refuse           pending            held>refused              undecided           no,yes   any
authorize        pending            pending>authorized        unapproved          no       any
authorize        pending>setup      pending>authorized        approved            no       any
decline          pending            pending>declined          undecided           no       any
hand_on          pending            pending>pending|held      undecided           no       any
not_meant        pending            pending>not_meant         undecided           no       any
not_meant        pending            lapsed>not_meant          undecided           no       any
not_meant        pending            authorized                undecided           no>yes   any
not_meant        setup              authorized                approved            no>yes   any
undo_not_meant   pending            not_meant>pending         undecided           no       any
undeliverable    pending            pending>unreachable       undecided           no       any
complain         pending            pending                   undecided           no       any
lapse            pending            pending>lapsed            undecided           no       any
replace          pending            live>pending|held         undecided           no       any
replace          pending            ended>pending|held        undecided           no       any
new_link         pending            lapsed>pending            undecided           no       any
new_link         pending            pending                   undecided           no       any
take_back        pending            authorized>revoked        undecided           no       any
take_back        setup>pending      authorized>revoked        approved            no       any
revoke           pending            authorized>revoked        undecided           no       any
revoke           pending            authorized>revoked        undecided           yes>no   any
revoke           pending            pending>revoked           undecided           no       any
revoke           pending            pending>revoked           undecided           yes>no   any
revoke           setup>pending      authorized>revoked        approved            no       any
revoke           setup>pending      authorized>revoked        approved            yes>no   any
transfer         pending            live>pending|held         undecided           no       any
transfer         pending            authorized>pending|held   undecided           no       no
transfer         pending            authorized                undecided           no       yes
transfer         pending            ended                     undecided           no       any
change_facts     pending            live>pending|held         undecided           no       any
change_facts     pending            authorized>pending|held   undecided           no       no
change_facts     pending            authorized                undecided           no       yes
change_facts     pending            ended                     undecided           no       any
approve          pending            others                    asked>approved      no       any
approve          pending>setup      authorized                asked>approved      no       any
ask_change       pending            all                       asked>change_asked  no       any
accept_proposal  pending            live>pending|held         change_asked>approved no     any
accept_proposal  pending            authorized>pending|held   change_asked>approved no     no
accept_proposal  pending>setup      authorized                change_asked>approved no     yes
accept_proposal  pending            ended                     change_asked>approved no     any
proposal_taken   pending            all                       change_asked>pending  no     any
answer_domain    pending            live>pending|held         undecided>pending   no       any
answer_domain    pending            authorized>pending|held   undecided>pending   no       no
answer_domain    pending            authorized                undecided>pending   no       yes
answer_domain    pending            ended                     undecided>pending   no       any
keep_domain      pending            all                       change_asked>pending  no     any
reject           pending>rejected   all                       asked>rejected      no       any
reject           pending>rejected   all                       asked>rejected      yes>no   any
reopen           rejected>pending   held                      rejected>pending    no       any
reopen           rejected>pending   pending>lapsed            rejected>pending    no       any
reopen           rejected>pending   authorized                rejected>pending    no       any
reopen           rejected>pending   ended                     rejected>pending    no       any
reopen           pending            all                       approved>pending    no       any
reopen           setup>pending      authorized                approved>pending    no       any
withdraw         pending>withdrawn  all                       undecided           no       any
withdraw         setup>withdrawn    authorized                approved            no       any
expire           pending>expired    ended                     undecided           no       any
expire           pending>expired    held                      change_asked        no       any
expire           pending>expired    pending                   change_asked        no       any
expire           pending>expired    authorized                change_asked        no       any
expire           setup>expired      authorized                approved            no       any
activate         setup>active       authorized                approved            no       any
freeze           pending            all                       undecided           no>yes   any
freeze           setup              authorized                approved            no>yes   any
unfreeze         pending            others                    undecided           yes>no   any
unfreeze         pending            authorized                unapproved          yes>no   any
unfreeze         pending>setup      authorized                approved            yes>no   any
unfreeze         setup              authorized                approved            yes>no   any
"""
YES_NO = {"yes": True, "no": False}


def _moves(cell: str, held: bool) -> list[tuple[str, str]]:
    moves = []
    for part in cell.split(","):
        before, _, after = part.partition(">")
        unheld, _, when_held = after.partition("|")
        target = when_held if held and when_held else unheld
        moves += [(state, target or state) for state in SHORT.get(before, [before])]
    return moves


def _expected() -> dict[tuple[States, Event, bool, Authority], States]:
    expected: dict[tuple[States, Event, bool, Authority], States] = {}
    for line in TABLE.split("\n")[1:-1]:
        event, request, authorization, domain, frozen, authority = line.split()
        for held, who in product((False, True), Authority):
            if authority not in ("any", who):
                continue
            for r, a, d, f in product(
                *(_moves(cell, held) for cell in (request, authorization, domain, frozen))
            ):
                before, after = (
                    States(
                        RequestState(r[end]), AuthorizationState(a[end]), DomainState(d[end]), YES_NO[f[end]]
                    )
                    for end in (0, 1)
                )
                key = before, Event(event), held, who
                assert key not in expected, f"stated twice: {line}"
                expected[key] = after
    return expected


EXPECTED = _expected()
EVERY_STATES = [
    States(*combination)
    for combination in product(RequestState, AuthorizationState, DomainState, (False, True))
]


@pytest.mark.parametrize("event", Event)
def test_every_pair_ends_as_stated_or_is_refused(event):
    stated = 0
    for states, held, authority in product(EVERY_STATES, (False, True), Authority):
        after = EXPECTED.get((states, event, held, authority))
        stated += after is not None
        try:
            result = lifecycle.follow(states, event, held=held, authority=authority)
        except NotAllowed:
            result = None
        assert result == after, f"{event} from {states}, held={held}, authority {authority}"
    assert stated, f"no line of the table states {event}"


def test_the_allowed_events_are_those_that_can_be_followed():
    for states in EVERY_STATES:
        stated = {event for before, event, _, _ in EXPECTED if before == states}
        assert lifecycle.allowed(states) == stated, states


def test_while_frozen_only_unfreeze_refuse_reject_and_revoke_have_a_step():
    while_frozen = {event for before, event, _, _ in EXPECTED if before.frozen}
    assert while_frozen == {Event.UNFREEZE, Event.REFUSE, Event.REJECT, Event.REVOKE}


def test_a_refusal_names_the_states_and_the_event():
    states = States(RequestState.PENDING, AuthorizationState.DECLINED, DomainState.APPROVED, frozen=True)
    with pytest.raises(NotAllowed, match=r"authorize is not allowed .* declined, its domain approved and it"):
        lifecycle.follow(states, Event.AUTHORIZE)


@pytest.mark.parametrize(
    ("authorized", "held", "authorization"),
    [
        (False, False, "pending"),
        (False, True, "held"),
        (True, False, "authorized"),
        (True, True, "authorized"),
    ],
)
def test_a_submitted_request_waits_for_both_gates_unless_the_requester_authorizes_it(
    authorized, held, authorization
):
    assert lifecycle.start(authorized=authorized, held=held) == States(
        RequestState.PENDING, AuthorizationState(authorization), DomainState.PENDING
    )


@pytest.mark.parametrize(
    ("request_state", "authorization", "domain", "frozen", "expected"),
    [
        ("pending", "held", "pending", False, "reviewer"),
        ("pending", "held", "approved", False, "reviewer"),
        ("pending", "held", "change_asked", False, "requester"),
        ("pending", "pending", "pending", False, "authorizer reviewer"),
        ("pending", "pending", "approved", False, "authorizer"),
        ("pending", "pending", "change_asked", False, "requester authorizer"),
        ("pending", "authorized", "pending", False, "reviewer"),
        ("pending", "authorized", "change_asked", False, "requester"),
        *[("pending", ended, "pending", False, "requester reviewer") for ended in ENDED],
        *[("pending", ended, "approved", False, "requester") for ended in ENDED],
        *[("pending", ended, "change_asked", False, "requester") for ended in ENDED],
        ("pending", "pending", "pending", True, "staff"),
        ("setup", "authorized", "approved", False, "requester"),
        ("setup", "authorized", "approved", True, "staff"),
        ("active", "authorized", "approved", False, ""),
        ("rejected", "pending", "rejected", False, ""),
        ("withdrawn", "pending", "pending", False, ""),
        ("expired", "declined", "change_asked", False, ""),
    ],
)
def test_whose_turn_it_is_follows_from_the_states(request_state, authorization, domain, frozen, expected):
    states = States(
        RequestState(request_state), AuthorizationState(authorization), DomainState(domain), frozen
    )
    assert lifecycle.turn(states) == tuple(Turn(who) for who in expected.split())


def test_a_pending_request_expires_exactly_while_the_requester_is_waited_for():
    for states in filter(lifecycle.is_possible, EVERY_STATES):
        waits = Turn.REQUESTER in lifecycle.turn(states)
        assert (Event.EXPIRE in lifecycle.allowed(states)) == waits, states


def test_the_ended_authorizations_are_six():
    assert {AuthorizationState(word) for word in ENDED} == lifecycle.ENDED


@given(
    authorized=st.booleans(),
    held=st.booleans(),
    steps=st.lists(st.tuples(st.integers(0, 1000), st.booleans()), max_size=40),
)
def test_no_walk_ever_breaks_what_always_holds(authorized, held, steps):
    states = lifecycle.start(authorized=authorized, held=held)
    authority = Authority.YES if authorized else Authority.NO
    for choice, held_now in steps:
        choices = sorted(lifecycle.allowed(states))
        if not choices:
            assert states.request in {RequestState.ACTIVE, RequestState.WITHDRAWN, RequestState.EXPIRED}
            return
        event = choices[choice % len(choices)]
        before, states = states, lifecycle.follow(states, event, held=held_now, authority=authority)
        if event is Event.REPLACE:
            authority = Authority.NO
        _assert_holds(before, event, states)


def _assert_holds(before: States, event: Event, after: States) -> None:
    assert lifecycle.is_possible(after)
    both_clear = after.authorization == "authorized" and after.domain == "approved"
    if after.request in {RequestState.SETUP, RequestState.ACTIVE}:
        assert both_clear
    if after.request is RequestState.PENDING:
        assert not both_clear, "a request with both gates clear is in set-up"
    assert bool(lifecycle.turn(after)) == lifecycle.is_open(after), (
        "an open request is always somebody's turn"
    )
    if before.request in lifecycle.CLOSED:
        assert event is Event.REOPEN
        assert before.request is RequestState.REJECTED
    if after.frozen:
        assert lifecycle.is_open(after)
        assert lifecycle.turn(after) == (Turn.STAFF,)
    if after.authorization is AuthorizationState.AUTHORIZED and before.authorization != after.authorization:
        assert event is Event.AUTHORIZE, "nothing but an answer authorizes"
    if after.domain is DomainState.APPROVED and before.domain != after.domain:
        assert event in {Event.APPROVE, Event.ACCEPT_PROPOSAL}
