"""Take an address out of other people's requests: where it was nominated, named administrator, or answered.

An open request still needs whom it waits for: the address of its latest nomination stays in it until it ends.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from notifications import retention as post_office
from people import addresses as written
from people import services as people
from people.models import Person
from requests_app.domain.authorization import NominationState
from requests_app.domain.lifecycle import OPEN
from requests_app.models import (
    AuthorizationLink,
    Decision,
    HistoryLine,
    Nomination,
    SmartAccountRequest,
    TransferOffer,
)
from requests_app.models.nomination import Answer
from requests_app.services import evidence, forgetting, nomination, not_meant, transitions
from requests_app.services.actors import Role
from smart_accounts.services import leaving

# What these wrote in a note are their own words; what staff wrote are the operator's.
OWN_WORDS = (Role.REQUESTER, Role.AUTHORIZER, Role.COLLEAGUE)


class HasAccount(Exception):
    """The address belongs to somebody who signs in: the person is erased, not the address."""


@dataclass(frozen=True)
class Erased:
    """In how many requests an address was erased, and which open ones still need it."""

    requests: int
    kept: tuple[str, ...]


def erase_address(address: str, *, now: datetime) -> Erased:
    """Erase an address without an account, for its reader who asked staff.

    Where an open request waits for its answer, that nomination ends as *not meant for me*. An authorization
    that an open request rests on stays until the request ends. Raises HasAccount."""
    if people.holder_of(address):
        raise HasAccount(address)
    for named in _nominations([address]).filter(
        request__state__in=OPEN, state__in=[NominationState.PENDING, NominationState.LAPSED]
    ):
        if named == nomination.latest(named.request) and not named.request.frozen_at:
            not_meant.say(named.pk, now=now)
    erased = erase([address], person=None, now=now)
    leaving.take_back_invitations([address])
    post_office.forget_readers([address], now=now)
    return erased


def preview(address: str) -> Erased:
    """Say what `erase_address` would find. Reads only."""
    found = SmartAccountRequest.objects.filter(pk__in=_touched([address], None))
    kept = [request for request in found if _rests_on(request, {written.comparison_key(address)})]
    return Erased(len(found) - len(kept), tuple(request.reference for request in kept))


def erase(addresses: Collection[str], *, person: Person | None, now: datetime) -> Erased:
    """Erase addresses, and the acts of the person they belong to, from every request that names them."""
    done, kept = 0, []
    keys = {written.comparison_key(address) for address in addresses}
    for request_id in _touched(addresses, person):
        with transaction.atomic():
            request = transitions.locked(request_id)
            if _rests_on(request, keys):
                kept.append(request.reference)
                continue
            _erase_from(request, addresses, keys, person, now)
            done += 1
    return Erased(done, tuple(kept))


def _nominations(addresses: Collection[str]) -> QuerySet[Nomination]:
    keys = {written.comparison_key(address) for address in addresses}
    return Nomination.objects.filter(address_key__in=keys).select_related("request")


def _touched(addresses: Collection[str], person: Person | None) -> list[uuid.UUID]:
    """Find the requests by each table apart: one query over all would read every row of each."""
    keys = {written.comparison_key(address) for address in addresses}
    lines = Q(actor_name__in=addresses) | Q(note__in=addresses)
    if person:
        lines |= Q(person=person)
    found = {
        *Nomination.objects.filter(address_key__in=keys).values_list("request", flat=True),
        *SmartAccountRequest.objects.filter(administrators__address__in=addresses).values_list(
            "pk", flat=True
        ),
        *Decision.objects.filter(address__in=addresses).values_list("request", flat=True),
        *TransferOffer.objects.filter(address_key__in=keys).values_list("request", flat=True),
        *HistoryLine.objects.filter(lines).values_list("request", flat=True),
    }
    return sorted(found)


def _rests_on(request: SmartAccountRequest, keys: set[str]) -> bool:
    waits = forgetting.waits_for(request)
    return waits is not None and waits.address_key in keys


def _erase_from(
    request: SmartAccountRequest,
    addresses: Collection[str],
    keys: set[str],
    person: Person | None,
    now: datetime,
) -> None:
    for named in request.nominations.filter(address_key__in=keys):
        AuthorizationLink.objects.filter(nomination=named).delete()
        forgetting.blank_nomination(named)
        forgetting.close_stop_link(named)
    in_force = forgetting.in_force(request)
    for decision in request.decisions.all():
        is_own = decision.address in addresses
        if is_own or (decision != in_force and _tells_of(decision, addresses, request)):
            evidence.erase(decision)
        if is_own:
            forgetting.close_receipt(decision)
    if request.state not in OPEN:
        request.administrators.filter(address__in=addresses).delete()
    request.offers.filter(address_key__in=keys).delete()
    lines = HistoryLine.objects.filter(request=request)
    lines.filter(note__in=addresses).update(note="")
    lines.filter(actor_name__in=addresses).update(actor_name="", note="", person=None)
    if person:
        lines.filter(person=person, actor__in=OWN_WORDS).update(note="")
        lines.filter(person=person).update(actor_name="", person=None)
        request.offers.filter(offered_by=person).update(offered_by=None)
    post_office.forget_mentions(str(request.pk), addresses, now=now)


def _tells_of(decision: Decision, addresses: Collection[str], request: SmartAccountRequest) -> bool:
    """Whether somebody else's decision names one of the addresses: as colleague, or as administrator.

    What an open request's authorization says stays whole until the request ends."""
    if request.state in OPEN and decision.answer != Answer.HAND_ON:
        return False
    words = {word.strip(".,;:()").lower() for word in decision.text.split()}
    return bool((words | set(decision.facts.get("administrators", ()))) & set(addresses))
