"""What staff may do to single letters: try again, discard, mark as bounced. Each returns the letters it changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from notifications import outbox, tracking
from notifications.emails.letter import Route
from notifications.models import LEFT, OutgoingEmail, State

PROVIDER = "by hand"
MAY_TRY_AGAIN = Q(state__in=[State.DEAD, State.REFUSED, State.UNKNOWN]) | Q(
    state=State.QUEUED, due_at__isnull=False
)
"""What failed, and what waits for its next try. One that is due already is left alone: the second of two equal
presses finds nothing."""
MAY_DISCARD = Q(state__in=[State.QUEUED, State.WAITING, State.DEAD, State.UNKNOWN])
MAY_BOUNCE = Q(state__in=[State.UNKNOWN, *LEFT]) & ~Q(state__in=[State.BOUNCED, State.COMPLAINED])


@dataclass(frozen=True)
class Touched:
    """A letter that staff changed by hand."""

    id: int
    kind: str
    to: str
    about: str


def try_again(letter_ids: Iterable[int]) -> list[Touched]:
    """Queue letters once more that are dead, refused or unknown, with a fresh ladder; or at once if they wait for it.

    Whether a letter is still wanted is asked when it is claimed, as always.
    """
    with transaction.atomic():
        touched = _locked(letter_ids, MAY_TRY_AGAIN & ~Q(primitives={}))
        _among(touched).update(
            state=State.QUEUED, due_at=None, lost_leases=0, failing_since=None, begun_at=None, blamed_at=None
        )
        if touched:
            for route in Route:
                outbox.nudge_after_commit(route)
    return touched


def discard(letter_ids: Iterable[int]) -> list[Touched]:
    """Cancel letters that have not left."""
    with transaction.atomic():
        touched = _locked(letter_ids, MAY_DISCARD)
        _among(touched).update(state=State.CANCELLED)
    return touched


def mark_bounced(letter_ids: Iterable[int], *, by: str, now: datetime) -> list[Touched]:
    """Record that letters came back, as somebody was told outside of this system. Returns those it was news for."""
    found = OutgoingEmail.objects.filter(MAY_BOUNCE, pk__in=list(letter_ids)).order_by("pk")
    return [letter for letter in _read(found) if _take_bounce(letter.id, by, now)]


def _take_bounce(letter_id: int, by: str, now: datetime) -> bool:
    report = tracking.Report(
        provider=PROVIDER,
        event=tracking.Event.BOUNCED,
        happened_at=now,
        event_id=f"bounced:{letter_id}",
        text=f"Marked by person {by}.",
    )
    return tracking.take(report, letter_id=letter_id, now=now)


def _locked(letter_ids: Iterable[int], may: Q) -> list[Touched]:
    """Lock those of the letters that the act fits, so that of two equal acts the second one finds none."""
    return _read(
        OutgoingEmail.objects.select_for_update().filter(may, pk__in=list(letter_ids)).order_by("pk")
    )


def _read(letters: QuerySet[OutgoingEmail]) -> list[Touched]:
    return [Touched(*row) for row in letters.values_list("pk", "kind", "to", "about")]


def _among(touched: list[Touched]) -> QuerySet[OutgoingEmail]:
    return OutgoingEmail.objects.filter(pk__in=[letter.id for letter in touched])
