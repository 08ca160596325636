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
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from notifications import links
from people import locks
from requests_app.models import Decision, Nomination, SmartAccountRequest

RECORD_VERSION = 1


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


def canonical(record: dict[str, Any]) -> str:
    """Return the one JSON text that is signed: sorted keys, no white space, UTF-8."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _salted(salt: str, value: str) -> str:
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
    decision_id, seed, salt = uuid.uuid4(), links.new_seed(), secrets.token_hex(16)
    receipt = links.Seed(uuid=str(decision_id), nonce=seed.nonce, key_id=seed.key_id)
    facts = facts_of(request)
    key_id = next(iter(settings.EVIDENCE_KEYS))
    record = canonical(
        {
            "version": RECORD_VERSION,
            "sequence": (last.sequence if last else 0) + 1,
            "previous": last.signature if last else "",
            "decision": str(decision_id),
            "request": str(request.pk),
            "reference": request.reference,
            "nomination": str(nomination.pk) if nomination else "",
            "link": str(link_id or ""),
            "challenge": str(challenge_id or ""),
            "answer": answer,
            "statement_version": statement_version,
            "facts_version": request.facts_version,
            "decided_at": now.isoformat(),
            "key": key_id,
            "address": _salted(salt, address),
            "text": _salted(salt, text),
            "facts": _salted(salt, canonical(facts)),
            "reason": _salted(salt, reason),
        }
    )
    return Decision.objects.create(
        id=decision_id,
        sequence=(last.sequence if last else 0) + 1,
        request=request,
        nomination=nomination,
        answer=answer,
        address=address,
        reason=reason,
        text=text,
        statement_version=statement_version,
        facts=facts,
        facts_version=request.facts_version,
        link_id=link_id,
        challenge_id=challenge_id,
        decided_at=now,
        salt=salt,
        record=record,
        key_id=key_id,
        signature=_private_key(key_id).sign(record.encode()).hex(),
        receipt_nonce=receipt.nonce,
        receipt_key_id=receipt.key_id,
        receipt_hash=links.hash_of(links.token(links.Label.RECEIPT, receipt)),
    )


def verify() -> Iterator[Fault]:
    """Walk the whole chain and yield every record that does not verify; nothing when all do."""
    previous, expected = "", 1
    for decision in Decision.objects.order_by("sequence").iterator():
        yield from (Fault(decision.sequence, why) for why in _faults(decision, previous, expected))
        previous, expected = decision.signature, decision.sequence + 1


def _faults(decision: Decision, previous: str, expected: int) -> Iterator[str]:
    record = json.loads(decision.record)
    if decision.sequence != expected or record["sequence"] != decision.sequence:
        yield f"number {expected} is missing before it"
    if record["previous"] != previous:
        yield "does not follow the record before it"
    try:
        _private_key(decision.key_id).public_key().verify(
            bytes.fromhex(decision.signature), decision.record.encode()
        )
    except KeyError:
        yield f"its key {decision.key_id} is not configured"
    except InvalidSignature:
        yield "its signature is wrong"
    if record["answer"] != decision.answer or record["decided_at"] != decision.decided_at.isoformat():
        yield "answer or time differ from what was signed"
    if decision.salt and any(
        record[name] != _salted(decision.salt, value)
        for name, value in (
            ("address", decision.address),
            ("text", decision.text),
            ("facts", canonical(decision.facts)),
            ("reason", decision.reason),
        )
    ):
        yield "address, text, facts or reason differ from what was signed"
