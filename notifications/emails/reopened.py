"""Tells the requester that a decision about the identifier was taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class Reopened(ToRequester):
    kind: ClassVar[str] = "reopened"
    example: ClassVar[Mapping[str, Primitive]] = {
        "reopened_at": "2026-11-27T10:42:00+00:00",
        "reason": "The owner of the domain has confirmed it.",
        "authorization": "lapsed",
    }

    reopened_at: str
    reason: str
    authorization: str
    """The authorization's state; lapsed asks for another authorizer."""
