"""Asks a person who was named as authorizer to look at the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import WithLink
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class Nomination(WithLink):
    kind: ClassVar[str] = "nomination"
    example: ClassVar[Mapping[str, Primitive]] = {
        "message": "Hello Priya, this is the account we spoke about on Monday.\nThank you!"
    }

    message: str = ""
    """The requester's words; only when both addresses agree with the identifier."""
