"""A second reviewer takes a decision about the identifier back."""

from datetime import timedelta
from typing import Any

import pytest

from notifications.models import OutgoingEmail
from people.models import Person
from requests_app.domain.lifecycle import NotAllowed
from requests_app.models import HistoryLine, SetUp, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import authorization, expiring, nomination, parties, reopening, review, withdrawal
from requests_app.services.transitions import Conflict
from smart_accounts.services import reservations
from tests import make
from tests.make import DANA, NOW
from tests.requests_app.services.moments import end_of_day

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)
LEE = "lee@globex.example"


@pytest.fixture
def rosa() -> Person:
    return make.reviewer()


@pytest.fixture
def sam() -> Person:
    return make.reviewer("sam@operator.example")


def rejected(request: SmartAccountRequest, by: Person) -> SmartAccountRequest:
    review.reject(request.pk, by=by, facts_version=request.facts_version, reason="Not yours.", now=NOW)
    request.refresh_from_db()
    return request


def reopen(request: SmartAccountRequest, by: Person, *, now: Any = LATER) -> SmartAccountRequest:
    reopening.reopen(request.pk, by=by, reason="We were wrong.", now=now)
    request.refresh_from_db()
    return request


def counts() -> tuple[int, int]:
    return HistoryLine.objects.count(), OutgoingEmail.objects.count()


def test_a_rejected_request_waits_for_a_reviewer_again(rosa: Person, sam: Person) -> None:
    request = reopen(rejected(make.request(), rosa), sam)
    assert (request.state, request.domain, request.closed_at) == ("pending", "pending", None)
    assert (request.rejection_reason, request.domain_since) == ("", LATER)
    (letter,) = make.posted("reopened")
    assert (letter.to, letter.primitives["reason"]) == (DANA, "We were wrong.")


def test_an_unanswered_authorization_has_lapsed_and_its_link_offers_a_new_one(
    rosa: Person, sam: Person
) -> None:
    request = make.request()
    link = make.link_of(request)
    reopen(rejected(request, rosa), sam)
    named = nomination.latest(request)
    assert named
    assert (request.authorization, named.state) == ("lapsed", "lapsed")
    assert request.expires_at == end_of_day(30, after=LATER)
    with pytest.raises(authorization.LinkDead) as dead:
        authorization.look(link.pk, now=LATER)
    assert dead.value.cause == "expired"
    assert authorization.send_new_link(link.pk, now=LATER)


def test_a_given_authorization_stays_and_leads_to_set_up(rosa: Person, sam: Person) -> None:
    request = reopen(rejected(make.answered(make.request(), Answer.AUTHORIZE), rosa), sam)
    assert request.authorization == "authorized"
    assert make.approved(request, by=sam, now=LATER).state == "setup"


def test_a_held_letter_stays_held_for_30_days_anew(rosa: Person, sam: Person) -> None:
    request = reopen(rejected(make.request(authorizer_address=LEE), rosa), sam)
    named = nomination.latest(request)
    assert named
    assert (request.authorization, named.held_until) == ("held", end_of_day(30, after=LATER))
    nomination.release(named.pk, by=rosa, facts_version=1, now=LATER)


def test_a_rejection_is_taken_back_within_30_days(rosa: Person, sam: Person) -> None:
    request = rejected(make.request(), rosa)
    before = counts()
    with pytest.raises(Conflict, match="more than 30 days"):
        reopen(request, sam, now=end_of_day(30))
    assert counts() == before
    assert reopen(request, sam, now=end_of_day(30) - timedelta(seconds=1)).state == "pending"


@pytest.mark.parametrize("entered", [False, True])
def test_an_approval_is_taken_back_before_the_account_is_active(
    rosa: Person, sam: Person, entered: bool
) -> None:
    request = make.request()
    if entered:
        make.answered(request, Answer.AUTHORIZE)
    make.approved(request, by=rosa)
    reopen(request, sam)
    assert (request.state, request.domain) == ("pending", "pending")
    assert request.authorization == ("authorized" if entered else "pending")
    assert reservations.holder("acme-robotics.example") is None
    assert not SetUp.objects.exists()
    review.reject(request.pk, by=sam, facts_version=1, reason="Not yours.", now=LATER)


def test_an_accepted_proposal_can_be_reopened_by_any_reviewer(rosa: Person) -> None:
    request = make.request()
    shop = "shop.acme-robotics.example"
    review.ask_change(request.pk, by=rosa, facts_version=1, proposal=shop, question="Which?", now=NOW)
    review.accept_proposal(request.pk, by=request.requester, facts_version=1, ticked=False, now=NOW)
    assert reopen(request, rosa).domain == "pending"


@pytest.mark.parametrize("decided", ["approved", "rejected"])
def test_who_decided_does_not_take_it_back(rosa: Person, decided: str) -> None:
    request = make.request()
    if decided == "approved":
        make.approved(request, by=rosa)
    else:
        rejected(request, rosa)
    before = counts()
    with pytest.raises(reopening.SameReviewer):
        reopen(request, rosa)
    assert counts() == before


def test_who_has_a_part_does_not_take_it_back(rosa: Person) -> None:
    request = rejected(make.request(administrators=("pat@operator.example",)), rosa)
    with pytest.raises(parties.Concerned):
        reopen(request, make.reviewer("pat@operator.example"))


@pytest.mark.parametrize("state", ["pending", "withdrawn", "expired", "active"])
def test_other_ends_are_final(sam: Person, state: str) -> None:
    request = make.activated() if state == "active" else make.request()
    if state == "withdrawn":
        withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    elif state == "expired":
        make.answered(request, Answer.DECLINE)
        expiring.expire(now=NOW + timedelta(days=40))
    with pytest.raises(NotAllowed):
        reopen(request, sam)


def test_a_newer_request_of_the_same_person_keeps_the_old_one_closed(rosa: Person, sam: Person) -> None:
    request = rejected(make.request(), rosa)
    make.request()
    before = counts()
    with pytest.raises(Conflict, match="another open request"):
        reopen(request, sam)
    assert counts() == before


def test_reopening_again_changes_nothing(rosa: Person, sam: Person) -> None:
    request = reopen(rejected(make.request(), rosa), sam)
    before = counts()
    reopen(request, sam)
    assert counts() == before
