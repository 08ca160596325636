"""End what has waited long enough: links, held nominations, requests, drafts. Late is caught up, twice is once."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import ngettext

from notifications.emails.expired import Cause
from notifications.emails.nothing_to_do import Cause as Nothing
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.lifecycle import OPEN, Event, RequestState
from requests_app.models import AuthorizationLink, Draft, Nomination, SmartAccountRequest
from requests_app.services import actors, authorization, closing, letters, nomination, passes, transitions


def expire(*, now: datetime) -> int:
    """End everything whose stored moment has come. Returns how many things ended.

    Each row is a transaction of its own, locked and looked at again before it ends; one that fails is logged
    and tried again by the next run."""
    links = AuthorizationLink.objects.filter(
        state=LinkState.ACTIVE,
        expires_at__lte=now,
        nomination__request__state=RequestState.PENDING,
        nomination__request__frozen_at=None,
    ).order_by("expires_at")
    held = Nomination.objects.filter(
        state=NominationState.HELD,
        held_until__lte=now,
        request__state=RequestState.PENDING,
        request__frozen_at=None,
    ).order_by("held_until")
    requests = SmartAccountRequest.objects.filter(
        state__in=OPEN, frozen_at=None, expires_at__lte=now
    ).order_by("expires_at")
    ended = passes.each(links.values_list("pk", flat=True), authorization.lapse_if_over, now=now)
    ended += passes.each(held.values_list("pk", flat=True), refuse_held, now=now)
    # Read last: a nomination that just ended gives its requester time, whatever was due before.
    ended += passes.each(requests.values_list("pk", flat=True), expire_request, now=now)
    return ended + expire_drafts(now=now)


def expire_drafts(*, now: datetime) -> int:
    """Delete the drafts whose days are over; returns how many."""
    return Draft.objects.filter(expires_at__lte=now).delete()[0]


def refuse_held(nomination_id: uuid.UUID, *, now: datetime) -> bool:
    """Refuse a held letter that no reviewer released in time."""
    with transaction.atomic():
        request_id = Nomination.objects.values_list("request_id", flat=True).get(pk=nomination_id)
        request = transitions.locked(request_id)
        held = Nomination.objects.select_for_update().get(pk=nomination_id)
        is_over = (
            held.state == NominationState.HELD and held.held_until is not None and held.held_until <= now
        )
        if not is_over or Event.REFUSE not in transitions.allowed_now(request) or request.frozen_at:
            return False
        # Its reader is the requester, on pages and in the letter.
        with translation.override(request.requester.language):
            reason = _held_too_long()
        nomination.refuse_held(request, held, by=actors.CLOCK, reason=reason, now=now)
        return True


def _held_too_long() -> str:
    days = settings.SPANS.held.days
    return ngettext(
        "Nobody could confirm this within %(days)s day.",
        "Nobody could confirm this within %(days)s days.",
        days,
    ) % {"days": days}


def expire_request(request_id: uuid.UUID, *, now: datetime) -> bool:
    """Close a request that waited for its requester too long, at a turn or in set-up."""
    with transaction.atomic():
        request = transitions.locked(request_id)
        is_over = request.expires_at is not None and request.expires_at <= now
        if not is_over or Event.EXPIRE not in transitions.allowed_now(request):
            return False
        cause = Cause.SETUP if request.state == RequestState.SETUP else Cause.REQUESTER
        concerned = closing.concerned_authorizer(request)
        transitions.apply(request, Event.EXPIRE, by=actors.CLOCK, now=now)
        letters.expired(request, cause=cause, now=now)
        closing.tell(request, concerned, cause=Nothing.EXPIRED, now=now)
        return True
