"""Forget what the post office need not keep: what sent letters said, and in the end to whom.

A letter's row stays: its kind, when it was promised and sent, and how it went.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from notifications import suppression
from notifications.models import Attempt, DeliveryEvent, OutgoingEmail, State

BLANK_AFTER = timedelta(days=30)
FORGET_AFTER = timedelta(days=90)
UNKNOWN_EVENTS_AFTER = timedelta(days=7)
AT_ONCE = 1000
HASHED = "hash:"

_OVER = Q(sent_at__isnull=False) | Q(state__in=[State.DEAD, State.REFUSED, State.CANCELLED, State.UNKNOWN])

Owned = Callable[[Collection[str]], Collection[str]]
"""Of these subjects, those whose letters another clock forgets: their request is not over long enough."""


def said_too_long(*, now: datetime) -> int:
    """Count the letters whose words `run` would blank."""
    return _to_blank(now).count()


def run(*, now: datetime) -> int:
    """Blank the primitives of letters sent 30 days ago, and drop events no letter came for; returns how many."""
    blanked = 0
    while ids := list(_to_blank(now).values_list("pk", flat=True)[:AT_ONCE]):
        blanked += OutgoingEmail.objects.filter(pk__in=ids).update(primitives={}, blanked_at=now)
    DeliveryEvent.objects.filter(email__isnull=True, received_at__lte=now - UNKNOWN_EVENTS_AFTER).delete()
    return blanked


def _to_blank(now: datetime) -> QuerySet[OutgoingEmail]:
    return OutgoingEmail.objects.filter(sent_at__lte=now - BLANK_AFTER, blanked_at__isnull=True)


def forget(about: str, *, now: datetime) -> int:
    """Blank every letter about a closed subject and keep its reader only as a keyed hash; returns how many.

    Called 90 days after the subject was closed. What was never sent and is still to do is left alone."""
    return _forget(OutgoingEmail.objects.filter(about=about).exclude(about=""), now)


def forget_readers(addresses: Collection[str], *, now: datetime) -> int:
    """The same for every letter to one of these addresses, whatever it is about."""
    return _forget(OutgoingEmail.objects.filter(to__in=addresses), now)


def forget_mentions(about: str, addresses: Collection[str], *, now: datetime) -> int:
    """Blank the letters about a subject that name one of these addresses; returns how many."""
    letters = OutgoingEmail.objects.filter(_OVER, about=about).exclude(about="").exclude(primitives={})
    naming = [
        letter_id
        for letter_id, primitives in letters.values_list("pk", "primitives")
        if any(address in json.dumps(primitives, ensure_ascii=False).lower() for address in addresses)
    ]
    return OutgoingEmail.objects.filter(pk__in=naming).update(primitives={}, blanked_at=now, error_text="")


def known_too_long(*, now: datetime, owned: Owned) -> int:
    """Count the letters whose reader `forget_old` would forget."""
    return sum(len(ids) for ids in _old(now, owned))


def forget_old(*, now: datetime, owned: Owned) -> int:
    """Forget letters of 90 days ago that belong to no request, or to one already forgotten; returns how many."""
    return sum(_forget(OutgoingEmail.objects.filter(pk__in=ids), now) for ids in _old(now, owned))


def _old(now: datetime, owned: Owned) -> Iterator[list[int]]:
    """Read the table once, in the order of its key, however much of it stays."""
    letters = OutgoingEmail.objects.filter(_OVER, created_at__lte=now - FORGET_AFTER)
    letters = letters.exclude(to__startswith=HASHED).order_by("pk")
    last = 0
    while batch := list(letters.filter(pk__gt=last).values_list("pk", "about")[:AT_ONCE]):
        last = batch[-1][0]
        kept = set(owned({about for _, about in batch if about}))
        yield [letter_id for letter_id, about in batch if about not in kept]


def _forget(letters: QuerySet[OutgoingEmail], now: datetime) -> int:
    over = letters.filter(_OVER).exclude(to__startswith=HASHED).order_by("pk")
    forgotten = 0
    for batch in _batches(over.values_list("pk", "to")):
        with transaction.atomic():
            ids = [letter_id for letter_id, _ in batch]
            # One letter costs a tenth of what the ORM would make of it: a night has to do for many.
            with connection.cursor() as cursor:
                cursor.executemany(
                    'UPDATE notifications_outgoingemail SET "to" = %s WHERE id = %s',
                    [(f"{HASHED}{suppression.hash_of(address)}", letter_id) for letter_id, address in batch],
                )
            forgotten += OutgoingEmail.objects.filter(pk__in=ids).update(
                primitives={}, blanked_at=now, error_text=""
            )
            # What a mail system said often quotes the address.
            Attempt.objects.filter(email__in=ids).exclude(error_text="").update(error_text="")
            DeliveryEvent.objects.filter(email__in=ids).exclude(text="").update(text="")
    return forgotten


def _batches(rows: Iterable[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    found = list(rows)
    for start in range(0, len(found), AT_ONCE):
        yield found[start : start + AT_ONCE]
