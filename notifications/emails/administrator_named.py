"""Tells a person who was named to run an account how to begin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Primitive


@dataclass(frozen=True, kw_only=True)
class AdministratorNamed(Letter):
    kind: ClassVar[str] = "administrator_named"
    example: ClassVar[Mapping[str, Primitive]] = {
        "named_by": "dana.whitfield@acme-robotics.example",
        "page_path": "/smart-accounts/8f14e45f-ceea-467f-a0e6-7d9c6b1f2a3b/",
    }

    account_domain: str
    account_name: str
    administrator_address: str
    """The reader's."""
    named_by: str
    """An address."""
    page_path: str
    """Of the account."""
