"""Tells the requester that the identifier was rejected, which closes the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class DomainRejected(ToRequester):
    kind: ClassVar[str] = "domain_rejected"
    example: ClassVar[Mapping[str, Primitive]] = {"reason": "The domain belongs to another company."}

    decided_at: str
    reason: str
    days: int = 30
    """How long it may be reopened. The default is what older letters said."""
