"""Confirms that the request was withdrawn."""

from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester


@dataclass(frozen=True, kw_only=True)
class Withdrawn(ToRequester):
    kind: ClassVar[str] = "withdrawn"

    closed_at: str
