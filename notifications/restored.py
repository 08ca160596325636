"""After a backup was restored: which letters may have left since it was made, and which of them the mail system took.

The restored database knows nothing of what happened after its backup. A letter keeps its Message-ID in it, so the
mail system's own log tells which ones left.
"""

import re
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from notifications.models import Attempt, Outcome, OutgoingEmail, State

BY_HAND = "by hand, from the mail system's log"
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,253}>")
_AT_ONCE = 500


def doubtful(*, now: datetime) -> QuerySet[OutgoingEmail]:
    """Return what would leave as soon as it may: promised, due, and as far as this database knows not sent."""
    due = Q(state=State.QUEUED.value) & (Q(due_at=None) | Q(due_at__lte=now))
    return OutgoingEmail.objects.filter(due | Q(state=State.SENDING.value)).order_by("pk")


def message_ids(text: str) -> list[str]:
    """Find the Message-IDs in a text: a mail system's log, or a list."""
    return list(dict.fromkeys(_MESSAGE_ID.findall(text)))


def take_as_sent(ids: list[str], *, now: datetime) -> int:
    """Record letters of these Message-IDs as sent, for the mail system says that it took them; returns how many.

    Those that are recorded already, and ids of nobody, change nothing."""
    taken = 0
    for start in range(0, len(ids), _AT_ONCE):
        with transaction.atomic():
            found = OutgoingEmail.objects.select_for_update().filter(
                message_id__in=ids[start : start + _AT_ONCE], state=State.QUEUED.value
            )
            letters = list(found.only("pk", "attempts").order_by("pk"))
            Attempt.objects.bulk_create(
                Attempt(
                    email=letter,
                    number=letter.attempts + 1,
                    outcome=Outcome.SENT.value,
                    worker=BY_HAND,
                    ended_at=now,
                )
                for letter in letters
            )
            taken += OutgoingEmail.objects.filter(pk__in=[letter.pk for letter in letters]).update(
                state=State.SENT.value, sent_at=now, attempts=F("attempts") + 1, failing_since=None
            )
    return taken
