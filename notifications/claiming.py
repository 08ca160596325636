"""Take letters to send: one statement claims and leases them, by the database's clock, for one worker alone."""

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
    " RETURNING letter.*, {now} AS claimed_at"
)
# SQLite has one writer at a time: the statement as a whole says who won.
_SQLITE = (
    "UPDATE notifications_outgoingemail AS letter {changes} WHERE letter.id IN ({select})"
    " RETURNING *, {now} AS claimed_at"
)
_CLOCKS = {
    "postgresql": (
        "STATEMENT_TIMESTAMP()",
        "STATEMENT_TIMESTAMP() + %(lease)s * INTERVAL '1 second'",
    ),
    "sqlite": (
        "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW')",
        "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW', '+' || %(lease)s || ' seconds')",
    ),
}


class Batch:
    """Letters leased by one claim, with the database's clock as it was then."""

    def __init__(self, letters: list[OutgoingEmail], *, worker: str, lease_seconds: int) -> None:
        self.letters = letters
        self.worker = worker
        self.clock = clock.Reckoning(clock.as_moment(letters[0].claimed_at))  # type: ignore[attr-defined]
        self._lease_seconds = lease_seconds

    def seconds_left(self) -> float:
        """Return how much of the lease is left."""
        return self._lease_seconds - self.clock.elapsed().total_seconds()


def due(route: Route, *, worker: str, limit: int) -> Batch | None:
    """Claim up to `limit` letters that are due, those due longest first. `worker` must be new with each claim."""
    return _claim(_DUE, route, worker=worker, limit=limit, lost=0)


def lost(route: Route, *, worker: str) -> Batch | None:
    """Claim one letter whose lease ran out, alone, so that a poison letter takes no neighbour down."""
    return _claim(_LOST, route, worker=worker, limit=1, lost=1)


def _claim(select: str, route: Route, *, worker: str, limit: int, lost: int) -> Batch | None:
    now, lease_until = _CLOCKS[connection.vendor]
    statement = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    lease = settings.NOTIFICATIONS_LEASE_SECONDS[route]
    sql = statement.format(
        select=select.format(now=now), changes=_CHANGES.format(lease_until=lease_until), now=now
    )
    values = {"route": route.value, "limit": limit, "worker": worker, "lease": lease, "lost": lost}
    letters = list(OutgoingEmail.objects.raw(sql, values))
    if not letters:
        return None
    # RETURNING has no order.
    letters.sort(key=lambda letter: (letter.due_at or letter.created_at, letter.pk))
    return Batch(letters, worker=worker, lease_seconds=lease)
