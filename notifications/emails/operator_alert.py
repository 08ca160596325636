"""Tells the operator that something needs a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from notifications.emails.letter import Letter, Primitive


class Alert(StrEnum):
    """What happened; each has its sentence in the templates."""

    LETTERS_DEAD = "letters_dead"
    ROUTE_SICK = "route_sick"
    HEARTBEAT_MISSING = "heartbeat_missing"
    CLOCKS_DIFFER = "clocks_differ"
    NOT_ME = "not_me"
    NOT_MEANT = "not_meant"
    UNREACHABLE = "unreachable"
    COMPLAINT = "complaint"
    MANY_NOMINATIONS = "many_nominations"
    NO_REVIEWER = "no_reviewer"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class OperatorAlert(Letter):
    kind: ClassVar[str] = "operator_alert"
    example: ClassVar[Mapping[str, Primitive]] = {
        "alert": "letters_dead",
        "page_path": "/ops/",
        "noticed_at": "2026-11-27T10:42:00+00:00",
        "facts": ("3 letters, the oldest from 08:15 UTC", "SMTP 554 5.3.0"),
    }

    alert: str
    """One of Alert."""
    page_path: str
    noticed_at: str
    facts: tuple[str, ...] = ()
    """Short lines for staff; no body, no link, no code."""
