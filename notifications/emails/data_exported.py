"""Tells a person that a copy of his or her data was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Primitive


@dataclass(frozen=True, kw_only=True)
class DataExported(Letter):
    kind: ClassVar[str] = "data_exported"
    example: ClassVar[Mapping[str, Primitive]] = {
        "exported_at": "2026-11-27T10:42:00+00:00",
        "page_path": "/accounts/email/",
    }

    exported_at: str
    page_path: str
    """Where the account is managed."""
