"""A second reviewer takes a decision back: a rejection within some days, an approval before active."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext, ngettext

from people.models import Person
from requests_app.domain import reminders
from requests_app.domain.authorization import NominationState
from requests_app.domain.lifecycle import AuthorizationState, Event, RequestState
from requests_app.models import HistoryLine, SmartAccountRequest
from requests_app.services import actors, freezing, letters, nomination, parties, transitions
from requests_app.services.transitions import Conflict
from smart_accounts.services import reservations

DECISIONS = (Event.APPROVE, Event.ACCEPT_PROPOSAL, Event.REJECT)


class SameReviewer(parties.Concerned):
    """Who decided may not take the own decision back (403)."""

    def __init__(self) -> None:
        Exception.__init__(self, "You decided this yourself, so another reviewer must reopen it.")


def reopen(request_id: uuid.UUID, *, by: Person, reason: str, now: datetime) -> SmartAccountRequest:
    """Let the identifier wait for a reviewer again; the requester is told why.

    After a rejection an authorization that was given stays, an unanswered one has lapsed and a held letter is
    held anew for as long. An approval gives up its reservation. Repeating one's own act changes nothing. Raises
    SmartAccountRequest.DoesNotExist, parties.Concerned, SameReviewer, NotAllowed, Conflict (too long ago,
    or the requester asks for the identifier in another open request)."""
    try:
        with transaction.atomic():
            # As everywhere the person's row first: one suspended meanwhile has no request that goes on.
            owners = SmartAccountRequest.objects.filter(pk=request_id).values("requester")
            Person.objects.select_for_update(no_key=True).filter(pk__in=owners).first()
            return _reopen(transitions.locked(request_id), by=by, reason=reason, now=now)
    except IntegrityError:
        raise Conflict(gettext("The requester has another open request for this identifier.")) from None


def _reopen(request: SmartAccountRequest, *, by: Person, reason: str, now: datetime) -> SmartAccountRequest:
    parties.check_reviewer(request, by)
    last = HistoryLine.objects.filter(request=request).order_by("-id").first()
    if last and last.event == Event.REOPEN and last.person_id == by.pk:
        return request
    transitions.check_allowed(request, Event.REOPEN)
    if is_own_decision(request, by=by):
        raise SameReviewer
    was_rejected = request.state == RequestState.REJECTED
    if was_rejected and request.closed_at and now >= _ends_at(request.closed_at):
        days = settings.SPANS.reopening.days
        raise Conflict(
            ngettext(
                "It was rejected more than %(days)s day ago, so it stays closed. The requester can ask again.",
                "It was rejected more than %(days)s days ago, so it stays closed. The requester can ask again.",
                days,
            )
            % {"days": days}
        )
    named = nomination.latest(request)
    if was_rejected and named and request.authorization == AuthorizationState.PENDING:
        nomination.end(request, named, NominationState.LAPSED, now=now)
    if was_rejected and named and request.authorization == AuthorizationState.HELD:
        named.held_until = reminders.held_clock(now, spans=settings.SPANS).ends_at
        named.save(update_fields=["held_until"])
    reservations.release(str(request.pk))
    transitions.apply(request, Event.REOPEN, by=actors.reviewer(by), now=now, note=reason)
    letters.reopened(request, reason=reason, now=now)
    freezing.stop_if_suspended(request, by=by, now=now)
    return request


def _ends_at(rejected_at: datetime) -> datetime:
    return reminders.reopening_ends_at(rejected_at, spans=settings.SPANS)


def is_own_decision(request: SmartAccountRequest, *, by: Person) -> bool:
    """Whether it was this person who decided about the identifier last."""
    decided = request.history.filter(event__in=DECISIONS).order_by("-id").first()
    return bool(decided and decided.person_id == by.pk)
