"""The one guarded place where a request's states change: under a lock, with a line of history.

Nothing else assigns `state`, `authorization`, `domain` or `frozen_at`. What every change brings with it,
whoever caused it (the clocks, set-up's beginning and end, closing), is done here too.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from notifications import outbox
from people.models import Person
from requests_app.domain import reminders
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.lifecycle import (
    CLOSED,
    ENDED,
    Authority,
    DomainState,
    Event,
    NotAllowed,
    RequestState,
    States,
    allowed,
    follow,
)
from requests_app.models import AuthorizationLink, HistoryLine, Nomination, SetUp, SmartAccountRequest
from requests_app.models.nomination import CURRENT
from requests_app.services import letters
from requests_app.services.actors import Actor, Role
from smart_accounts.services import reservations


class Conflict(Exception):
    """The act does not fit what the request has become (409); the text says so to the person."""


class NotYours(Exception):
    """The acting person has no part in this request (404)."""


class StaleFacts(Conflict):
    """The facts changed since the page was shown (409)."""

    def __init__(self) -> None:
        super().__init__(
            gettext("The request changed since you opened this page. Look at it again before you decide.")
        )


class ClaimedByAnother(Conflict):
    """Another reviewer is at this request (409)."""

    def __init__(self, holder: str, until: datetime) -> None:
        super().__init__(
            gettext(
                "%(holder)s has claimed this request until %(until)s UTC. Ask them, or take the claim over."
            )
            % {"holder": holder, "until": f"{until:%H:%M}"}
        )


DECISIONS = frozenset(
    {
        Event.APPROVE,
        Event.ASK_CHANGE,
        Event.REJECT,
        Event.RELEASE,
        Event.REFUSE,
        Event.UNDO_NOT_MEANT,
        Event.REVOKE,
        Event.REOPEN,
    }
)
"""What staff decide about a request. Stopping it and letting it go on must not wait for anybody's claim."""


@dataclass(frozen=True)
class Change:
    """The states before and after one event."""

    before: States
    after: States

    @property
    def entered_setup(self) -> bool:
        """Both gates got clear by this event."""
        return self.before.request is not RequestState.SETUP and self.after.request is RequestState.SETUP


def locked(request_id: uuid.UUID) -> SmartAccountRequest:
    """Return the request locked until the transaction ends. Raises SmartAccountRequest.DoesNotExist.

    Every service locks the request first and its nominations and links after it, so none waits in a ring."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A request is locked inside a transaction.")
    return (
        SmartAccountRequest.objects.select_for_update(of=("self",))
        .select_related("requester")
        .get(pk=request_id)
    )


def locked_for(request_id: uuid.UUID, requester_id: int) -> SmartAccountRequest:
    """Return the requester's own request, locked. Raises NotYours for anybody else and for an unknown id."""
    try:
        request = locked(request_id)
    except SmartAccountRequest.DoesNotExist:
        raise NotYours from None
    if request.requester_id != requester_id:
        raise NotYours
    return request


def allowed_now(request: SmartAccountRequest) -> frozenset[Event]:
    """The events that have a step from where the request stands."""
    return allowed(request.states)


def check_allowed(request: SmartAccountRequest, event: Event) -> None:
    """Raise NotAllowed when the event has no step: a page that asks first is not shown in vain."""
    if event not in allowed_now(request):
        raise NotAllowed(request.states, event)


def check_facts(request: SmartAccountRequest, shown: int) -> None:
    """Raise StaleFacts when the page showed another version of the facts than stands now."""
    if request.facts_version != shown:
        raise StaleFacts


def check_claim(request: SmartAccountRequest, *, by: Person | None, now: datetime) -> None:
    """Raise ClaimedByAnother while somebody else holds the request."""
    holder, until = request.claimed_by, request.claimed_until
    if holder is not None and until is not None and until > now and holder != by:
        raise ClaimedByAnother(str(holder), until)


def record(
    request: SmartAccountRequest,
    event: str,
    *,
    by: Actor,
    now: datetime,
    before: str = "",
    after: str,
    note: str = "",
) -> None:
    """Add a line to the history; in the caller's transaction."""
    HistoryLine.objects.create(
        request=request,
        at=now,
        event=event,
        actor=by.role,
        person=by.person,
        actor_name=by.name,
        before=before,
        after=after,
        note=note,
    )


def apply(
    request: SmartAccountRequest,
    event: Event,
    *,
    by: Actor,
    now: datetime,
    held: bool = False,
    note: str = "",
) -> Change:
    """Take the locked request through one event and save it.

    Raises NotAllowed when the table has no such step, ClaimedByAnother; what the claim's holder decides ends it."""
    before = request.states
    after = follow(before, event, held=held, authority=Authority(request.authority))
    if event in DECISIONS and by.role in {Role.REVIEWER, Role.STAFF}:
        check_claim(request, by=by.person, now=now)
        request.claimed_by = request.claimed_until = None
    request.state, request.authorization, request.domain = after.request, after.authorization, after.domain
    if event is Event.FREEZE or (event is Event.NOT_MEANT and after.frozen):
        request.frozen_at = now
    elif before.frozen and not after.frozen:
        request.frozen_at, request.frozen_by, request.frozen_reason = None, None, ""
        request.frozen_by_suspension = False
    if after.authorization is not before.authorization:
        request.authorization_since = now
    if after.domain is not before.domain or event in {Event.ASK_CHANGE, Event.ANSWER_DOMAIN}:
        request.domain_since = now
    if event in {Event.ACCEPT_PROPOSAL, Event.ANSWER_DOMAIN, Event.KEEP_DOMAIN, Event.APPROVE}:
        request.proposal = request.question = ""
    change = Change(before, after)
    _follow_request(request, change, now)
    set_clock(request, now)
    record(request, event, by=by, now=now, before=_words(before), after=_words(after), note=note)
    request.save()
    if change.entered_setup:
        authorizer = Nomination.objects.filter(request=request, state=NominationState.AUTHORIZED).last()
        letters.setup(request, now=now, authorizer_address=authorizer.address if authorizer else "")
    return change


def _words(states: States) -> str:
    return f"{states.request}/{states.authorization}/{states.domain}{'/frozen' if states.frozen else ''}"


def _follow_request(request: SmartAccountRequest, change: Change, now: datetime) -> None:
    """Do what entering and leaving the request's own states bring with them."""
    before, after = change.before.request, change.after.request
    if before is after:
        return
    # Another clock runs now, even if it should count from the same moment.
    request.turn_since = None
    if after is RequestState.SETUP:
        request.setup_entered_at = now
        SetUp.objects.get_or_create(request=request)
    elif before is RequestState.SETUP and after is RequestState.PENDING:
        request.setup_entered_at = None
        SetUp.objects.filter(request=request).delete()
    if after in CLOSED:
        request.closed_at = now
        stop_links(request, LinkState.REVOKED)
        reservations.release(str(request.pk))
        # Closing causes only its closing letters, which are posted after this.
        outbox.cancel(str(request.pk))
    elif before in CLOSED:
        request.closed_at = None
        request.rejection_reason = ""


def set_clock(request: SmartAccountRequest, now: datetime) -> None:
    """Store the next moments of what waits for the requester: the next reminder and the end.

    The latest event whose turn is the requester's and that is still open starts the clock; answering one of
    two falls back to the other's own moment."""
    since, clock_from = _waiting(request)
    if since is None:
        request.turn_since = request.expires_at = request.next_reminder_at = None
        request.reminders_handled = 0
        return
    is_new = request.turn_since != since
    if is_new:
        request.turn_since, request.reminders_handled = since, 0
    clock = clock_from(since, handled=request.reminders_handled)
    due = reminders.next_due(clock, now=now)
    if is_new or request.expires_at is None:
        # The end of a wait that goes on stays as stored: a freeze may have moved it.
        request.expires_at = clock.ends_at
    request.next_reminder_at = due.at if due else None


def _waiting(request: SmartAccountRequest) -> tuple[datetime | None, Callable[..., reminders.Clock]]:
    states = request.states
    if states.request is RequestState.SETUP:
        return request.setup_entered_at, partial(reminders.setup_clock, spans=settings.SPANS)
    open_since = []
    if states.request is RequestState.PENDING:
        if states.authorization in ENDED:
            open_since.append(request.authorization_since)
        if states.domain is DomainState.CHANGE_ASKED:
            open_since.append(request.domain_since)
    return max(open_since, default=None), partial(reminders.requester_clock, spans=settings.SPANS)


def stop_links(request: SmartAccountRequest, link_state: LinkState) -> None:
    """End the active link of the request, if any, and the reminders with it."""
    AuthorizationLink.objects.filter(nomination__request=request, state=LinkState.ACTIVE).update(
        state=link_state
    )
    Nomination.objects.filter(request=request, state__in=CURRENT).update(next_reminder_at=None)
