"""At every moment the page says who has the request, until when, and what happened, at the same cost."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import OutgoingEmail, State
from requests_app.domain.lifecycle import (
    Authority,
    AuthorizationState,
    DomainState,
    Event,
    NotAllowed,
    RequestState,
    States,
    Turn,
    follow,
    start,
    turn,
)
from requests_app.models import SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import authorization, nomination, progress, reminding, withdrawal
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.requests_app.services.moments import leave, on_day

SOON = timedelta(minutes=1)


def reachable() -> list[States]:
    """Every combination of states that some chain of events leads to."""
    found = {start(authorized=yes, held=held) for yes in (True, False) for held in (True, False)}
    ahead = list(found)
    while ahead:
        states = ahead.pop()
        for event, held, authority in itertools.product(Event, (True, False), Authority):
            try:
                after = follow(states, event, held=held, authority=authority)
            except NotAllowed:
                continue
            if after not in found:
                found.add(after)
                ahead.append(after)
    return sorted(found, key=str)


def standing(states: States) -> SmartAccountRequest:
    """A request in these states, as far as words need it; not stored."""
    return SmartAccountRequest(
        state=states.request,
        authorization=states.authorization,
        domain=states.domain,
        frozen_at=NOW if states.frozen else None,
    )


@pytest.mark.parametrize(
    "states", reachable(), ids=lambda s: f"{s.request}-{s.authorization}-{s.domain}-{s.frozen}"
)
def test_every_state_a_request_can_reach_has_words_for_who_has_it(states: States) -> None:
    said = progress.holder(standing(states))
    turns = turn(states)
    assert said
    assert "_" not in said
    assert ("Your turn" in said or "Ready for you" in said) == (Turn.REQUESTER in turns)
    assert ("the authorizer" in said) == (Turn.AUTHORIZER in turns and Turn.REQUESTER not in turns)
    assert ("the reviewer" in said) == (
        (Turn.REVIEWER in turns and Turn.REQUESTER not in turns)
        or (states.domain is DomainState.CHANGE_ASKED and Turn.REQUESTER in turns)
    )
    assert ("our staff" in said) == (Turn.STAFF in turns)


def test_every_state_of_each_gate_and_of_the_request_has_its_words() -> None:
    assert set(progress.AUTHORIZATION_WORDS) == set(AuthorizationState)
    assert set(progress.DOMAIN_WORDS) == set(DomainState)
    assert set(progress.REQUEST_WORDS) == set(RequestState) - {RequestState.PENDING}


def of(made: SmartAccountRequest) -> progress.Progress:
    return progress.of(SmartAccountRequest.objects.get(pk=made.pk), now=NOW)


def queries_of(made: SmartAccountRequest) -> int:
    seen = SmartAccountRequest.objects.select_related("requester").get(pk=made.pk)
    with CaptureQueriesContext(connection) as asked:
        progress.of(seen, now=NOW)
    return len(asked)


@pytest.mark.django_db
def test_reading_it_costs_the_same_however_long_the_history() -> None:
    made = make.request()
    leave(NOW)
    at_first = queries_of(made)
    rosa = make.reviewer()
    for number in range(1, 3):
        address = f"a{number}@acme-robotics.example"
        nomination.replace(made.pk, by=made.requester, address=address, message="", now=NOW)
        leave(NOW + SOON)
    for day in (3, 7, 12):
        reminding.remind(now=on_day(day))
        leave(on_day(day))
    authorization.send_new_link(make.link_of(made).pk, now=on_day(13))
    make.approved(made, by=rosa, now=on_day(13))
    assert made.history.count() > 6
    assert queries_of(made) == at_first <= 6


@pytest.mark.django_db
def test_the_rail_shows_both_checks_at_the_same_time() -> None:
    sent, checks, setup = of(make.request()).stops
    assert (sent.state, checks.state, setup.state) == ("done", "now", "todo")
    assert [stop.what for stop in checks.pair] == [
        "Authorization: Waiting for the authorizer",
        "Domain review: Waiting for the reviewer",
    ]
    assert checks.pair[0].who == PRIYA


@pytest.mark.django_db
def test_the_rail_of_a_closed_request_says_of_nobody_that_they_are_waited_for() -> None:
    made = make.request()
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    _, checks, setup, end = of(made).stops
    assert [stop.what for stop in checks.pair] == [
        "Authorization: Not answered",
        "Domain review: Not decided",
    ]
    assert (setup.state, setup.who) == ("ended", "")
    assert end.what == "Withdrawn"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.QUEUED, "Letter written, leaves soon"),
        (State.SENT, "Letter handed to the mail system"),
        (State.BOUNCED, "Letter could not be delivered"),
        (State.DEAD, "Letter could not be delivered"),
        (State.UNKNOWN, "Letter may not have been sent"),
        (State.CANCELLED, ""),
    ],
)
def test_what_became_of_the_letter_is_said_without_what_the_mail_system_said(
    state: State, words: str
) -> None:
    made = make.request()
    OutgoingEmail.objects.filter(kind="nomination").update(
        state=state, sent_at=NOW, error_text="550 no such user at mx1"
    )
    log = of(made).stops[1].pair[0].log
    assert [said for _, said in log] == ([words] if words else [])


@pytest.mark.django_db
def test_a_set_up_request_an_active_one_and_a_closed_one_end_their_rails() -> None:
    waiting = make.in_setup()
    leave(NOW)
    assert [stop.state for stop in of(waiting).stops] == ["done", "done", "now"]
    assert "Set-up e-mail sent" in [said for _, said in of(waiting).stops[2].log]
    withdrawal.withdraw(waiting.pk, by=waiting.requester, now=NOW)
    *_, last = of(waiting).stops
    assert (last.state, last.what) == ("ended", "Withdrawn")
    active = make.activated()
    assert [stop.state for stop in of(active).stops] == ["done", "done", "done"]


@pytest.mark.django_db
def test_a_yes_names_who_authorized() -> None:
    made = make.request(make.person(DANA), authority=Authority.YES)
    authorized, _ = of(made).stops[1].pair
    assert (authorized.state, authorized.who) == ("done", "Dana Whitfield, by the statement ticked")


@pytest.mark.django_db
def test_how_many_authorizers_may_still_be_named_is_said() -> None:
    made = make.answered(make.request(), Answer.DECLINE)
    assert of(made).nominations_left == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "words"), [(Answer.AUTHORIZE, "Authorized"), (Answer.DECLINE, "Declined")]
)
def test_the_step_of_the_authorization_says_when_it_was_answered(answer: Answer, words: str) -> None:
    answered_at = NOW + timedelta(hours=5)
    made = make.answered(make.request(), answer, now=answered_at)
    (stop, _domain) = of(made).stops[1].pair
    assert stop.log[-1] == (answered_at, words)


@pytest.mark.django_db
def test_what_the_requester_authorized_says_when_it_was_sent() -> None:
    (stop, _domain) = of(make.request(authority=Authority.YES)).stops[1].pair
    assert stop.log == ((NOW, "Authorized"),)
