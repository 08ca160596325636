"""Asks a colleague to whom the authorizer handed the question on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.families import WithLink
from notifications.emails.letter import Primitive


@dataclass(frozen=True, kw_only=True)
class HandedOn(WithLink):
    kind: ClassVar[str] = "handed_on"
    example: ClassVar[Mapping[str, Primitive]] = {
        "authorizer_address": "sam.ito@acme-robotics.example",
        "handed_by": "priya.raman@acme-robotics.example",
    }

    handed_by: str
    """The address that handed it on."""
