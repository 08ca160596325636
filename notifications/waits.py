"""How long a letter, a code or a whole route waits after a failure that may pass."""

import random
from datetime import timedelta

LADDER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
LAST_STEP = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(hours=72)

CODE_LADDER = (timedelta(seconds=5), timedelta(seconds=15))
CODE_LAST_STEP = timedelta(seconds=60)
CODE_STALE_AFTER = timedelta(minutes=8)
"""A code lives ten minutes: one that comes later than this only confuses."""

ROUTE_LADDER = tuple(timedelta(seconds=seconds) for seconds in (2, 5, 10, 20, 30, 60))
ROUTE_LAST_STEP = timedelta(seconds=120)
"""Letters leave within five minutes of the mail server's return, so no pause may be longer."""
ROUTE_LONGEST_REQUESTED = timedelta(minutes=15)
PROBE_SECONDS = 60
BEHIND_THE_OTHERS = timedelta(seconds=1)
ALERT_AFTER = timedelta(minutes=15)

_SPREAD = 0.2


def for_letter(attempts: int, *, is_code: bool) -> timedelta:
    """Return the wait after the given attempt (1 is the first), spread by 20 % so that retries do not march."""
    ladder, last = (CODE_LADDER, CODE_LAST_STEP) if is_code else (LADDER, LAST_STEP)
    return _step(ladder, last, attempts) * random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - no secret


def for_route(pauses: int, *, requested: timedelta | None) -> timedelta:
    """Return how long a sick route rests after so many pauses; a provider's Retry-After is honoured up to 15 min."""
    step = _step(ROUTE_LADDER, ROUTE_LAST_STEP, pauses)
    return step if requested is None else max(step, min(requested, ROUTE_LONGEST_REQUESTED))


def _step(ladder: tuple[timedelta, ...], last: timedelta, number: int) -> timedelta:
    return ladder[max(number, 1) - 1] if number <= len(ladder) else last
