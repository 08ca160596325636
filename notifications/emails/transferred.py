"""Tells the former and the new requester who holds the request now."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


class Addressee(StrEnum):
    """Which of the two reads this letter."""

    NEW = "new"
    FORMER = "former"


@dataclass(frozen=True, kw_only=True)
class Transferred(ToRequester):
    kind: ClassVar[str] = "transferred"
    example: ClassVar[Mapping[str, Primitive]] = {
        "addressee": "new",
        "from_address": "dana.whitfield@acme-robotics.example",
        "to_address": "lee.park@acme-robotics.example",
    }

    addressee: str
    """One of Addressee."""
    from_address: str
    to_address: str
