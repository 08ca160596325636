"""Asks a colleague to take a request over, or tells its requester that staff asked one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from notifications.emails.families import AboutRequest
from notifications.emails.letter import Primitive


class Addressee(StrEnum):
    """Who reads this letter."""

    COLLEAGUE = "colleague"
    REQUESTER = "requester"


@dataclass(frozen=True, kw_only=True)
class TransferOffered(AboutRequest):
    kind: ClassVar[str] = "transfer_offered"
    example: ClassVar[Mapping[str, Primitive]] = {
        "addressee": "colleague",
        "offer_id": "8f14e45f-ceea-467f-a0e6-7d9c6b1f2a3b",
        "colleague_address": "lee.park@acme-robotics.example",
        "page_path": "/transfers/8f14e45f-ceea-467f-a0e6-7d9c6b1f2a3b/",
    }

    addressee: str
    """One of Addressee; the requester is written to only where staff made the offer."""
    offer_id: str
    requester_name: str
    requester_address: str
    colleague_address: str
    page_path: str
    """Where the colleague answers; where the requester takes the offer back."""
    ends_at: str
    """When the offer ends, exclusive: 00:00 UTC of the day after the last one."""
    by_staff: bool = False
    """Staff made the offer, because the requester seems to be gone."""
