"""Two kinds of letters: rendering the one ends its process, the other's template is wrong."""

from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Route


@dataclass(frozen=True, kw_only=True)
class Poison(Letter):
    kind: ClassVar[str] = "poison"
    route: ClassVar[Route] = Route.URGENT


@dataclass(frozen=True, kw_only=True)
class Faulty(Letter):
    kind: ClassVar[str] = "faulty"
    route: ClassVar[Route] = Route.URGENT
