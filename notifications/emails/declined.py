"""Tells the requester that the authorizer declined."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class Declined(ToRequester):
    kind: ClassVar[str] = "declined"
    example: ClassVar[Mapping[str, Primitive]] = {"reason": "Please ask our purchasing team first."}

    authorizer_address: str
    decided_at: str
    ends_at: str
    """When the request expires, exclusive."""
    nominations_left: int
    reason: str = ""
