"""Tells a person that access to an account was declined, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Primitive


@dataclass(frozen=True, kw_only=True)
class AccessDeclined(Letter):
    kind: ClassVar[str] = "access_declined"
    example: ClassVar[Mapping[str, Primitive]] = {
        "reason": "Please ask Lee Park, who runs the account for your site.",
        "page_path": "/administration/",
    }

    account_domain: str
    account_name: str
    decided_at: str
    reason: str
    page_path: str
