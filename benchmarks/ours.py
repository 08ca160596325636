"""What the product is told: `python -m benchmarks.ours letter | fill … | nudge … | time_posts … | row …`."""

import json
import os
import sys
import time
from collections.abc import Iterator
from itertools import islice

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
CHUNK = 2000


def letter() -> None:
    """Print the words of the measured letter, for the peers."""
    from notifications import rendering
    from notifications.emails import AccessAsked

    rendered = rendering.render(AccessAsked.sample())
    print(json.dumps({"subject": rendered.subject, "text": rendered.text, "html": rendered.html}))


def fill(prefix: str, count: str, state: str = "queued") -> None:
    """Store letters that are due, each with words of its own; with `sent` they are history."""
    from django.db import connection
    from django.utils import timezone

    from notifications import envelope
    from notifications.emails import AccessAsked
    from notifications.models import OutgoingEmail

    primitives = AccessAsked.sample().primitives()
    sent_at = timezone.now() if state == "sent" else None

    def rows() -> Iterator[OutgoingEmail]:
        for number in range(int(count)):
            key = f"{prefix}:{number}"
            yield OutgoingEmail(
                kind=AccessAsked.kind,
                route="bulk",
                primitives=primitives | {"account_name": f"Acme Robotics {number}, Inc."},
                to=f"{prefix}{number}@reader.example",
                key=key,
                message_id=envelope.message_id(key),
                on_behalf_of=str(number % 500),
                state=state,
                sent_at=sent_at,
            )

    waiting = rows()
    while chunk := list(islice(waiting, CHUNK)):
        OutgoingEmail.objects.bulk_create(chunk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE notifications_outgoingemail")


def nudge(route: str) -> None:
    from notifications import nudging
    from notifications.emails.letter import Route

    assert nudging.nudge(Route(route))


def empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_outgoingemail, notifications_routestate CASCADE")


def states() -> None:
    """Print how many letters are in each state."""
    from django.db.models import Count

    from notifications.models import OutgoingEmail

    counts = OutgoingEmail.objects.values_list("state").annotate(number=Count("id")).order_by()
    print(json.dumps(dict(counts)))


def time_posts(prefix: str, count: str, pause: str = "0.02") -> None:
    """Post letters one by one on an idle system; prints when each was posted and what that took.

    `shares` are seconds for the row and the nudge, by which a request takes longer that causes a letter;
    `wholes` are whole transactions with their commit, of which `first` opens the connections."""
    from django.db import connection, transaction

    from notifications import outbox
    from notifications.emails import AlreadyRegistered

    def post(to: str) -> tuple[float, float]:
        committed: list[float] = []
        began = time.perf_counter()
        with transaction.atomic():
            # What decided that there is a letter has begun the transaction, and would commit without it, too.
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            transaction.on_commit(lambda: committed.append(time.perf_counter()))
            asked = time.perf_counter()
            outbox.post(AlreadyRegistered.sample(), to=to, key=to)
            promised = time.perf_counter()
        ended = time.perf_counter()
        return promised - asked + ended - committed[0], ended - began

    _, first = post("warm@reader.example")
    time.sleep(0.5)
    published, shares, wholes = {}, [], []
    for number in range(int(count)):
        to = f"{prefix}{number}@reader.example"
        published[to] = time.time()
        share, whole = post(to)
        shares.append(share)
        wholes.append(whole)
        time.sleep(float(pause))
    print(json.dumps({"published": published, "shares": shares, "wholes": wholes, "first": first}))


def main() -> None:
    django.setup()
    name, *arguments = sys.argv[1:]
    globals()[name](*arguments)


if __name__ == "__main__":
    main()
