"""Repeats the set-up e-mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class SetupReminder(ToRequester):
    kind: ClassVar[str] = "setup_reminder"
    once_only: ClassVar[bool] = True
    unsubscribable: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Primitive]] = {
        "number": 1,
        "is_last": False,
        "page_path": "/requests/8f14e45f-ceea-467f-a0e6-7d9c6b1f2a3b/setup/",
    }

    number: int
    """Counts from 1."""
    is_last: bool
    ends_at: str
    """When the set-up expires, exclusive."""
