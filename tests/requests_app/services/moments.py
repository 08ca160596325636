"""Moments of the reference example, and letters that leave at one of them."""

import itertools
from datetime import datetime, time, timedelta

from notifications import claiming, leaving
from notifications.emails.letter import Route
from notifications.models import OutgoingEmail
from tests.make import NOW

_claims = itertools.count(1)


def on_day(day: int, *, after: datetime = NOW) -> datetime:
    """09:00 UTC of the day so many days after that moment's."""
    return datetime.combine(after.date() + timedelta(days=day), time(9), after.tzinfo)


def end_of_day(day: int, *, after: datetime = NOW) -> datetime:
    """00:00 UTC after the last minute of that day: an exclusive end."""
    return datetime.combine(after.date() + timedelta(days=day + 1), time(), after.tzinfo)


def leave(at: datetime) -> list[OutgoingEmail]:
    """Hand every letter promised so far to the mail system, by the post office's own claim and record."""
    left: list[OutgoingEmail] = []
    for route in Route:
        while batch := claiming.due(route, worker=f"test {next(_claims)}", limit=100):
            leaving.record([leaving.Sent(letter, provider_id="", sent_at=at) for letter in batch.letters])
            left += batch.letters
    return left
