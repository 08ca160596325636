"""Erase a person: asked for, undone by signing in within some days, then done by the nightly run.

The person's open requests are withdrawn first. What others rest on stays without the person: a request's
outline, a decision's signed record, an account. Every part is a transaction of its own that may be repeated, so
that a run which stops half-way goes on the next night; the profile, by which all is found, goes last.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from notifications import alerts, emails, outbox
from notifications import retention as post_office
from notifications.emails.operator_alert import Alert
from people import erasing as closing_accounts
from people.models import Person
from requests_app.domain.lifecycle import OPEN, NotAllowed
from requests_app.domain.spans import end_after
from requests_app.models import Draft, SmartAccountRequest
from requests_app.services import forgetting, traces, withdrawal
from smart_accounts.models import SmartAccount
from smart_accounts.services import leaving

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hindrances:
    """What has to end before the person can be erased: requests under a check, accounts nobody else runs."""

    frozen: tuple[SmartAccountRequest, ...]
    accounts: tuple[SmartAccount, ...]

    def __bool__(self) -> bool:
        return bool(self.frozen or self.accounts)


class Hindered(Exception):
    """The person cannot be erased now (409); `hindrances` says by what."""

    def __init__(self, hindrances: Hindrances) -> None:
        named = [request.reference for request in hindrances.frozen]
        super().__init__(", ".join([*named, *(account.identifier for account in hindrances.accounts)]))
        self.hindrances = hindrances


def hindrances(person: Person) -> Hindrances:
    """Say what stands in the way. Reads only."""
    frozen = SmartAccountRequest.objects.filter(requester=person, state__in=OPEN, frozen_at__isnull=False)
    return Hindrances(tuple(frozen), tuple(leaving.last_of(person)))


def open_requests(person: Person) -> list[SmartAccountRequest]:
    """Return what erasing would withdraw."""
    return list(SmartAccountRequest.objects.filter(requester=person, state__in=OPEN))


def would_end_at(now: datetime) -> datetime:
    """When a person who asks now is erased: 00:00 UTC after the last day to undo it, exclusive."""
    return end_after(now, span=settings.SPANS.undo_erasure)


def ask(person: Person, *, now: datetime) -> datetime:
    """Plan the erasure, write to the person, end all sessions; returns its moment.

    Asking again changes nothing. Raises Hindered."""
    if hindered := hindrances(person):
        raise Hindered(hindered)
    with transaction.atomic():
        erases_at = closing_accounts.plan(person, at=would_end_at(now))
        outbox.post(
            emails.ErasureAsked(
                asked_at=now.isoformat(), ends_at=erases_at.isoformat(), page_path=reverse("account_login")
            ),
            to=person.email,
            language=person.language,
            # Undone and asked again the same day it is promised anew: the moment of asking stands in the key.
            key=f"erasure-asked:{person.pk}:{now:%Y%m%d%H%M%S%f}",
        )
        return erases_at


def erase_due(person_id: int, *, now: datetime) -> bool:
    """Erase a person whose days to undo it are over; returns whether it was done.

    One who is hindered by then stays planned: staff are told, and the next run tries again."""
    try:
        erase(person_id, planned_by=now, now=now)
    except closing_accounts.NoLongerPlanned:
        return False
    except Hindered as hindered:
        alerts.raise_alert(
            Alert.OTHER,
            cause=f"erase:{person_id}",
            facts=(f"Person {person_id} asked to be erased and cannot be yet: {hindered}.",),
            now=now,
        )
        return False
    return True


def erase(person_id: int, *, now: datetime, planned_by: datetime | None = None) -> None:
    """Erase a person now; with `planned_by` only one whose planned moment that is past.

    Raises Hindered, and people.erasing.NoLongerPlanned for somebody who signed in meanwhile or is erased."""
    if hindered := hindrances(Person.objects.get(pk=person_id)):
        raise Hindered(hindered)
    person = closing_accounts.close(person_id, planned_by=planned_by, now=now)
    addresses = closing_accounts.addresses_of(person)
    for request in open_requests(person):
        try:
            withdrawal.withdraw(request.pk, by=person, now=now)
        except NotAllowed:
            # Frozen since it was looked at.
            raise Hindered(hindrances(person)) from None
    own = SmartAccountRequest.objects.filter(requester=person)
    addresses = list(dict.fromkeys([*addresses, *own.values_list("requester_address", flat=True)]))
    addresses = [address for address in addresses if address]
    for request_id in own.filter(forgotten_at=None).values_list("pk", flat=True):
        forgetting.forget_now(request_id, now=now)
    traces.erase(addresses, person=person, now=now)
    with transaction.atomic():
        locked = Person.objects.select_for_update().get(pk=person_id)
        if locked.erased_at:
            raise closing_accounts.NoLongerPlanned(person_id)
        try:
            leaving.leave(locked, addresses=addresses, now=now)
        except leaving.StillNeeded as needed:
            raise Hindered(Hindrances((), tuple(needed.accounts))) from None
        Draft.objects.filter(person=locked).delete()
        post_office.forget_readers(addresses, now=now)
        outbox.post(
            emails.DataErased(erased_at=now.isoformat()),
            to=locked.email,
            key=f"data-erased:{person_id}",
            language=locked.language,
        )
        closing_accounts.blank(locked, now=now)
    log.info("A person was erased.", extra={"person": person_id})
