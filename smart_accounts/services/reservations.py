"""Who holds an identifier: a request from its approval on, then the account. The database keeps it unique."""

from datetime import datetime

from django.db import IntegrityError, transaction

from smart_accounts.models import IdentifierReservation


class IdentifierTaken(Exception):
    """Another request or an account holds the identifier."""


def reserve(identifier: str, *, request: str, now: datetime) -> IdentifierReservation:
    """Reserve an identifier for a request (its id as text), giving up another one the request held before.

    Reserving the same one again changes nothing. Of two transactions at once the second waits for the first
    and then raises IdentifierTaken; what it held before stays."""
    own = IdentifierReservation.objects.filter(request=request, identifier=identifier).first()
    if own is not None:
        return own
    try:
        with transaction.atomic():
            release(request)
            return IdentifierReservation.objects.create(
                identifier=identifier, request=request, reserved_at=now
            )
    except IntegrityError as taken:
        raise IdentifierTaken(identifier) from taken


def release(request: str) -> None:
    """Give up what a request reserved, if anything; what an account has taken over stays with the account."""
    IdentifierReservation.objects.filter(request=request, account__isnull=True).delete()


def holder(identifier: str) -> IdentifierReservation | None:
    """Return the reservation of an identifier with its account, or None while it is free."""
    return IdentifierReservation.objects.select_related("account").filter(identifier=identifier).first()
