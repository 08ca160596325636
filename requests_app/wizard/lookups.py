"""Limit how often one person may ask what an identifier would lead to."""

from datetime import datetime

from django.core.cache import cache
from django.db import transaction

from people import locks

PER_MINUTE = 60
_MINUTE_SECONDS = 60


class Exhausted(Exception):
    """The minute's look-ups are used up (429); `seconds` is how long it still lasts."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{PER_MINUTE} look-ups a minute are allowed.")
        self.seconds = seconds


def count(person_id: int, *, now: datetime) -> None:
    """Count one look-up of a person in the running minute. Raises Exhausted after the 60th."""
    minute, second = divmod(int(now.timestamp()), _MINUTE_SECONDS)
    name = f"identifier-lookups:{person_id}:{minute}"
    with transaction.atomic():
        # Counting is reading and writing: of many at once each would write what it read, plus one.
        locks.advisory(name)
        cache.add(name, 0, timeout=2 * _MINUTE_SECONDS)
        counted = cache.incr(name)
    if counted > PER_MINUTE:
        raise Exhausted(_MINUTE_SECONDS - second)
