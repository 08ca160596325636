"""The requester withdraws: everything about the request stops at once."""

from datetime import timedelta
from typing import Any

import pytest

from people.models import Person
from requests_app.domain.lifecycle import NotAllowed
from requests_app.models import AuthorizationLink, HistoryLine
from requests_app.models.nomination import Answer
from requests_app.services import authorization, expiring, freezing, reminding, review, withdrawal
from requests_app.services.transitions import NotYours
from smart_accounts.services import reservations
from tests import make
from tests.make import DANA, NOW, PRIYA

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> Person:
    return make.reviewer()


def test_withdrawing_ends_the_link_and_tells_both(deliver: Any) -> None:
    request = make.request()
    deliver()
    withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    request.refresh_from_db()
    assert (request.state, request.closed_at) == ("withdrawn", NOW)
    assert AuthorizationLink.objects.get().state == "revoked"
    assert [row.to for row in make.posted("withdrawn")] == [DANA]
    assert [(row.to, row.primitives["cause"]) for row in make.posted("nothing_to_do")] == [
        (PRIYA, "withdrawn")
    ]


def test_what_has_not_left_never_leaves_but_the_closing_letter(deliver: Any) -> None:
    request = make.request()
    withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    deliver()
    assert {row.kind: row.state for row in make.posted()} == {
        "nomination": "cancelled",
        "request_sent": "cancelled",
        "withdrawn": "sent",
    }


def test_a_given_authorization_is_told_that_it_no_longer_counts() -> None:
    request = make.answered(make.request(), Answer.AUTHORIZE)
    withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    (letter,) = make.posted("nothing_to_do")
    assert (letter.to, letter.primitives["was_authorized"]) == (PRIYA, True)


@pytest.mark.parametrize("answered", [True, False])
def test_who_declined_or_was_never_written_to_hears_nothing(answered: bool) -> None:
    request = make.request()
    if answered:
        make.answered(request, Answer.DECLINE)
    withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    assert make.posted("nothing_to_do") == []


def test_withdrawing_in_set_up_frees_the_identifier() -> None:
    request = make.in_setup()
    withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    assert reservations.holder("acme-robotics.example") is None
    again = make.request(authorizer_address="sam@acme-robotics.example")
    assert again.state == "pending"


def test_withdrawing_again_changes_nothing() -> None:
    request = make.request()
    for _ in range(2):
        withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    assert HistoryLine.objects.filter(event="withdraw").count() == 1
    assert len(make.posted("withdrawn")) == 1


@pytest.mark.parametrize("state", ["active", "rejected", "expired", "frozen"])
def test_what_is_over_or_stopped_is_not_withdrawn(rosa: Person, state: str) -> None:
    request = make.activated() if state == "active" else make.request()
    if state == "rejected":
        review.reject(request.pk, by=rosa, facts_version=1, reason="No.", now=NOW)
    elif state == "frozen":
        freezing.freeze(request.pk, by=rosa, reason="Odd.", now=NOW)
    elif state == "expired":
        make.answered(request, Answer.DECLINE)
        expiring.expire(now=NOW + timedelta(days=40))
    with pytest.raises(NotAllowed):
        withdrawal.withdraw(request.pk, by=request.requester, now=NOW)


def test_nobody_else_withdraws(rosa: Person) -> None:
    with pytest.raises(NotYours):
        withdrawal.withdraw(make.request().pk, by=rosa, now=NOW)


def test_after_withdrawing_nothing_is_reminded_expired_or_decided(rosa: Person) -> None:
    request = make.request()
    link = make.link_of(request)
    withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    known = make.kinds()
    late = NOW + timedelta(days=400)
    assert (reminding.remind(now=late), expiring.expire(now=late)) == (0, 0)
    assert make.kinds() == known
    with pytest.raises(authorization.LinkDead) as dead:
        authorization.look(link.pk, now=NOW)
    assert dead.value.cause == "withdrawn"
    with pytest.raises(NotAllowed):
        make.approved(request, by=rosa)
