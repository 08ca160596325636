"""Asks the requester to name another authorizer, and says why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from notifications.emails.families import ToRequester
from notifications.emails.letter import Primitive


class Cause(StrEnum):
    """Why the nomination ended."""

    UNDELIVERABLE = "undeliverable"
    NOT_MEANT = "not_meant"
    LAPSED = "lapsed"
    REFUSED = "refused"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True)
class ChooseAuthorizer(ToRequester):
    kind: ClassVar[str] = "choose_authorizer"
    example: ClassVar[Mapping[str, Primitive]] = {"cause": "undeliverable"}

    authorizer_address: str
    """Who was named."""
    cause: str
    """One of Cause."""
    ends_at: str
    """When the request expires, exclusive."""
    nominations_left: int
    """0: only withdrawing is left."""
    note: str = ""
    """The reviewer's words on a refusal."""
