"""What happened to a letter after it left: every event is kept once, and a letter's state moves only forward.

Events may come twice, in any order, and before our own commit; an event that finds no letter waits for it.
"""

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db import connection, transaction

from notifications import alerts, foreign, policies, suppression, telling, trail
from notifications.emails.operator_alert import Alert
from notifications.models import DeliveryEvent, OutgoingEmail, Scope, State, Why

log = logging.getLogger(__name__)
PROVIDER_ID_LENGTH = 255
"""So much of a provider's id is stored, with the letter as with its events."""


class Event(StrEnum):
    """What providers say, in one vocabulary; `failed` and `deferred` change no state."""

    DELIVERED = "delivered"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REJECTED = "rejected"
    FAILED = "failed"


_LEADS_TO = {
    Event.DELIVERED: State.DELIVERED,
    Event.BOUNCED: State.BOUNCED,
    Event.REJECTED: State.BOUNCED,
    Event.COMPLAINED: State.COMPLAINED,
}
_BEFORE = {
    # A later event may arrive first; what it said stands.
    State.DELIVERED: [State.SENT, State.UNKNOWN],
    State.BOUNCED: [State.SENT, State.UNKNOWN, State.DELIVERED],
    State.COMPLAINED: [State.SENT, State.UNKNOWN, State.DELIVERED, State.BOUNCED],
}
_SAYS_WHY = {State.BOUNCED: Why.BOUNCED, State.COMPLAINED: Why.COMPLAINED}
# A blocked or spam-marked letter says something about us, not about its address.
_ADDRESS_IS_BAD = {"", "bounced", "invalid"}


@dataclass(frozen=True)
class Report:
    """One event as its source told it. `event_id` is the source's own, or "" when it gives none."""

    provider: str
    event: Event
    happened_at: datetime
    provider_id: str = ""
    event_id: str = ""
    reason: str = ""
    text: str = ""


def take(report: Report, *, letter_id: int | None = None, now: datetime) -> bool:
    """Keep an event, and apply it if its letter is known. Returns False for one that was kept before.

    `letter_id` names the letter where the source does (a return path, a member of staff).
    """
    report = _storable(report)
    with transaction.atomic():
        if letter_id is None and report.provider_id:
            known = OutgoingEmail.objects.filter(provider_id=report.provider_id).values_list("pk", flat=True)
            letter_id = known.first()
        if not _keep(report, letter_id):
            return False
        if letter_id is not None:
            _apply(letter_id, report.event, report.reason, now=now)
    telling.tell(now=now)
    return True


def apply_waiting(letter_id: int, *, provider_id: str) -> None:
    """Apply events that came before the letter's own record; called in the transaction that records it."""
    waiting = DeliveryEvent.objects.filter(provider_id=provider_id, email__isnull=True)
    for kept in list(waiting.order_by("happened_at", "id")):
        DeliveryEvent.objects.filter(pk=kept.pk).update(email_id=letter_id)
        _apply(letter_id, Event(kept.event), kept.reason, now=kept.received_at)


def catch_up() -> int:
    """Apply events that came while their letter was being committed; returns how many letters were found."""
    waiting = DeliveryEvent.objects.filter(email__isnull=True).exclude(provider_id="")
    known = OutgoingEmail.objects.filter(provider_id__in=waiting.values("provider_id")).exclude(
        provider_id=""
    )
    letters = list(known.values_list("pk", "provider_id")[:100])
    for letter_id, provider_id in letters:
        with transaction.atomic():
            apply_waiting(letter_id, provider_id=provider_id)
    return len(letters)


def _storable(report: Report) -> Report:
    """Take out of a source's words what no row can hold, before anything is compared with what is stored."""
    return replace(
        report,
        provider=foreign.kept(report.provider, limit=40),
        provider_id=foreign.kept(report.provider_id, limit=PROVIDER_ID_LENGTH),
        # Of this only a fingerprint is stored.
        event_id=foreign.kept(report.event_id, limit=len(report.event_id)),
        reason=foreign.kept(report.reason, limit=20),
        text=foreign.line(report.text),
    )


def _keep(report: Report, letter_id: int | None) -> bool:
    parts = (
        [report.provider, report.event_id]
        if report.event_id
        else [
            report.provider,
            # By the provider's id alone: before our commit no letter is known by it.
            report.provider_id,
            "" if report.provider_id else str(letter_id),
            report.event,
            report.happened_at.isoformat(),
        ]
    )
    fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_deliveryevent"
            " (email_id, fingerprint, provider, provider_id, event, reason, text, happened_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (fingerprint) DO NOTHING",
            [
                letter_id,
                fingerprint,
                report.provider,
                report.provider_id,
                report.event.value,
                report.reason,
                report.text,
                connection.ops.adapt_datetimefield_value(report.happened_at),
            ],
        )
        return bool(cursor.rowcount)


def _apply(letter_id: int, event: Event, reason: str, *, now: datetime) -> None:
    """Move the letter's state forward; only the event that moves it has consequences."""
    state = _LEADS_TO.get(event)
    if state is None:
        return
    letter = OutgoingEmail.objects.get(pk=letter_id)
    trail.letter_told_of(letter, event)
    changes: dict[str, object] = {"state": state, "sent_at": letter.sent_at or now}
    why = _SAYS_WHY.get(state)
    if why is not None and letter.undeliverable_told:
        changes |= {
            "undeliverable_why": why.value,
            "undeliverable_told": not policies.listens(letter.kind),
        }
    moved = OutgoingEmail.objects.filter(pk=letter_id, state__in=_BEFORE[state]).update(**changes)
    if not moved:
        return
    if state is State.BOUNCED and reason in _ADDRESS_IS_BAD:
        suppression.add(letter.to, scope=Scope.BOUNCE, source=event.value, reason=reason)
    if state is State.COMPLAINED:
        suppression.add(letter.to, scope=Scope.COMPLAINT, source=event.value, reason=reason)
        if not alerts.is_alert(letter.kind):
            alerts.raise_alert(
                Alert.COMPLAINT,
                cause=letter.kind,
                facts=(f"A reader complained about a {letter.kind} letter.",),
                now=now,
            )
