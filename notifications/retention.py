"""Forget what the post office need not keep: what sent letters said, and in the end to whom."""

from datetime import datetime, timedelta

from django.db.models import Q

from notifications import suppression
from notifications.models import DeliveryEvent, OutgoingEmail, State

BLANK_AFTER = timedelta(days=30)
UNKNOWN_EVENTS_AFTER = timedelta(days=7)
AT_ONCE = 1000

_OVER = [State.DEAD, State.REFUSED, State.CANCELLED, State.UNKNOWN]


def run(*, now: datetime) -> int:
    """Blank the primitives of letters sent 30 days ago, and drop events no letter came for; returns how many."""
    blanked = 0
    old = Q(sent_at__lte=now - BLANK_AFTER, blanked_at__isnull=True)
    while ids := list(OutgoingEmail.objects.filter(old).values_list("pk", flat=True)[:AT_ONCE]):
        blanked += OutgoingEmail.objects.filter(pk__in=ids).update(primitives={}, blanked_at=now)
    DeliveryEvent.objects.filter(email__isnull=True, received_at__lte=now - UNKNOWN_EVENTS_AFTER).delete()
    return blanked


def forget(about: str, *, now: datetime) -> int:
    """Blank every letter about a closed subject and keep its reader only as a keyed hash; returns how many.

    Called 90 days after the subject was closed. What was never sent and is still to do is left alone.
    """
    letters = OutgoingEmail.objects.filter(about=about).exclude(about="").exclude(to__startswith="hash:")
    over = letters.filter(Q(sent_at__isnull=False) | Q(state__in=_OVER))
    forgotten = 0
    for letter_id, address in list(over.values_list("pk", "to")):
        forgotten += OutgoingEmail.objects.filter(pk=letter_id).update(
            to=f"hash:{suppression.hash_of(address)}", primitives={}, blanked_at=now, error_text=""
        )
    return forgotten
