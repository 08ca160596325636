"""The code that proves access to the nominated mailbox, bound to one answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from notifications.emails.families import Code
from notifications.emails.letter import Primitive


class Answer(StrEnum):
    """What the code confirms."""

    AUTHORIZE = "authorize"
    DECLINE = "decline"
    HAND_ON = "hand_on"
    TAKE_BACK = "take_back"


@dataclass(frozen=True, kw_only=True)
class AuthorizerCode(Code):
    kind: ClassVar[str] = "authorizer_code"
    example: ClassVar[Mapping[str, Primitive]] = {"answer": "authorize"}

    reference: str
    account_domain: str
    answer: str
    """One of Answer."""
