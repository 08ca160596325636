"""What happens to a letter after it left: events once, in any order, only forward."""

import itertools
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from notifications import claiming, leaving, outbox, policies, suppression, tracking, webhooks
from notifications.emails import Nomination, RequestSent
from notifications.emails.letter import Route
from notifications.models import DeliveryEvent, OutgoingEmail, Scope, State, Why
from notifications.tracking import Event, Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies"), pytest.mark.fault(14)]
PRIYA = "priya@acme.example"
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def sent(
    kind: type[Nomination] | type[RequestSent] = RequestSent, *, provider_id: str = "id-1"
) -> OutgoingEmail:
    """A letter the provider took under this id."""
    outbox.post(kind.sample(), to=PRIYA, key="letter:1")
    OutgoingEmail.objects.update(state=State.SENT, sent_at=NOW, provider_id=provider_id)
    return OutgoingEmail.objects.get()


def report(
    event: Event, *, provider_id: str = "id-1", event_id: str = "", minute: int = 0, reason: str = ""
) -> bool:
    return tracking.take(
        Report(
            provider="Test ESP",
            event=event,
            provider_id=provider_id,
            event_id=event_id,
            happened_at=NOW + timedelta(minutes=minute),
            reason=reason,
        ),
        now=NOW,
    )


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (Event.DELIVERED, State.DELIVERED),
        (Event.BOUNCED, State.BOUNCED),
        (Event.REJECTED, State.BOUNCED),
        (Event.COMPLAINED, State.COMPLAINED),
        (Event.DEFERRED, State.SENT),
        (Event.FAILED, State.SENT),
    ],
)
def test_each_event_moves_a_sent_letter(event: Event, state: State) -> None:
    letter = sent()
    assert report(event)
    letter.refresh_from_db()
    assert letter.state == state
    assert DeliveryEvent.objects.get().email == letter


@pytest.mark.parametrize(
    "order", list(itertools.permutations([Event.DELIVERED, Event.BOUNCED, Event.COMPLAINED]))
)
def test_whatever_the_order_the_last_state_is_the_furthest(order: tuple[Event, ...]) -> None:
    letter = sent()
    for event in order:
        report(event)
    letter.refresh_from_db()
    assert letter.state == State.COMPLAINED


@pytest.mark.parametrize("event_id", ["event-1", ""])
def test_an_event_told_twice_counts_once(event_id: str) -> None:
    told: list[Why] = []
    policies.policy("nomination", undeliverable=lambda letter, why: told.append(why))
    sent(Nomination)
    assert report(Event.BOUNCED, event_id=event_id)
    assert not report(Event.BOUNCED, event_id=event_id)
    assert DeliveryEvent.objects.count() == 1
    assert told == [Why.BOUNCED]


def test_two_bounces_tell_the_policy_once() -> None:
    told: list[Why] = []
    policies.policy("nomination", undeliverable=lambda letter, why: told.append(why))
    sent(Nomination)
    report(Event.BOUNCED, event_id="one")
    report(Event.BOUNCED, event_id="two", minute=1)
    assert told == [Why.BOUNCED]


def test_an_event_before_our_own_commit_waits_for_its_letter() -> None:
    outbox.post(RequestSent.sample(), to=PRIYA, key="letter:1")
    assert report(Event.DELIVERED, provider_id="id-9")
    assert DeliveryEvent.objects.get().email is None
    OutgoingEmail.objects.update(state=State.SENT, sent_at=NOW, provider_id="id-9")
    tracking.apply_waiting(OutgoingEmail.objects.get().pk, provider_id="id-9")
    assert OutgoingEmail.objects.get().state == State.DELIVERED
    assert DeliveryEvent.objects.get().email is not None


def test_an_event_told_before_our_commit_and_again_after_it_counts_once() -> None:
    outbox.post(RequestSent.sample(), to=PRIYA, key="letter:1")
    assert report(Event.DELIVERED, provider_id="id-9")
    OutgoingEmail.objects.update(state=State.SENT, sent_at=NOW, provider_id="id-9")
    tracking.apply_waiting(OutgoingEmail.objects.get().pk, provider_id="id-9")
    assert not report(Event.DELIVERED, provider_id="id-9")
    assert DeliveryEvent.objects.count() == 1


def test_an_event_that_came_during_the_commit_is_found_by_the_sweep() -> None:
    outbox.post(RequestSent.sample(), to=PRIYA, key="letter:1")
    report(Event.BOUNCED, provider_id="id-9")
    OutgoingEmail.objects.update(state=State.SENT, sent_at=NOW, provider_id="id-9")
    assert tracking.catch_up() == 1
    assert tracking.catch_up() == 0
    assert OutgoingEmail.objects.get().state == State.BOUNCED


def test_a_bounce_suppresses_links_and_a_complaint_everything_but_codes() -> None:
    sent()
    report(Event.BOUNCED, reason="invalid")
    assert suppression.scopes(PRIYA) == {Scope.BOUNCE}
    report(Event.COMPLAINED)
    assert suppression.scopes(PRIYA) == {Scope.BOUNCE, Scope.COMPLAINT}
    assert OutgoingEmail.objects.filter(kind="operator_alert").exists()


def test_a_letter_blocked_for_our_sake_suppresses_no_address() -> None:
    letter = sent()
    report(Event.BOUNCED, reason="blocked")
    letter.refresh_from_db()
    assert letter.state == State.BOUNCED
    assert not suppression.scopes(PRIYA)


@pytest.mark.parametrize("words", ["a\0b", "a\ud800b", "x" * 300])
@pytest.mark.parametrize("field", ["provider", "provider_id", "event_id", "reason", "text"])
def test_whatever_a_provider_says_is_kept_once(field: str, words: str) -> None:
    said = {"provider": "Test ESP", "provider_id": "id-1", field: words}
    odd = Report(event=Event.DELIVERED, happened_at=NOW, **said)
    assert tracking.take(odd, now=NOW)
    assert not tracking.take(odd, now=NOW)
    assert DeliveryEvent.objects.count() == 1


@pytest.mark.parametrize("provider_id", ["a\0b", "a\ud800b", "x" * 300])
def test_an_event_finds_its_letter_whatever_id_the_provider_gave(provider_id: str) -> None:
    outbox.post(RequestSent.sample(), to=PRIYA, key="letter:1")
    report(Event.DEFERRED, provider_id=provider_id)
    batch = claiming.due(Route.BULK, worker="one", limit=1)
    assert batch is not None
    letter = batch.letters[0]
    leaving.record([leaving.Sent(letter, provider_id, NOW)])
    assert DeliveryEvent.objects.get().email == letter
    report(Event.DELIVERED, provider_id=provider_id)
    letter.refresh_from_db()
    assert letter.state == State.DELIVERED


def test_an_event_for_a_letter_we_never_sent_is_kept_and_harms_nothing() -> None:
    letter = sent()
    assert report(Event.BOUNCED, provider_id="somebody else's")
    letter.refresh_from_db()
    assert letter.state == State.SENT


def test_anymails_signal_reaches_tracking_and_needless_events_do_not() -> None:
    letter = sent()
    for number, kind in enumerate(["opened", "clicked", "delivered"]):
        webhooks.on_event(
            None,
            SimpleNamespace(
                event_type=kind,
                message_id="id-1",
                event_id=f"event-{number}",
                timestamp=timezone.now(),
                reject_reason=None,
                mta_response="250 ok",
                description=None,
            ),
            "Test ESP",
        )
    letter.refresh_from_db()
    assert letter.state == State.DELIVERED
    assert [event.event for event in DeliveryEvent.objects.all()] == [Event.DELIVERED]
