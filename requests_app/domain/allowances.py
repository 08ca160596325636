"""Say when something limited in number and pace may be done again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Pace:
    """At most `count` within any `span`."""

    count: int
    span: timedelta


@dataclass(frozen=True)
class Allowance:
    """At most `most` ever, and no faster than every pace allows."""

    most: int
    paces: tuple[Pace, ...]


class Exhausted(Exception):
    """Nothing is left of the allowance; waiting does not help."""


def opens_at(now: datetime, *, earlier: Collection[datetime], allowance: Allowance) -> datetime:
    """Return the moment from which once more is allowed: `now` itself when nothing stands in the way.

    `earlier` holds the moments at which it was done, in any order. Raises Exhausted.
    """
    if len(earlier) >= allowance.most:
        raise Exhausted
    done = sorted(earlier)
    reopenings = [done[-pace.count] + pace.span for pace in allowance.paces if len(done) >= pace.count]
    return max([now, *reopenings])
