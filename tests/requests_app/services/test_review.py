"""The domain gate: approve, ask, reject, and what the requester answers."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from notifications.models import OutgoingEmail
from people.models import Person
from requests_app.domain.lifecycle import NotAllowed
from requests_app.domain.submission import Authority
from requests_app.models import AuthorizationLink, Decision, HistoryLine, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import facts, freezing, nomination, parties, review, submission, withdrawal
from requests_app.services.authorization import StatementNotTicked
from requests_app.services.transitions import Conflict, NotYours, StaleFacts
from smart_accounts.services import reservations
from tests import make
from tests.make import DANA, NOW, PRIYA

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
SHOP = "shop.acme-robotics.example"


@pytest.fixture
def rosa() -> Person:
    return make.reviewer()


def counts() -> tuple[int, int, int]:
    return HistoryLine.objects.count(), OutgoingEmail.objects.count(), Decision.objects.count()


def asked(
    request: SmartAccountRequest, proposal: str = "", *, by: Person, now: Any = NOW
) -> SmartAccountRequest:
    review.ask_change(
        request.pk, by=by, facts_version=request.facts_version, proposal=proposal, question="Which?", now=now
    )
    request.refresh_from_db()
    return request


def accept(request: SmartAccountRequest, *, ticked: bool = False, now: Any = LATER) -> SmartAccountRequest:
    return review.accept_proposal(
        request.pk, by=request.requester, facts_version=request.facts_version, ticked=ticked, now=now
    )


def answer(
    request: SmartAccountRequest, account_domain: str, *, ticked: bool = False, now: Any = LATER
) -> SmartAccountRequest:
    return review.answer_domain(
        request.pk,
        by=request.requester,
        account_domain=account_domain,
        note="This is ours.",
        facts_version=request.facts_version,
        ticked=ticked,
        now=now,
    )


def rival_of(request: SmartAccountRequest) -> SmartAccountRequest:
    kim = make.person("kim@acme-robotics.example", name="Kim Park")
    return make.request(
        kim, account_domain=request.account_domain, authorizer_address="lee@acme-robotics.example"
    )


# Approve


def test_approving_reserves_the_identifier_and_tells_the_requester(rosa: Person) -> None:
    request = make.approved(make.request(), by=rosa)
    assert (request.state, request.domain) == ("pending", "approved")
    holder = reservations.holder("acme-robotics.example")
    assert holder
    assert holder.request == str(request.pk)
    assert [row.to for row in make.posted("domain_approved")] == [DANA]


def test_approving_what_is_authorized_sends_the_set_up_letter_instead(rosa: Person) -> None:
    request = make.approved(make.answered(make.request(), Answer.AUTHORIZE), by=rosa)
    assert request.state == "setup"
    assert make.posted("domain_approved") == []
    assert [row.to for row in make.posted("setup")] == [DANA]


def test_approving_withdraws_a_question(rosa: Person) -> None:
    request = make.approved(asked(make.request(), SHOP, by=rosa), by=rosa)
    assert (request.domain, request.proposal, request.question) == ("approved", "", "")
    assert (request.turn_since, request.expires_at, request.next_reminder_at) == (None, None, None)


def test_approving_again_is_the_same_approval_though_the_authorizer_answered_meanwhile(rosa: Person) -> None:
    request = make.approved(make.request(), by=rosa)
    make.answered(request, Answer.DECLINE)
    before = counts()
    review.approve(request.pk, by=rosa, facts_version=request.facts_version, now=LATER)
    assert counts() == before


def test_another_reviewers_approval_cannot_be_repeated(rosa: Person) -> None:
    request = make.approved(make.request(), by=rosa)
    with pytest.raises(NotAllowed):
        review.approve(request.pk, by=make.reviewer("sam@operator.example"), facts_version=1, now=NOW)


def test_a_rival_that_holds_the_identifier_stops_the_approval(rosa: Person) -> None:
    first = make.request()
    second = rival_of(first)
    make.approved(first, by=rosa)
    before = counts()
    with pytest.raises(Conflict, match="holds this identifier"):
        make.approved(second, by=rosa)
    second.refresh_from_db()
    assert (second.domain, counts()) == ("pending", before)


def test_an_account_that_holds_the_identifier_stops_the_approval(rosa: Person) -> None:
    make.activated()
    stranger = make.person("eve@globex.example", name="Eve Stone")
    with pytest.raises(Conflict):
        make.approved(make.request(stranger), by=rosa)


def test_rivals_are_told_and_stay_open_to_be_decided(rosa: Person) -> None:
    first = make.request()
    second = rival_of(first)
    make.approved(first, by=rosa)
    assert [row.to for row in make.posted("rival_decided")] == [second.requester_address]
    second.refresh_from_db()
    assert (second.state, second.domain) == ("pending", "pending")
    review.reject(second.pk, by=rosa, facts_version=1, reason="Taken.", now=LATER)
    assert len(make.posted("domain_rejected", to=second.requester_address)) == 1


def test_administrators_of_related_accounts_are_told_once_for_each_identifier(rosa: Person) -> None:
    make.activated()
    kim = make.person("kim@acme-robotics.example")
    request = make.request(kim, account_domain=SHOP, domain_edited=True, domain_note="The shop.")
    make.approved(request, by=rosa)
    assert [row.to for row in make.posted("sibling_notice")] == [DANA]
    answer(request, "store.acme-robotics.example")
    request.refresh_from_db()
    make.approved(request, by=rosa, now=LATER)
    told = make.posted("sibling_notice")
    assert [row.primitives["account_domain"] for row in told] == [SHOP, "store.acme-robotics.example"]


def test_accounts_beside_the_identifier_are_not_told(rosa: Person) -> None:
    make.activated(account_domain=SHOP, domain_edited=True, domain_note="The shop.")
    kim = make.person("kim@acme-robotics.example")
    request = make.request(
        kim, account_domain="eu.acme-robotics.example", domain_edited=True, domain_note="Europe."
    )
    make.approved(request, by=rosa)
    assert make.posted("sibling_notice") == []


@pytest.mark.parametrize("length", [40, 253])
def test_keys_of_letters_fit_however_long_domain_and_address_are(rosa: Person, length: int) -> None:
    long = ("a" * 60 + ".") * 4
    domain = long[: length - len("acme-robotics.example") - 1].strip(".") + ".acme-robotics.example"
    first = make.request(account_domain=domain, domain_edited=True, domain_note="Long.")
    rival_of(first)
    make.approved(first, by=rosa)
    assert all(len(row.key) <= 200 for row in make.posted())


# Ask for a change


def test_a_question_makes_it_the_requesters_turn_for_30_days(rosa: Person) -> None:
    request = asked(make.request(), SHOP, by=rosa)
    assert (request.domain, request.proposal, request.question) == ("change_asked", SHOP, "Which?")
    assert request.expires_at
    assert request.expires_at.isoformat() == "2026-12-26T00:00:00+00:00"
    assert request.next_reminder_at
    assert request.next_reminder_at.isoformat() == "2026-12-02T09:00:00+00:00"
    (letter,) = make.posted("change_asked")
    assert (letter.to, letter.primitives["proposal"], letter.primitives["note"]) == (DANA, SHOP, "Which?")


def test_another_question_replaces_the_first_and_starts_the_30_days_anew(rosa: Person) -> None:
    request = asked(make.request(), SHOP, by=rosa)
    review.ask_change(
        request.pk, by=rosa, facts_version=1, proposal="", question="Or which?", now=NOW + timedelta(days=5)
    )
    request.refresh_from_db()
    assert (request.proposal, request.question) == ("", "Or which?")
    assert request.expires_at
    assert request.expires_at.isoformat() == "2026-12-31T00:00:00+00:00"
    assert len(make.posted("change_asked")) == 2


def test_the_same_question_sent_twice_is_asked_once(rosa: Person) -> None:
    request = asked(make.request(), SHOP, by=rosa)
    before = counts()
    asked(request, SHOP, by=rosa, now=LATER)
    assert counts() == before
    asked(request, SHOP, by=make.reviewer("sam@operator.example"), now=LATER)
    assert len(make.posted("change_asked")) == 2


def test_what_is_approved_must_be_reopened_before_a_change_is_asked(rosa: Person) -> None:
    request = make.approved(make.request(), by=rosa)
    with pytest.raises(NotAllowed):
        asked(request, SHOP, by=rosa)


# Reject


def test_rejecting_closes_the_request_ends_its_links_and_tells_both(rosa: Person, deliver: Any) -> None:
    request = make.request()
    deliver()
    review.reject(request.pk, by=rosa, facts_version=1, reason="Not yours.", now=NOW)
    request.refresh_from_db()
    assert (request.state, request.domain, request.closed_at) == ("rejected", "rejected", NOW)
    assert AuthorizationLink.objects.get().state == "revoked"
    assert [row.to for row in make.posted("domain_rejected")] == [DANA]
    assert [(row.to, row.primitives["cause"]) for row in make.posted("nothing_to_do")] == [
        (PRIYA, "rejected")
    ]


def test_an_authorizer_who_was_not_written_to_yet_hears_nothing(rosa: Person, deliver: Any) -> None:
    request = make.request()
    review.reject(request.pk, by=rosa, facts_version=1, reason="Not yours.", now=NOW)
    assert make.posted("nothing_to_do") == []
    assert deliver(PRIYA) == []


def test_an_authorizer_who_authorized_is_told_of_the_rejection(rosa: Person) -> None:
    request = make.answered(make.request(), Answer.AUTHORIZE)
    review.reject(request.pk, by=rosa, facts_version=1, reason="Not yours.", now=NOW)
    (letter,) = make.posted("nothing_to_do")
    assert (letter.to, letter.primitives["was_authorized"]) == (PRIYA, True)


def test_rejecting_again_changes_nothing_and_another_reviewer_is_refused(rosa: Person) -> None:
    request = make.request()
    for _ in range(2):
        review.reject(request.pk, by=rosa, facts_version=1, reason="Not yours.", now=NOW)
    assert len(make.posted("domain_rejected")) == 1
    with pytest.raises(NotAllowed):
        review.reject(
            request.pk, by=make.reviewer("sam@operator.example"), facts_version=1, reason="No.", now=NOW
        )


@pytest.mark.parametrize("state", ["approved", "setup"])
def test_what_is_approved_must_be_reopened_before_it_is_rejected(rosa: Person, state: str) -> None:
    request = make.request()
    if state == "setup":
        make.answered(request, Answer.AUTHORIZE)
    make.approved(request, by=rosa)
    with pytest.raises(NotAllowed):
        review.reject(request.pk, by=rosa, facts_version=1, reason="No.", now=NOW)


def test_rejecting_lifts_a_freeze_in_the_same_act(rosa: Person) -> None:
    request = make.request()
    freezing.freeze(request.pk, by=rosa, reason="Odd.", now=NOW)
    review.reject(request.pk, by=rosa, facts_version=1, reason="Not yours.", now=LATER)
    request.refresh_from_db()
    assert (request.state, request.frozen_at, request.frozen_by, request.frozen_reason) == (
        "rejected",
        None,
        None,
        "",
    )
    assert {row.kind for row in make.posted() if row.state == "queued"} == {"domain_rejected"}


# Who and what


def decide(act: str, request: SmartAccountRequest, by: Person, *, version: int = 1) -> None:
    words = {"ask_change": {"proposal": "", "question": "Which?"}, "reject": {"reason": "No."}}.get(act, {})
    getattr(review, act)(request.pk, by=by, facts_version=version, now=NOW, **words)


@pytest.mark.parametrize("act", ["approve", "ask_change", "reject"])
def test_no_act_about_other_facts_than_shown(rosa: Person, act: str) -> None:
    request = make.request()
    before = counts()
    with pytest.raises(StaleFacts):
        decide(act, request, rosa, version=2)
    assert counts() == before


@pytest.mark.parametrize("act", ["approve", "ask_change", "reject"])
@pytest.mark.parametrize(
    "part", ["requester", "authorizer", "former authorizer", "administrator", "second address"]
)
def test_no_act_by_a_reviewer_who_has_a_part(act: str, part: str) -> None:
    concerned = make.reviewer("rosa+work@acme-robotics.example")
    own = "rosa@acme-robotics.example"
    if part == "requester":
        request = make.request(concerned)
    elif part == "administrator":
        request = make.request(administrators=(own,))
    elif part == "second address":
        EmailAddress.objects.create(user=concerned, email="r.stone@acme-robotics.example", verified=True)
        request = make.request(authorizer_address="r.stone@acme-robotics.example")
    else:
        request = make.request(authorizer_address=own)
        if part == "former authorizer":
            nomination.replace(request.pk, by=request.requester, address=PRIYA, message="", now=NOW)
    before = counts()
    with pytest.raises(parties.Concerned):
        decide(act, request, concerned)
    assert counts() == before


@pytest.mark.parametrize("act", ["approve", "ask_change", "reject"])
@pytest.mark.parametrize("end", ["withdrawn", "frozen"])
def test_no_act_on_what_is_over_or_stopped(rosa: Person, act: str, end: str) -> None:
    request = make.request()
    if end == "withdrawn":
        withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    else:
        freezing.freeze(request.pk, by=rosa, reason="Odd.", now=NOW)
        if act == "reject":
            return
    with pytest.raises(NotAllowed):
        decide(act, request, rosa)


# The requester accepts the proposal


def test_an_accepted_proposal_is_approved_and_the_authorizer_is_asked_about_it(rosa: Person) -> None:
    request = asked(make.request(), SHOP, by=rosa)
    old = make.link_of(request)
    accept(request)
    request.refresh_from_db()
    old.refresh_from_db()
    assert (request.account_domain, request.domain, request.facts_version) == (SHOP, "approved", 2)
    assert (request.authorization, old.state) == ("pending", "superseded")
    assert [row.primitives["changed"] for row in make.posted("facts_changed", to=PRIYA)] == [
        ["account_domain"]
    ]
    holder = reservations.holder(SHOP)
    assert holder
    assert holder.request == str(request.pk)


def test_accepting_voids_an_authorization_that_was_given_to_other_facts(rosa: Person) -> None:
    request = asked(make.answered(make.request(), Answer.AUTHORIZE), SHOP, by=rosa)
    accept(request)
    request.refresh_from_db()
    assert (request.state, request.authorization) == ("pending", "pending")
    assert make.posted("facts_changed")[0].primitives["was_authorized"] is True
    make.answered(request, Answer.AUTHORIZE, now=LATER)
    assert request.state == "setup"


def test_accepting_a_proposal_of_another_domain_holds_the_letter(rosa: Person) -> None:
    request = asked(make.request(), "globex.example", by=rosa)
    accept(request)
    request.refresh_from_db()
    assert (request.authorization, request.domain) == ("held", "approved")
    assert make.posted("facts_changed") == []


def test_on_yes_accepting_needs_the_tick_and_then_enters_set_up(rosa: Person) -> None:
    request = asked(make.request(authority=Authority.YES), SHOP, by=rosa)
    before = counts()
    with pytest.raises(StatementNotTicked):
        accept(request)
    request.refresh_from_db()
    assert (counts(), request.account_domain) == (before, "acme-robotics.example")
    assert reservations.holder(SHOP) is None
    accept(request, ticked=True)
    request.refresh_from_db()
    assert (request.state, request.authorization) == ("setup", "authorized")
    assert Decision.objects.latest("sequence").facts["account_domain"] == SHOP


def test_on_yes_the_proposal_must_agree_with_the_own_address(rosa: Person) -> None:
    request = asked(make.request(authority=Authority.YES), "globex.example", by=rosa)
    with pytest.raises(review.IdentifierDisagrees):
        accept(request, ticked=True)


def test_without_a_proposal_there_is_nothing_to_accept(rosa: Person) -> None:
    request = asked(make.request(), by=rosa)
    with pytest.raises(Conflict, match="No identifier was proposed"):
        accept(request)


@pytest.mark.parametrize("taker", ["rival", "account", "own request"])
def test_a_proposal_taken_meanwhile_goes_back_to_the_reviewer(rosa: Person, taker: str) -> None:
    request = asked(make.request(), SHOP, by=rosa)
    given = {"account_domain": SHOP, "domain_edited": True, "domain_note": "Ours."}
    kim = make.person("kim@acme-robotics.example")
    if taker == "rival":
        make.approved(make.request(kim, authorizer_address="lee@acme-robotics.example", **given), by=rosa)
    elif taker == "account":
        other = make.approved(make.request(kim, authority=Authority.YES, **given), by=rosa)
        assert other.state == "setup"
    else:
        make.request(authorizer_address="lee@acme-robotics.example", **given)
    with pytest.raises(Conflict, match="no longer available"):
        accept(request)
    request.refresh_from_db()
    assert (request.domain, request.account_domain, request.facts_version) == (
        "pending",
        "acme-robotics.example",
        1,
    )
    assert (request.proposal, request.question, request.expires_at) == ("", "", None)
    assert request.history.last().event == "proposal_taken"  # type: ignore[union-attr]


def test_nobody_else_answers_for_the_requester(rosa: Person) -> None:
    request = asked(make.request(), SHOP, by=rosa)
    with pytest.raises(NotYours):
        review.accept_proposal(request.pk, by=rosa, facts_version=1, ticked=False, now=NOW)


def test_where_unproven_nominations_are_refused_no_unproven_identifier_is_accepted(
    rosa: Person, settings: Any
) -> None:
    settings.UNPROVEN_NOMINATIONS = "refuse"
    request = asked(make.request(), "globex.example", by=rosa)
    with pytest.raises(nomination.NominationRefused):
        accept(request)
    request.refresh_from_db()
    assert (request.domain, request.account_domain) == ("change_asked", "acme-robotics.example")


# The requester answers


def test_keeping_the_identifier_with_a_note_answers_the_question(rosa: Person) -> None:
    request = asked(make.request(), SHOP, by=rosa)
    link = make.link_of(request)
    answer(request, "acme-robotics.example")
    request.refresh_from_db()
    assert (request.domain, request.domain_note, request.facts_version) == ("pending", "This is ours.", 1)
    assert (request.proposal, request.question, request.expires_at) == ("", "", None)
    assert make.link_of(request) == link


@pytest.mark.parametrize("domain", ["pending", "change_asked", "approved"])
def test_another_identifier_opens_the_gate_again_and_voids_the_authorization(
    rosa: Person, domain: str
) -> None:
    request = make.request()
    if domain == "approved":
        make.approved(request, by=rosa)
    elif domain == "change_asked":
        asked(request, by=rosa)
    if domain != "approved":
        make.answered(request, Answer.AUTHORIZE)
    answer(request, SHOP)
    request.refresh_from_db()
    assert (request.account_domain, request.domain, request.authorization) == (SHOP, "pending", "pending")
    assert (request.domain_since, request.facts_version) == (LATER, 2)
    assert reservations.holder("acme-robotics.example") is None


def test_keeping_without_a_question_is_no_answer() -> None:
    with pytest.raises(NotAllowed):
        answer(make.request(), "acme-robotics.example")


def test_an_answer_is_refused_in_set_up() -> None:
    with pytest.raises(NotAllowed):
        answer(make.in_setup(), SHOP)


def test_an_answer_names_no_identifier_that_is_visibly_in_use(rosa: Person) -> None:
    make.request(
        authorizer_address="lee@acme-robotics.example",
        account_domain=SHOP,
        domain_edited=True,
        domain_note="The shop.",
    )
    request = make.request()
    with pytest.raises(submission.AlreadyOpen):
        answer(request, SHOP)


def test_on_yes_another_identifier_must_agree_and_be_ticked() -> None:
    request = make.request(authority=Authority.YES)
    with pytest.raises(review.IdentifierDisagrees):
        answer(request, "globex.example", ticked=True)
    with pytest.raises(StatementNotTicked):
        answer(request, SHOP)
    answer(request, SHOP, ticked=True)
    request.refresh_from_db()
    assert (request.account_domain, request.authorization, request.domain) == (SHOP, "authorized", "pending")
    assert Decision.objects.count() == 2


def test_an_answer_about_other_facts_than_shown_is_stale() -> None:
    request = make.request()
    facts.change(
        request.pk,
        by=request.requester,
        account_name="Acme",
        administrators=(),
        ticked=False,
        facts_version=1,
        now=NOW,
    )
    with pytest.raises(StaleFacts):
        answer(request, SHOP)
