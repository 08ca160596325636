"""Tells an authorizer who was written to that no answer is needed any more."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from notifications.emails.families import AboutRequest
from notifications.emails.letter import Primitive


class Cause(StrEnum):
    """Why nothing is to be answered."""

    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REJECTED = "rejected"
    REPLACED = "replaced"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class NothingToDo(AboutRequest):
    kind: ClassVar[str] = "nothing_to_do"
    example: ClassVar[Mapping[str, Primitive]] = {"cause": "withdrawn"}

    requester_name: str
    requester_address: str
    authorizer_address: str
    cause: str
    """One of Cause."""
    closed_at: str
    was_authorized: bool = False
