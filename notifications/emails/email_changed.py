"""Tells the old address that the account now uses another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Primitive


@dataclass(frozen=True, kw_only=True)
class EmailChanged(Letter):
    kind: ClassVar[str] = "email_changed"
    example: ClassVar[Mapping[str, Primitive]] = {"new_address": "dana@whitfield.example"}

    new_address: str
    changed_at: str
