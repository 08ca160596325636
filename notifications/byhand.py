"""What staff may do to single letters: try again, discard, mark as bounced."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from notifications import outbox, tracking
from notifications.emails.letter import Route
from notifications.models import OutgoingEmail, State

PROVIDER = "by hand"


def try_again(letter_ids: Iterable[int]) -> int:
    """Queue letters once more that are dead, refused or unknown, with a fresh ladder; or at once if they wait for it.

    Whether a letter is still wanted is asked when it is claimed, as always. Returns how many.
    """
    with transaction.atomic():
        letters = OutgoingEmail.objects.filter(
            pk__in=list(letter_ids), state__in=[State.QUEUED, State.DEAD, State.REFUSED, State.UNKNOWN]
        )
        letters = letters.exclude(primitives={})
        queued = letters.update(
            state=State.QUEUED, due_at=None, lost_leases=0, failing_since=None, begun_at=None, blamed_at=None
        )
        for route in Route:
            outbox.nudge_after_commit(route)
    return queued


def discard(letter_ids: Iterable[int]) -> int:
    """Cancel letters that have not left. Returns how many."""
    return OutgoingEmail.objects.filter(
        pk__in=list(letter_ids), state__in=[State.QUEUED, State.WAITING, State.DEAD, State.UNKNOWN]
    ).update(state=State.CANCELLED)


def mark_bounced(letter_ids: Iterable[int], *, by: str, now: datetime) -> int:
    """Record that letters came back, as somebody was told outside of this system. Returns how many it was news for."""
    return sum(
        tracking.take(
            tracking.Report(
                provider=PROVIDER,
                event=tracking.Event.BOUNCED,
                happened_at=now,
                event_id=f"bounced:{letter_id}",
                text=f"Marked by person {by}.",
            ),
            letter_id=letter_id,
            now=now,
        )
        for letter_id in list(letter_ids)
    )
