"""What waits for the reviewers on a working day."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Primitive


@dataclass(frozen=True, kw_only=True)
class ReviewerDigest(Letter):
    kind: ClassVar[str] = "reviewer_digest"
    once_only: ClassVar[bool] = True
    unsubscribable: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Primitive]] = {
        "page_path": "/review/",
        "domains": 4,
        "held": 2,
        "overdue": 1,
        "waiting": ("SAR-7K2M-94QD  acme-robotics.example\t3", "SAR-0M4X-1T8Z  globex.example\t1"),
    }

    page_path: str
    domains: int
    """Identifiers that wait."""
    held: int
    """Nominations that wait for release."""
    overdue: int
    """Of both, older than the target."""
    waiting: tuple[str, ...] = ()
    """The oldest, one each: reference and identifier, a tab, since how many whole working days."""
