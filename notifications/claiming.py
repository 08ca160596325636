"""Take letters to send: one statement claims and leases them, by the database's clock, for one worker alone."""

import time
from collections import Counter

from django.conf import settings
from django.db import connection

from notifications import clock
from notifications.emails.letter import Route
from notifications.models import OutgoingEmail

_DUE = (
    "SELECT id FROM notifications_outgoingemail"
    " WHERE route = %(route)s AND state = 'queued' AND COALESCE(due_at, created_at) <= {now}"
    " ORDER BY COALESCE(due_at, created_at), id LIMIT %(limit)s"
)
# Among four times as many, each person's (or subject's) first letters go before anybody's next ones: whoever
# causes a hundred letters does not hold up the others. It reads the front of the queue, however long that is.
_FAIR = (
    "SELECT id FROM notifications_outgoingemail WHERE state = 'queued' AND id IN ("
    "SELECT id FROM (SELECT id, due, ROW_NUMBER() OVER (PARTITION BY who ORDER BY due, id) AS turn FROM ("
    "SELECT id, COALESCE(due_at, created_at) AS due,"
    " COALESCE(NULLIF(on_behalf_of, ''), NULLIF(about, ''), CAST(id AS VARCHAR(20))) AS who"
    " FROM notifications_outgoingemail"
    " WHERE route = %(route)s AND state = 'queued' AND COALESCE(due_at, created_at) <= {now}"
    " ORDER BY COALESCE(due_at, created_at), id LIMIT 4 * %(limit)s"
    ") AS front) AS turns ORDER BY turn, due, id LIMIT %(limit)s)"
)
_LOST = (
    "SELECT id FROM notifications_outgoingemail"
    " WHERE route = %(route)s AND state = 'sending' AND lease_until < {now}"
    " ORDER BY lease_until, id LIMIT 1"
)
_CHANGES = (
    "SET state = 'sending', attempts = letter.attempts + 1, leased_by = %(worker)s, lease_until = {lease_until},"
    " lost_leases = letter.lost_leases + %(lost)s"
)
# A plain IN (SELECT … LIMIT n FOR UPDATE SKIP LOCKED) may be planned so that more than n are claimed; the
# materialized query is not.
_POSTGRESQL = (
    "WITH due AS MATERIALIZED ({select} FOR UPDATE SKIP LOCKED)"
    " UPDATE notifications_outgoingemail AS letter {changes} FROM due WHERE letter.id = due.id"
    # A claim need not wait for the disk: what is recorded later reaches it later too, so a crash that forgets a
    # claim forgets what came of it, and the letter is claimed anew. The setting ends with the statement.
    # The clock as text: it is read once a batch, not once a letter.
    " RETURNING {columns}, CAST({now} AS TEXT) AS claimed_at, SET_CONFIG('synchronous_commit', 'off', TRUE)"
)
# SQLite has one writer at a time: the statement as a whole says who won.
_SQLITE = (
    "UPDATE notifications_outgoingemail AS letter {changes} WHERE letter.id IN ({select})"
    " RETURNING {columns}, {now} AS claimed_at"
)
_LEASE_UNTIL = {
    "postgresql": "STATEMENT_TIMESTAMP() + %(lease)s * INTERVAL '1 second'",
    "sqlite": "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW', '+' || %(lease)s || ' seconds')",
}


# What carrying a letter needs; the rest of the row stays where it is.
_COLUMNS = (
    *(
        "id",
        "kind",
        "route",
        "primitives",
        "language",
        "to",
        "key",
        "about",
        "on_behalf_of",
        "due_at",
        "wanted",
        "attempts",
    ),
    *(
        "lost_leases",
        "failing_since",
        "blamed_at",
        "leased_by",
        "begun_at",
        "message_id",
        "created_at",
        "trace",
    ),
)


class Batch:
    """Letters leased by one claim, with the database's clock as it was then."""

    def __init__(self, letters: list[OutgoingEmail], *, worker: str, lease_seconds: int) -> None:
        self.letters = letters
        self.worker = worker
        self.clock = clock.Reckoning(clock.as_moment(letters[0].claimed_at))  # type: ignore[attr-defined]
        self._ends = time.monotonic() + lease_seconds

    def seconds_left(self) -> float:
        """Return how much of the lease is left."""
        return self._ends - time.monotonic()


def due(route: Route, *, worker: str, limit: int) -> Batch | None:
    """Claim up to `limit` letters that are due, those due longest first. `worker` must be new with each claim."""
    return _claim(_DUE, route, worker=worker, limit=limit, lost=0)


def fairly(route: Route, *, worker: str, limit: int) -> Batch | None:
    """Claim like `due` where more is due than one claim takes: in turns between those who caused the letters."""
    # What another worker claims at this moment is passed over, and may have been all that this one chose.
    return _claim(_FAIR, route, worker=worker, limit=limit, lost=0) or due(route, worker=worker, limit=limit)


def lost(route: Route, *, worker: str) -> Batch | None:
    """Claim one letter whose lease ran out, alone, so that a poison letter takes no neighbour down."""
    return _claim(_LOST, route, worker=worker, limit=1, lost=1)


def _claim(select: str, route: Route, *, worker: str, limit: int, lost: int) -> Batch | None:
    now, lease_until = clock.IN_SQL[connection.vendor], _LEASE_UNTIL[connection.vendor]
    statement = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    owner = "letter." if connection.vendor == "postgresql" else ""
    columns = ", ".join(f'{owner}"{column}"' for column in _COLUMNS)
    lease = settings.NOTIFICATIONS_LEASE_SECONDS[route]
    sql = statement.format(
        select=select.format(now=now),
        changes=_CHANGES.format(lease_until=lease_until),
        now=now,
        columns=columns,
    )
    values = {"route": route.value, "limit": limit, "worker": worker, "lease": lease, "lost": lost}
    letters = list(OutgoingEmail.objects.raw(sql, values))
    if not letters:
        return None
    return Batch(_in_turns(letters), worker=worker, lease_seconds=lease)


def _in_turns(letters: list[OutgoingEmail]) -> list[OutgoingEmail]:
    """Order what was claimed (RETURNING has no order): everybody's first letter, everybody's second …"""
    letters.sort(key=lambda letter: (letter.due_at or letter.created_at, letter.pk))
    turns: Counter[str] = Counter()
    ordered = []
    for place, letter in enumerate(letters):
        who = letter.on_behalf_of or letter.about or str(letter.pk)
        ordered.append((turns[who], place, letter))
        turns[who] += 1
    return [letter for _, _, letter in sorted(ordered, key=lambda entry: entry[:2])]
