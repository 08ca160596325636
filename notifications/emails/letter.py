"""What every letter is: a frozen value of primitives that can wait in the outbox as JSON."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self, cast

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
        values = vars(self)
        for place in _places(type(self)):
            _check(place, values[place.name])

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
        # Filled directly: a frozen dataclass sets each field by a call, which costs as much as a template.
        letter = object.__new__(cls)
        values = vars(letter)
        for place in _places(cls):
            value = primitives.get(place.name, place.default)
            if value is MISSING:
                raise UnreadableLetter(f"A stored {cls.kind} letter lacks {place.name!r}.")
            values[place.name] = tuple(value) if isinstance(value, list) else value
        try:
            letter.__post_init__()
        except NotPrimitive as wrong:
            raise UnreadableLetter(f"A stored {cls.kind} letter does not read: {wrong}") from wrong
        return letter

    @classmethod
    def sample(cls, language: str = "en") -> Self:
        """Return a realistic letter for previews and tests, with people's words in its reader's language."""
        usual = {**examples.USUAL, **examples.seeds(), **cls.example}
        words = examples.WORDS.get(language, {})
        said = {
            name: words.get(value, value) if isinstance(value, str) else value
            for name, value in usual.items()
        }
        return cls.from_primitives(_known_to(cls, said))

    @classmethod
    def hostile_sample(cls, language: str = "en") -> Self:
        """Return the same letter with the worst that people's fields may hold after cleaning."""
        return cls.from_primitives({**cls.sample(language).primitives(), **_known_to(cls, examples.HOSTILE)})


def _known_to(letter: type[Letter], values: Mapping[str, Primitive]) -> dict[str, Primitive]:
    return {field.name: values[field.name] for field in fields(letter) if field.name in values}


@dataclass(frozen=True, slots=True)
class _Place:
    """One field of a kind: its sort is str, int, bool or tuple (of str)."""

    name: str
    sort: type
    is_moment: bool
    default: Any


_known: dict[type[Letter], tuple[_Place, ...]] = {}


def _places(letter: type[Letter]) -> tuple[_Place, ...]:
    places = _known.get(letter)
    if places is None:
        places = _known[letter] = tuple(
            _Place(
                field.name,
                field.type if isinstance(field.type, type) and field.type in (str, int, bool) else tuple,
                field.name.endswith("_at"),
                field.default,
            )
            for field in fields(letter)
        )
    return places


def _check(place: _Place, value: object) -> None:
    """Refuse a value while the promise is made, not when the letter is due."""
    sort = place.sort
    if type(value) is not sort and not (sort is str and isinstance(value, str)):
        raise NotPrimitive(f"{place.name} must be {sort.__name__}, not {type(value).__name__}.")
    if sort is tuple and not all(isinstance(part, str) for part in cast(tuple[object, ...], value)):
        raise NotPrimitive(f"{place.name} must be a tuple of str.")
    if place.is_moment and value and not _is_moment(str(value)):
        raise NotPrimitive(f"{place.name} must be ISO 8601 with an offset.")


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
