"""The last letter to a person whose account and data were erased."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Primitive


@dataclass(frozen=True, kw_only=True)
class DataErased(Letter):
    kind: ClassVar[str] = "data_erased"
    example: ClassVar[Mapping[str, Primitive]] = {"erased_at": "2026-11-27T10:42:00+00:00"}

    erased_at: str
