"""A process that stands for the web: it posts letters and reads the outbox, as told line by line.

`python -m tests.faults.clerk` answers each line of JSON on its input with one on its output.
"""

import io
import json
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

import django

from tests.faults import errands

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")


def post(*, kind: str, prefix: str, count: int = 1) -> dict[str, Any]:
    """Post letters in transactions of their own, and tell how long the slowest took."""
    from django.db import transaction

    from notifications import outbox
    from notifications.emails import KINDS

    slowest = 0.0
    for number in range(count):
        began = time.monotonic()
        with transaction.atomic():
            outbox.post(KINDS[kind].sample(), to=f"{prefix}{number}@reader.example", key=f"{prefix}:{number}")
        slowest = max(slowest, time.monotonic() - began)
    return {"slowest": slowest}


def submit(*, name: str) -> dict[str, Any]:
    """Send a request: a nomination letter and the confirmation to its requester are promised."""
    from django.utils import timezone

    from tests import make

    now = timezone.now()
    requester = make.person(f"{name}@acme-robotics.example", created_at=now)
    request = make.request(requester, now=now, authorizer_address=f"boss.of.{name}@acme-robotics.example")
    return {"request": str(request.pk)}


def manage(*, words: list[str]) -> dict[str, Any]:
    """Run a management command; returns what it said."""
    from django.core.management import call_command

    said = io.StringIO()
    call_command(*words, stdout=said)
    return {"said": said.getvalue()}


def publish(*, task: str, queue: str, count: int, arguments: Sequence[str] = ()) -> dict[str, Any]:
    """Publish the same task many times."""
    from project.celery import app

    for _ in range(count):
        app.send_task(task, args=arguments, queue=queue)
    return {}


def rows() -> dict[str, Any]:
    """Read the outbox: key to its state and counters."""
    from notifications.models import OutgoingEmail

    fields = ("state", "attempts", "lost_leases", "leased_by", "error_code", "undeliverable_why")
    return {row.pop("key"): row for row in OutgoingEmail.objects.values("key", *fields)}


def heartbeats() -> dict[str, Any]:
    """Read when each queue that has shown life last did."""
    from notifications.models import Heartbeat

    return {queue: at.isoformat() for queue, at in Heartbeat.objects.values_list("queue", "beat_at")}


def routes() -> dict[str, Any]:
    """Read which routes are sick."""
    from notifications.models import RouteState

    return {state.route: bool(state.sick_since) for state in RouteState.objects.all()}


OWN = (post, submit, manage, publish, rows, heartbeats, routes)
ACTS = {act.__name__: act for act in OWN} | errands.ACTS


def main() -> None:
    django.setup()
    from django.db import close_old_connections

    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        # The database may have been away meanwhile.
        close_old_connections()
        print(json.dumps(ACTS[order.pop("act")](**order)), flush=True)


if __name__ == "__main__":
    main()
