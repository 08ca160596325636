"""Tells the requester that the Smart Account is active."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class Activated(ToRequester):
    kind: ClassVar[str] = "activated"
    example: ClassVar[Mapping[str, Primitive]] = {
        "activated_at": "2026-12-02T08:15:00+00:00",
        "page_path": "/smart-accounts/8f14e45f-ceea-467f-a0e6-7d9c6b1f2a3b/",
    }

    activated_at: str
    administrators: tuple[str, ...] = ()
