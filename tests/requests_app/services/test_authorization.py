"""The link decides nothing, the code decides once, and everything is looked at again at that moment."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction

from notifications import links
from requests_app.domain import statement
from requests_app.domain.authorization import DeadCause
from requests_app.domain.lifecycle import Event
from requests_app.models import CodeChallenge, Decision, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import (
    actors,
    authorization,
    evidence,
    facts,
    nomination,
    review,
    transitions,
    withdrawal,
)
from requests_app.services.authorization import (
    BeingChecked,
    CodeRefused,
    CodesExhausted,
    LinkDead,
    LinkUnknown,
    RequesterCannotAuthorize,
    StatementNotTicked,
)
from requests_app.services.limits import LimitReached
from requests_app.services.transitions import Conflict, NotYours, StaleFacts
from tests import make
from tests.make import DANA, NOW, PRIYA

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def ask(
    made: SmartAccountRequest, answer: Answer = Answer.AUTHORIZE, *, at: timedelta = timedelta()
) -> CodeChallenge:
    return authorization.ask_code(
        make.link_of(made).pk, answer=answer, facts_version=made.facts_version, now=NOW + at
    )


def confirm(
    made: SmartAccountRequest, code: str, *, at: timedelta = timedelta(), ticked: bool = True
) -> Decision:
    return authorization.confirm(
        make.link_of(made).pk,
        code=code,
        ticked=ticked,
        reason="",
        facts_version=made.facts_version,
        now=NOW + at,
    )


def code_of(challenge: CodeChallenge) -> str:
    return links.code_for(str(challenge.pk))


def wrong_code_of(challenge: CodeChallenge) -> str:
    return f"{(int(code_of(challenge)) + 1) % 10**6:06}"


def freeze(made: SmartAccountRequest) -> None:
    with transaction.atomic():
        transitions.apply(transitions.locked(made.pk), Event.FREEZE, by=actors.CLOCK, now=NOW)


def test_the_code_from_the_letter_authorizes_with_evidence_and_receipts_for_both() -> None:
    made = make.request()
    decision = confirm(made, code_of(ask(made)))
    made.refresh_from_db()
    assert made.authorization == "authorized"
    assert decision.text == statement.text(
        "acme-robotics.example",
        account_name="Acme Robotics, Inc.",
        administrators=[DANA],
        requester=DANA,
        operator="Example Licensing GmbH",
    )
    assert decision.statement_version == statement.VERSION
    assert not list(evidence.verify())
    assert [(row.kind, row.to) for row in make.posted()[-3:]] == [
        ("authorizer_code", PRIYA),
        ("decision_receipt", PRIYA),
        ("authorized", DANA),
    ]


def test_a_decline_keeps_its_reason_and_the_next_nomination_is_held() -> None:
    made = make.answered(make.request(), Answer.DECLINE, reason="Ask purchasing first.")
    assert made.authorization == "declined"
    assert Decision.objects.get().reason == "Ask purchasing first."
    named = nomination.replace(
        made.pk, by=made.requester, address="lee@acme-robotics.example", message="", now=NOW
    )
    assert named.reasons == ["after_decline"]


def test_asking_for_a_code_changes_no_state() -> None:
    made = make.request()
    ask(made)
    made.refresh_from_db()
    assert (made.authorization, made.history.count()) == ("pending", 1)
    assert not Decision.objects.exists()


def test_an_unknown_link_is_unknown() -> None:
    made = make.request()
    with pytest.raises(LinkUnknown):
        authorization.find(made.pk)
    with pytest.raises(LinkUnknown):
        authorization.by_hash("0" * 64)


@pytest.mark.parametrize(("at", "works"), [(10 * MINUTE - SECOND, True), (10 * MINUTE, False)])
def test_a_code_lives_ten_minutes(at: timedelta, works: bool) -> None:
    made = make.request()
    challenge = ask(made)
    if works:
        assert confirm(made, code_of(challenge), at=at)
    else:
        with pytest.raises(CodeRefused, match="expired"):
            confirm(made, code_of(challenge), at=at)


def test_four_wrong_codes_are_counted_down_and_the_fifth_ends_the_code() -> None:
    made = make.request()
    challenge = ask(made)
    said = []
    for _ in range(5):
        with pytest.raises(CodeRefused) as refused:
            confirm(made, wrong_code_of(challenge))
        said.append(str(refused.value))
    assert [text[-13:] for text in said[:4]] == [
        "4 tries left.", "3 tries left.", "2 tries left.", ". 1 try left.",
    ]  # fmt: skip
    assert said[4] == "That was the fifth wrong code. Ask for a new code."
    with pytest.raises(CodeRefused, match="Ask for a new code"):
        confirm(made, code_of(challenge))
    assert not Decision.objects.exists()


def test_a_code_replaced_by_a_newer_one_confirms_nothing() -> None:
    made = make.request()
    old = ask(made)
    new = ask(made, at=MINUTE)
    with pytest.raises(CodeRefused, match="replaced by a newer one"):
        confirm(made, code_of(old), at=MINUTE)
    assert confirm(made, code_of(new), at=MINUTE).challenge_id == new.pk


def test_without_a_code_asked_for_none_confirms() -> None:
    made = make.request()
    with pytest.raises(CodeRefused, match="Ask for a new code"):
        confirm(made, "000000")


def test_the_same_answer_within_the_minute_sends_no_second_code() -> None:
    made = make.request()
    assert ask(made) == ask(made, at=MINUTE - SECOND)
    assert len(make.posted("authorizer_code")) == 1


def test_another_answer_within_the_minute_waits_for_its_end() -> None:
    made = make.request()
    ask(made)
    with pytest.raises(LimitReached) as reached:
        ask(made, Answer.DECLINE, at=SECOND)
    assert reached.value.opens_at == NOW + MINUTE
    assert ask(made, Answer.DECLINE, at=MINUTE).answer == Answer.DECLINE


def test_five_codes_an_hour_and_twelve_a_link() -> None:
    made = make.request()
    for number in range(5):
        ask(made, at=number * MINUTE)
    with pytest.raises(LimitReached) as reached:
        ask(made, at=5 * MINUTE)
    assert reached.value.opens_at == NOW + 60 * MINUTE
    for number in range(7):
        ask(made, at=(60 + 15 * number) * MINUTE)
    with pytest.raises(CodesExhausted):
        ask(made, at=DAY)
    assert len(make.posted("authorizer_code")) == 12


def test_a_new_link_brings_new_codes() -> None:
    made = make.request()
    for number in range(12):
        ask(made, at=15 * number * MINUTE)
    old = make.link_of(made)
    assert authorization.send_new_link(old.pk, now=NOW + DAY)
    assert ask(made, at=DAY).link == make.link_of(made)
    with pytest.raises(LinkDead) as dead:
        authorization.look(old.pk, now=NOW + DAY)
    assert dead.value.cause is DeadCause.RENEWED


def test_authorizing_needs_the_ticked_statement_and_an_unticked_one_spends_no_code() -> None:
    made = make.request()
    challenge = ask(made)
    with pytest.raises(StatementNotTicked):
        confirm(made, code_of(challenge), ticked=False)
    assert confirm(made, code_of(challenge))


def test_an_answer_is_recorded_once() -> None:
    made = make.request()
    link = make.link_of(made)
    challenge = ask(made)
    confirm(made, code_of(challenge))
    with pytest.raises(LinkDead) as dead:
        authorization.confirm(
            link.pk, code=code_of(challenge), ticked=True, reason="", facts_version=1, now=NOW
        )
    assert dead.value.cause is DeadCause.ANSWERED
    assert Decision.objects.count() == 1


def test_changed_facts_void_the_link_and_what_was_shown() -> None:
    made = make.request()
    old = make.link_of(made)
    challenge = ask(made)
    facts.change(
        made.pk,
        by=made.requester,
        account_name="Acme Robotics GmbH",
        administrators=(),
        ticked=False,
        facts_version=1,
        now=NOW + MINUTE,
    )
    with pytest.raises(LinkDead) as dead:
        authorization.confirm(
            old.pk, code=code_of(challenge), ticked=True, reason="", facts_version=1, now=NOW + MINUTE
        )
    assert dead.value.cause is DeadCause.RENEWED
    with pytest.raises(StaleFacts):
        authorization.ask_code(
            make.link_of(made).pk, answer=Answer.AUTHORIZE, facts_version=1, now=NOW + MINUTE
        )


def test_a_code_asked_for_one_link_confirms_at_no_other() -> None:
    first, second = (
        make.request(),
        make.request(make.person("lee@acme-robotics.example"), account_domain="b.example.org"),
    )
    challenge = ask(first)
    with pytest.raises(CodeRefused):
        authorization.confirm(
            make.link_of(first).pk,
            code=wrong_code_of(challenge),
            ticked=True,
            reason="",
            facts_version=1,
            now=NOW,
        )
    assert second.authorization == "held"


def test_a_link_works_until_its_last_second_and_lapses_at_the_door() -> None:
    made = make.request()
    link = make.link_of(made)
    last = link.expires_at - SECOND
    assert authorization.look(link.pk, now=last)
    with pytest.raises(LinkDead) as dead:
        authorization.ask_code(link.pk, answer=Answer.AUTHORIZE, facts_version=1, now=link.expires_at)
    made.refresh_from_db()
    assert dead.value.cause is DeadCause.EXPIRED
    assert made.authorization == "lapsed"
    assert make.kinds()[-1] == "choose_authorizer"


def test_a_lapsed_nomination_gets_a_new_link_for_fourteen_fresh_days() -> None:
    made = make.request()
    link = make.link_of(made)
    assert authorization.send_new_link(link.pk, now=link.expires_at)
    made.refresh_from_db()
    fresh = make.link_of(made)
    assert made.authorization == "pending"
    assert fresh.expires_at - link.expires_at == 15 * DAY  # 14 whole days after the day it was sent
    assert (make.posted()[-1].kind, make.posted()[-1].to) == ("new_link", PRIYA)


def test_a_new_link_pressed_twice_is_sent_once() -> None:
    made = make.request()
    link = make.link_of(made)
    assert authorization.send_new_link(link.pk, now=link.expires_at)
    assert not authorization.send_new_link(link.pk, now=link.expires_at + SECOND)
    assert len(make.posted("new_link")) == 1


def test_new_links_are_one_a_day_and_three() -> None:
    made = make.request()
    for number in range(3):
        authorization.send_new_link(make.link_of(made).pk, now=NOW + number * DAY)
        with pytest.raises(Conflict if number == 2 else LimitReached):
            authorization.send_new_link(make.link_of(made).pk, now=NOW + (number + 1) * DAY - SECOND)
    with pytest.raises(Conflict, match="No more new links"):
        authorization.send_new_link(make.link_of(made).pk, now=NOW + 9 * DAY)


def withdraw(made: SmartAccountRequest) -> None:
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)


def reject(made: SmartAccountRequest) -> None:
    review.reject(made.pk, by=make.reviewer(), facts_version=1, reason="Not theirs.", now=NOW)


def replace(made: SmartAccountRequest) -> None:
    nomination.replace(made.pk, by=made.requester, address="lee@acme-robotics.example", message="", now=NOW)


@pytest.mark.parametrize(
    ("happens", "cause"),
    [
        (withdraw, DeadCause.WITHDRAWN),
        (reject, DeadCause.DOMAIN_REJECTED),
        (replace, DeadCause.REPLACED),
    ],
)
def test_what_ends_the_nomination_voids_the_link_at_once(happens: object, cause: DeadCause) -> None:
    made = make.request()
    link = make.link_of(made)
    challenge = ask(made)
    assert callable(happens)
    happens(made)
    with pytest.raises(LinkDead) as dead:
        authorization.confirm(
            link.pk, code=code_of(challenge), ticked=True, reason="", facts_version=1, now=NOW
        )
    assert dead.value.cause is cause
    assert not Decision.objects.exists()


def test_a_frozen_request_decides_nothing_and_its_link_does_not_end_meanwhile() -> None:
    made = make.request()
    link = make.link_of(made)
    challenge = ask(made)
    freeze(made)
    with pytest.raises(BeingChecked):
        confirm(made, code_of(challenge))
    with pytest.raises(BeingChecked):
        authorization.look(link.pk, now=link.expires_at + DAY)
    with pytest.raises(BeingChecked):
        authorization.send_new_link(link.pk, now=link.expires_at + DAY)


def test_the_decision_does_not_wait_for_the_domain_gate() -> None:
    made = make.request()
    review.ask_change(
        made.pk, by=make.reviewer(), facts_version=1, proposal="", question="Which company?", now=NOW
    )
    confirm(made, code_of(ask(made)))
    made.refresh_from_db()
    assert (made.authorization, made.domain) == ("authorized", "change_asked")


def test_the_requester_who_proved_the_nominated_address_later_cannot_authorize() -> None:
    made = make.request()
    challenge = ask(made)
    EmailAddress.objects.create(user=made.requester, email=PRIYA, verified=True)
    with pytest.raises(RequesterCannotAuthorize):
        confirm(made, code_of(challenge))
    assert not Decision.objects.exists()


def sign_and_answer(made: SmartAccountRequest, address: str) -> Decision:
    return authorization.confirm_signed_in(
        make.link_of(made).pk,
        person=make.person(address, name="Priya Raman"),
        answer=Answer.AUTHORIZE,
        ticked=True,
        reason="",
        facts_version=1,
        now=NOW,
    )


def test_a_signed_in_reader_of_the_address_needs_no_code() -> None:
    made = make.request(authorizer_address="priya.raman+licences@acme-robotics.example")
    decision = sign_and_answer(made, "priya.raman+licences@acme-robotics.example")
    assert decision.challenge_id is None
    assert made.history.get(event="authorize").person is not None


def test_somebody_else_who_is_signed_in_decides_nothing() -> None:
    made = make.request()
    with pytest.raises(NotYours):
        sign_and_answer(made, "lee@acme-robotics.example")
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("nominated", "proved"), [("priya.raman", "priya.raman+x"), ("priya.raman+x", "priya.raman")]
)
def test_another_tag_is_not_the_very_address_that_was_nominated(nominated: str, proved: str) -> None:
    made = make.request(authorizer_address=f"{nominated}@acme-robotics.example")
    with pytest.raises(NotYours):
        sign_and_answer(made, f"{proved}@acme-robotics.example")
    assert not Decision.objects.exists()


def test_an_address_that_is_not_proved_is_no_readers_address() -> None:
    lee = make.person("lee@acme-robotics.example")
    EmailAddress.objects.create(user=lee, email=PRIYA, verified=False)
    assert not authorization.is_reader(lee, PRIYA)


def test_other_requests_of_the_same_address_are_listed_but_not_their_own_one() -> None:
    first = make.request()
    lee = make.person("lee@acme-robotics.example")
    second = make.request(lee)
    withdrawn = make.request(make.person("mia@acme-robotics.example"))
    withdraw(withdrawn)
    named = nomination.latest(first)
    assert named is not None
    assert authorization.other_open_links(named, now=NOW) == [make.link_of(second)]
    assert authorization.other_open_links(named, now=NOW + 20 * DAY) == []
