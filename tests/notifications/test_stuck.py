"""What is stuck is found, longest first, and letters are found by what somebody holds in the hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notifications import finding, outbox, retention, routes, status, stuck
from notifications.emails import PasswordReset
from notifications.emails.letter import Route
from notifications.models import OutgoingEmail, RouteState, State
from notifications.stuck import Sort

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 14, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def letter(key: str, **changed: Any) -> OutgoingEmail:
    outbox.post(PasswordReset.sample(), to="dana@acme.example", key=key)
    OutgoingEmail.objects.filter(key=key).update(**{"created_at": NOW - HOUR, **changed})
    return OutgoingEmail.objects.get(key=key)


def keys(sort: Sort) -> list[str]:
    return [row.key for row in stuck.look(sort, now=NOW).letters]


def test_each_sort_has_its_letters() -> None:
    letter("dead", state=State.DEAD)
    letter("unknown", state=State.UNKNOWN)
    letter("kept", state=State.WAITING, created_at=NOW - timedelta(days=2))
    letter("kept for an hour", state=State.WAITING)
    letter("late", due_at=NOW - timedelta(minutes=1))
    letter("later", due_at=NOW + HOUR)
    letter("latest", created_at=NOW - 2 * HOUR, route=Route.BULK)
    letter("sent", state=State.SENT, sent_at=NOW)
    assert {sort: keys(sort) for sort in Sort} == {
        Sort.DEAD: ["dead"],
        Sort.LATE: ["latest", "late"],
        Sort.KEPT: ["kept"],
        Sort.UNKNOWN: ["unknown"],
    }


def test_a_long_list_is_cut_and_counted() -> None:
    for number in range(5):
        letter(f"dead {number}", state=State.DEAD)
    found = stuck.look(Sort.DEAD, now=NOW, limit=3)
    assert ([row.key for row in found.letters], found.count) == (["dead 0", "dead 1", "dead 2"], 5)


def test_bounces_are_counted_among_what_left_in_a_day() -> None:
    assert status.bounces(NOW).share == 0
    for number in range(3):
        letter(f"sent {number}", state=State.SENT, sent_at=NOW - HOUR)
    letter("bounced", state=State.BOUNCED, sent_at=NOW - HOUR)
    letter("long ago", state=State.BOUNCED, sent_at=NOW - 25 * HOUR)
    assert (status.bounces(NOW), status.bounces(NOW).share) == (status.Bounces(left=4, bounced=1), 0.25)


@pytest.mark.parametrize(
    "typed",
    ["a key", " dana@acme.example ", "Dana@ACME.example", "message id", "<message id>", "at-provider"],
)
def test_a_letter_is_found_by_what_is_in_the_hand(typed: str) -> None:
    row = letter("a key", provider_id="at-provider")
    letter("another", to="eve@acme.example")
    assert list(finding.find(typed.replace("message id", row.message_id.strip("<>")))) == [row]


@pytest.mark.parametrize("typed", ["", "  ", "\0", "acme.example", "dana", "%", "x" * 1000])
def test_what_is_not_whole_finds_nothing(typed: str) -> None:
    letter("a key")
    assert not finding.find(typed).exists()


def test_a_forgotten_address_is_found_by_its_hash() -> None:
    row = letter("a key", about="7", state=State.SENT, sent_at=NOW)
    assert retention.forget("7", now=NOW) == 1
    row.refresh_from_db()
    assert "dana" not in row.to
    assert [list(finding.find(typed)) for typed in ("dana@acme.example", "Dana+x@acme.example")] == [
        [row]
    ] * 2
    assert not finding.find("eve@acme.example").exists()


def test_a_paused_route_says_once_that_it_was_going() -> None:
    assert routes.pause(Route.BULK, now=NOW)
    assert not routes.pause(Route.BULK, now=NOW + HOUR)
    assert RouteState.objects.get().held_at == NOW
    assert routes.ask(Route.BULK) is routes.Gate.CLOSED
    assert routes.ask(Route.URGENT) is routes.Gate.OPEN
    assert routes.resume(Route.BULK)
    assert not routes.resume(Route.BULK)
    assert routes.ask(Route.BULK) is routes.Gate.OPEN


def test_resuming_a_route_that_rests_tries_one_letter_at_once() -> None:
    RouteState.objects.create(
        route=Route.BULK, sick_since=NOW - HOUR, paused_until=datetime.now(UTC) + HOUR, pauses=3
    )
    assert routes.ask(Route.BULK) is routes.Gate.CLOSED
    assert routes.resume(Route.BULK)
    assert routes.ask(Route.BULK) is routes.Gate.PROBE
