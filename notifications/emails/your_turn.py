"""Reminds the requester, on days 7 and 21, of what only he or she can do."""

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


@dataclass(frozen=True, kw_only=True)
class YourTurn(ToRequester):
    kind: ClassVar[str] = "your_turn"
    once_only: ClassVar[bool] = True
    unsubscribable: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Primitive]] = {"asked": "choose_authorizer", "number": 1}

    asked: str
    """One of Asked."""
    number: int
    """1 or 2."""
    ends_at: str
    """When the request expires, exclusive."""
