"""What each app answers about its own letters, kind by kind, so that the post office knows no request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from notifications.models import OutgoingEmail, Why


class Wanted(StrEnum):
    """Whether a letter that is due should leave: now, never, or when its subject is resumed."""

    SEND = "send"
    DROP = "drop"
    WAIT = "wait"


@dataclass(frozen=True)
class PostedLetter:
    """A promised letter as its policy sees it. `primitives` is empty once a sent letter was blanked."""

    key: str
    kind: str
    to: str
    about: str
    primitives: Mapping[str, Any]


class PolicyTaken(ValueError):
    """Two apps answer for the same kind of letter."""


@dataclass(frozen=True)
class _Policy:
    still_wanted: Callable[[PostedLetter], Wanted] | None
    undeliverable: Callable[[PostedLetter, Why], None] | None


_policies: dict[str, _Policy] = {}


def policy(
    kind: str,
    *,
    still_wanted: Callable[[PostedLetter], Wanted] | None = None,
    undeliverable: Callable[[PostedLetter, Why], None] | None = None,
) -> None:
    """Answer for a kind of letter; called once, from an AppConfig's `ready`. Raises PolicyTaken.

    `still_wanted` is asked after each claim, right before the letter is sent. `undeliverable` is called in a
    transaction of its own when the address was refused or bounced, is suppressed, or failed for 72 hours, and
    when the reader of a letter that did arrive complained (`why` says so); it is called again after a crash,
    so it must bear being told twice.
    """
    if kind in _policies:
        raise PolicyTaken(f"The kind {kind!r} has a policy already.")
    _policies[kind] = _Policy(still_wanted, undeliverable)


def seen(letter: OutgoingEmail) -> PostedLetter:
    """Show a stored letter to its policy."""
    return PostedLetter(letter.key, letter.kind, letter.to, letter.about, letter.primitives)


def ask(letter: OutgoingEmail) -> Wanted:
    """Ask whether a claimed letter should still leave; a kind nobody answers for is sent."""
    known = _policies.get(letter.kind)
    if known is None or known.still_wanted is None:
        return Wanted.SEND
    return known.still_wanted(seen(letter))


def tell(letter: OutgoingEmail, why: Why) -> None:
    """Tell the policy of this kind that the address could not be reached."""
    known = _policies.get(letter.kind)
    if known is not None and known.undeliverable is not None:
        known.undeliverable(seen(letter), why)


def listens(kind: str) -> bool:
    """Say whether somebody wants to hear of this kind's undeliverable letters."""
    known = _policies.get(kind)
    return known is not None and known.undeliverable is not None
