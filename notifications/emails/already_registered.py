"""The answer to a registration with an address that has an account; the page says nothing of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Primitive, Route


@dataclass(frozen=True, kw_only=True)
class AlreadyRegistered(Letter):
    kind: ClassVar[str] = "already_registered"
    route: ClassVar[Route] = Route.URGENT
    example: ClassVar[Mapping[str, Primitive]] = {"page_path": "/accounts/login/"}

    page_path: str
    """Where to sign in."""
