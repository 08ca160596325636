"""What letters weigh in PostgreSQL, before and after the nights' forgetting: `python -m benchmarks.sizes`."""

import argparse
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from benchmarks.processes import run
from tests import with_postgres

TABLES = ("notifications_outgoingemail", "notifications_attempt")
PATTERN = 1000
START = datetime(2026, 8, 1, 9, tzinfo=UTC)


def fill(number: int) -> None:
    """Store so many sent letters, one of each kind in turn, as their samples say it, each with its attempt."""
    from notifications import envelope
    from notifications.emails import KINDS
    from notifications.models import Attempt, OutgoingEmail

    kinds = cycle(KINDS.values())
    rows = []
    for one in range(PATTERN):
        kind = next(kinds)
        key = f"{kind.kind}:3f0c5d0e-7e0b-4a8e-9d1b-{one:012d}:0"
        rows.append(
            OutgoingEmail(
                kind=kind.kind,
                route=kind.route.value,
                primitives=kind.sample().primitives(),
                to=f"first.last{one:06d}@acme-robotics.example",
                key=key,
                message_id=envelope.message_id(key),
                about=f"3f0c5d0e-7e0b-4a8e-9d1b-{one // 8:012d}",
                on_behalf_of=str(one // 8),
                state="sent",
                attempts=1,
                created_at=START,
                sent_at=START,
            )
        )
    letters = OutgoingEmail.objects.bulk_create(rows)
    Attempt.objects.bulk_create(
        Attempt(
            email=letter, number=1, outcome="sent", worker="worker-a:1234:17:18a3f2c5d6e7f809", ended_at=START
        )
        for letter in letters
    )
    _repeat(number // PATTERN - 1)


def _repeat(times: int) -> None:
    """Copy the pattern, each copy with ids, keys and Message-IDs of its own."""
    from django.db import connection

    from notifications.models import OutgoingEmail

    own = {
        "key": "MD5(key || copy) || SUBSTR(key, 33)",
        "message_id": "'<' || SUBSTR(MD5(message_id || copy), 1, 20) || SUBSTR(message_id, 22)",
        "about": "SUBSTR(MD5(about || copy), 1, 36)",
    }
    names = [field.column for field in OutgoingEmail._meta.concrete_fields if field.column != "id"]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(own.get(name, f'"{name}"') for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO notifications_outgoingemail ({columns})"
            f" SELECT {values} FROM notifications_outgoingemail, GENERATE_SERIES(1, %s) AS copy",
            [times],
        )
        cursor.execute(
            "INSERT INTO notifications_attempt (email_id, number, outcome, worker, ended_at)"
            " SELECT id, 1, 'sent', 'worker-a:1234:17:18a3f2c5d6e7f809', sent_at FROM notifications_outgoingemail"
            " WHERE id > %s",
            [PATTERN],
        )


def blank() -> int:
    """Forget what they said, as the nights after 30 days do."""
    from notifications import retention

    return retention.run(now=START + timedelta(days=60))


def forget() -> int:
    """Forget to whom, as the nights after 90 days do."""
    from notifications import retention

    return retention.forget_old(now=START + timedelta(days=120), owned=lambda abouts: ())


def prune() -> int:
    """Take out the rows of forgotten letters, with the statements of docs/scaling.md."""
    from django.db import connection

    old = (
        "SELECT id FROM notifications_outgoingemail"
        " WHERE \"to\" LIKE 'hash:%%' AND created_at < %s ORDER BY id LIMIT %s"
    )
    with connection.cursor() as cursor:
        for table, key in (
            ("notifications_attempt", "email_id"),
            ("notifications_deliveryevent", "email_id"),
            ("notifications_outgoingemail", "id"),
        ):
            statement = f"DELETE FROM {table} WHERE {key} IN ({old})"
            cursor.execute(statement, [START + timedelta(days=365), 1_000_000])
        return int(cursor.rowcount)


def tell(what: str) -> None:
    """Print the sizes as they are once the database's own housekeeping ran."""
    from django.db import connection

    with connection.cursor() as cursor:
        megabytes = []
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
            cursor.execute(
                "SELECT PG_TOTAL_RELATION_SIZE(%s), PG_RELATION_SIZE(%s), PG_INDEXES_SIZE(%s)", [table] * 3
            )
            total, rows, indexes = cursor.fetchone()
            megabytes.append(
                f"{table} {total / 1e6:.0f} MB (rows {rows / 1e6:.0f}, indexes {indexes / 1e6:.0f})"
            )
    print(f"{what}: {'; '.join(megabytes)}", flush=True)


def rewrite() -> None:
    """Show what the rows take without the room that updates left."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM FULL {table}")
    tell("written anew")


def inside(number: int) -> None:
    import django

    django.setup()
    fill(number)
    tell(f"{number:,} letters sent")
    for what, act in (("blanked", blank), ("readers forgotten", forget), ("rows taken out", prune)):
        began = time.monotonic()
        done = act()
        tell(f"{done:,} {what} in {time.monotonic() - began:.0f} s")
        if act is forget:
            rewrite()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--letters", type=int, default=100_000)
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    if chosen.inside:
        inside(chosen.letters)
        return
    with tempfile.TemporaryDirectory(prefix="sizes-") as name, with_postgres.server() as url:
        environment = {"DATABASE_URL": url, "DATA_DIR": name, "REDIS_URL": f"unix://{Path(name)}/none"}
        run([sys.executable, "manage.py", "migrate", "-v", "0"], environment=environment)
        words = [sys.executable, "-m", "benchmarks.sizes", "--inside", "--letters", str(chosen.letters)]
        print(run(words, environment=environment), end="")


if __name__ == "__main__":
    main()
