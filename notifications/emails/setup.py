"""The set-up e-mail: both gates are clear, the requester completes the account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class Setup(ToRequester):
    kind: ClassVar[str] = "setup"
    example: ClassVar[Mapping[str, Primitive]] = {
        "page_path": "/requests/8f14e45f-ceea-467f-a0e6-7d9c6b1f2a3b/setup/"
    }

    ends_at: str
    """When the set-up expires, exclusive."""
    authorizer_address: str = ""
    """Empty on Yes."""
    administrators: tuple[str, ...] = ()
