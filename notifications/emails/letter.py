"""What every letter is: a frozen value of primitives that can wait in the outbox as JSON."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from notifications.emails import examples

Primitive = str | int | bool | tuple[str, ...]


class Route(StrEnum):
    """Two ways to the mail system with workers of their own, so that reminders never delay a code."""

    URGENT = "urgent"
    BULK = "bulk"


class NotPrimitive(TypeError):
    """A letter was given something that is no str, int, bool or tuple of str of the field's kind."""


class UnreadableLetter(ValueError):
    """Stored primitives lack a field this release needs, or hold the wrong sort of value."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One kind of e-mail. Words live in ``templates/email/<kind>/``; facts live here; secrets in neither.

    Moments are ISO 8601 text with an offset in fields that end in ``_at`` (empty when there is none).
    Links and codes are derived when the letter is rendered, from fields that end in ``_seed`` and from
    ``challenge_id``.
    """

    kind: ClassVar[str]
    route: ClassVar[Route] = Route.BULK
    carries_link: ClassVar[bool] = False
    """Its refusal or bounce makes the authorization unreachable."""
    once_only: ClassVar[bool] = False
    """Never sent again when it is unknown whether it left; every other letter goes at least once."""
    unsubscribable: ClassVar[bool] = False
    is_code: ClassVar[bool] = False
    """Stale after minutes: retried within 8 minutes or not at all."""
    example: ClassVar[Mapping[str, Primitive]] = {}
    """What this kind's sample says differently from ``examples.USUAL``."""

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(field, getattr(self, field.name))

    def primitives(self) -> dict[str, Any]:
        """Return the fields as JSON knows them."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in ((field.name, getattr(self, field.name)) for field in fields(self))
        }

    @classmethod
    def from_primitives(cls, primitives: Mapping[str, Any]) -> Self:
        """Read what this or another release stored. Raises UnreadableLetter.

        Fields of a newer release are left out; a field that an older one did not know takes its default.
        """
        values: dict[str, Any] = {}
        for field in fields(cls):
            if field.name in primitives:
                value = primitives[field.name]
                values[field.name] = tuple(value) if isinstance(value, list) else value
            elif field.default is MISSING:
                raise UnreadableLetter(f"A stored {cls.kind} letter lacks {field.name!r}.")
        try:
            return cls(**values)
        except NotPrimitive as wrong:
            raise UnreadableLetter(f"A stored {cls.kind} letter does not read: {wrong}") from wrong

    @classmethod
    def sample(cls) -> Self:
        """Return a realistic letter for previews and tests."""
        usual = {**examples.USUAL, **examples.seeds(), **cls.example}
        return cls.from_primitives(_known_to(cls, usual))

    @classmethod
    def hostile_sample(cls) -> Self:
        """Return the same letter with the worst that people's fields may hold after cleaning."""
        return cls.from_primitives({**cls.sample().primitives(), **_known_to(cls, examples.HOSTILE)})


def _known_to(letter: type[Letter], values: Mapping[str, Primitive]) -> dict[str, Primitive]:
    return {field.name: values[field.name] for field in fields(letter) if field.name in values}


def _check(field: "Field[Any]", value: object) -> None:
    """Refuse a value while the promise is made, not when the letter is due."""
    if field.type in (str, int, bool):
        fits = isinstance(value, str) if field.type is str else type(value) is field.type
    else:
        fits = isinstance(value, tuple) and all(isinstance(part, str) for part in value)
    if not fits:
        raise NotPrimitive(f"{field.name} must be {field.type}, not {type(value).__name__}.")
    if field.name.endswith("_at") and value and not _is_moment(str(value)):
        raise NotPrimitive(f"{field.name} must be ISO 8601 with an offset.")


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
