"""Show which letters an act would send, word by word: it happens in a transaction that is taken back.

What is shown is what leaves, since nothing is described a second time. A letter that carries a link or a code is
named without its words: those are for its reader alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from notifications import outbox, rendering
from notifications.emails import from_primitives
from notifications.models import OutgoingEmail

SECRET = ("link_seed", "receipt_seed", "stop_seed", "challenge_id")
"""Fields from which something is derived that only the letter's reader may see."""


@dataclass(frozen=True)
class Rehearsed:
    """One letter as it would leave; `subject` and `text` are empty where they would show a link or a code."""

    kind: str
    to: str
    subject: str
    text: str


def letters_of(act: Callable[[], object]) -> list[Rehearsed]:
    """Let the act happen, take it back, and return its letters in their order. Raises what the act raises."""
    with transaction.atomic():
        with outbox.noticed() as keys:
            act()
        promised = list(OutgoingEmail.objects.filter(key__in=keys).order_by("id"))
        transaction.set_rollback(True)
    return [_shown(letter) for letter in promised]


def _shown(promised: OutgoingEmail) -> Rehearsed:
    if any(promised.primitives.get(name) for name in SECRET):
        return Rehearsed(promised.kind, promised.to, "", "")
    letter = from_primitives(promised.kind, promised.primitives)
    written = rendering.render(letter, language=promised.language)
    return Rehearsed(promised.kind, promised.to, written.subject, written.text)
