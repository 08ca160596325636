"""A change of what is authorized voids the link, and the same authorizer is told of it, within limits."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from notifications import links
from notifications.models import OutgoingEmail
from people.models import Person
from requests_app.domain.lifecycle import NotAllowed
from requests_app.domain.submission import Authority
from requests_app.models import Administrator, Decision, HistoryLine, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import authorization, facts, freezing, nomination, review, withdrawal
from requests_app.services.authorization import StatementNotTicked
from requests_app.services.transitions import Conflict, NotYours, StaleFacts
from tests import make
from tests.make import DANA, NOW, PRIYA

pytestmark = pytest.mark.django_db
LEE = "lee@globex.example"
DAY = timedelta(days=1)


@pytest.fixture
def rosa() -> Person:
    return make.reviewer()


def change(
    request: SmartAccountRequest,
    *,
    name: str = "Acme Robots",
    administrators: tuple[str, ...] = (),
    ticked: bool = False,
    now: datetime = NOW,
) -> SmartAccountRequest:
    facts.change(
        request.pk,
        by=request.requester,
        account_name=name,
        administrators=administrators,
        ticked=ticked,
        facts_version=request.facts_version,
        now=now,
    )
    request.refresh_from_db()
    return request


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (HistoryLine, OutgoingEmail, Decision, Administrator))


def test_a_waiting_authorizer_gets_a_new_link_about_the_new_facts() -> None:
    request = make.request()
    old = make.link_of(request)
    change(request, administrators=("kim@acme-robotics.example",), now=NOW + DAY)
    old.refresh_from_db()
    link = make.link_of(request)
    assert (request.authorization, request.facts_version, old.state) == ("pending", 2, "superseded")
    assert link.expires_at.isoformat() == "2026-12-11T00:00:00+00:00"
    (letter,) = make.posted("facts_changed")
    assert letter.to == PRIYA
    assert letter.primitives["changed"] == ["account_name", "administrators"]
    assert letter.primitives["administrators"] == ["kim@acme-robotics.example"]
    assert letter.primitives["was_authorized"] is False


def test_a_given_authorization_no_longer_counts() -> None:
    request = change(make.answered(make.request(), Answer.AUTHORIZE))
    assert request.authorization == "pending"
    assert nomination.latest(request).state == "pending"  # type: ignore[union-attr]
    assert make.posted("facts_changed")[0].primitives["was_authorized"] is True


def test_a_running_code_decides_nothing_about_the_new_facts() -> None:
    request = make.request()
    link = make.link_of(request)
    challenge = authorization.ask_code(link.pk, answer=Answer.AUTHORIZE, facts_version=1, now=NOW)
    change(request)
    with pytest.raises(authorization.LinkDead):
        authorization.confirm(
            link.pk, code=links.code_for(str(challenge.pk)), ticked=True, reason="", facts_version=1, now=NOW
        )


def test_the_same_facts_change_nothing() -> None:
    request = make.request()
    before = counts()
    change(request, name=request.account_name, administrators=(DANA,))
    assert (request.facts_version, counts()) == (1, before)


def test_nobody_named_makes_the_requester_administrator() -> None:
    request = change(make.request(administrators=("kim@acme-robotics.example",)))
    assert [(row.address, row.is_requester) for row in request.administrators.all()] == [(DANA, True)]


def test_a_held_letter_stays_held_and_the_requester_is_not_told_again() -> None:
    request = make.request(authorizer_address=LEE)
    held_until = nomination.latest(request).held_until  # type: ignore[union-attr]
    change(request, now=NOW + DAY)
    named = nomination.latest(request)
    assert named
    assert (request.authorization, named.state, named.held_until) == ("held", "held", held_until)
    assert len(make.posted("held")) == 1
    assert make.posted("facts_changed") == []


def test_a_held_letter_leaves_when_no_reason_is_left(rosa: Person) -> None:
    request = make.request(
        authorizer_address=PRIYA, account_domain="globex.example", domain_edited=True, domain_note="Ours."
    )
    assert request.authorization == "held"
    review.answer_domain(
        request.pk,
        by=request.requester,
        account_domain="acme-robotics.example",
        note="Ours.",
        facts_version=1,
        ticked=False,
        now=NOW + DAY,
    )
    request.refresh_from_db()
    assert request.authorization == "pending"
    assert [row.to for row in make.posted("nomination")] == [PRIYA]
    assert make.posted("facts_changed") == []
    assert make.link_of(request).created_at == NOW + DAY


def test_after_a_decline_a_change_holds_what_was_released(rosa: Person) -> None:
    request = make.answered(make.request(), Answer.DECLINE)
    named = nomination.replace(
        request.pk, by=request.requester, address="sam@acme-robotics.example", message="", now=NOW
    )
    nomination.release(named.pk, by=rosa, facts_version=1, now=NOW)
    change(request, now=NOW + DAY)
    assert request.authorization == "held"
    assert make.posted("facts_changed") == []
    assert len(make.posted("held")) == 2


@pytest.mark.parametrize("ended", ["declined", "refused", "revoked", "lapsed"])
def test_an_ended_nomination_stays_ended(rosa: Person, ended: str) -> None:
    if ended == "declined":
        request = make.answered(make.request(), Answer.DECLINE)
    elif ended == "refused":
        request = make.request(authorizer_address=LEE)
        named = nomination.latest(request)
        nomination.refuse(named.pk, by=rosa, facts_version=1, reason="No.", now=NOW)  # type: ignore[union-attr]
    elif ended == "revoked":
        request = make.request()
        freezing.revoke(request.pk, by=rosa, reason="No.", now=NOW)
    else:
        request = make.request()
        authorization.lapse_if_over(make.link_of(request).pk, now=NOW + 15 * DAY)
    expires_at = SmartAccountRequest.objects.get().expires_at
    change(request, now=NOW + 16 * DAY)
    assert (request.authorization, request.facts_version, request.expires_at) == (ended, 2, expires_at)
    assert make.posted("facts_changed") == []


def test_on_yes_a_change_needs_the_tick_and_writes_evidence_of_the_new_facts() -> None:
    request = make.request(authority=Authority.YES)
    before = counts()
    with pytest.raises(StatementNotTicked):
        change(request, administrators=("kim@acme-robotics.example",))
    request.refresh_from_db()
    assert (counts(), request.account_name, request.facts_version) == (before, "Acme Robotics, Inc.", 1)
    change(request, administrators=("kim@acme-robotics.example",), ticked=True)
    assert (request.authorization, request.facts_version) == ("authorized", 2)
    decision = Decision.objects.order_by("sequence").last()
    assert decision
    assert (decision.facts["account_name"], decision.facts["administrators"]) == (
        "Acme Robots",
        ["kim@acme-robotics.example"],
    )
    assert decision.facts_version == 2


def test_a_change_needs_24_hours_after_the_one_before() -> None:
    request = change(make.request())
    before = counts()
    with pytest.raises(Conflict, match="less than 24 hours ago"):
        change(request, name="Acme", now=NOW + DAY - timedelta(seconds=1))
    request.refresh_from_db()
    assert (counts(), request.account_name, request.facts_version) == (before, "Acme Robots", 2)
    assert change(request, name="Acme", now=NOW + DAY).facts_version == 3


def test_an_authorizer_is_told_of_three_changes() -> None:
    request = make.request()
    for day in range(3):
        change(request, name=f"Acme {day}", now=NOW + day * DAY)
    with pytest.raises(Conflict, match="as often as possible"):
        change(request, name="Acme again", now=NOW + 5 * DAY)
    nomination.replace(
        request.pk, by=request.requester, address="sam@acme-robotics.example", message="", now=NOW + 5 * DAY
    )
    change(request, name="Acme again", now=NOW + 5 * DAY)
    assert len(make.posted("facts_changed", to=PRIYA)) == 3
    assert len(make.posted("facts_changed", to="sam@acme-robotics.example")) == 1


def test_holding_again_is_no_way_round_the_three_changes() -> None:
    request = make.request()
    for day in range(3):
        change(request, name=f"Acme {day}", now=NOW + day * DAY)
    with pytest.raises(Conflict, match="as often as possible"):
        review.answer_domain(
            request.pk,
            by=request.requester,
            account_domain="globex.example",
            note="Ours.",
            facts_version=request.facts_version,
            ticked=False,
            now=NOW + 5 * DAY,
        )
    request.refresh_from_db()
    assert (request.authorization, request.account_domain) == ("pending", "acme-robotics.example")


@pytest.mark.parametrize("state", ["setup", "frozen", "withdrawn"])
def test_facts_change_only_while_the_request_is_pending(rosa: Person, state: str) -> None:
    request = make.in_setup() if state == "setup" else make.request()
    if state == "frozen":
        freezing.freeze(request.pk, by=rosa, reason="Odd.", now=NOW)
    elif state == "withdrawn":
        withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    with pytest.raises(NotAllowed):
        change(request)


def test_an_approval_of_the_identifier_outlives_a_change_of_the_name(rosa: Person) -> None:
    request = change(make.approved(make.request(), by=rosa))
    assert (request.domain, request.authorization) == ("approved", "pending")


def test_a_page_of_other_facts_changes_nothing_and_strangers_find_nothing(rosa: Person) -> None:
    request = make.request()
    words: dict[str, Any] = {"account_name": "X", "administrators": (), "ticked": False, "now": NOW}
    with pytest.raises(StaleFacts):
        facts.change(request.pk, by=request.requester, facts_version=2, **words)
    with pytest.raises(NotYours):
        facts.change(request.pk, by=rosa, facts_version=1, **words)
