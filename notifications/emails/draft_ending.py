"""The one warning before a draft goes away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Primitive


@dataclass(frozen=True, kw_only=True)
class DraftEnding(Letter):
    kind: ClassVar[str] = "draft_ending"
    once_only: ClassVar[bool] = True
    unsubscribable: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Primitive]] = {
        "page_path": "/request/draft/8f14e45f-ceea-467f-a0e6-7d9c6b1f2a3b/account/"
    }

    page_path: str
    ends_at: str
    """When the draft goes away, exclusive."""
    account_domain: str = ""
    account_name: str = ""
    days: int = 90
    """How long drafts are kept. The default is what older letters said."""
