"""The letters that need somebody's look: given up, late, kept back for long, or perhaps sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from notifications.emails.letter import Route
from notifications.models import OutgoingEmail, State

SHOWN = 10
KEPT_TOO_LONG = timedelta(days=1)


class Sort(StrEnum):
    """Why a letter is looked at."""

    DEAD = "dead"
    LATE = "late"
    KEPT = "kept"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Found:
    """The first letters of one sort, and how many there are in all."""

    sort: Sort
    letters: list[OutgoingEmail]
    count: int


def look(sort: Sort, *, now: datetime, limit: int = SHOWN) -> Found:
    """Return what has waited longest; late are the letters that are due, whether or not anything is wrong.

    Each sort has a partial index, so the cost is of what is stuck, not of what was ever sent."""
    if sort is Sort.LATE:
        # Route by route, since the index of what is to be sent is.
        firsts = [letter for route in Route for letter in _due(now).filter(route=route.value)[:limit]]
        firsts.sort(key=lambda letter: (letter.due_at or letter.created_at, letter.pk))
        return Found(sort, firsts[:limit], _due(now).count())
    letters = OutgoingEmail.objects.filter(_WHICH[sort])
    if sort is Sort.KEPT:
        letters = letters.filter(created_at__lte=now - KEPT_TOO_LONG)
    return Found(sort, list(letters.order_by("pk")[:limit]), letters.count())


_WHICH = {
    Sort.DEAD: Q(state=State.DEAD.value),
    Sort.KEPT: Q(state=State.WAITING.value),
    Sort.UNKNOWN: Q(state=State.UNKNOWN.value),
}


def _due(now: datetime) -> QuerySet[OutgoingEmail]:
    moment = Coalesce("due_at", "created_at")
    return (
        OutgoingEmail.objects.filter(state=State.QUEUED.value)
        .annotate(moment=moment)
        .filter(moment__lte=now)
        .order_by(moment, F("id"))
    )
