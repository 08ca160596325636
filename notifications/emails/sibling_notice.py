"""Tells an account's administrators that a related identifier was approved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Primitive


@dataclass(frozen=True, kw_only=True)
class SiblingNotice(Letter):
    kind: ClassVar[str] = "sibling_notice"
    example: ClassVar[Mapping[str, Primitive]] = {
        "account_domain": "labs.acme-robotics.example",
        "existing_domain": "acme-robotics.example",
        "page_path": "/smart-accounts/8f14e45f-ceea-467f-a0e6-7d9c6b1f2a3b/",
    }

    reference: str
    account_domain: str
    """The newly approved identifier."""
    existing_domain: str
    """The identifier of the reader's account."""
    page_path: str
    """Of the reader's account."""
