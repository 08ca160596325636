"""Show that a queue lives by what it does: its heartbeat goes from beat through Redis and its worker to here."""

import socket
from datetime import datetime, timedelta

from notifications import alerts, clock
from notifications.emails.letter import Route
from notifications.emails.operator_alert import Alert
from notifications.models import Heartbeat

EVERY = timedelta(minutes=1)
MISSING_AFTER = timedelta(minutes=3)


def beat(queue: Route, *, now: datetime) -> None:
    """Record that this queue's worker is alive, and look whether the other one is."""
    Heartbeat.objects.update_or_create(queue=queue.value, defaults={"beat_at": now})
    for missing, age in ages(now=now).items():
        if age > MISSING_AFTER:
            alerts.raise_alert(
                Alert.HEARTBEAT_MISSING,
                cause=missing.value,
                facts=(f"Queue {missing} has shown no life for more than 3 minutes.",),
                now=now,
            )


def check_clock(*, now: datetime) -> None:
    """Tell the operator, once a day and host, when this host's `now` is not the database's."""
    if clock.agrees(now):
        return
    host = socket.gethostname()[:60]
    true = clock.database_now()
    alerts.raise_alert(
        Alert.CLOCKS_DIFFER,
        cause=f"host:{host}",
        facts=(f"On {host} it is {now:%H:%M:%S} UTC, in the database {true:%H:%M:%S} UTC.",),
        now=true,
    )


def ages(*, now: datetime) -> dict[Route, timedelta]:
    """Return how long ago each queue's heartbeat came; a queue that never beat is left out."""
    return {
        Route(queue): max(now - beat_at, timedelta())
        for queue, beat_at in Heartbeat.objects.values_list("queue", "beat_at")
    }
