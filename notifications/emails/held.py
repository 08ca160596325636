"""Tells the requester that a reviewer looks before the authorizer is written to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class Held(ToRequester):
    kind: ClassVar[str] = "held"
    example: ClassVar[Mapping[str, Primitive]] = {"reasons": ("domains_disagree",)}

    authorizer_address: str
    reasons: tuple[str, ...] = ()
    """Only domains_disagree and free_mail are put into words."""
    link_days: int = 14
    review_days: int = 2
    """Working days. Letters promised before these two were stored said the defaults."""
