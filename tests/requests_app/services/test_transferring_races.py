"""Taking over, taking back and suspending at once. On PostgreSQL alone: SQLite's transactions follow one another."""

import pytest

from requests_app.models import TransferOffer
from requests_app.services import suspending, transferring, withdrawal
from tests import make
from tests.make import NOW
from tests.requests_app.services.test_authorization_races import WON, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
LEE = "lee.park@acme-robotics.example"


def test_an_offer_accepted_many_times_at_once_is_taken_over_once() -> None:
    request, lee = make.request(), make.person(LEE)
    offer = transferring.offer(request.pk, by=request.requester, address=LEE, now=NOW)

    def accept() -> object:
        return transferring.accept(offer.pk, by=lee, statement_version="", facts_version=1, now=NOW)

    assert at_once(*[accept] * 8) == [WON] * 8
    assert request.history.filter(event="transfer").count() == 1
    assert len(make.posted("facts_changed")) == 1


def test_of_taking_over_and_taking_back_at_once_one_happens() -> None:
    request, lee = make.request(), make.person(LEE)
    offer = transferring.offer(request.pk, by=request.requester, address=LEE, now=NOW)
    outcomes = at_once(
        lambda: transferring.accept(offer.pk, by=lee, statement_version="", facts_version=1, now=NOW),
        lambda: transferring.take_back(request.pk, by=request.requester, now=NOW),
    )
    assert outcomes in (["OfferOver", WON], ["NotYours", WON])
    request.refresh_from_db()
    state = TransferOffer.objects.get().state
    assert (request.requester == lee) == (state == "accepted")


def test_two_requests_for_one_identifier_are_not_taken_over_at_once() -> None:
    lee = make.person(LEE)
    offers = []
    for number in range(2):
        request = make.request(make.person(), authorizer_address=f"a{number}@acme-robotics.example")
        offers.append(transferring.offer(request.pk, by=request.requester, address=LEE, now=NOW))
    outcomes = at_once(
        *(
            lambda offer=offer: transferring.accept(  # type: ignore[misc]
                offer.pk, by=lee, statement_version="", facts_version=1, now=NOW
            )
            for offer in offers
        )
    )
    assert outcomes == ["Conflict", WON]
    assert lee.requests.count() == 1


def test_of_suspending_the_requester_and_taking_over_at_once_the_colleagues_request_goes_on() -> None:
    request, lee = make.request(), make.person(LEE)
    offer = transferring.offer(request.pk, by=request.requester, address=LEE, now=NOW)
    rosa = make.reviewer()
    outcomes = at_once(
        lambda: transferring.accept(offer.pk, by=lee, statement_version="", facts_version=1, now=NOW),
        lambda: suspending.suspend(request.requester, by=rosa, reason="Odd.", now=NOW),
    )
    request.refresh_from_db()
    if request.requester == lee:
        assert (outcomes, request.frozen_at) == ([WON, WON], None)
    else:
        assert (outcomes, request.frozen_at) == (["Conflict", WON], NOW)


def test_of_withdrawing_and_taking_over_at_once_one_happens() -> None:
    request, lee = make.request(), make.person(LEE)
    offer = transferring.offer(request.pk, by=request.requester, address=LEE, now=NOW)
    outcomes = at_once(
        lambda: transferring.accept(offer.pk, by=lee, statement_version="", facts_version=1, now=NOW),
        lambda: withdrawal.withdraw(request.pk, by=request.requester, now=NOW),
    )
    assert outcomes in (["NotYours", WON], ["OfferOver", WON])
    request.refresh_from_db()
    assert (request.requester == lee) == (request.state == "pending")
