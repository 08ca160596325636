"""Repeats the nomination, under it in the mailbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import WithLink
from notifications.emails.letter import Primitive, Route


@dataclass(frozen=True, kw_only=True)
class Reminder(WithLink):
    kind: ClassVar[str] = "reminder"
    route: ClassVar[Route] = Route.BULK
    once_only: ClassVar[bool] = True
    unsubscribable: ClassVar[bool] = True
    example: ClassVar[Mapping[str, Primitive]] = {"number": 2, "is_last": False}

    number: int
    """Counts from 1 those of the clock; 0 for one the requester sent by hand."""
    is_last: bool
    """No automatic reminder follows; said only in one of the clock's own."""
    thread_key: str
    """The outbox key of the letter this one repeats."""
