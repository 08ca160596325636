"""The code that verifies an address: a new person's, or the new one of somebody who changes it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from notifications.emails.families import Code


class Purpose(StrEnum):
    """What the address is verified for."""

    REGISTRATION = "registration"
    CHANGE = "change"


@dataclass(frozen=True, kw_only=True)
class RegistrationCode(Code):
    kind: ClassVar[str] = "registration_code"

    purpose: str = Purpose.REGISTRATION
    """One of Purpose."""
