""" "Stop these e-mails": no more reminders of one nomination, automatic or by hand, and nothing else.

The token alone suffices, without cookie or code: mail programs press this button themselves (RFC 8058).
"""

import uuid
from datetime import datetime

from django.db import transaction

from requests_app.models import Nomination
from requests_app.services import actors, transitions


def by_hash(stop_hash: str) -> Nomination:
    """Find a nomination by its stop token's hash. Raises Nomination.DoesNotExist. Writes nothing."""
    return Nomination.objects.select_related("request__requester").get(stop_hash=stop_hash)


def stop_reminders(nomination_id: uuid.UUID, *, now: datetime) -> Nomination:
    """Stop them; repeating it changes nothing. Works at any time, frozen and closed requests included.

    Raises Nomination.DoesNotExist."""
    with transaction.atomic():
        request_id = Nomination.objects.values_list("request_id", flat=True).get(pk=nomination_id)
        request = transitions.locked(request_id)
        named = Nomination.objects.select_for_update(of=("self",)).get(pk=nomination_id)
        if named.reminders_stopped_at is None:
            named.reminders_stopped_at, named.next_reminder_at = now, None
            named.save(update_fields=["reminders_stopped_at", "next_reminder_at"])
            transitions.record(
                request,
                "reminders_stopped",
                by=actors.authorizer(named.address),
                now=now,
                after=str(request.state),
            )
        return named
