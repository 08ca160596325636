"""Write down what became of claimed letters: each only while this claim still holds the lease.

Letters that left are `leaving`'s.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from notifications import policies, suppression, trail
from notifications.failures import Failure
from notifications.models import Attempt, Outcome, OutgoingEmail, Scope, State, Why


def retry(letter: OutgoingEmail, failure: Failure, *, due_at: datetime, now: datetime) -> None:
    """Queue a letter again that failed for now; one whose request closed meanwhile is cancelled."""
    with transaction.atomic():
        _end(
            [letter],
            state=State.QUEUED,
            due_at=due_at,
            begun_at=None,
            failing_since=letter.failing_since or now,
            **_error(failure),
        )
        _note(letter, Outcome.RETRY, failure, now=now)


def blame(letter: OutgoingEmail, failure: Failure, *, due_at: datetime, now: datetime) -> None:
    """Give a letter back at which its route fell sick: the attempt is not counted, others go before it."""
    with transaction.atomic():
        _note(letter, Outcome.ROUTE, failure, now=now)
        _end(
            [letter],
            state=State.QUEUED,
            due_at=due_at,
            blamed_at=now,
            attempts=F("attempts") - 1,
            begun_at=None,
            **_error(failure),
        )


def give_back(letters: Sequence[OutgoingEmail]) -> None:
    """Queue letters again that were claimed and not begun; their attempt is not counted."""
    if letters:
        with transaction.atomic():
            _end(letters, state=State.QUEUED, attempts=F("attempts") - 1, begun_at=None)


def drop(letter: OutgoingEmail) -> None:
    """Cancel a claimed letter that nobody wants any more."""
    _end([letter], state=State.CANCELLED, attempts=F("attempts") - 1)
    trail.letters_tried([letter], "no longer wanted")


def wait(letter: OutgoingEmail) -> None:
    """Keep a claimed letter back until its subject is resumed."""
    _end([letter], state=State.WAITING, attempts=F("attempts") - 1)


def is_wanted(letter: OutgoingEmail) -> bool:
    """Say whether nobody cancelled a letter since it was claimed."""
    return _held([letter]).filter(wanted=True).exists()


def begin(letters: Sequence[OutgoingEmail], *, now: datetime) -> None:
    """Note that letters which must not arrive twice go to the wire now."""
    if letters:
        _held(letters).update(begun_at=now)


def refuse(letter: OutgoingEmail, failure: Failure, *, now: datetime) -> None:
    """Record that the address was refused for good, and suppress it."""
    with transaction.atomic():
        if _undelivered(letter, State.REFUSED, Why.REFUSED, failure):
            suppression.add(letter.to, scope=Scope.BOUNCE, source="refused", reason=failure.code)
        _note(letter, Outcome.REFUSED, failure, now=now)


def suppress(letter: OutgoingEmail, scope: Scope) -> None:
    """Record that a letter did not leave because its address is suppressed."""
    _end(
        [letter],
        state=State.REFUSED,
        attempts=F("attempts") - 1,
        error_class="Suppressed",
        error_text=scope.value,
        **_untold(letter, Why.SUPPRESSED),
    )
    trail.letters_tried([letter], "address suppressed")


def give_up(letter: OutgoingEmail, failure: Failure, *, now: datetime) -> None:
    """Record a letter that failed for 72 hours: dead, and its address counts as not reached."""
    with transaction.atomic():
        _undelivered(letter, State.DEAD, Why.GAVE_UP, failure)
        _note(letter, Outcome.DEAD, failure, now=now)


def bury(letter: OutgoingEmail, failure: Failure, *, now: datetime) -> None:
    """Record a letter that can never be sent, through no fault of its address."""
    with transaction.atomic():
        _end([letter], state=State.DEAD, **_error(failure))
        _note(letter, Outcome.DEAD, failure, now=now)


def lose_sight(letter: OutgoingEmail, failure: Failure, *, now: datetime) -> None:
    """Record a letter that may or may not have left and must not leave twice."""
    with transaction.atomic():
        _end([letter], state=State.UNKNOWN, **_error(failure))
        _note(letter, Outcome.UNKNOWN, failure, now=now)


def _held(letters: Sequence[OutgoingEmail]) -> QuerySet[OutgoingEmail]:
    """The rows of these letters, as far as the claim that read them still holds them."""
    return OutgoingEmail.objects.filter(
        pk__in=[letter.pk for letter in letters], state=State.SENDING, leased_by=letters[0].leased_by
    )


def _end(letters: Sequence[OutgoingEmail], *, state: State, **changes: object) -> int:
    """End the lease. What would be queued again and is no longer wanted is cancelled instead."""
    changes |= {"lease_until": None, "leased_by": ""}
    if state is State.QUEUED:
        _held(letters).filter(wanted=False).update(**{**changes, "state": State.CANCELLED})
    return _held(letters).update(**{**changes, "state": state})


def _undelivered(letter: OutgoingEmail, state: State, why: Why, failure: Failure) -> int:
    return _end([letter], state=state, **_error(failure), **_untold(letter, why))


def _untold(letter: OutgoingEmail, why: Why) -> dict[str, object]:
    return {"undeliverable_why": why.value, "undeliverable_told": not policies.listens(letter.kind)}


def _error(failure: Failure) -> dict[str, object]:
    return {
        "error_class": failure.error_class[:80],
        "error_code": failure.code[:20],
        "error_text": failure.text[:200],
    }


def _note(letter: OutgoingEmail, outcome: Outcome, failure: Failure, *, now: datetime) -> None:
    Attempt.objects.create(
        email=letter,
        number=letter.attempts,
        outcome=outcome,
        stage=failure.stage,
        worker=letter.leased_by,
        ended_at=now,
        error_class=failure.error_class[:80],
        error_code=failure.code[:20],
        error_text=failure.text[:200],
    )
    trail.letters_tried([letter], outcome)
