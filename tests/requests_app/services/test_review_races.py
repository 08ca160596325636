"""Reviewers, requesters and authorizers at once. On PostgreSQL alone: SQLite's transactions follow one another."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from notifications import links
from notifications.models import OutgoingEmail
from people.models import Person
from requests_app.domain.submission import Authority
from requests_app.models import HistoryLine, Nomination, SetUp, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import (
    authorization,
    evidence,
    facts,
    freezing,
    nomination,
    review,
    setup,
    submission,
    withdrawal,
)
from smart_accounts.models import IdentifierReservation, SmartAccount
from smart_accounts.services import agreement
from tests import make
from tests.make import NOW
from tests.requests_app.services.test_authorization_races import WON, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SHOP = "shop.acme-robotics.example"
LEE = "lee@globex.example"


def approval(request: SmartAccountRequest, by: Person) -> Any:
    return lambda: review.approve(request.pk, by=by, facts_version=1, now=NOW)


def two_reviewers() -> tuple[Person, Person]:
    return make.reviewer(), make.reviewer("sam@operator.example")


def test_of_two_rivals_approved_at_once_one_gets_the_identifier() -> None:
    rosa, sam = two_reviewers()
    first = make.request()
    kim = make.person("kim@acme-robotics.example")
    second = make.request(kim, authorizer_address="pat@acme-robotics.example")

    assert at_once(approval(first, rosa), approval(second, sam)) == ["Conflict", WON]

    assert IdentifierReservation.objects.count() == 1
    assert SmartAccountRequest.objects.filter(domain="approved").count() == 1
    assert len(make.posted("rival_decided")) == 1


def test_two_reviewers_who_approve_one_request_at_once_approve_it_once() -> None:
    rosa, sam = two_reviewers()
    request = make.request()

    assert at_once(approval(request, rosa), approval(request, sam)) == ["NotAllowed", WON]

    assert HistoryLine.objects.filter(event="approve").count() == 1
    assert len(make.posted("domain_approved")) == 1


def test_pressing_approve_many_times_at_once_approves_once() -> None:
    rosa = make.reviewer()
    request = make.request()

    assert at_once(*[approval(request, rosa)] * 10) == [WON] * 10

    assert HistoryLine.objects.filter(event="approve").count() == 1


def test_of_approving_and_rejecting_at_once_one_happens() -> None:
    rosa, sam = two_reviewers()
    request = make.request()

    def reject() -> object:
        return review.reject(request.pk, by=sam, facts_version=1, reason="No.", now=NOW)

    assert at_once(approval(request, rosa), reject) == ["NotAllowed", WON]

    request.refresh_from_db()
    assert (request.domain == "approved") == IdentifierReservation.objects.exists()


@pytest.mark.fault(10)
def test_a_draft_sent_twenty_times_at_once_is_one_request() -> None:
    dana, draft_id = make.person(make.DANA), uuid.uuid4()

    def send() -> object:
        return submission.submit(
            make.answers(), draft_id=draft_id, requester=dana, client_network="", now=NOW
        )

    assert at_once(*[send] * 20) == [WON] * 20

    assert SmartAccountRequest.objects.count() == 1
    assert [row.kind for row in make.posted()] == ["nomination", "request_sent"]


def test_two_drafts_for_one_identifier_sent_at_once_are_one_request() -> None:
    dana = make.person(make.DANA)

    def send(number: int) -> Any:
        answers = make.answers(authorizer_address=f"a{number}@acme-robotics.example")
        return lambda: submission.submit(
            answers, draft_id=uuid.uuid4(), requester=dana, client_network="", now=NOW
        )

    assert at_once(*(send(number) for number in range(6))) == ["AlreadyOpen"] * 5 + [WON]
    assert Nomination.objects.count() == 1


def test_an_account_younger_than_a_week_names_three_however_many_it_sends_at_once() -> None:
    dana = make.person(make.DANA, created_at=NOW - timedelta(days=1))

    def send(number: int) -> Any:
        answers = make.answers(
            authorizer_address=f"a{number}@acme-robotics.example",
            account_domain=f"s{number}.acme-robotics.example",
            domain_edited=True,
            domain_note="One for each site.",
        )
        return lambda: submission.submit(
            answers, draft_id=uuid.uuid4(), requester=dana, client_network="", now=NOW
        )

    assert at_once(*(send(number) for number in range(8))) == ["LimitReached"] * 5 + [WON] * 3
    assert Nomination.objects.count() == 3


def test_an_address_is_not_held_too_late_however_many_name_it_at_once() -> None:
    people = [make.person(f"p{number}@acme-robotics.example") for number in range(6)]

    def send(person: Person) -> Any:
        answers = make.answers(requester_address=person.email)
        return lambda: submission.submit(
            answers, draft_id=uuid.uuid4(), requester=person, client_network="", now=NOW
        )

    assert at_once(*(send(person) for person in people)) == [WON] * 6
    assert len(make.posted("nomination")) == 3
    assert Nomination.objects.filter(state="held").count() == 3


def test_the_two_gates_cleared_at_once_begin_set_up_once() -> None:
    request, rosa = make.request(), make.reviewer()
    link = make.link_of(request)
    challenge = authorization.ask_code(link.pk, answer=Answer.AUTHORIZE, facts_version=1, now=NOW)
    code = links.code_for(str(challenge.pk))

    outcomes = at_once(
        approval(request, rosa),
        lambda: authorization.confirm(link.pk, code=code, ticked=True, reason="", facts_version=1, now=NOW),
    )

    assert outcomes == [WON, WON]
    request.refresh_from_db()
    assert request.state == "setup"
    assert len(make.posted("setup")) == 1
    assert SetUp.objects.count() == 1


def test_of_a_changed_fact_and_an_approval_at_once_neither_is_about_the_others_facts() -> None:
    request, rosa = make.request(), make.reviewer()

    def answer() -> object:
        return review.answer_domain(
            request.pk,
            by=request.requester,
            account_domain=SHOP,
            note="The shop.",
            facts_version=1,
            ticked=False,
            now=NOW,
        )

    outcomes = at_once(approval(request, rosa), answer)

    request.refresh_from_db()
    assert outcomes in (["StaleFacts", WON], [WON, WON])
    assert (request.account_domain, request.domain) == (SHOP, "pending")
    assert not IdentifierReservation.objects.exists()


def test_of_accepting_a_proposal_and_approving_its_rival_at_once_one_gets_it() -> None:
    rosa, sam = two_reviewers()
    request = make.request()
    kim = make.person("kim@acme-robotics.example")
    rival = make.request(
        kim,
        authorizer_address="pat@acme-robotics.example",
        account_domain=SHOP,
        domain_edited=True,
        domain_note="The shop.",
    )
    review.ask_change(request.pk, by=rosa, facts_version=1, proposal=SHOP, question="Which?", now=NOW)

    outcomes = at_once(
        approval(rival, sam),
        lambda: review.accept_proposal(
            request.pk, by=request.requester, facts_version=1, ticked=False, now=NOW
        ),
    )

    assert outcomes == ["Conflict", WON]
    holder = IdentifierReservation.objects.get()
    approved = SmartAccountRequest.objects.get(domain="approved")
    assert (holder.identifier, holder.request) == (SHOP, str(approved.pk))


def test_two_reviewers_release_a_held_letter_once() -> None:
    rosa, sam = two_reviewers()
    request = make.request(authorizer_address=LEE)
    named = Nomination.objects.get()

    outcomes = at_once(
        *(
            lambda by=by: nomination.release(named.pk, by=by, facts_version=1, now=NOW)  # type: ignore[misc]
            for by in (rosa, sam)
        )
    )

    assert outcomes == ["Conflict", WON]
    assert len(make.posted("nomination")) == 1
    assert make.link_of(request).generation == 1


def test_of_releasing_and_replacing_at_once_one_authorizer_is_current() -> None:
    rosa = make.reviewer()
    request = make.request(authorizer_address=LEE)
    named = Nomination.objects.get()

    outcomes = at_once(
        lambda: nomination.release(named.pk, by=rosa, facts_version=1, now=NOW),
        lambda: nomination.replace(
            request.pk, by=request.requester, address="pat@acme-robotics.example", message="", now=NOW
        ),
    )

    assert WON in outcomes
    request.refresh_from_db()
    assert request.authorization == "pending"
    assert Nomination.objects.filter(state__in=["held", "pending"]).count() == 1


def test_replacing_many_times_at_once_names_three_in_all() -> None:
    request = make.request()

    def replace(number: int) -> Any:
        return lambda: nomination.replace(
            request.pk, by=request.requester, address=f"a{number}@acme-robotics.example", message="", now=NOW
        )

    assert at_once(*(replace(number) for number in range(6))) == ["NoneLeft"] * 4 + [WON] * 2
    assert Nomination.objects.count() == 3


def test_activating_many_times_at_once_opens_one_account() -> None:
    request = make.in_setup()
    dana = request.requester
    setup.accept_agreement(request.pk, by=dana, version=agreement.AGREEMENT_VERSION, now=NOW)
    setup.confirm_company(request.pk, by=dana, details=None, now=NOW)
    setup.confirm_administrators(request.pk, by=dana, kept=(dana.email,), now=NOW)

    assert at_once(*[lambda: setup.activate(request.pk, by=dana, now=NOW)] * 8) == [WON] * 8

    assert SmartAccount.objects.count() == 1
    assert len(make.posted("activated")) == 1


def test_of_activating_and_revoking_at_once_one_happens() -> None:
    request = make.in_setup()
    dana, rosa = request.requester, make.reviewer("sam@operator.example")
    setup.accept_agreement(request.pk, by=dana, version=agreement.AGREEMENT_VERSION, now=NOW)
    setup.confirm_company(request.pk, by=dana, details=None, now=NOW)
    setup.confirm_administrators(request.pk, by=dana, kept=(dana.email,), now=NOW)

    outcomes = at_once(
        lambda: setup.activate(request.pk, by=dana, now=NOW),
        lambda: freezing.revoke(request.pk, by=rosa, reason="No.", now=NOW),
    )

    assert outcomes == ["NotAllowed", WON]
    request.refresh_from_db()
    assert (request.state == "active") == SmartAccount.objects.exists()


def test_withdrawing_and_changing_a_fact_at_once_leave_nothing_open() -> None:
    request = make.request()

    outcomes = at_once(
        lambda: withdrawal.withdraw(request.pk, by=request.requester, now=NOW),
        lambda: facts.change(
            request.pk,
            by=request.requester,
            account_name="Acme",
            administrators=(),
            ticked=False,
            facts_version=1,
            now=NOW,
        ),
    )

    assert outcomes in (["NotAllowed", WON], [WON, WON])
    request.refresh_from_db()
    assert request.state == "withdrawn"
    letters = OutgoingEmail.objects.filter(kind__in=["nomination", "facts_changed", "request_sent"])
    assert set(letters.values_list("state", flat=True)) == {"cancelled"}


def test_ticks_at_once_keep_one_chain_of_evidence() -> None:
    people = [make.person(f"p{number}@acme-robotics.example") for number in range(6)]

    def send(person: Person) -> Any:
        answers = make.answers(authority=Authority.YES, requester_address=person.email)
        return lambda: submission.submit(
            answers, draft_id=uuid.uuid4(), requester=person, client_network="", now=NOW
        )

    assert at_once(*(send(person) for person in people)) == [WON] * 6
    assert not list(evidence.verify())
