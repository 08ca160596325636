"""Ask for access to an account, and decide it. Who does not agree with an account learns nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from notifications import emails, outbox
from people import domains, services, text
from people.models import Person
from smart_accounts.models import AccessRequest, AccessState, Member, SmartAccount
from smart_accounts.services import members

LIMIT = 500
REST_AFTER_DECLINE = timedelta(days=7)


class NotYours(Exception):
    """No account or access request that this person may see; one that does not exist looks the same."""


class AlreadyAsked(Exception):
    """The person's question to this account waits for its administrators."""


class AlreadyAdministrator(Exception):
    """The person administers the account already."""


class AskedTooSoon(Exception):
    """The account has declined lately; `opens_at` says when the person may ask again."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(opens_at)
        self.opens_at = opens_at


class AlreadyDecided(Exception):
    """Another administrator, or the same one, has answered: the first decision counts."""


class DecidedAlike(AlreadyDecided):
    """The same administrator has given the same answer before: nothing changes."""


class ReasonMissing(ValueError):
    """A decline needs a reason: the person is told it."""


class NoLongerReachable(Exception):
    """The person no longer signs in with the address under which they asked."""


@dataclass(frozen=True)
class Offer:
    """An account that a person may ask for access to."""

    account: SmartAccount
    address: str
    """The person's verified address that agrees with it."""
    asked: AccessRequest | None
    """What waits for an answer."""


def offers(person: Person) -> list[Offer]:
    """Return the accounts a verified address of the person agrees with, but for those they administer."""
    addresses = services.verified(person)
    registered = {domains.registrable_domain(address.rpartition("@")[2]) for address in addresses} - {""}
    accounts = (
        SmartAccount.objects.filter(registrable_domain__in=registered, suspended_at__isnull=True)
        .exclude(members__in=Member.objects.filter(person=person, joined_at__isnull=False))
        .order_by("identifier")
    )
    asked = {
        access.account_id: access
        for access in AccessRequest.objects.filter(person=person, state=AccessState.ASKED)
    }
    return [
        Offer(account=account, address=address, asked=asked.get(account.pk))
        for account in accounts
        if (address := _agreeing(addresses, account)) is not None
    ]


def waiting(account: SmartAccount) -> list[AccessRequest]:
    """Return what waits for the account's administrators, oldest first."""
    asked = account.access_requests.filter(state=AccessState.ASKED)
    return list(asked.select_related("person").order_by("asked_at"))


def asked_of(account_id: UUID, *, access_id: UUID, by: Person) -> AccessRequest:
    """Return what was asked of an account, decided or not. Raises NotYours unless `by` administers it."""
    asked = (
        AccessRequest.objects.filter(pk=access_id, account=account_id)
        .select_related("account", "person")
        .first()
    )
    if asked is None:
        raise NotYours(access_id)
    try:
        members.account_for(by, account_id=account_id)
    except members.NotYours as stranger:
        raise NotYours(access_id) from stranger
    return asked


def clean_words(words: str) -> str:
    """Return a message or a reason as it is kept. Raises `people.text.TextRefused`."""
    cleaned = text.clean_text(words, limit=LIMIT)
    text.check_message(cleaned)
    return cleaned


@transaction.atomic
def ask(account_id: UUID, *, by: Person, message: str, now: datetime) -> AccessRequest:
    """Ask an account's administrators for access and write to each of them.

    Raises NotYours unless a verified address of the person agrees, AlreadyAdministrator, AlreadyAsked,
    AskedTooSoon, and `people.text.TextRefused` for the message."""
    account = (
        SmartAccount.objects.select_for_update().filter(pk=account_id, suspended_at__isnull=True).first()
    )
    address = _agreeing(services.verified(by), account) if account is not None else None
    if account is None or address is None:
        raise NotYours(account_id)
    cleaned = clean_words(message)
    if account.members.filter(person=by, joined_at__isnull=False).exists():
        raise AlreadyAdministrator(account_id)
    declined = account.access_requests.filter(
        person=by, state=AccessState.DECLINED, decided_at__gt=now - REST_AFTER_DECLINE
    ).first()
    if declined is not None and declined.decided_at is not None:
        raise AskedTooSoon(declined.decided_at + REST_AFTER_DECLINE)
    try:
        with transaction.atomic():
            access = AccessRequest.objects.create(
                account=account, person=by, address=address, message=cleaned, asked_at=now
            )
    except IntegrityError as twice:
        raise AlreadyAsked(account_id) from twice
    _post_asked(access)
    return access


@transaction.atomic
def approve(access_id: UUID, *, by: Person, now: datetime) -> AccessRequest:
    """Let the person in as administrator and tell them.

    Raises NotYours unless `by` administers the account, `members.Suspended`, AlreadyDecided and
    NoLongerReachable."""
    access = _decide(access_id, AccessState.APPROVED, by=by, reason="", now=now)
    person = access.person
    if not services.may_sign_in(person) or access.address not in services.verified(person):
        raise NoLongerReachable(access_id)
    members.let_in(access.account, person, address=access.address, now=now)
    outbox.post(
        emails.AccessApproved(
            account_domain=access.account.identifier,
            account_name=access.account.name,
            decided_at=now.isoformat(),
            page_path=f"/smart-accounts/{access.account_id}/",
        ),
        to=access.address,
        key=f"access_approved:{access.pk}",
        about=_about(access),
        language=person.language,
    )
    return access


@transaction.atomic
def decline(access_id: UUID, *, by: Person, reason: str, now: datetime) -> AccessRequest:
    """Decline and tell the person the reason.

    Raises NotYours unless `by` administers the account, `members.Suspended`, AlreadyDecided, ReasonMissing
    and `people.text.TextRefused`."""
    access = _decide(access_id, AccessState.DECLINED, by=by, reason=reason, now=now)
    outbox.post(
        emails.AccessDeclined(
            account_domain=access.account.identifier,
            account_name=access.account.name,
            decided_at=now.isoformat(),
            reason=access.reason,
            page_path="/smart-accounts/access/",
        ),
        to=access.address,
        key=f"access_declined:{access.pk}",
        about=_about(access),
        language=access.person.language,
    )
    return access


def _decide(access_id: UUID, state: AccessState, *, by: Person, reason: str, now: datetime) -> AccessRequest:
    """Record the one decision. The account's row is locked: two administrators decide one after the other."""
    asked = AccessRequest.objects.filter(pk=access_id).first()
    if asked is None:
        raise NotYours(access_id)
    try:
        members.account_to_change(by, account_id=asked.account_id)
    except members.NotYours as stranger:
        raise NotYours(access_id) from stranger
    access = AccessRequest.objects.select_related("account", "person").get(pk=access_id)
    if access.state != AccessState.ASKED:
        alike = access.state == state and access.decided_by_id == by.pk
        raise DecidedAlike(access_id) if alike else AlreadyDecided(access_id)
    access.reason = clean_words(reason)
    if state is AccessState.DECLINED and not access.reason:
        raise ReasonMissing(access_id)
    access.state, access.decided_at, access.decided_by = state, now, by
    access.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    # What still waits in the outbox would ask for an answer that has been given.
    outbox.cancel(_about(access))
    return access


def _post_asked(access: AccessRequest) -> None:
    account = access.account
    for administrator in account.members.filter(joined_at__isnull=False).select_related("person"):
        outbox.post(
            emails.AccessAsked(
                account_domain=account.identifier,
                account_name=account.name,
                requester_name=access.person.full_name,
                requester_address=access.address,
                page_path=f"/smart-accounts/{account.pk}/",
            ),
            to=administrator.address,
            key=f"access_asked:{access.pk}:{administrator.pk}",
            about=_about(access),
            on_behalf_of=str(access.person_id),
            language=administrator.person.language if administrator.person else "en",
        )


def _about(access: AccessRequest) -> str:
    return f"access_request:{access.pk}"


def _agreeing(addresses: Sequence[str], account: SmartAccount) -> str | None:
    return next((each for each in addresses if domains.same_organization(each, account.identifier)), None)
