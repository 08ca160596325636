"""A request is submitted whole, once, or not at all."""

import re
import uuid
from datetime import timedelta

import pytest
from django.conf import settings

from requests_app.domain import statement
from requests_app.domain.companies import CompanyDetails
from requests_app.domain.submission import Authority, ContradictoryAnswers
from requests_app.models import Decision, Draft, Nomination, SmartAccountRequest
from requests_app.services import limits, nomination, submission
from tests import make
from tests.make import DANA, NOW, PRIYA

pytestmark = pytest.mark.django_db


def test_on_no_the_nomination_letter_leaves_and_both_gates_wait() -> None:
    request = make.request()
    assert (request.state, request.authorization, request.domain) == ("pending", "pending", "pending")
    assert [(row.kind, row.to) for row in make.posted()] == [("nomination", PRIYA), ("request_sent", DANA)]
    assert re.fullmatch(r"SAR-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", request.reference)
    assert [line.event for line in request.history.all()] == ["submit"]


def test_on_yes_it_is_authorized_at_once_with_signed_evidence_of_the_tick() -> None:
    request = make.request(authority=Authority.YES)
    decision = Decision.objects.get()
    assert request.authorization == "authorized"
    assert decision.text == statement.own_text(operator=settings.OPERATOR_NAME)
    assert decision.facts["account_domain"] == "acme-robotics.example"
    assert decision.statement_version
    assert make.kinds() == ["request_sent"]


def test_the_same_draft_sent_twice_is_one_request_and_the_draft_is_gone() -> None:
    dana = make.person(DANA)
    draft = Draft.objects.create(
        person=dana,
        created_at=NOW,
        saved_at=NOW,
        warn_at=NOW + timedelta(days=83),
        expires_at=NOW + timedelta(days=91),
    )
    first, second = (
        submission.submit(make.answers(), draft_id=draft.pk, requester=dana, client_network="", now=NOW)
        for _ in range(2)
    )
    assert first.pk == second.pk
    assert not Draft.objects.exists()
    assert len(make.posted("nomination")) == 1


def test_a_letter_across_domains_is_held_without_link_or_letter() -> None:
    request = make.request(authorizer_address="lee@globex.example")
    named = Nomination.objects.get()
    assert request.authorization == "held"
    assert named.reasons == ["domains_disagree"]
    assert not named.links.exists()
    assert make.kinds() == ["held", "request_sent"]


def test_where_the_operator_refuses_unproven_nominations_nothing_is_stored(
    settings: pytest.FixtureRequest,
) -> None:
    settings.UNPROVEN_NOMINATIONS = "refuse"  # type: ignore[attr-defined]
    with pytest.raises(nomination.NominationRefused):
        make.request(authorizer_address="lee@globex.example")
    assert not SmartAccountRequest.objects.exists()
    assert make.posted() == []


@pytest.mark.parametrize(
    "address", ["dana.whitfield+x@acme-robotics.example", "second@acme-robotics.example"]
)
def test_no_address_of_the_requester_can_be_the_authorizer(address: str) -> None:
    from allauth.account.models import EmailAddress

    dana = make.person(DANA)
    EmailAddress.objects.create(user=dana, email="second@acme-robotics.example", verified=True)
    with pytest.raises((nomination.NominationRefused, ContradictoryAnswers), match="Choose Yes"):
        make.request(dana, authorizer_address=address)


def test_one_authorizer_is_asked_by_one_open_request_of_the_same_person() -> None:
    first = make.request()
    with pytest.raises(nomination.AlreadyNominated) as refused:
        make.request(account_domain="shop.acme-robotics.example", domain_edited=True, domain_note="The shop.")
    assert refused.value.other.pk == first.pk


def test_an_open_request_for_the_same_identifier_is_found_again() -> None:
    first = make.request()
    with pytest.raises(submission.AlreadyOpen) as found:
        make.request(authorizer_address="sam@acme-robotics.example")
    assert found.value.request.pk == first.pk


def test_who_agrees_with_an_active_account_is_sent_to_it_and_others_see_nothing() -> None:
    make.activated()
    colleague = make.person("kim@acme-robotics.example", name="Kim Park")
    with pytest.raises(submission.AccountExists):
        make.request(colleague)
    stranger = make.person("eve@globex.example", name="Eve Stone")
    assert make.request(stranger).authorization == "held"


def test_nobody_named_makes_the_requester_administrator() -> None:
    request = make.request()
    assert [row.address for row in request.administrators.all()] == [DANA]


def test_company_information_is_kept_as_given() -> None:
    details = CompanyDetails(
        name="CCO Esup, Inc.", country="US", city="Irvine", area="CA", postal_code="92617"
    )
    request = make.request(company=details)
    assert (request.company.name, request.company.area) == ("CCO Esup, Inc.", "CA")


def test_a_young_account_names_three_authorizers_in_24_hours_and_is_told_when_it_opens_again() -> None:
    dana = make.person(DANA, created_at=NOW - timedelta(days=1))
    for number in range(3):
        make.request(
            dana,
            authorizer_address=f"a{number}@acme-robotics.example",
            account_domain=f"s{number}.acme-robotics.example",
            domain_edited=True,
            domain_note="One for each site.",
        )
    with pytest.raises(limits.LimitReached) as reached:
        make.request(dana)
    assert reached.value.opens_at == NOW + timedelta(days=1)
    assert make.request(dana, now=NOW + timedelta(days=1, seconds=1)).authorization == "pending"


def test_a_network_sends_twenty_requests_an_hour() -> None:
    for number in range(20):
        requester = make.person(f"p{number}@acme-robotics.example")
        make.request(requester, network="192.0.2.1/32", authorizer_address=f"a{number}@acme-robotics.example")
    with pytest.raises(limits.LimitReached):
        make.request(network="192.0.2.1/32")
    assert make.request(network="192.0.2.2/32").pk


def test_an_address_that_many_name_is_held_and_nobody_is_told_why() -> None:
    for number in range(3):
        make.request(make.person(f"p{number}@acme-robotics.example"))
    request = make.request()
    assert request.authorization == "held"
    assert Nomination.objects.get(request=request).reasons == ["many_requesters"]
    assert make.posted("held")[-1].primitives["reasons"] == []


def test_the_identifier_of_a_yes_must_be_of_the_own_organization() -> None:
    with pytest.raises(ContradictoryAnswers):
        make.request(authority=Authority.YES, account_domain="globex.example")


def test_an_unknown_draft_id_of_somebody_else_does_not_open_their_request() -> None:
    draft_id = uuid.uuid4()
    dana, kim = make.person(DANA), make.person("kim@acme-robotics.example")
    submission.submit(make.answers(), draft_id=draft_id, requester=dana, client_network="", now=NOW)
    with pytest.raises(Exception, match="draft_id"):
        submission.submit(
            make.answers(requester_address=kim.email),
            draft_id=draft_id,
            requester=kim,
            client_network="",
            now=NOW,
        )
