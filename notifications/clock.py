"""Two clocks: this machine's and the database's. Leases and due moments go by the database's alone."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.dateparse import parse_datetime

TOLERANCE = timedelta(seconds=60)
IN_SQL = {"postgresql": "STATEMENT_TIMESTAMP()", "sqlite": "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW')"}
"""By the database's vendor: its clock, as a statement with parameters reads it."""


def database_now() -> datetime:
    """Read the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {IN_SQL[connection.vendor]}", [])
        return as_moment(cursor.fetchone()[0])


def as_moment(value: datetime | str) -> datetime:
    """Turn what a raw query returned into a moment in UTC; SQLite returns text without a zone."""
    moment = parse_datetime(value) if isinstance(value, str) else value
    if moment is None:
        raise ValueError(f"The database returned no moment: {value!r}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def agrees(now: datetime) -> bool:
    """Say whether this machine's clock and the database's differ by at most 60 seconds.

    Periodic tasks ask before they act: a wrong clock must not expire a request (product rules, section 4).
    """
    return abs(database_now() - now) <= TOLERANCE


@dataclass(frozen=True)
class Reckoning:
    """The database's clock, read once and carried on by this process's monotonic clock."""

    read_at: datetime
    _ticks: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.read_at + self.elapsed()

    def elapsed(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._ticks)
