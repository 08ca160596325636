"""Find letters by what somebody holds in the hand: an address, a Message-ID, a provider's id, an outbox key."""

from django.db.models import Q, QuerySet

from notifications import retention, suppression
from notifications.models import OutgoingEmail

SEARCHED = 255
"""A longer text is cut: no id and no address is longer."""


def find(text: str) -> QuerySet[OutgoingEmail]:
    """Return the letters that are exactly meant, newest first; none for an empty text.

    An address that was forgotten is found by its keyed hash, whose +tag and case make no difference. Reads the
    whole table: a search by hand is rare, an index would cost every letter."""
    typed = text.replace("\0", "").strip()[:SEARCHED]
    if not typed:
        return OutgoingEmail.objects.none()
    bare = typed.removeprefix("<").removesuffix(">")
    meant = Q(key=typed) | Q(provider_id__in=[typed, bare]) | Q(message_id=f"<{bare}>")
    if "@" in bare:
        forgotten = f"{retention.HASHED}{suppression.hash_of(bare)}"
        meant |= Q(to__in=[bare, bare.lower(), forgotten])
    return OutgoingEmail.objects.filter(meant).order_by("-pk")
