"""Claim a request for half an hour, so that no two reviewers judge the same one.

A claim is a courtesy: it is optional, seen by every reviewer, ends by itself and can be taken over. Only
deciding is refused meanwhile (transitions.ClaimedByAnother).
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from people.models import Person
from requests_app.models import SmartAccountRequest
from requests_app.services import parties, transitions

log = logging.getLogger(__name__)
LENGTH = timedelta(minutes=30)


@dataclass(frozen=True)
class Claim:
    """Who is at a request, and until when."""

    holder: str
    until: datetime
    is_own: bool


def of(request: SmartAccountRequest, *, by: Person, now: datetime) -> Claim | None:
    """Return the claim that holds now, as this reviewer sees it."""
    holder, until = request.claimed_by, request.claimed_until
    if holder is None or until is None or until <= now:
        return None
    return Claim(str(holder), until, holder == by)


def claim(request_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """Hold the request for 30 minutes, counted anew when it is one's own already.

    Raises SmartAccountRequest.DoesNotExist, parties.Concerned, transitions.ClaimedByAnother."""
    with transaction.atomic():
        request = transitions.locked(request_id)
        parties.check_reviewer(request, by)
        transitions.check_claim(request, by=by, now=now)
        _give(request, by, now)


def take_over(request_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """Break whatever claim there is and hold the request oneself. Raises DoesNotExist, parties.Concerned."""
    with transaction.atomic():
        request = transitions.locked(request_id)
        parties.check_reviewer(request, by)
        log.info(
            "A reviewer took a claim over.",
            extra={"request": str(request.pk), "by": by.pk, "from": request.claimed_by_id},
        )
        _give(request, by, now)


def give_back(request_id: uuid.UUID, *, by: Person) -> None:
    """End one's own claim; one that is not one's own, or over, is left as it is. Raises DoesNotExist."""
    with transaction.atomic():
        request = transitions.locked(request_id)
        if request.claimed_by_id == by.pk:
            request.claimed_by = request.claimed_until = None
            request.save(update_fields=["claimed_by", "claimed_until"])


def _give(request: SmartAccountRequest, by: Person, now: datetime) -> None:
    request.claimed_by, request.claimed_until = by, now + LENGTH
    request.save(update_fields=["claimed_by", "claimed_until"])
