"""What the authorizer answered, word for word, with the way to take it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import AboutRequest
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class DecisionReceipt(AboutRequest):
    kind: ClassVar[str] = "decision_receipt"
    example: ClassVar[Mapping[str, Primitive]] = {
        "answer": "authorize",
        "statement_version": "1",
        "statement": (
            "I have the authority to create the account for acme-robotics.example and to manage product "
            "and service entitlements, licence agreements, users and roles on behalf of the organization."
        ),
    }

    requester_name: str
    requester_address: str
    authorizer_address: str
    answer: str
    """authorize, decline, hand_on or take_back."""
    decided_at: str
    receipt_seed: str = ""
    """The decision's own seed; empty when nothing can be taken back."""
    administrators: tuple[str, ...] = ()
    statement: str = ""
    """The text that was ticked."""
    statement_version: str = ""
    reason: str = ""
    """Given with a decline."""
    handed_to: str = ""
    """The colleague's address."""
