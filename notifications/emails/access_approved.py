"""Tells a person that access to an account was approved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Primitive


@dataclass(frozen=True, kw_only=True)
class AccessApproved(Letter):
    kind: ClassVar[str] = "access_approved"
    example: ClassVar[Mapping[str, Primitive]] = {
        "page_path": "/smart-accounts/8f14e45f-ceea-467f-a0e6-7d9c6b1f2a3b/"
    }

    account_domain: str
    account_name: str
    decided_at: str
    page_path: str
