"""A claim is seen, ends by itself, can be taken over, and keeps others from deciding meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from people.models import Person
from requests_app.models import SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import (
    claiming,
    desk,
    freezing,
    nomination,
    not_meant,
    parties,
    reopening,
    review,
    transitions,
)
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
LEE = "lee@globex.example"
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def rosa() -> Person:
    return make.reviewer()


@pytest.fixture
def rita() -> Person:
    return make.person("rita@operator.example", name="Rita Stone", is_staff=True, is_reviewer=True)


def claimed(request: SmartAccountRequest, by: Person) -> SmartAccountRequest:
    claiming.claim(request.pk, by=by, now=NOW)
    request.refresh_from_db()
    return request


def _approve(request: SmartAccountRequest, by: Person) -> None:
    review.approve(request.pk, by=by, facts_version=1, now=NOW)


def _ask(request: SmartAccountRequest, by: Person) -> None:
    review.ask_change(request.pk, by=by, facts_version=1, proposal="", question="Which?", now=NOW)


def _reject(request: SmartAccountRequest, by: Person) -> None:
    review.reject(request.pk, by=by, facts_version=1, reason="No.", now=NOW)


def _release(request: SmartAccountRequest, by: Person) -> None:
    nomination.release(_named(request), by=by, facts_version=1, now=NOW)


def _refuse(request: SmartAccountRequest, by: Person) -> None:
    nomination.refuse(_named(request), by=by, facts_version=1, reason="No.", now=NOW)


def _undo(request: SmartAccountRequest, by: Person) -> None:
    not_meant.undo(_named(request), by=by, now=NOW)


def _revoke(request: SmartAccountRequest, by: Person) -> None:
    freezing.revoke(request.pk, by=by, reason="No.", now=NOW)


def _reopen(request: SmartAccountRequest, by: Person) -> None:
    reopening.reopen(request.pk, by=by, reason="A mistake.", now=NOW)


def _named(request: SmartAccountRequest) -> Any:
    found = nomination.latest(request)
    assert found
    return found.pk


def _waiting() -> SmartAccountRequest:
    return make.request()


def _held() -> SmartAccountRequest:
    return make.request(authorizer_address=LEE)


def _unwanted() -> SmartAccountRequest:
    request = make.request()
    not_meant.say(_named(request), now=NOW)
    return request


def _authorized() -> SmartAccountRequest:
    return make.answered(make.request(), Answer.AUTHORIZE)


def _rejected() -> SmartAccountRequest:
    request = make.request()
    _reject(request, make.reviewer("first@operator.example"))
    return request


ACTS = {
    "approve": (_waiting, _approve),
    "ask_change": (_waiting, _ask),
    "reject": (_waiting, _reject),
    "release": (_held, _release),
    "refuse": (_held, _refuse),
    "undo_not_meant": (_unwanted, _undo),
    "revoke": (_authorized, _revoke),
    "reopen": (_rejected, _reopen),
}


def test_every_decision_is_shown_here() -> None:
    assert {event.value for event in transitions.DECISIONS} == set(ACTS)


@pytest.mark.parametrize("act", ACTS)
def test_what_another_has_claimed_is_not_decided_and_the_refusal_names_them(
    act: str, rosa: Person, rita: Person
) -> None:
    made, decide = ACTS[act]
    request = claimed(made(), rita)
    before = (request.states, request.history.count())
    with pytest.raises(transitions.ClaimedByAnother, match=r"Rita Stone .* 14:31 UTC"):
        decide(request, rosa)
    request.refresh_from_db()
    assert (request.states, request.history.count()) == before
    decide(request, rita)
    request.refresh_from_db()
    assert request.states != before[0]
    assert claiming.of(request, by=rosa, now=NOW) is None


def test_stopping_and_going_on_wait_for_no_claim(rosa: Person, rita: Person) -> None:
    request = claimed(make.request(), rita)
    freezing.freeze(request.pk, by=rosa, reason="Call them.", now=NOW)
    freezing.unfreeze(request.pk, by=rosa, now=NOW)
    request.refresh_from_db()
    assert claiming.of(request, by=rita, now=NOW) == claiming.Claim(
        "Rita Stone", NOW + HALF_AN_HOUR, is_own=True
    )


def test_a_claim_ends_after_half_an_hour(rosa: Person, rita: Person) -> None:
    request = claimed(make.request(), rita)
    last = NOW + HALF_AN_HOUR - timedelta(seconds=1)
    with pytest.raises(transitions.ClaimedByAnother):
        claiming.claim(request.pk, by=rosa, now=last)
    claiming.claim(request.pk, by=rita, now=last)
    claiming.claim(request.pk, by=rosa, now=last + HALF_AN_HOUR)
    request.refresh_from_db()
    assert request.claimed_by == rosa


def test_a_claim_can_be_taken_over_and_only_the_own_one_given_back(rosa: Person, rita: Person) -> None:
    request = claimed(make.request(), rita)
    claiming.give_back(request.pk, by=rosa)
    claiming.take_over(request.pk, by=rosa, now=NOW)
    request.refresh_from_db()
    assert request.claimed_by == rosa
    claiming.give_back(request.pk, by=rosa)
    request.refresh_from_db()
    assert (request.claimed_by, request.claimed_until) == (None, None)


@pytest.mark.parametrize("act", [claiming.claim, claiming.take_over])
def test_who_has_a_part_claims_nothing(act: Any) -> None:
    priya = make.reviewer(make.PRIYA)
    with pytest.raises(parties.Concerned):
        act(make.request().pk, by=priya, now=NOW)


def test_the_next_one_is_free_and_without_a_part_of_the_reviewer(rosa: Person, rita: Person) -> None:
    eve = make.person("eve@acme-robotics.example")
    first = make.request(now=NOW - timedelta(hours=3))
    second = make.request(eve, now=NOW - timedelta(hours=2), authorizer_address=rosa.email)
    third = make.request(
        make.person("kim@acme-robotics.example"),
        now=NOW - timedelta(hours=1),
        authorizer_address="sam@acme-robotics.example",
    )
    assert desk.next_for(rosa, now=NOW) == first
    assert desk.next_for(rosa, now=NOW, after=first.pk) == third
    assert desk.next_for(rosa, now=NOW, after=third.pk) == first
    assert desk.next_for(rita, now=NOW, after=first.pk) == second
    claimed(first, rita)
    assert desk.next_for(rosa, now=NOW) == third
    assert desk.next_for(rosa, now=NOW, after=third.pk) is None
    assert desk.next_for(rosa, now=NOW + HALF_AN_HOUR, after=third.pk) == first
