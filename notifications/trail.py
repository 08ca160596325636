"""The trail of a letter: a line of log at each step, all under the id of the request that promised it.

Each request of a browser and each task has an id (a W3C trace id). It stands on every line that is written
meanwhile and in the row of every letter promised meanwhile; the worker writes it again when the letter leaves, and
so does whoever hears of it later. One search for it shows the whole way (docs/operations.md).

The signals tell the same to whoever records traces; without traces nobody listens."""

import logging
from collections.abc import Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING
from uuid import uuid4

from django.dispatch import Signal

if TYPE_CHECKING:
    from notifications.models import OutgoingEmail

log = logging.getLogger(__name__)
origin: ContextVar[str] = ContextVar("origin", default="")
"""32 hexadecimal digits, with traces on "-" and 16 more: the span. Set anew by each request and each task."""
task: ContextVar[str] = ContextVar("task", default="")
promised = Signal()
"""letter_id, kind"""
tried = Signal()
"""letters (rows of one claim), outcome"""
task_begins = Signal()
"""task_id, name"""
task_ends = Signal()
"""task_id"""


class Harmless(str):
    """Ids and kinds, made by ourselves: the logs need not search them for links and codes, once for each letter."""

    __slots__ = ()


def begin() -> None:
    """Give what begins now an id of its own."""
    origin.set(uuid4().hex)


def shown(trace: str) -> str:
    """Write an id as log lines show it; "" for none. In groups, since 32 digits in a row look like a link's token."""
    if len(trace) < 32:
        return Harmless()
    return Harmless(f"{trace[:8]}-{trace[8:12]}-{trace[12:16]}-{trace[16:20]}-{trace[20:32]}")


def facts() -> dict[str, str]:
    """Return what every line of log should say about where it was written."""
    said = (("trace", shown(origin.get())), ("task", Harmless(task.get())))
    return {name: value for name, value in said if value}


def letter_promised(letter_id: int, *, kind: str, about: str) -> None:
    """Say that a letter stands in the outbox, for good: call it after the commit."""
    log.info("A letter was promised.", extra={"letter": letter_id, "kind": kind, "about": about})
    promised.send(sender=None, letter_id=letter_id, kind=kind)


def letters_tried(letters: "Sequence[OutgoingEmail]", outcome: str) -> None:
    """Say how an attempt ended; letters that left together share a line."""
    if len(letters) == 1:
        extra = _names(letters[0])
    else:
        names = "; ".join(" ".join(map(str, _names(one).values())) for one in letters)
        extra = {"letters": Harmless(names)}
    log.info("Tried to send: %s.", outcome, extra=extra)
    tried.send(sender=None, letters=letters, outcome=outcome)


def letter_told_of(letter: "OutgoingEmail", event: str) -> None:
    """Say what the mail system said about a letter that had left."""
    log.info("A letter's fate was told: %s.", event, extra=_names(letter))


def _names(letter: "OutgoingEmail") -> dict[str, int | str]:
    return {
        "letter": letter.pk,
        "kind": Harmless(letter.kind),
        "about": Harmless(letter.about),
        "trace": shown(letter.trace),
    }
