"""Forget what signing in leaves behind: sessions that ended, and counts of tries that no longer count."""

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection


def ended_sessions(*, now: datetime) -> int:
    """Count the sessions that are over."""
    return Session.objects.filter(expire_date__lt=now).count()


def clear_sessions(*, now: datetime) -> int:
    """Remove the sessions that are over; returns how many."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]


def stale_counts(*, now: datetime) -> int:
    """Count the cache's rows that are over."""
    return int(_on_cache("SELECT COUNT(*)", now)[0])


def clear_counts(*, now: datetime) -> int:
    """Remove the cache's rows that are over: counted tries of sign-in, codes and look-ups; returns how many.

    Django removes them only when the table is full."""
    return int(_on_cache("DELETE", now)[1])


def _on_cache(act: str, now: datetime) -> tuple[int, int]:
    """Run it on what is over; returns the first column of the answer, if any, and how many rows were touched."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        # The table's name is a setting of ours, no one types it.
        cursor.execute(
            f"{act} FROM {table} WHERE expires < %s",
            [connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))],
        )
        return (cursor.fetchone()[0] if cursor.description else 0), cursor.rowcount
