"""Tells a requester that the same identifier was approved for another request."""

from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester


@dataclass(frozen=True, kw_only=True)
class RivalDecided(ToRequester):
    kind: ClassVar[str] = "rival_decided"

    decided_at: str
