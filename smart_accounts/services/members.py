"""Who administers an account: invited by address, joined once somebody signed in with it verified."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from notifications import emails, outbox
from people import addresses, services
from people.models import Person
from smart_accounts.models import AccessRequest, AccessState, Member, SmartAccount

INVITATIONS_PER_DAY = 20
DAY = timedelta(days=1)


class NotYours(Exception):
    """The person is no administrator of that account, or there is no such account: both look alike."""


class Suspended(Exception):
    """The operator has suspended the account: its page can be read, nothing can be changed."""


class AlreadyNamed(Exception):
    """The address is an administrator or invited already."""


class RoleAddress(ValueError):
    """A role such as postmaster is nobody who could sign in."""


class TooManyInvitations(Exception):
    """The account has sent its letters for today; `opens_at` says when the next one may go."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(opens_at)
        self.opens_at = opens_at


class LastAdministrator(Exception):
    """An account keeps at least one administrator who has joined."""


def account_for(person: Person, *, account_id: UUID) -> SmartAccount:
    """Return an account the person administers. Raises NotYours."""
    return _administered(SmartAccount.objects.all(), person=person, account_id=account_id)


def is_invited(person: Person, *, account_id: UUID) -> bool:
    """Say whether the person would join the account by signing in again."""
    waiting = Member.objects.filter(account=account_id, joined_at__isnull=True)
    return waiting.filter(address__in=services.verified(person)).exists()


def account_to_change(person: Person, *, account_id: UUID) -> SmartAccount:
    """Return an account the person administers and hold its row until the transaction ends.

    So changes of its administrators come one by one, and two of them cannot remove each other at once.
    Raises NotYours and Suspended."""
    account = _administered(SmartAccount.objects.select_for_update(), person=person, account_id=account_id)
    if account.suspended_at is not None:
        raise Suspended(account_id)
    return account


@transaction.atomic
def join(person: Person, *, now: datetime) -> None:
    """Turn the invitations of every verified address of a person into memberships."""
    invited = Member.objects.filter(address__in=services.verified(person), joined_at__isnull=True)
    for member in invited:
        _become_joined(member, person=person, now=now)


@transaction.atomic
def invite(account_id: UUID, *, by: Person, address: str, now: datetime) -> Member:
    """Invite an address and write to it. Who has asked for access with it joins at once; anybody else by signing in,
    for otherwise whoever invites would read whose addresses are known here, and their names.

    Raises NotYours, Suspended, AlreadyNamed, RoleAddress, TooManyInvitations and
    `people.addresses.AddressRefused`."""
    account = account_to_change(by, account_id=account_id)
    cleaned = addresses.clean(address)
    if addresses.is_role(cleaned):
        raise RoleAddress(cleaned)
    key = addresses.comparison_key(cleaned)
    if any(addresses.comparison_key(member.address) == key for member in account.members.all()):
        raise AlreadyNamed(cleaned)
    _refuse_a_flood(account, now=now)
    if account.access_requests.filter(address=cleaned, state=AccessState.ASKED).exists():
        member = add(account, address=cleaned, now=now)
    else:
        member = Member.objects.create(account=account, address=cleaned, invited_at=now)
    post_named(member, by=by)
    return member


@transaction.atomic
def remove(member_id: int, *, by: Person) -> Member:
    """Remove an administrator or take an invitation back; return what was removed.

    Raises NotYours, also for a member that is gone, Suspended, and LastAdministrator: invitations do not
    count."""
    named = Member.objects.filter(pk=member_id).first()
    if named is None:
        raise NotYours(member_id)
    account = account_to_change(by, account_id=named.account_id)
    # Read again under the lock: it may be gone or have joined meanwhile.
    member = account.members.filter(pk=member_id).first()
    if member is None:
        raise NotYours(member_id)
    if is_last(member):
        raise LastAdministrator(member_id)
    member.delete()
    return member


def is_last(member: Member) -> bool:
    """Say whether the account would be left without anybody who has joined."""
    others = Member.objects.filter(account=member.account_id, joined_at__isnull=False).exclude(pk=member.pk)
    return member.joined_at is not None and not others.exists()


def add(account: SmartAccount, *, address: str, now: datetime) -> Member:
    """Put a cleaned address among the administrators: joined when its verified owner is known, else invited.

    Writes no letter and asks nobody: for the services of this app."""
    member = Member.objects.create(account=account, address=address, invited_at=now)
    owner = services.holder_of(address)
    if owner is not None and services.may_sign_in(owner):
        _become_joined(member, person=owner, now=now)
    return member


def let_in(account: SmartAccount, person: Person, *, address: str, now: datetime) -> Member:
    """Make a person administrator under an address of theirs, whether invited before or not."""
    member, _ = Member.objects.get_or_create(account=account, address=address, defaults={"invited_at": now})
    if member.joined_at is None:
        _become_joined(member, person=person, now=now)
    return member


def post_named(member: Member, *, by: Person) -> None:
    """Write to somebody named as administrator, once per naming."""
    account = member.account
    outbox.post(
        emails.AdministratorNamed(
            account_domain=account.identifier,
            account_name=account.name,
            administrator_address=member.address,
            named_by=by.email,
            page_path=f"/smart-accounts/{account.pk}/",
        ),
        to=member.address,
        key=f"administrator_named:{member.pk}",
        about=f"smart_account:{account.pk}",
        on_behalf_of=str(by.pk),
        language=services.language_of(member.address, otherwise=by.language),
    )


def _administered(accounts: QuerySet[SmartAccount], *, person: Person, account_id: UUID) -> SmartAccount:
    account = accounts.filter(pk=account_id).first()
    if account is None or not account.members.filter(person=person, joined_at__isnull=False).exists():
        raise NotYours(account_id)
    return account


def _become_joined(member: Member, *, person: Person, now: datetime) -> None:
    """Let a person in, and settle what they had asked of this account meanwhile."""
    member.person = person
    member.joined_at = now
    member.save(update_fields=["person", "joined_at"])
    AccessRequest.objects.filter(account=member.account_id, person=person, state=AccessState.ASKED).update(
        state=AccessState.APPROVED, decided_at=now
    )


def _refuse_a_flood(account: SmartAccount, *, now: datetime) -> None:
    """Count the letters, not the rows: naming and removing in turns must not write to strangers for ever."""
    written = sorted(
        fact.created_at
        for fact in outbox.facts(f"smart_account:{account.pk}")
        if fact.kind == emails.AdministratorNamed.kind and fact.created_at > now - DAY
    )
    if len(written) >= INVITATIONS_PER_DAY:
        raise TooManyInvitations(written[-INVITATIONS_PER_DAY] + DAY)
