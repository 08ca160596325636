"""Carries a fresh link to the same person; the one before it no longer works."""

from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import WithLink


@dataclass(frozen=True, kw_only=True)
class NewLink(WithLink):
    kind: ClassVar[str] = "new_link"
