"""Tells a person that the account goes away, until when it can be kept, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Primitive


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(Letter):
    kind: ClassVar[str] = "erasure_asked"
    example: ClassVar[Mapping[str, Primitive]] = {
        "asked_at": "2026-11-25T14:01:00+00:00",
        "page_path": "/accounts/login/",
    }

    asked_at: str
    ends_at: str
    """When the account is erased, exclusive: 00:00 UTC of the day after the last one."""
    page_path: str
    """Where one signs in."""
