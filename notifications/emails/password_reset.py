"""The code that lets a person choose a new password."""

from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import Code


@dataclass(frozen=True, kw_only=True)
class PasswordReset(Code):
    kind: ClassVar[str] = "password_reset"
