"""Write and check signed evidence of decisions: Ed25519 over canonical JSON, each record naming the one before.

A bare hash beside the text would prove nothing, since whoever changes the text changes the hash; the signing
keys lie outside the database. Personal fields enter as salted hashes: after erasing value and salt the chain
still verifies.
"""

import hashlib
import json
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db.models import Count, Q

from notifications import alerts, links
from notifications.emails.operator_alert import Alert
from people import locks
from requests_app.domain.lifecycle import AuthorizationState, Event
from requests_app.models import Decision, Nomination, SmartAccountRequest

RECORD_VERSION = 1
ERASED = {"address": "", "text": "", "facts": "{}", "reason": ""}
SUBMITTED = "submit"
SHOWN = 10
# The lines of history beside which a record was written.
ANSWERED = (Event.AUTHORIZE, Event.DECLINE, Event.HAND_ON, Event.TAKE_BACK)


@dataclass(frozen=True)
class Fault:
    """One record that does not verify, and why."""

    sequence: int
    why: str


def _private_key(key_id: str) -> Ed25519PrivateKey:
    """Derive the signing key from the setting's text; raises KeyError for an id no longer configured."""
    return Ed25519PrivateKey.from_private_bytes(
        hashlib.sha256(settings.EVIDENCE_KEYS[key_id].encode()).digest()
    )


def check_signature(record: str, signature: str, *, key_id: str) -> None:
    """Raise KeyError for a key that is not configured, InvalidSignature or ValueError for a wrong signature (hex)."""
    _private_key(key_id).public_key().verify(bytes.fromhex(signature), record.encode())


def canonical(record: dict[str, Any]) -> str:
    """Return the one JSON text that is signed: sorted keys, no white space, UTF-8."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def salted(salt: str, value: str) -> str:
    return hashlib.sha256(f"{salt}|{value}".encode()).hexdigest()


def facts_of(request: SmartAccountRequest) -> dict[str, Any]:
    """The three facts that are authorized: identifier, account name, administrators."""
    return {
        "account_domain": request.account_domain,
        "account_name": request.account_name,
        "administrators": [administrator.address for administrator in request.administrators.all()],
    }


def write(
    request: SmartAccountRequest,
    *,
    answer: str,
    address: str,
    now: datetime,
    nomination: Nomination | None = None,
    text: str = "",
    statement_version: str = "",
    reason: str = "",
    link_id: uuid.UUID | None = None,
    challenge_id: uuid.UUID | None = None,
) -> Decision:
    """Record one decision at the end of the chain; in the caller's transaction, which holds the request's lock."""
    locks.advisory("evidence chain")
    last = Decision.objects.order_by("-sequence").only("sequence", "signature").first()
    decision_id, seed = uuid.uuid4(), links.new_seed()
    receipt = links.Seed(uuid=str(decision_id), nonce=seed.nonce, key_id=seed.key_id)
    key_id = next(iter(settings.EVIDENCE_KEYS))
    decision = Decision(
        id=decision_id,
        sequence=(last.sequence if last else 0) + 1,
        request=request,
        nomination=nomination,
        answer=answer,
        address=address,
        reason=reason,
        text=text,
        statement_version=statement_version,
        facts=facts_of(request),
        facts_version=request.facts_version,
        link_id=link_id,
        challenge_id=challenge_id,
        decided_at=now,
        salt=secrets.token_hex(16),
        key_id=key_id,
        receipt_nonce=receipt.nonce,
        receipt_key_id=receipt.key_id,
        receipt_hash=links.hash_of(links.token(links.Label.RECEIPT, receipt)),
    )
    decision.record = canonical(
        {
            **_columns(decision),
            "version": RECORD_VERSION,
            "previous": last.signature if last else "",
            "reference": request.reference,
            "key": key_id,
            **{name: salted(decision.salt, value) for name, value in personal(decision).items()},
        }
    )
    decision.signature = _private_key(key_id).sign(decision.record.encode()).hex()
    decision.save(force_insert=True)
    return decision


def _columns(decision: Decision) -> dict[str, Any]:
    """What is signed as it stands in the row."""
    return {
        "sequence": decision.sequence,
        "decision": str(decision.pk),
        "request": str(decision.request_id),
        "nomination": str(decision.nomination_id or ""),
        "link": str(decision.link_id or ""),
        "challenge": str(decision.challenge_id or ""),
        "answer": decision.answer,
        "statement_version": decision.statement_version,
        "facts_version": decision.facts_version,
        "decided_at": decision.decided_at.astimezone(UTC).isoformat(),
    }


def personal(decision: Decision) -> dict[str, str]:
    """What is signed as salted hashes, so that it can be erased."""
    return {
        "address": decision.address,
        "text": decision.text,
        "facts": canonical(decision.facts),
        "reason": decision.reason,
    }


def erase(decision: Decision) -> None:
    """Drop the personal values of a record together with their salt; the chain still verifies without them."""
    decision.address = decision.reason = decision.text = decision.salt = ""
    decision.facts = {}
    decision.save(update_fields=["address", "reason", "text", "facts", "salt"])


def verify() -> Iterator[Fault]:
    """Walk the whole chain and yield every record that does not verify; nothing when all do.

    A record cut off at the chain's end leaves no gap in it: what the requests' history says was decided is
    counted against it."""
    previous, expected = "", 1
    for decision in Decision.objects.order_by("sequence").iterator():
        yield from (Fault(decision.sequence, why) for why in _faults(decision, previous, expected))
        previous, expected = decision.signature, decision.sequence + 1
    for reference in _missing():
        yield Fault(expected, f"is missing: request {reference} was answered more often than recorded")


def alert_faults(*, now: datetime) -> int:
    """Tell the operator of every fault in the chain; returns how many there are."""
    faults = [f"Record {fault.sequence} {fault.why}" for fault in verify()]
    if faults:
        alerts.raise_alert(Alert.OTHER, cause="evidence", now=now, facts=faults[:SHOWN])
    return len(faults)


def _faults(decision: Decision, previous: str, expected: int) -> Iterator[str]:
    if decision.sequence != expected:
        yield f"number {expected} is missing before it"
    try:
        check_signature(decision.record, decision.signature, key_id=decision.key_id)
    except KeyError:
        yield f"its key {decision.key_id} is not configured"
        return
    except (InvalidSignature, ValueError):
        # What was not signed says nothing: whatever stands in it is not compared.
        yield "its signature is wrong"
        return
    record = json.loads(decision.record)
    if record["previous"] != previous:
        yield "does not follow the record before it"
    columns = {**_columns(decision), "key": decision.key_id}
    for name, value in columns.items():
        if record[name] != value:
            yield f"{name} differs from what was signed"
    values = personal(decision)
    if not decision.salt:
        if any(values[name] != erased for name, erased in ERASED.items()):
            yield "personal values stand in it without their salt"
        return
    for name, value in values.items():
        if record[name] != salted(decision.salt, value):
            yield f"{name} differs from what was signed"


def _missing() -> Iterator[str]:
    """Name the requests whose history tells of more answers than are recorded."""
    answers = Q(history__event__in=ANSWERED) | Q(
        history__event=SUBMITTED, history__after__contains=f"/{AuthorizationState.AUTHORIZED}/"
    )
    told = SmartAccountRequest.objects.filter(answers).annotate(told=Count("history"))
    recorded = dict(Decision.objects.order_by().values_list("request").annotate(Count("pk")))
    for request_id, reference, count in told.values_list("pk", "reference", "told").iterator():
        if count > recorded.get(request_id, 0):
            yield reference
