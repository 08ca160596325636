"""From claimed rows to letters ready for the wire: the wanted ones are written, the others find their end here."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import DatabaseError

from notifications import alerts, composing, failures, policies, recording, suppression, verdicts
from notifications.clock import Reckoning
from notifications.emails import UnknownKind, from_primitives
from notifications.emails.letter import Route
from notifications.emails.operator_alert import Alert
from notifications.models import OutgoingEmail, Scope
from notifications.policies import Wanted
from notifications.wire import Parcel

log = logging.getLogger(__name__)
CHECK_AGAIN_SECONDS = 1.0


@dataclass
class Due:
    """A letter that is to leave, and when that was asked (monotonic seconds)."""

    stored: OutgoingEmail
    checked_at: float = field(default_factory=time.monotonic)


def choose(letters: Sequence[OutgoingEmail], *, clock: Reckoning) -> list[Due]:
    """Return those of the claimed letters that are to leave, and record what became of the rest."""
    blocked = suppression.blocked(letters)
    chosen = []
    for stored in letters:
        if verdicts.ends_before_sending(stored, now=clock.now()):
            continue
        if _may_leave(stored, blocked, clock=clock):
            chosen.append(Due(stored))
    return chosen


def is_still_wanted(one: Due, *, clock: Reckoning) -> bool:
    """Ask again when the last answer is older than a second: meanwhile its request or its address may have closed."""
    if time.monotonic() - one.checked_at <= CHECK_AGAIN_SECONDS:
        return True
    one.stored.wanted = recording.is_wanted(one.stored)
    return _may_leave(one.stored, suppression.blocked([one.stored]), clock=clock)


def _may_leave(stored: OutgoingEmail, blocked: Mapping[int, Scope], *, clock: Reckoning) -> bool:
    if (scope := blocked.get(stored.pk)) is not None:
        recording.suppress(stored, scope)
        return False
    return _ask(stored, clock=clock)


def write(stored: OutgoingEmail, *, clock: Reckoning) -> Parcel | None:
    """Write a letter. One that cannot be written is recorded as dead, one of an unknown kind waits: then None."""
    try:
        letter = from_primitives(stored.kind, stored.primitives)
        return composing.parcel(letter, stored=stored, now=clock.now())
    except DatabaseError:
        raise
    except UnknownKind as newer:
        # A newer release promised it: while workers of both run it waits for one that knows it.
        verdicts.record(stored, failures.no_answer(newer), route=Route(stored.route), now=clock.now())
        return None
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this letter, the others flow
        log.error("A letter could not be written.", extra={"letter": stored.pk, "why": type(error).__name__})
        verdicts.bury(stored, failures.cannot_be_built(error), now=clock.now())
        return None


def _ask(stored: OutgoingEmail, *, clock: Reckoning) -> bool:
    try:
        answer = policies.ask(stored) if stored.wanted else Wanted.DROP
    except DatabaseError:
        raise
    except Exception as error:
        log.exception("A policy failed when asked for a letter.", extra={"letter": stored.pk})
        verdicts.record(stored, failures.no_answer(error), route=Route(stored.route), now=clock.now())
        alerts.raise_alert(
            Alert.OTHER,
            cause=f"policy:{stored.kind}",
            facts=(
                f"A letter of the kind {stored.kind} waits: {type(error).__name__} when its app was asked.",
            ),
            now=clock.now(),
        )
        return False
    if answer is Wanted.DROP:
        recording.drop(stored)
    elif answer is Wanted.WAIT:
        recording.wait(stored)
    return answer is Wanted.SEND
