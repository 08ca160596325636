"""Take the people out of a request that is over; what is left says what happened and when, not to whom."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from notifications import retention as post_office
from requests_app.domain.authorization import NominationState
from requests_app.domain.lifecycle import OPEN, RequestState
from requests_app.models import (
    AuthorizationLink,
    Company,
    Decision,
    HistoryLine,
    Nomination,
    SmartAccountRequest,
)
from requests_app.models.nomination import Answer
from requests_app.services import evidence, transitions

BLANKED = (
    "requester_address",
    "domain_note",
    "proposal",
    "question",
    "rejection_reason",
    "frozen_reason",
    "client_network",
)


class StillOpen(Exception):
    """An open request needs its people."""


def due(*, now: datetime) -> QuerySet[SmartAccountRequest]:
    """Return the requests that closed, or became active, long enough ago and still name people."""
    since = now - settings.SPANS.forgetting
    over = Q(closed_at__lte=since) | Q(state=RequestState.ACTIVE, activated_at__lte=since)
    return SmartAccountRequest.objects.filter(over, forgotten_at=None).order_by("pk")


def forget_due(request_id: uuid.UUID, *, now: datetime) -> bool:
    """Forget a request's people if they are due, looked at again under its lock; returns whether it did."""
    with transaction.atomic():
        request = transitions.locked(request_id)
        if not due(now=now).filter(pk=request.pk).exists():
            return False
        _forget(request, now)
        return True


def forget_now(request_id: uuid.UUID, *, now: datetime) -> bool:
    """Forget them before their time, for a requester who is erased. Raises StillOpen."""
    with transaction.atomic():
        request = transitions.locked(request_id)
        if request.state in OPEN:
            raise StillOpen(request.reference)
        if request.forgotten_at:
            return False
        _forget(request, now)
        return True


def in_force(request: SmartAccountRequest) -> Decision | None:
    """Return the authorization that an active account rests on: it is kept as long as the account."""
    if request.state != RequestState.ACTIVE:
        return None
    return request.decisions.filter(answer=Answer.AUTHORIZE).order_by("-sequence").first()


def letters_with_a_clock(subjects: Iterable[str]) -> set[str]:
    """Return those subjects that are requests whose people are not forgotten yet; their letters go with them."""
    ids = []
    for subject in subjects:
        try:
            ids.append(uuid.UUID(subject))
        except ValueError:
            continue
    kept = SmartAccountRequest.objects.filter(pk__in=ids, forgotten_at=None).values_list("pk", flat=True)
    return {str(pk) for pk in kept}


def _forget(request: SmartAccountRequest, now: datetime) -> None:
    """Blank the rows the database lets nobody remove, and remove the others; under the request's lock.

    An active account keeps its company's particulars and the authorization it rests on."""
    kept = in_force(request)
    for decision in request.decisions.all():
        if decision != kept:
            evidence.erase(decision)
        close_receipt(decision)
    for named in request.nominations.all():
        blank_nomination(named, keeps_address=kept is not None and named.pk == kept.nomination_id)
        close_stop_link(named)
    AuthorizationLink.objects.filter(nomination__request=request).delete()
    HistoryLine.objects.filter(request=request).update(person=None, actor_name="", note="")
    request.administrators.all().delete()
    request.offers.all().delete()
    if kept is None:
        Company.objects.filter(request=request).delete()
    for name in BLANKED:
        setattr(request, name, "")
    request.forgotten_at = now
    request.save(update_fields=[*BLANKED, "forgotten_at"])
    post_office.forget(str(request.pk), now=now)


def blank_nomination(named: Nomination, *, keeps_address: bool = False) -> None:
    """Keep of a nomination its number, its state and its moments; the address where an account rests on it."""
    named.message = named.reason = ""
    if not keeps_address:
        named.address = named.address_key = ""
    named.save(update_fields=["address", "address_key", "message", "reason"])


def close_stop_link(named: Nomination) -> None:
    """Let "Stop these e-mails" find nothing any more: no token has such a hash."""
    named.stop_nonce = named.stop_key_id = ""
    named.stop_hash = f"gone:{named.pk}"
    named.save(update_fields=["stop_nonce", "stop_key_id", "stop_hash"])


def close_receipt(decision: Decision) -> None:
    """Let the receipt's link find nothing any more; no signature covers it."""
    decision.receipt_nonce = decision.receipt_key_id = ""
    decision.receipt_hash = f"gone:{decision.pk}"
    decision.save(update_fields=["receipt_nonce", "receipt_key_id", "receipt_hash"])


def waits_for(request: SmartAccountRequest) -> Nomination | None:
    """Return the nomination that an open request may still come back to: its latest, unless that was not meant."""
    if request.state not in OPEN:
        return None
    latest = request.nominations.order_by("-number").first()
    return None if latest is None or latest.state == NominationState.NOT_MEANT else latest
