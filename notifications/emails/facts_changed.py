"""Tells the authorizer that a fact changed and asks for an answer to what it is now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import WithLink
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class FactsChanged(WithLink):
    kind: ClassVar[str] = "facts_changed"
    example: ClassVar[Mapping[str, Primitive]] = {
        "changed": ("account_name", "administrators"),
        "was_authorized": True,
    }

    changed: tuple[str, ...]
    """Which: requester, account_domain, account_name, administrators."""
    administrators: tuple[str, ...] = ()
    was_authorized: bool = False
    """The authorizer had authorized what is no longer so."""
