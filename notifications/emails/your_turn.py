"""Reminds the requester of what only he or she can do: one thing, or both."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


class Asked(StrEnum):
    """What the requester is asked to do."""

    CHOOSE_AUTHORIZER = "choose_authorizer"
    ANSWER_DOMAIN = "answer_domain"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True)
class YourTurn(ToRequester):
    kind: ClassVar[str] = "your_turn"
    once_only: ClassVar[bool] = True
    unsubscribable: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Primitive]] = {
        "asked": "choose_authorizer",
        "number": 1,
        "is_last": False,
    }

    asked: str
    """One of Asked."""
    number: int
    """Counts from 1 within the wait."""
    ends_at: str
    """When the request expires, exclusive."""
    is_last: bool = False
    """No other reminder of this wait follows."""
