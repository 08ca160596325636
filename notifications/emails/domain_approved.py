"""Tells the requester that the identifier is approved and reserved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class DomainApproved(ToRequester):
    kind: ClassVar[str] = "domain_approved"
    example: ClassVar[Mapping[str, Primitive]] = {"authorization": "pending"}

    decided_at: str
    authorization: str
    """The authorization's state."""
