"""Tells the requester that time closed the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


class Cause(StrEnum):
    """What was waited for in vain."""

    REQUESTER = "requester"
    SETUP = "setup"


@dataclass(frozen=True, kw_only=True)
class Expired(ToRequester):
    kind: ClassVar[str] = "expired"
    example: ClassVar[Mapping[str, Primitive]] = {"cause": "requester"}

    closed_at: str
    cause: str
    """One of Cause."""
    days: int = 30
    """How long a turn may take; not said of the set-up. The default is what older letters said."""
