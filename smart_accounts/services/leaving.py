"""Take a person or an address out of the accounts, and forget who asked for access long ago."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from notifications import outbox, retention
from people.models import Person
from smart_accounts.models import AccessRequest, AccessState, Member, SmartAccount

DECIDED_KEPT_FOR = timedelta(days=90)


class StillNeeded(Exception):
    """The person is the last administrator of these accounts, and an account keeps at least one."""

    def __init__(self, accounts: list[SmartAccount]) -> None:
        super().__init__(", ".join(account.identifier for account in accounts))
        self.accounts = accounts


def last_of(person: Person) -> list[SmartAccount]:
    """Return the accounts that would be left without anybody who has joined, in the order of their identifiers."""
    others = Member.objects.filter(joined_at__isnull=False).exclude(person=person)
    accounts = SmartAccount.objects.filter(members__person=person).exclude(members__in=others)
    return list(accounts.distinct().order_by("identifier"))


@transaction.atomic
def leave(person: Person, *, addresses: Collection[str], now: datetime) -> None:
    """Take the person out of every account, with invitations and wishes for access. Raises StillNeeded.

    The accounts' rows are locked, so that two who leave at once do not leave an account alone."""
    ids = Member.objects.filter(person=person).values("account")
    list(SmartAccount.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    if accounts := last_of(person):
        raise StillNeeded(accounts)
    Member.objects.filter(person=person).delete()
    take_back_invitations(addresses)
    for access in AccessRequest.objects.filter(person=person):
        _forget(access, now)
    AccessRequest.objects.filter(decided_by=person).update(decided_by=None)


def take_back_invitations(addresses: Collection[str]) -> int:
    """Remove invitations of these addresses that nobody has taken up; returns how many."""
    return Member.objects.filter(address__in=addresses, joined_at__isnull=True).delete()[0]


def decided_too_long(*, now: datetime) -> int:
    """Count the access requests that `forget_decided` would remove."""
    return _decided(now).count()


def forget_decided(*, now: datetime) -> int:
    """Remove access requests decided 90 days ago: who was let in stands among the administrators."""
    done = 0
    for access in _decided(now).iterator():
        with transaction.atomic():
            _forget(access, now)
        done += 1
    return done


def _decided(now: datetime) -> QuerySet[AccessRequest]:
    return AccessRequest.objects.exclude(state=AccessState.ASKED).filter(
        decided_at__lte=now - DECIDED_KEPT_FOR
    )


def _forget(access: AccessRequest, now: datetime) -> None:
    about = f"access_request:{access.pk}"
    outbox.cancel(about)
    retention.forget(about, now=now)
    access.delete()
