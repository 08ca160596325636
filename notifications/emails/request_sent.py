"""Confirms a submission and says what happens next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class RequestSent(ToRequester):
    kind: ClassVar[str] = "request_sent"
    example: ClassVar[Mapping[str, Primitive]] = {"authorization": "pending"}

    authorization: str
    """The authorization's state: authorized (on Yes), pending or held."""
    authorizer_address: str = ""
    """Empty on Yes."""
    ends_at: str = ""
    """When the authorizer's link ends, exclusive; empty unless pending."""
