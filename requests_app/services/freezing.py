"""Stop a request while staff check it, let it go on, and revoke an authorization for cause.

While a request is frozen nothing leaves and no clock runs; afterwards every stored moment lies later by the
frozen span, and what the mail system said in the meantime takes effect (product rules, the state table).
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from notifications import emails, outbox
from notifications.emails.choose_authorizer import Cause
from notifications.emails.nothing_to_do import Cause as Nothing
from notifications.models import State, Why
from notifications.outbox import PostedLetter
from people import services as people
from people.models import Person
from requests_app.domain import spans
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.lifecycle import ENDED, AuthorizationState, DomainState, Event
from requests_app.models import AuthorizationLink, HistoryLine, Nomination, SmartAccountRequest
from requests_app.models.nomination import CURRENT
from requests_app.models.transfer import OfferState
from requests_app.services import (
    actors,
    closing,
    letters,
    linking,
    nomination,
    parties,
    reaching,
    transitions,
)
from requests_app.services.transitions import Conflict

# Letters to the requester that tell when the authorizer's link ends.
SAYS_LINKS_END = (emails.RequestSent, emails.HandedOnNotice)
NOT_DELIVERED = {State.BOUNCED: Why.BOUNCED, State.REFUSED: Why.REFUSED, State.DEAD: Why.GAVE_UP}


def freeze(request_id: uuid.UUID, *, by: Person, reason: str, now: datetime) -> SmartAccountRequest:
    """Stop an open request: its letters wait, its links stay active and answer "being checked".

    Repeating one's own freeze changes nothing. Raises SmartAccountRequest.DoesNotExist, parties.Concerned,
    NotAllowed."""
    with transaction.atomic():
        request = transitions.locked(request_id)
        parties.check_reviewer(request, by)
        if request.frozen_at and request.frozen_by_id == by.pk:
            return request
        transitions.check_allowed(request, Event.FREEZE)
        stop(request, by=by, reason=reason, now=now)
        return request


def stop(
    request: SmartAccountRequest, *, by: Person, reason: str, now: datetime, by_suspension: bool = False
) -> None:
    """Freeze the locked request, in the caller's transaction. Raises NotAllowed."""
    request.frozen_by, request.frozen_reason, request.frozen_by_suspension = by, reason, by_suspension
    transitions.apply(request, Event.FREEZE, by=actors.staff(by), now=now, note=reason)
    outbox.hold(str(request.pk))


def stop_if_suspended(request: SmartAccountRequest, *, by: Person, now: datetime) -> bool:
    """Freeze the locked request anew after an act that let it go on, if its requester is suspended."""
    if not people.is_suspended(request.requester) or not request.is_open:
        return False
    stop(request, by=by, reason="The requester is suspended.", now=now, by_suspension=True)
    return True


def unfreeze(request_id: uuid.UUID, *, by: Person, now: datetime, note: str = "") -> SmartAccountRequest:
    """Let the request go on where it was stopped; what waited leaves, the gates are looked at again.

    Repeating one's own act changes nothing. Raises as `freeze`, and Conflict while the requester is suspended."""
    with transaction.atomic():
        request = transitions.locked(request_id)
        parties.check_reviewer(request, by)
        if request.is_open and not request.frozen_at and _did_last(request, Event.UNFREEZE, by):
            return request
        transitions.check_allowed(request, Event.UNFREEZE)
        if people.is_suspended(request.requester):
            raise Conflict(gettext("The requester is suspended. Lift the suspension first."))
        go_on(request, by=by, now=now, note=note)
        return request


def go_on(request: SmartAccountRequest, *, by: Person, now: datetime, note: str = "") -> None:
    """Unfreeze the locked request, in the caller's transaction. Raises NotAllowed."""
    _move_on(request, now)
    transitions.apply(request, Event.UNFREEZE, by=actors.staff(by), now=now, note=note)
    _apply_bounces(request, now)
    _let_letters_leave(request)


def revoke(request_id: uuid.UUID, *, by: Person, reason: str, now: datetime) -> SmartAccountRequest:
    """Revoke an authorization, or a nomination that waits for its answer; a freeze is lifted in the same act.

    The requester names another authorizer, on *Yes* too; an authorizer who was written to is told. From set-up
    the request returns to pending, approval and reservation stay. Repeating one's own act changes nothing.
    Raises as `freeze`."""
    with transaction.atomic():
        request = transitions.locked(request_id)
        parties.check_reviewer(request, by)
        is_revoked = request.is_open and request.authorization == AuthorizationState.REVOKED
        if is_revoked and _did_last(request, Event.REVOKE, by):
            return request
        transitions.check_allowed(request, Event.REVOKE)
        was_frozen = request.frozen_at is not None
        if was_frozen:
            _move_on(request, now)
        # On *Yes* nobody was nominated: the requester's own statement is what no longer counts.
        named = nomination.latest(request)
        concerned = closing.concerned_authorizer(request)
        if named:
            nomination.end(request, named, NominationState.REVOKED, now=now)
        transitions.apply(request, Event.REVOKE, by=actors.staff(by), now=now, note=reason)
        letters.choose_authorizer(
            request,
            named,
            cause=Cause.REVOKED,
            nominations_left=nomination.may_name(request),
            note=reason,
        )
        closing.tell(request, concerned, cause=Nothing.REVOKED, now=now)
        if not stop_if_suspended(request, by=by, now=now) and was_frozen:
            _let_letters_leave(request)
        return request


def _did_last(request: SmartAccountRequest, event: Event, by: Person) -> bool:
    last = HistoryLine.objects.filter(request=request).order_by("-id").first()
    return bool(last and last.event == event and last.person_id == by.pk)


def _move_on(request: SmartAccountRequest, now: datetime) -> None:
    """Move every stored moment of a clock that stood still; the request is saved by the event that follows."""
    frozen_at = request.frozen_at
    if frozen_at is None:
        return
    if request.expires_at and request.turn_since:
        # A turn that began during the freeze stood still only since then.
        stood_still_from = max(frozen_at, request.turn_since)
        request.expires_at = _moved_end(request.expires_at, stood_still_from, now)
        request.turn_since = _moved(request.turn_since, frozen_at, now)
    if request.authorization in ENDED | {AuthorizationState.HELD}:
        request.authorization_since = _moved(request.authorization_since, frozen_at, now)
    if request.domain in {DomainState.PENDING, DomainState.CHANGE_ASKED}:
        request.domain_since = _moved(request.domain_since, frozen_at, now)
    if request.setup_entered_at:
        request.setup_entered_at = _moved(request.setup_entered_at, frozen_at, now)
    for offered in request.offers.filter(state=OfferState.OPEN):
        offered.expires_at = _moved_end(offered.expires_at, frozen_at, now)
        offered.save(update_fields=["expires_at"])
    named = nomination.latest(request)
    if named and named.state in CURRENT:
        _move_nomination(request, named, frozen_at, now)


def _move_nomination(
    request: SmartAccountRequest, named: Nomination, frozen_at: datetime, now: datetime
) -> None:
    if named.held_until:
        named.held_until = _moved_end(named.held_until, frozen_at, now)
    link = linking.active_link(named)
    if link:
        link.expires_at = _moved_end(link.expires_at, frozen_at, now)
        link.save(update_fields=["expires_at"])
    if link and named.promised_at:
        named.promised_at = _moved(named.promised_at, frozen_at, now)
        linking.schedule(request, named, link, now=now)
    named.save()


def _moved(since: datetime, frozen_at: datetime, now: datetime) -> datetime:
    """Return when a wait would have begun had there been no freeze; one begun during it begins now."""
    return min(since + (now - frozen_at), now)


def _moved_end(end: datetime, stood_still_from: datetime, now: datetime) -> datetime:
    """Return the moved end, at 00:00 UTC; what was over before it stood still stays over."""
    if end <= stood_still_from:
        return end
    return spans.moved_end(end, by=now - stood_still_from)


def _apply_bounces(request: SmartAccountRequest, now: datetime) -> None:
    """End the nomination if a letter that carries its active link came back during the freeze."""
    named = nomination.latest(request)
    link = linking.active_link(named) if named else None
    if named is None or link is None or Event.UNDELIVERABLE not in transitions.allowed_now(request):
        return
    carriers = (letters.link_key(link), letters.reminder_key(named, link, ""))
    for fact in outbox.facts(str(request.pk)):
        if fact.key.startswith(carriers) and fact.state in NOT_DELIVERED:
            reaching.end_unreachable(request, named, why=NOT_DELIVERED[fact.state], now=now)
            return


def _let_letters_leave(request: SmartAccountRequest) -> None:
    """Let go what waited, saying the ends as they are now."""
    about = str(request.pk)
    links = AuthorizationLink.objects.filter(nomination__request=request)
    ends = {link.seed.packed: link.expires_at for link in links}
    active = links.filter(state=LinkState.ACTIVE).first()
    offered = request.offers.filter(state=OfferState.OPEN).first()

    def with_moved_end(letter: PostedLetter) -> Mapping[str, Any]:
        kind = emails.KINDS[letter.kind]
        if kind.carries_link:
            end = ends.get(letter.primitives["link_seed"])
        elif kind in SAYS_LINKS_END:
            end = active.expires_at if active else None
        elif kind is emails.TransferOffered:
            end = offered.expires_at if offered else None
        else:
            end = request.expires_at if issubclass(kind, emails.families.ToRequester) else None
        says_end = bool(letter.primitives.get("ends_at"))
        return {**letter.primitives, "ends_at": end.isoformat()} if end and says_end else letter.primitives

    outbox.restate(about, with_moved_end)
    outbox.resume(about)
