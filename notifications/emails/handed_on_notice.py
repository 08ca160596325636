"""Tells the requester that somebody else is asked now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class HandedOnNotice(ToRequester):
    kind: ClassVar[str] = "handed_on_notice"
    example: ClassVar[Mapping[str, Primitive]] = {
        "handed_by": "priya.raman@acme-robotics.example",
        "authorizer_address": "sam.ito@acme-robotics.example",
        "authorization": "pending",
    }

    handed_by: str
    authorizer_address: str
    """Who is asked now."""
    authorization: str
    """pending or held."""
    ends_at: str = ""
    """When the new link ends, exclusive; empty when held."""
