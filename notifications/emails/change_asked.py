"""Asks the requester to answer a reviewer about the identifier."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class ChangeAsked(ToRequester):
    kind: ClassVar[str] = "change_asked"
    example: ClassVar[Mapping[str, Primitive]] = {
        "note": "Your company already uses the other spelling everywhere.",
        "proposal": "acmerobotics.example",
    }

    ends_at: str
    """When the request expires, exclusive."""
    note: str
    """The reviewer's words."""
    proposal: str = ""
