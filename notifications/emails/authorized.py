"""Tells the requester that the authorizer authorized, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class Authorized(ToRequester):
    kind: ClassVar[str] = "authorized"
    example: ClassVar[Mapping[str, Primitive]] = {"domain": "pending"}

    authorizer_address: str
    decided_at: str
    domain: str
    """The domain gate's state: pending, approved or change_asked."""
