"""Send the reminders that are due. A stored moment says when; a late run catches up and sends each once.

Every row is locked and looked at again before its letter is posted, so two runs beside each other, or one
that begins late, promise one letter.
"""

import uuid
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from notifications.emails.your_turn import Asked
from people.models import Person
from requests_app.domain import allowances, reminders
from requests_app.domain.authorization import NominationState
from requests_app.domain.lifecycle import (
    ENDED,
    OPEN,
    AuthorizationState,
    DomainState,
    Event,
    NotAllowed,
    RequestState,
)
from requests_app.models import Draft, Nomination, SmartAccountRequest
from requests_app.services import actors, letters, linking, nomination, passes, transitions
from requests_app.services.limits import LimitReached
from requests_app.services.transitions import Conflict


def remind(*, now: datetime) -> int:
    """Send everything due at `now`: authorizers, requesters, set-up, drafts. Returns how many letters were promised.

    Each row is a transaction of its own; one that fails is logged and tried again by the next run."""
    due_nominations = Nomination.objects.filter(
        state=NominationState.PENDING,
        next_reminder_at__lte=now,
        request__frozen_at=None,
        request__state=RequestState.PENDING,
    ).order_by("next_reminder_at")
    due_requests = SmartAccountRequest.objects.filter(
        state__in=OPEN, frozen_at=None, next_reminder_at__lte=now
    ).order_by("next_reminder_at")
    due_drafts = Draft.objects.filter(warned_at=None, warn_at__lte=now, expires_at__gt=now).order_by(
        "warn_at"
    )
    return (
        passes.each(due_nominations.values_list("pk", flat=True), remind_authorizer, now=now)
        + passes.each(due_requests.values_list("pk", flat=True), remind_requester, now=now)
        + passes.each(due_drafts.values_list("pk", flat=True), warn_of_draft, now=now)
    )


def remind_authorizer(nomination_id: uuid.UUID, *, now: datetime) -> bool:
    """Send or drop one authorizer's due reminder and store the next moment. Returns whether a letter was promised."""
    with transaction.atomic():
        request_id = Nomination.objects.values_list("request_id", flat=True).get(pk=nomination_id)
        request = transitions.locked(request_id)
        named = Nomination.objects.select_for_update().get(pk=nomination_id)
        link = linking.active_link(named)
        is_due = named.next_reminder_at is not None and named.next_reminder_at <= now
        if not is_due or link is None or request.frozen_at or request.state != RequestState.PENDING:
            return False
        clock = linking.clock(request, named, link)
        due = reminders.next_due(clock, now=now) if clock else None
        leaves = due is not None and due.at <= now
        if due and leaves:
            named.reminders_handled = due.number
            named.reminders_sent += 1
            named.next_reminder_at = _after(named, link.expires_at, now)
            letters.reminder(request, named, link, number=due.number)
            transitions.record(
                request, "reminded", by=actors.CLOCK, now=now, after=str(request.state), note=str(due.number)
            )
        else:
            named.next_reminder_at = due.at if due else None
        named.save()
        return leaves


def _after(named: Nomination, link_ends_at: datetime, now: datetime) -> datetime | None:
    """The moment of the reminder after one that was just promised."""
    assert named.promised_at is not None
    clock = reminders.authorizer_clock(
        named.promised_at,
        link_ends_at=link_ends_at,
        letter_sent_at=now,
        handled=named.reminders_handled,
        sent_in_all=named.reminders_sent,
        spans=settings.SPANS,
    )
    due = reminders.next_due(clock, now=now)
    return due.at if due else None


def hindrance(named: Nomination, *, now: datetime) -> str:
    """Say why the requester cannot remind this authorizer by hand any more; "" while it is possible, or too soon.

    Whether the authorizer asked for it or a mail system complained is not told: else one could probe."""
    if named.reminders_stopped_at:
        return gettext(
            "The authorizer cannot be reminded. Wait for the answer, or choose another authorizer."
        )
    try:
        _by_hand_opens_at(named, now)
    except allowances.Exhausted:
        return gettext("No more reminders by hand can be sent to this authorizer.")
    return ""


def _by_hand_opens_at(named: Nomination, now: datetime) -> datetime:
    sent = [named.last_manual_at] * named.manual_reminders if named.last_manual_at else []
    return reminders.manual_opens_at(now, sent_at=sent, most=settings.LIMIT_REMINDERS_BY_HAND)


def remind_by_hand(request_id: uuid.UUID, *, by: Person, now: datetime) -> Nomination:
    """Send a reminder the requester asks for: few for a nomination, 24 hours apart.

    Raises NotYours, NotAllowed, LimitReached (too soon), Conflict (none left, stopped, nothing sent yet)."""
    with transaction.atomic():
        request = transitions.locked_for(request_id, by.pk)
        named = nomination.latest(request)
        link = linking.active_link(named) if named else None
        if (
            named is None
            or link is None
            or request.authorization != AuthorizationState.PENDING
            or request.frozen_at
        ):
            raise NotAllowed(request.states, Event.COMPLAIN)
        if now >= link.expires_at:
            raise Conflict(
                gettext("The link has ended. Choose another authorizer, or let this one ask for a new link.")
            )
        if words := hindrance(named, now=now):
            raise Conflict(words)
        opens_at = _by_hand_opens_at(named, now)
        if opens_at > now:
            raise LimitReached(gettext("One reminder by hand can be sent in 24 hours."), opens_at)
        if linking.last_letter_sent_at(request, named, link) is None:
            raise Conflict(
                gettext("The letter to the authorizer is still on its way. Remind when it has left.")
            )
        named.manual_reminders += 1
        named.last_manual_at = now
        letters.reminder(request, named, link, number=0)
        named.save()
        transitions.record(
            request,
            "reminded_by_hand",
            by=actors.requester(by),
            now=now,
            after=str(request.state),
            note=named.address,
        )
        return named


def remind_requester(request_id: uuid.UUID, *, now: datetime) -> bool:
    """Send the requester's due reminder, of a turn or of set-up, and store the next moment."""
    with transaction.atomic():
        request = transitions.locked(request_id)
        is_due = request.next_reminder_at is not None and request.next_reminder_at <= now
        if not is_due or not request.is_open or request.frozen_at or request.turn_since is None:
            return False
        in_setup = request.state == RequestState.SETUP
        clock_from = partial(
            reminders.setup_clock if in_setup else reminders.requester_clock, spans=settings.SPANS
        )
        due = reminders.next_due(clock_from(request.turn_since, handled=request.reminders_handled), now=now)
        leaves = due is not None and due.at <= now
        if due and leaves:
            request.reminders_handled = due.number
            following = reminders.next_due(clock_from(request.turn_since, handled=due.number), now=now)
            request.next_reminder_at = following.at if following else None
            if in_setup:
                leaves = letters.setup_reminder(request, number=due.number)
            else:
                # Falling back to an event whose clock ran before, a reminder it had sent is not sent again.
                leaves = letters.your_turn(request, asked=_asked(request), number=due.number)
            if leaves:
                transitions.record(
                    request,
                    "requester_reminded",
                    by=actors.CLOCK,
                    now=now,
                    after=str(request.state),
                    note=str(due.number),
                )
        else:
            request.next_reminder_at = due.at if due else None
        request.save(update_fields=["reminders_handled", "next_reminder_at"])
        return leaves


def _asked(request: SmartAccountRequest) -> Asked:
    """What of the two a pending request waits for its requester for."""
    if request.authorization not in ENDED:
        return Asked.ANSWER_DOMAIN
    return Asked.BOTH if request.domain == DomainState.CHANGE_ASKED else Asked.CHOOSE_AUTHORIZER


def warn_of_draft(draft_id: uuid.UUID, *, now: datetime) -> bool:
    """Warn once, some days before a draft goes away."""
    with transaction.atomic():
        draft = (
            Draft.objects.select_for_update(of=("self",)).select_related("person").filter(pk=draft_id).first()
        )
        if draft is None or draft.warned_at or draft.warn_at > now:
            return False
        draft.warned_at = now
        draft.save(update_fields=["warned_at"])
        letters.draft_ending(draft)
        return True
