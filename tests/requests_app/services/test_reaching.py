"""A letter leaves only while it is wanted, and an address that cannot be reached gives the turn to the requester."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from notifications import emails, leaving, mailbox, policies, recording, suppression, telling, tracking
from notifications.emails.families import AboutRequest, ToRequester
from notifications.failures import Failure, Stage, Verdict
from notifications.models import OutgoingEmail, Scope, State, Why
from notifications.outbox import PostedLetter, Wanted
from people.models import Person
from requests_app.domain.submission import Authority
from requests_app.models import AuthorizationLink, CodeChallenge, Nomination, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import (
    authorization,
    drafting,
    expiring,
    facts,
    freezing,
    nomination,
    reaching,
    reminding,
    review,
    stopping,
    transitions,
    withdrawal,
)
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.requests_app.services.moments import end_of_day, leave, on_day

pytestmark = pytest.mark.django_db

CLOSING = {"domain_rejected", "withdrawn", "expired", "nothing_to_do"}
SOON = timedelta(minutes=1)
Deliver = Callable[..., list[mailbox.KeptLetter]]


@pytest.fixture(autouse=True)
def _at_the_example() -> Any:
    """Policies read this host's clock: let it stand at the reference example."""
    with time_machine.travel(NOW + SOON, tick=False):
        yield


def seen(row: OutgoingEmail) -> PostedLetter:
    return PostedLetter(row.key, row.kind, row.to, row.about, row.primitives)


def wanted(kind: str) -> Wanted:
    """What the policy says of the latest letter of a kind."""
    return reaching.still_wanted(seen(make.posted(kind)[-1]))


def fresh(made: SmartAccountRequest) -> SmartAccountRequest:
    return SmartAccountRequest.objects.get(pk=made.pk)


def state_of(kind: str) -> list[str]:
    return [row.state for row in make.posted(kind)]


# Still wanted?


def test_a_letter_about_an_open_request_is_wanted() -> None:
    make.request()
    assert (wanted("nomination"), wanted("request_sent")) == (Wanted.SEND, Wanted.SEND)


def test_every_letter_about_a_request_waits_while_it_is_frozen() -> None:
    made = make.request()
    freezing.freeze(made.pk, by=make.reviewer(), reason="Odd.", now=NOW)
    assert (wanted("nomination"), wanted("request_sent")) == (Wanted.WAIT, Wanted.WAIT)


def close_by_withdrawing(made: SmartAccountRequest) -> None:
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)


def close_by_rejecting(made: SmartAccountRequest) -> None:
    review.reject(made.pk, by=make.reviewer(), facts_version=1, reason="Not yours.", now=NOW)


def close_by_time(made: SmartAccountRequest) -> None:
    review.ask_change(made.pk, by=make.reviewer(), facts_version=1, proposal="", question="Which?", now=NOW)
    AuthorizationLink.objects.update(expires_at=end_of_day(40))
    assert expiring.expire(now=end_of_day(30)) == 1


@pytest.mark.parametrize(
    "close", [close_by_withdrawing, close_by_rejecting, close_by_time], ids=lambda act: act.__name__
)
def test_nothing_leaves_about_a_closed_request_but_its_closing_letters(
    close: Callable[[SmartAccountRequest], None], deliver: Deliver
) -> None:
    made = make.request()
    close(made)
    deliver()
    gone = {row.kind for row in make.posted() if row.state == State.SENT}
    assert gone <= CLOSING
    assert gone
    assert set(state_of("nomination") + state_of("request_sent")) == {State.CANCELLED}


@pytest.mark.parametrize(
    "close", [close_by_withdrawing, close_by_rejecting, close_by_time], ids=lambda act: act.__name__
)
def test_an_authorizer_who_was_written_to_is_told_and_one_who_was_not_hears_nothing(
    close: Callable[[SmartAccountRequest], None],
) -> None:
    written = make.request()
    leave(NOW)
    close(written)
    assert [row.to for row in make.posted("nothing_to_do")] == [PRIYA]


ABOUT_REQUEST = [kind for kind, letter in emails.KINDS.items() if issubclass(letter, AboutRequest)]


@pytest.mark.parametrize("kind", ABOUT_REQUEST)
def test_what_is_claimed_after_the_closing_is_dropped_unless_it_closes(kind: str) -> None:
    """The row may have been leased before the closing's commit: the policy has the last word."""
    made = make.request()
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    reader = DANA if issubclass(emails.KINDS[kind], ToRequester) else PRIYA
    posted = PostedLetter("key", kind, reader, str(made.pk), emails.KINDS[kind].sample().primitives())
    expected = Wanted.SEND if kind in reaching.CLOSING_KINDS else Wanted.DROP
    assert reaching.still_wanted(posted) is expected


def test_a_letter_about_a_request_that_is_gone_is_dropped() -> None:
    posted = PostedLetter("key", "withdrawn", DANA, "00000000-0000-4000-8000-000000000000", {})
    assert reaching.still_wanted(posted) is Wanted.DROP


def test_a_link_that_was_replaced_or_has_ended_leaves_in_no_letter() -> None:
    made = make.request()
    with time_machine.travel(end_of_day(14), tick=False):
        assert wanted("nomination") is Wanted.DROP
    nomination.replace(made.pk, by=made.requester, address="sam@acme-robotics.example", message="", now=NOW)
    first, second = make.posted("nomination")
    assert reaching.still_wanted(seen(first)) is Wanted.DROP
    assert reaching.still_wanted(seen(second)) is Wanted.SEND


def test_a_reminder_promised_before_they_were_stopped_does_not_leave(deliver: Deliver) -> None:
    make.request()
    leave(NOW)
    reminding.remind(now=on_day(3))
    stopping.stop_reminders(Nomination.objects.get().pk, now=on_day(3))
    assert wanted("reminder") is Wanted.DROP
    deliver()
    assert state_of("reminder") == [State.CANCELLED]


def code(made: SmartAccountRequest, *, now: Any = NOW) -> CodeChallenge:
    return authorization.ask_code(make.link_of(made).pk, answer=Answer.DECLINE, facts_version=1, now=now)


def test_a_code_leaves_while_it_is_awaited_and_not_once_it_was_used_or_replaced() -> None:
    made = make.request()
    first = code(made)
    assert wanted("authorizer_code") is Wanted.SEND
    code(made, now=NOW + timedelta(minutes=2))
    older, newer = make.posted("authorizer_code")
    assert (reaching.still_wanted(seen(older)), reaching.still_wanted(seen(newer))) == (
        Wanted.DROP,
        Wanted.SEND,
    )
    CodeChallenge.objects.exclude(pk=first.pk).update(used_at=NOW)
    assert reaching.still_wanted(seen(newer)) is Wanted.DROP


def test_a_turn_that_was_taken_is_not_reminded_of_by_a_letter_still_waiting() -> None:
    made = make.answered(make.request(), Answer.DECLINE)
    reminding.remind(now=on_day(7))
    assert wanted("your_turn") is Wanted.SEND
    nomination.replace(
        made.pk, by=made.requester, address="sam@acme-robotics.example", message="", now=on_day(7)
    )
    assert wanted("your_turn") is Wanted.DROP


def test_a_question_that_was_answered_is_not_reminded_of() -> None:
    made = make.request(authority=Authority.YES)
    review.ask_change(made.pk, by=make.reviewer(), facts_version=1, proposal="", question="Which?", now=NOW)
    reminding.remind(now=on_day(7))
    assert wanted("your_turn") is Wanted.SEND
    make.approved(made, by=Person.objects.get(is_reviewer=True), now=on_day(7))
    assert wanted("your_turn") is Wanted.DROP
    assert wanted("setup") is Wanted.SEND


def test_a_reminder_of_both_is_not_sent_once_one_of_them_is_done() -> None:
    made = make.answered(make.request(), Answer.DECLINE)
    review.ask_change(made.pk, by=make.reviewer(), facts_version=1, proposal="", question="Which?", now=NOW)
    reminding.remind(now=on_day(7))
    assert wanted("your_turn") is Wanted.SEND
    nomination.replace(
        made.pk, by=made.requester, address="sam@acme-robotics.example", message="", now=on_day(7)
    )
    assert wanted("your_turn") is Wanted.DROP


def test_a_finished_set_up_is_not_reminded_of() -> None:
    make.in_setup()
    reminding.remind(now=on_day(3))
    assert wanted("setup_reminder") is Wanted.SEND
    SmartAccountRequest.objects.update(state="pending")
    assert (wanted("setup_reminder"), wanted("setup")) == (Wanted.DROP, Wanted.DROP)


def test_the_warning_of_a_draft_leaves_unless_it_was_saved_or_deleted_meanwhile(deliver: Deliver) -> None:
    dana = make.person(DANA)
    kept, saved, deleted = (drafting.start(dana, draft_id=uuid.uuid4(), now=NOW) for _ in range(3))
    assert reminding.remind(now=on_day(83)) == 3
    drafting.save_page(saved.pk, person=dana, page="account", answers={}, now=on_day(83))
    drafting.delete(deleted.pk, person=dana)
    deliver()
    assert {row.about: row.state for row in make.posted("draft_ending")} == {
        str(kept.pk): State.SENT,
        str(saved.pk): State.CANCELLED,
        str(deleted.pk): State.CANCELLED,
    }


def test_a_frozen_requests_letters_wait_and_leave_after_it(deliver: Deliver) -> None:
    made = make.request()
    rosa = make.reviewer()
    freezing.freeze(made.pk, by=rosa, reason="Odd.", now=NOW)
    deliver()
    assert state_of("nomination") == [State.WAITING]
    freezing.unfreeze(made.pk, by=rosa, now=NOW)
    deliver()
    assert state_of("nomination") == [State.SENT]


# Undeliverable


FAILURE = Failure(Verdict.ADDRESS, Stage.RCPT, "SMTPRecipientsRefused", code="550 5.1.1", text="no such user")


def refuse(row: OutgoingEmail) -> None:
    recording.refuse(row, FAILURE, now=NOW)


def give_up(row: OutgoingEmail) -> None:
    recording.give_up(row, FAILURE, now=NOW)


def suppress(row: OutgoingEmail) -> None:
    recording.suppress(row, Scope.BOUNCE)


def bounce(row: OutgoingEmail) -> None:
    leaving.record([leaving.Sent(row, provider_id="", sent_at=NOW)])
    come_back(row, tracking.Event.BOUNCED)


def come_back(row: OutgoingEmail, event: tracking.Event) -> None:
    """What the mail system said later of a letter that had left."""
    report = tracking.Report(provider="test", event=event, happened_at=NOW, event_id=f"{row.pk}:{event}")
    tracking.take(report, letter_id=row.pk, now=NOW)


def claimed(kind: str) -> OutgoingEmail:
    """The latest letter of a kind, leased as a worker has it."""
    row = make.posted(kind)[-1]
    OutgoingEmail.objects.filter(pk=row.pk).update(
        state=State.SENDING, leased_by="test", lease_until=NOW + timedelta(minutes=5), attempts=1
    )
    row.refresh_from_db()
    return row


def by_nomination(made: SmartAccountRequest) -> OutgoingEmail:
    return claimed("nomination")


def by_reminder(made: SmartAccountRequest) -> OutgoingEmail:
    leave(NOW)
    reminding.remind(now=on_day(3))
    return claimed("reminder")


def by_new_link(made: SmartAccountRequest) -> OutgoingEmail:
    authorization.send_new_link(make.link_of(made).pk, now=NOW + timedelta(days=2))
    return claimed("new_link")


def by_changed_facts(made: SmartAccountRequest) -> OutgoingEmail:
    facts.change(
        made.pk,
        by=made.requester,
        account_name="Acme Robots",
        administrators=(),
        ticked=False,
        facts_version=1,
        now=NOW,
    )
    return claimed("facts_changed")


@pytest.mark.parametrize("fail", [refuse, give_up, suppress, bounce], ids=lambda act: act.__name__)
@pytest.mark.parametrize(
    "carrier", [by_nomination, by_reminder, by_new_link, by_changed_facts], ids=lambda act: act.__name__
)
def test_any_letter_with_the_active_link_that_cannot_be_delivered_gives_the_turn_to_the_requester(
    carrier: Callable[[SmartAccountRequest], OutgoingEmail], fail: Callable[[OutgoingEmail], None]
) -> None:
    made = make.request()
    fail(carrier(made))
    telling.tell(now=NOW)
    assert fresh(made).authorization == "unreachable"
    named = Nomination.objects.get()
    assert (named.state, named.next_reminder_at) == ("unreachable", None)
    (letter,) = make.posted("choose_authorizer")
    assert (letter.to, letter.primitives["cause"]) == (DANA, "undeliverable")
    assert not named.links.filter(state="active").exists()


def test_an_address_refused_before_is_found_out_when_the_letter_is_due(deliver: Deliver) -> None:
    suppression.add(PRIYA, scope=Scope.BOUNCE, source="test")
    made = make.request()
    assert made.authorization == "pending"
    deliver()
    assert fresh(made).authorization == "unreachable"
    assert [letter.to for letter in deliver(DANA)] != []


def test_told_twice_is_once() -> None:
    made = make.request()
    row = claimed("nomination")
    refuse(row)
    for _ in range(2):
        reaching.undeliverable(seen(row), Why.REFUSED)
        telling.tell(now=NOW)
    assert len(make.posted("choose_authorizer")) == 1
    assert [line.event for line in made.history.all()] == ["submit", "undeliverable"]


def test_a_bounce_of_an_old_link_changes_nothing() -> None:
    made = make.request()
    old = claimed("nomination")
    leaving.record([leaving.Sent(old, provider_id="", sent_at=NOW)])
    by_new_link(made)
    come_back(old, tracking.Event.BOUNCED)
    assert fresh(made).authorization == "pending"
    assert Nomination.objects.get().state == "pending"
    assert make.posted("choose_authorizer") == []


@pytest.mark.parametrize("answer", [Answer.AUTHORIZE, Answer.DECLINE])
def test_a_bounce_after_the_answer_changes_nothing(answer: Answer) -> None:
    made = make.request()
    row = claimed("nomination")
    leaving.record([leaving.Sent(row, provider_id="", sent_at=NOW)])
    before = make.answered(made, answer).states
    come_back(row, tracking.Event.BOUNCED)
    assert fresh(made).states == before


@pytest.mark.parametrize("kind", ["request_sent", "authorizer_code"])
def test_other_letters_that_cannot_be_delivered_are_recorded_only(kind: str) -> None:
    made = make.request()
    code(made)
    refuse(claimed(kind))
    telling.tell(now=NOW)
    assert fresh(made).authorization == "pending"
    assert make.posted("choose_authorizer") == []


def test_a_bounce_while_frozen_takes_effect_afterwards() -> None:
    made = make.request()
    row = claimed("nomination")
    leaving.record([leaving.Sent(row, provider_id="", sent_at=NOW)])
    rosa = make.reviewer()
    freezing.freeze(made.pk, by=rosa, reason="Odd.", now=NOW)
    come_back(row, tracking.Event.BOUNCED)
    assert fresh(made).authorization == "pending"
    freezing.unfreeze(made.pk, by=rosa, now=NOW)
    assert fresh(made).authorization == "unreachable"


def test_our_own_broken_template_leaves_the_nomination_waiting() -> None:
    made = make.request()
    recording.bury(claimed("nomination"), FAILURE, now=NOW)
    telling.tell(now=NOW)
    assert fresh(made).authorization == "pending"


# Complaints


def complain() -> SmartAccountRequest:
    made = make.request()
    row = claimed("nomination")
    leaving.record([leaving.Sent(row, provider_id="", sent_at=NOW)])
    come_back(row, tracking.Event.COMPLAINED)
    return fresh(made)


def test_a_complaint_stops_the_reminders_and_the_nomination_waits_on() -> None:
    made = complain()
    assert made.authorization == "pending"
    assert make.link_of(made)
    assert Nomination.objects.get().reminders_stopped_at is not None
    assert [reminding.remind(now=on_day(day)) for day in (3, 7, 12)] == [0, 0, 0]
    assert [line.event for line in made.history.all()] == ["submit", "complain"]
    assert expiring.expire(now=end_of_day(14)) == 1


def test_a_reminder_promised_before_the_complaint_ends_nothing(deliver: Deliver) -> None:
    made = make.request()
    row = claimed("nomination")
    leaving.record([leaving.Sent(row, provider_id="", sent_at=NOW)])
    leave(NOW)
    reminding.remind(now=on_day(3))
    come_back(row, tracking.Event.COMPLAINED)
    deliver()
    assert state_of("reminder") == [State.REFUSED]
    assert fresh(made).authorization == "pending"


def test_after_a_complaint_a_reminder_by_hand_is_refused_with_a_sentence() -> None:
    made = complain()
    with pytest.raises(transitions.Conflict, match="cannot be reminded"):
        reminding.remind_by_hand(made.pk, by=made.requester, now=NOW + timedelta(days=1))
    assert make.posted("reminder") == []
    assert fresh(made).authorization == "pending"


def test_a_complaint_told_twice_or_while_frozen_is_one_line_of_history() -> None:
    made = make.request()
    row = claimed("nomination")
    freezing.freeze(made.pk, by=make.reviewer(), reason="Odd.", now=NOW)
    for _ in range(2):
        reaching.undeliverable(seen(row), Why.COMPLAINED)
    assert [line.event for line in made.history.all()] == ["submit", "freeze", "complain"]


def test_every_letter_that_is_posted_about_a_request_has_a_policy() -> None:
    made = make.activated()
    kinds = {row.kind for row in make.posted() if row.about == str(made.pk)}
    assert len(kinds) > 4
    assert [kind for kind in kinds if not policies.listens(kind)] == []
