"""The receipt's link: take the authorization back with a code, or say that it was not oneself."""

from datetime import timedelta

import pytest

from notifications import links
from requests_app.domain.lifecycle import Authority
from requests_app.models import Decision, SetUp, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import evidence, nomination, taking_back, withdrawal
from requests_app.services.authorization import BeingChecked, CodeRefused
from requests_app.services.limits import LimitReached
from requests_app.services.taking_back import NothingToTakeBack, ReceiptOver, ReceiptUnknown
from requests_app.services.transitions import Conflict
from smart_accounts.services import reservations
from tests import make
from tests.make import DANA, NOW, PRIYA

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def authorized() -> SmartAccountRequest:
    return make.answered(make.request(), Answer.AUTHORIZE)


def decision_of(made: SmartAccountRequest) -> Decision:
    return made.decisions.get(answer=Answer.AUTHORIZE)


def take_back(made: SmartAccountRequest) -> Decision:
    challenge = taking_back.ask_code(decision_of(made).pk, now=NOW)
    taken = taking_back.take_back(decision_of(made).pk, code=links.code_for(str(challenge.pk)), now=NOW)
    made.refresh_from_db()
    return taken


def test_taking_back_revokes_with_evidence_and_letters_to_both() -> None:
    made = authorized()
    taken = take_back(made)
    assert (made.state, made.authorization) == ("pending", "revoked")
    assert nomination.left(made).counted == 2
    assert taken.answer == "take_back"
    assert not list(evidence.verify())
    assert [(row.kind, row.to) for row in make.posted()[-3:]] == [
        ("authorizer_code", PRIYA),
        ("decision_receipt", PRIYA),
        ("choose_authorizer", DANA),
    ]
    assert make.posted("choose_authorizer")[0].primitives["cause"] == "revoked"


def test_in_setup_the_request_is_pending_again_and_keeps_its_reservation() -> None:
    made = make.approved(authorized())
    assert made.state == "setup"
    take_back(made)
    assert (made.state, made.authorization, made.domain) == ("pending", "revoked", "approved")
    assert not SetUp.objects.exists()
    with pytest.raises(reservations.IdentifierTaken):
        reservations.reserve(made.account_domain, request="another", now=NOW)


def test_the_set_up_letter_that_had_not_left_is_dropped(deliver: object) -> None:
    made = make.approved(authorized())
    take_back(made)
    assert callable(deliver)
    deliver()
    [letter] = make.posted("setup")
    assert letter.state == "cancelled"


def test_a_wrong_code_takes_nothing_back() -> None:
    made = authorized()
    challenge = taking_back.ask_code(decision_of(made).pk, now=NOW)
    wrong = f"{(int(links.code_for(str(challenge.pk))) + 1) % 10**6:06}"
    with pytest.raises(CodeRefused, match="4 tries left"):
        taking_back.take_back(decision_of(made).pk, code=wrong, now=NOW)
    made.refresh_from_db()
    assert made.authorization == "authorized"


def test_the_code_that_authorized_takes_nothing_back() -> None:
    made = authorized()
    used = str(decision_of(made).challenge_id)
    with pytest.raises(CodeRefused):
        taking_back.take_back(decision_of(made).pk, code=links.code_for(used), now=NOW)


def test_codes_of_a_receipt_are_limited_by_themselves() -> None:
    made = authorized()
    decision = decision_of(made)
    first = taking_back.ask_code(decision.pk, now=NOW)
    assert taking_back.ask_code(decision.pk, now=NOW + MINUTE / 2) == first
    for number in range(1, 5):
        taking_back.ask_code(decision.pk, now=NOW + number * MINUTE)
    with pytest.raises(LimitReached):
        taking_back.ask_code(decision.pk, now=NOW + 5 * MINUTE)
    for number in range(7):
        taking_back.ask_code(decision.pk, now=NOW + (60 + 15 * number) * MINUTE)
    with pytest.raises(Conflict, match="No more codes"):
        taking_back.ask_code(decision.pk, now=NOW + timedelta(days=2))


def test_a_decline_cannot_be_taken_back() -> None:
    made = make.answered(make.request(), Answer.DECLINE)
    with pytest.raises(NothingToTakeBack):
        taking_back.ask_code(made.decisions.get().pk, now=NOW)


def test_what_was_taken_back_cannot_be_taken_back_again() -> None:
    made = authorized()
    take_back(made)
    with pytest.raises(NothingToTakeBack):
        taking_back.ask_code(decision_of(made).pk, now=NOW)
    assert taking_back.taken_back_by(decision_of(made)) is not None


def test_the_receipt_is_over_once_the_request_is_active_or_closed() -> None:
    active = make.activated()
    with pytest.raises(ReceiptOver):
        taking_back.ask_code(decision_of(active).pk, now=NOW)
    with pytest.raises(ReceiptOver):
        taking_back.say_not_me(decision_of(active).pk, now=NOW)
    closed = make.answered(make.request(account_domain="lab.acme-robotics.example"), Answer.AUTHORIZE)
    withdrawal.withdraw(closed.pk, by=closed.requester, now=NOW)
    with pytest.raises(ReceiptOver):
        taking_back.ask_code(decision_of(closed).pk, now=NOW)


def test_this_was_not_me_freezes_the_request_and_alerts_staff() -> None:
    made = make.approved(authorized())
    taking_back.say_not_me(decision_of(made).pk, now=NOW)
    made.refresh_from_db()
    assert (made.state, made.frozen_at, made.frozen_by) == ("setup", NOW, None)
    assert [row.primitives["alert"] for row in make.posted("operator_alert")] == ["not_me"]
    with pytest.raises(BeingChecked):
        taking_back.say_not_me(decision_of(made).pk, now=NOW)
    with pytest.raises(BeingChecked):
        taking_back.ask_code(decision_of(made).pk, now=NOW)


def test_the_requesters_own_tick_has_no_receipt() -> None:
    made = make.request(authority=Authority.YES)
    with pytest.raises(ReceiptUnknown):
        taking_back.find(made.decisions.get().pk)
