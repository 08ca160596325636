"""What tests of the worker do: post letters, let waits and leases end, drain."""

from datetime import timedelta

from django.db.models.functions import Now

from notifications import delivery, outbox
from notifications.emails import RequestSent
from notifications.emails.letter import Letter, Route
from notifications.models import OutgoingEmail, RouteState, State

PRIYA = "priya@acme.example"


def post(
    letter: Letter | None = None, *, to: str = PRIYA, key: str = "letter:1", about: str = "request-1"
) -> None:
    outbox.post(letter or RequestSent.sample(), to=to, key=key, about=about)


def row(key: str = "letter:1") -> OutgoingEmail:
    return OutgoingEmail.objects.get(key=key)


def make_due(**changes: object) -> None:
    """Let the waits of letters and routes be over."""
    waiting = OutgoingEmail.objects.filter(state=State.QUEUED, due_at__isnull=False)
    waiting.update(due_at=Now(), **changes)
    RouteState.objects.update(paused_until=Now())


def lose_leases() -> None:
    """Let the leases of letters being sent run out, as if their worker had died."""
    OutgoingEmail.objects.filter(state=State.SENDING).update(lease_until=Now() - timedelta(seconds=1))


def drain_all() -> None:
    for route in Route:
        while delivery.drain(route):
            pass
