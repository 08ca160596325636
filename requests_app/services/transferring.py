"""Pass a request on to a colleague: offered by its requester, or by staff where that person is gone.

The colleague alone decides, signed in with the address that was written to. For the authorization it is a change
of facts, on *Yes* with the new requester's own tick (product rules, the state table). An offer's letter stays
inside one organization, and nothing here looks up whether an address has an account.
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from people import addresses
from people import services as people
from people.models import Person
from requests_app.domain import identifiers, spans
from requests_app.domain.lifecycle import Event, RequestState
from requests_app.models import SmartAccountRequest, TransferOffer
from requests_app.models.transfer import OfferState
from requests_app.services import actors, letters, limits, parties, taking_over, transitions
from requests_app.services.actors import Actor, Role
from requests_app.services.transitions import Conflict, NotYours

BY_REQUESTER = 3
"""So many offers of one request; each is a letter to somebody who did not ask for it."""


class OfferRefused(Exception):
    """The request cannot be offered to this address (422); the text stands beside the field."""


class OfferOver(Conflict):
    """The offer no longer stands (409); the text says why."""


def running(request: SmartAccountRequest, *, now: datetime) -> TransferOffer | None:
    """Return the offer that can be accepted now, if there is one."""
    return request.offers.filter(state=OfferState.OPEN, expires_at__gt=now).first()


def waiting_for(person: Person, *, now: datetime) -> QuerySet[TransferOffer]:
    """Return what this person may take over now."""
    return TransferOffer.objects.filter(
        address_key__in=people.verified_addresses(person),
        state=OfferState.OPEN,
        expires_at__gt=now,
        request__state=RequestState.PENDING,
        request__frozen_at=None,
    ).select_related("request__requester")


def left(request: SmartAccountRequest) -> int:
    """How many more times the requester may offer the request."""
    return max(0, BY_REQUESTER - request.offers.filter(by_staff=False).count())


def offer(
    request_id: uuid.UUID, *, by: Person, address: str, now: datetime, language: str = "en"
) -> TransferOffer:
    """Offer one's own pending request to a colleague, who is written to in the page's `language`.

    The same offer again changes nothing. Raises NotYours, NotAllowed, OfferRefused, Conflict (another offer runs,
    or three were made), limits.LimitReached (an offer counts like a nomination)."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=by.pk)
        request = transitions.locked_for(request_id, by.pk)
        transitions.check_allowed(request, Event.TRANSFER)
        if same := _same(request, address, now=now):
            return same
        if not identifiers.agrees(request.requester_address, request.account_domain):
            raise OfferRefused(
                gettext(
                    "Your own address must belong to %(domain)s before we write to others there."
                    " Ask our support team"
                )
                % {"domain": _host_of(request)}
            )
        _check_address(request, address, own=by)
        if not left(request):
            raise Conflict(gettext("You have offered this request as often as you can."))
        limits.check_nominations(by, now)
        return _offer(request, address, by=actors.requester(by), now=now, language=language)


def offer_by_staff(
    request_id: uuid.UUID, *, by: Person, address: str, now: datetime, language: str = "en"
) -> TransferOffer:
    """Offer a pending request whose requester is gone; the requester is told and can take the offer back.

    Raises SmartAccountRequest.DoesNotExist, parties.Concerned, NotAllowed, OfferRefused, Conflict."""
    with transaction.atomic():
        request = transitions.locked(request_id)
        parties.check_reviewer(request, by)
        transitions.check_allowed(request, Event.TRANSFER)
        if same := _same(request, address, now=now):
            return same
        _check_address(request, address, own=by)
        offered = _offer(request, address, by=actors.reviewer(by), now=now, language=language)
        letters.offered_by_staff(request, offered)
        return offered


def take_back(request_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """End the open offer of one's own request; without one nothing changes. Raises NotYours."""
    with transaction.atomic():
        _take_back(transitions.locked_for(request_id, by.pk), actors.requester(by), now)


def take_back_by_staff(request_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """The same by a reviewer. Raises SmartAccountRequest.DoesNotExist, parties.Concerned."""
    with transaction.atomic():
        request = transitions.locked(request_id)
        parties.check_reviewer(request, by)
        _take_back(request, actors.reviewer(by), now)


def find(offer_id: uuid.UUID, *, person: Person) -> TransferOffer:
    """Return an offer made to one of the person's verified addresses. Raises NotYours. Reads only."""
    found = TransferOffer.objects.select_related("request__requester").filter(pk=offer_id).first()
    if found is None or found.address_key not in people.verified_addresses(person):
        raise NotYours
    return found


def check_stands(offered: TransferOffer, *, now: datetime) -> None:
    """Raise OfferOver for an offer that ended, Conflict while the request is under a check. Reads only."""
    if offered.state == OfferState.TAKEN_BACK:
        raise OfferOver(gettext("This offer was taken back."))
    if offered.state == OfferState.EXPIRED or offered.expires_at <= now:
        raise OfferOver(gettext("The time of this offer is over."))
    if offered.state != OfferState.OPEN:
        raise OfferOver(gettext("This offer was answered already."))
    if offered.request.frozen_at:
        raise Conflict(gettext("Our staff are checking this request. Nothing can be answered meanwhile."))
    if Event.TRANSFER not in transitions.allowed_now(offered.request):
        raise OfferOver(gettext("This request no longer waits, so it stays with its requester."))


def accept(
    offer_id: uuid.UUID, *, by: Person, statement_version: str, facts_version: int, now: datetime
) -> SmartAccountRequest:
    """Make the colleague the requester, tell both, and take the request through a change of facts.

    `statement_version` is what was ticked (*Yes*), or "". Repeating it changes nothing. Raises NotYours, OfferOver,
    StaleFacts, authorization.StatementNotTicked, limits.LimitReached, Conflict (not this person; or the authorizer
    was told of a change in the last 24 hours)."""
    try:
        with transaction.atomic():
            # The person's row first, as for everything a person sends: suspended meanwhile, or asks in another request.
            person = Person.objects.select_for_update().get(pk=by.pk)
            if people.is_suspended(person):
                raise NotYours
            offered = _locked(offer_id, person)
            if offered.state == OfferState.ACCEPTED and offered.request.requester_id == person.pk:
                return offered.request
            check_stands(offered, now=now)
            transitions.check_facts(offered.request, facts_version)
            taking_over.check_taker(offered, person)
            _end(offered, OfferState.ACCEPTED, now)
            taking_over.take_over(offered, person, statement_version=statement_version, now=now)
            return offered.request
    except IntegrityError:
        raise Conflict(gettext("You have an open request for this identifier.")) from None


def decline(offer_id: uuid.UUID, *, by: Person, now: datetime) -> None:
    """Leave the request with its requester, who reads it in the history. Repeating it changes nothing.

    Raises NotYours, OfferOver, Conflict."""
    with transaction.atomic():
        offered = _locked(offer_id, by)
        if offered.state == OfferState.DECLINED:
            return
        check_stands(offered, now=now)
        _end(offered, OfferState.DECLINED, now)
        _note(offered, "transfer_declined", actors.colleague(by), now)


def _locked(offer_id: uuid.UUID, person: Person) -> TransferOffer:
    """Lock the request and then its offer, which carries the locked request. Raises NotYours."""
    request = transitions.locked(find(offer_id, person=person).request_id)
    offered = TransferOffer.objects.select_for_update().get(pk=offer_id)
    offered.request = request
    return offered


def _same(request: SmartAccountRequest, address: str, *, now: datetime) -> TransferOffer | None:
    """Return the open offer to this address. Raises Conflict for one to another address."""
    current = running(request, now=now)
    if current and current.address != address:
        raise Conflict(
            gettext("This request is offered to %(address)s already. Take that offer back first.")
            % {"address": current.address}
        )
    return current


def _check_address(request: SmartAccountRequest, address: str, *, own: Person) -> None:
    """Raise OfferRefused by what the address itself and this request tell; accounts are not looked up."""
    if parties.is_own(own, address):
        raise OfferRefused(gettext("This is your own address"))
    if parties.is_own(request.requester, address):
        raise OfferRefused(gettext("This is the requester’s own address"))
    if addresses.is_role(address) or addresses.is_shared_mailbox(address):
        raise OfferRefused(gettext("Enter the address of one person, not one that several people read"))
    if not identifiers.agrees(address, request.account_domain):
        raise OfferRefused(
            gettext("Enter an address that belongs to %(domain)s") % {"domain": _host_of(request)}
        )
    if request.nominations.filter(address_key=addresses.comparison_key(address)).exists():
        raise OfferRefused(
            gettext("This person was asked to authorize the request, and cannot be its requester too")
        )


def _host_of(request: SmartAccountRequest) -> str:
    """The domain that an address has to agree with: of shop.acme.example it is acme.example."""
    return identifiers.u_label(identifiers.registrable_domain(request.account_domain))


def _offer(
    request: SmartAccountRequest, address: str, *, by: Actor, now: datetime, language: str
) -> TransferOffer:
    for old in request.offers.filter(state=OfferState.OPEN):
        _end(old, OfferState.EXPIRED, now)
    offered = TransferOffer.objects.create(
        request=request,
        address=address,
        address_key=addresses.comparison_key(address),
        offered_by=by.person,
        by_staff=by.role is not Role.REQUESTER,
        language=language,
        offered_at=now,
        expires_at=spans.end_after(now, span=settings.SPANS.offer),
    )
    _note(offered, "transfer_offered", by, now)
    letters.transfer_offered(request, offered)
    return offered


def _take_back(request: SmartAccountRequest, by: Actor, now: datetime) -> None:
    for offered in request.offers.select_for_update().filter(state=OfferState.OPEN):
        offered.request = request
        _end(offered, OfferState.TAKEN_BACK, now)
        _note(offered, "transfer_taken_back", by, now)


def _end(offered: TransferOffer, state: OfferState, now: datetime) -> None:
    offered.state, offered.ended_at = state, now
    offered.save(update_fields=["state", "ended_at"])


def _note(offered: TransferOffer, event: str, by: Actor, now: datetime) -> None:
    request = offered.request
    transitions.record(request, event, by=by, now=now, after=str(request.state), note=offered.address)
