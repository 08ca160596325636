"""*This was not meant for me*: the nomination ends, this requester reaches the address no more, staff look.

What it does depends on where the request stands. A nomination that waits or lapsed ends. While it is authorized,
somebody answered in this reader's name or regrets it: the request is stopped for staff, as by *This was not me*.
A nomination that is over already leaves only the wish to be written to no more (the state table, "not meant").
"""

import uuid
from datetime import datetime

from django.db import transaction

from notifications import alerts, suppression
from notifications.emails.choose_authorizer import Cause
from notifications.emails.operator_alert import Alert
from notifications.models import Scope
from people.models import Person
from requests_app.domain.authorization import NominationState
from requests_app.domain.lifecycle import OPEN, AuthorizationState, Event, NotAllowed, RequestState
from requests_app.models import Nomination, SmartAccountRequest
from requests_app.models.nomination import LinkPurpose
from requests_app.services import (
    actors,
    authorization,
    history,
    letters,
    linking,
    nomination,
    parties,
    transitions,
)

WAITING = {NominationState.PENDING, NominationState.LAPSED}


def say(nomination_id: uuid.UUID, *, now: datetime) -> Nomination:
    """Take the word of whoever reads the nominated mailbox ("Stop these e-mails"); repeating it changes nothing.

    Works after the link's end and after closing. Raises Nomination.DoesNotExist, BeingChecked."""
    with transaction.atomic():
        request_id = Nomination.objects.values_list("request_id", flat=True).get(pk=nomination_id)
        request = transitions.locked(request_id)
        named = Nomination.objects.select_for_update(of=("self",)).get(pk=nomination_id)
        if request.frozen_at:
            raise authorization.BeingChecked
        _take(request, named, now)
        return named


def say_at_link(link_id: uuid.UUID, *, now: datetime) -> Nomination:
    """The same from the page of a link that works. Raises LinkUnknown, LinkDead, BeingChecked."""
    authorization.lapse_if_over(link_id, now=now)
    with transaction.atomic():
        opened = authorization.locked_alive(link_id, now)
        _take(opened.request, opened.nomination, now)
        return opened.nomination


def is_unwanted(named: Nomination) -> bool:
    """Whether the reader of this address refused everything from this requester."""
    requester = str(named.request.requester_id)
    return Scope.NOT_MEANT in suppression.scopes(named.address, requester=requester)


def _take(request: SmartAccountRequest, named: Nomination, now: datetime) -> None:
    is_latest = named == nomination.latest(request)
    if is_latest and request.state in OPEN and named.state == NominationState.AUTHORIZED:
        stop_for_staff(request, named.address, event=Event.NOT_MEANT, cause=str(named.pk), now=now)
        return
    is_new = suppression.add(
        named.address, scope=Scope.NOT_MEANT, source="authorizer", requester=str(request.requester_id)
    )
    ends = is_latest and request.state == RequestState.PENDING and named.state in WAITING
    if ends:
        nomination.end(request, named, NominationState.NOT_MEANT, now=now)
        transitions.apply(
            request, Event.NOT_MEANT, by=actors.authorizer(named.address), now=now, note=named.address
        )
        letters.choose_authorizer(
            request, named, cause=Cause.NOT_MEANT, nominations_left=nomination.may_name(request)
        )
    if is_new or ends:
        _alert(Alert.NOT_MEANT, request, cause=str(named.pk), now=now)


def stop_for_staff(
    request: SmartAccountRequest, address: str, *, event: Event, cause: str, now: datetime
) -> None:
    """Freeze the locked request on an authorizer's word that it was not him, and alert staff. Raises NotAllowed."""
    request.frozen_by, request.frozen_reason = None, f"{address} says: this was not me."
    transitions.apply(request, event, by=actors.authorizer(address), now=now, note=history.NOT_ME)
    _alert(Alert.NOT_ME, request, cause=cause, now=now)


def _alert(alert: Alert, request: SmartAccountRequest, *, cause: str, now: datetime) -> None:
    alerts.raise_alert(
        alert,
        cause=cause,
        now=now,
        facts=(f"Request {request.reference}", f"Identifier {request.account_domain}"),
        page_path=f"/review/{request.pk}/",
    )


def undo(nomination_id: uuid.UUID, *, by: Person, now: datetime) -> bool:
    """Staff take it for a mistake: lift the suppression, and ask the same address again by a new link.

    Returns whether the address is asked again: only while no later nomination exists and the request is
    pending. The link counts as no new link. Raises parties.Concerned, NotAllowed (frozen)."""
    with transaction.atomic():
        request_id = Nomination.objects.values_list("request_id", flat=True).get(pk=nomination_id)
        request = transitions.locked(request_id)
        parties.check_reviewer(request, by)
        named = Nomination.objects.select_for_update(of=("self",)).get(pk=nomination_id)
        if request.frozen_at:
            raise NotAllowed(request.states, Event.UNDO_NOT_MEANT)
        suppression.lift(named.address, scope=Scope.NOT_MEANT, requester=str(request.requester_id))
        asks_again = bool(
            named == nomination.latest(request)
            # Whoever had the address erased is not asked again.
            and named.address
            and named.state == NominationState.NOT_MEANT
            and request.state == RequestState.PENDING
            and request.authorization == AuthorizationState.NOT_MEANT
        )
        if asks_again:
            transitions.apply(request, Event.UNDO_NOT_MEANT, by=actors.staff(by), now=now, note=named.address)
            link = linking.issue(request, named, purpose=LinkPurpose.NOMINATION, now=now)
            letters.new_link(request, named, link)
        return asks_again
