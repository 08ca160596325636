"""Open a Smart Account, and find accounts by what they are called."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from people import addresses
from people.models import Person
from smart_accounts.models import IdentifierReservation, Member, SmartAccount
from smart_accounts.services import members


class NotReserved(Exception):
    """The request does not hold the identifier, so no account can be opened under it."""


class AlreadyOpen(Exception):
    """The request's account is open already."""


@transaction.atomic
def open_account(
    identifier: str,
    *,
    request: str,
    name: str,
    registrable_domain: str,
    skeleton: str,
    administrators: tuple[str, ...],
    requester: Person,
    requester_address: str,
    agreement_version: str,
    agreed_at: datetime,
    now: datetime,
) -> SmartAccount:
    """Open the account of a finished request (its id as text) under the identifier it has reserved.

    Named addresses whose owner has them verified join at once, the others are invited. When nobody named has
    joined, the requester becomes administrator too (product rules, states, "Reservation and administrators").
    Everybody named but the requester gets a letter. Raises NotReserved and AlreadyOpen."""
    reservation = (
        IdentifierReservation.objects.select_for_update()
        .filter(request=request, identifier=identifier)
        .first()
    )
    if reservation is None:
        raise NotReserved(identifier)
    if reservation.account_id is not None:
        raise AlreadyOpen(identifier)
    account = SmartAccount.objects.create(
        identifier=identifier,
        registrable_domain=registrable_domain,
        skeleton=skeleton,
        name=name,
        activated_at=now,
        agreement_version=agreement_version,
        agreement_accepted_at=agreed_at,
        agreement_accepted_by=requester,
    )
    reservation.account = account
    reservation.save(update_fields=["account"])
    _name_administrators(
        account, administrators, requester=requester, requester_address=requester_address, now=now
    )
    return account


def exact(identifier: str) -> SmartAccount | None:
    """Return the account with exactly this identifier."""
    return SmartAccount.objects.filter(identifier=identifier).first()


def same_registrable_domain(domain: str) -> list[SmartAccount]:
    """Return the accounts under one registrable domain, in the order of their identifiers."""
    return list(SmartAccount.objects.filter(registrable_domain=domain).order_by("identifier"))


def look_alikes(skeleton: str, *, identifier: str) -> list[SmartAccount]:
    """Return the accounts whose identifier looks like this one and is not the same."""
    return list(
        SmartAccount.objects.filter(skeleton=skeleton).exclude(identifier=identifier).order_by("identifier")
    )


def administrators(account: SmartAccount) -> list[Member]:
    """Return who may act for the account: those who have joined, with their persons."""
    return list(account.members.filter(joined_at__isnull=False).select_related("person"))


def accounts_of(person: Person) -> list[SmartAccount]:
    """Return the accounts a person administers, in the order of their identifiers."""
    return list(
        SmartAccount.objects.filter(members__person=person, members__joined_at__isnull=False)
        .distinct()
        .order_by("identifier")
    )


@transaction.atomic
def suspend(account_ids: Iterable[UUID], *, now: datetime) -> None:
    """Stop every change of the accounts' administrators until `lift_suspension`; again changes nothing."""
    SmartAccount.objects.filter(pk__in=list(account_ids), suspended_at__isnull=True).update(suspended_at=now)


@transaction.atomic
def lift_suspension(account_ids: Iterable[UUID]) -> None:
    """Let the accounts' administrators act again."""
    SmartAccount.objects.filter(pk__in=list(account_ids)).update(suspended_at=None)


def _name_administrators(
    account: SmartAccount,
    named: tuple[str, ...],
    *,
    requester: Person,
    requester_address: str,
    now: datetime,
) -> None:
    own_key = addresses.comparison_key(requester_address)
    seen: set[str] = set()
    for address in named:
        key = addresses.comparison_key(address)
        if key in seen:
            continue
        seen.add(key)
        if key == own_key:
            members.let_in(account, requester, address=requester_address, now=now)
        else:
            members.post_named(members.add(account, address=address, now=now), by=requester)
    if not administrators(account):
        members.let_in(account, requester, address=requester_address, now=now)
