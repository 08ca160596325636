"""People and accounts for tests; a test names only what matters to it."""

import itertools
from datetime import UTC, datetime

from allauth.account.models import EmailAddress
from django.utils import timezone

from notifications.models import OutgoingEmail
from people.models import Person
from smart_accounts.models import SmartAccount
from smart_accounts.services import accounts, reservations

NOW = datetime(2026, 11, 25, 14, 1, tzinfo=UTC)
_numbers = itertools.count(1)


def person(email: str = "", *, verified: bool = True, **fields: object) -> Person:
    """Make a person whose main address is verified unless said otherwise."""
    email = email or f"person{next(_numbers)}@acme.example"
    made = Person.objects.create_user(
        email, None, full_name=str(fields.pop("full_name", "Dana Doe")), **fields
    )
    address(made, email, verified=verified, primary=True)
    return made


def address(of: Person, email: str, *, verified: bool = True, primary: bool = False) -> EmailAddress:
    """Give a person one more address."""
    made: EmailAddress = EmailAddress.objects.create(user=of, email=email, verified=verified, primary=primary)
    return made


def account(
    identifier: str = "acme.example",
    *,
    requester: Person | None = None,
    administrators: tuple[str, ...] = (),
    skeleton: str = "",
    now: datetime = NOW,
) -> SmartAccount:
    """Open an account as a finished request does; without `administrators` its requester runs it."""
    requester = requester or person()
    request = f"request-{next(_numbers)}"
    reservations.reserve(identifier, request=request, now=now)
    return accounts.open_account(
        identifier,
        request=request,
        name="Acme Robotics, Inc.",
        registrable_domain=".".join(identifier.split(".")[-2:]),
        skeleton=skeleton or identifier,
        administrators=administrators,
        requester=requester,
        requester_address=requester.email,
        agreement_version="2026-11",
        agreed_at=now,
        now=now,
    )


def letters(kind: str = "") -> list[tuple[str, str]]:
    """Return what has been promised and not taken back, as (kind, reader) in the order of the promises."""
    rows = OutgoingEmail.objects.exclude(state="cancelled").order_by("id")
    return [(row.kind, row.to) for row in rows if kind in ("", row.kind)]


def today() -> datetime:
    """Return the real moment, for rules that compare with the letters' own moments."""
    return timezone.now()
