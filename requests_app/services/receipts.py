"""Receipts that anybody can check: the signed record of one decision with what its salted hashes stand for."""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.utils.translation import gettext, gettext_noop

from requests_app.models import Decision
from requests_app.services import evidence

FORMAT = "smart-account-receipt/1"
VALUES = ("address", "text", "facts", "reason")
MOST_CHARACTERS = 20_000
_NOT_SIGNED = {
    "address": gettext_noop("Its address is not what was signed"),
    "text": gettext_noop("Its text is not what was signed"),
    "facts": gettext_noop("Its facts are not what was signed"),
    "reason": gettext_noop("Its reason is not what was signed"),
}


class ReceiptRefused(ValueError):
    """The text is no receipt of ours, or something in it was changed; the words say which."""


@dataclass(frozen=True)
class Checked:
    """What a receipt proves: its record and its values are exactly what was signed."""

    reference: str
    answer: str
    decided_at: datetime
    address: str
    text: str
    reason: str
    account_domain: str
    account_name: str
    administrators: tuple[str, ...]


def file_name(decision: Decision) -> str:
    """The name under which a receipt is saved: ours alone."""
    return f"receipt-{decision.request.reference}-{decision.sequence}.json"


def write(decision: Decision) -> str:
    """Return the receipt as JSON text. Erased values are empty, and the receipt still shows the rest as signed."""
    receipt = {
        "format": FORMAT,
        "record": decision.record,
        "signature": decision.signature,
        "salt": decision.salt,
        **evidence.personal(decision),
    }
    return json.dumps(receipt, indent=2, ensure_ascii=False)


def check(typed: str) -> Checked:
    """Check a pasted or uploaded receipt against the operator's keys alone; nothing is looked up.

    Raises ReceiptRefused."""
    if len(typed) > MOST_CHARACTERS:
        raise ReceiptRefused(gettext("This is too long to be a receipt"))
    receipt = _read(typed)
    record = _signed_record(receipt)
    values = {name: receipt[name] for name in VALUES}
    if not receipt["salt"]:
        raise ReceiptRefused(
            gettext("The values of this receipt were erased: its record is genuine, and says no more")
        )
    for name, value in values.items():
        if not hmac.compare_digest(str(record.get(name)), evidence.salted(receipt["salt"], value)):
            raise ReceiptRefused(gettext(_NOT_SIGNED[name]))
    facts = json.loads(values["facts"])
    return Checked(
        reference=record["reference"],
        answer=record["answer"],
        decided_at=datetime.fromisoformat(record["decided_at"]),
        address=values["address"],
        text=values["text"],
        reason=values["reason"],
        account_domain=facts["account_domain"],
        account_name=facts["account_name"],
        administrators=tuple(facts["administrators"]),
    )


def _read(typed: str) -> dict[str, str]:
    try:
        receipt = json.loads(typed)
    except (ValueError, RecursionError):
        raise ReceiptRefused(gettext("This is no receipt. Paste the whole file, from { to }")) from None
    names = ("record", "signature", "salt", *VALUES)
    if not isinstance(receipt, dict) or receipt.get("format") != FORMAT:
        raise ReceiptRefused(gettext("This is no receipt of this product"))
    if not all(isinstance(receipt.get(name), str) for name in names):
        raise ReceiptRefused(gettext("A part of the receipt is missing. Paste the whole file"))
    try:
        "".join(receipt[name] for name in names).encode()
    except UnicodeEncodeError:
        # Half a character, which JSON can spell (\ud800) and nothing can be signed with.
        raise ReceiptRefused(gettext("This is no receipt. Paste the whole file, from { to }")) from None
    return {name: receipt[name] for name in names}


def _signed_record(receipt: dict[str, str]) -> dict[str, Any]:
    """Return the record once its signature holds. Which key it names is not believed before that."""
    try:
        record = json.loads(receipt["record"])
        evidence.check_signature(receipt["record"], receipt["signature"], key_id=str(record["key"]))
    except (InvalidSignature, ValueError, KeyError, TypeError, RecursionError):
        raise ReceiptRefused(
            gettext("Its signature is not ours: this receipt is not genuine, or it was changed")
        ) from None
    signed: dict[str, Any] = record
    return signed
