"""One pass of the clock over what is due: only on a host whose clock is right, and each row by itself."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

from notifications import alerts, clock
from notifications.emails.operator_alert import Alert

Key = TypeVar("Key")
log = logging.getLogger(__name__)


class ClocksDiffer(Exception):
    """This host's clock and the database's differ by more than 60 seconds: nothing was done."""


def run(act: Callable[..., int], *, now: datetime) -> int:
    """Run one pass at this host's `now`; returns what the pass returns. Raises ClocksDiffer, after an alert.

    A wrong clock must neither expire nor remind (product rules, section 4)."""
    if not clock.agrees(now):
        alerts.raise_alert(Alert.CLOCKS_DIFFER, cause=act.__name__, now=clock.database_now())
        raise ClocksDiffer(act.__name__)
    return act(now=now)


def each(ids: Iterable[Key], act: Callable[..., bool], *, now: datetime) -> int:
    """Do the act for each row, in a transaction of the act's own; returns how often it did something.

    A row whose act raises is logged and skipped: it is still due, so the next pass tries it again. The ids are
    read before the first act, so what an act changes cannot change the list under it."""
    done = 0
    failed: list[Key] = []
    for row_id in list(ids):
        try:
            done += act(row_id, now=now)
        except Exception as error:
            # Whatever is wrong with this row must not keep the others from their letter; without a database
            # there are no others.
            if isinstance(error, (InterfaceError, OperationalError)) and not connection.is_usable():
                raise
            failed.append(row_id)
            log.exception(
                "A due row failed and is tried again by the next pass.",
                extra={"act": act.__name__, "row": str(row_id)},
            )
    if failed:
        alerts.raise_alert(
            Alert.OTHER,
            cause=f"pass:{act.__name__}",
            facts=(f"{act.__name__} failed for {len(failed)} of the due rows, first {failed[0]}.",),
            now=now,
        )
    return done
