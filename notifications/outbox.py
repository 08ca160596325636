"""The counter: hand in a letter here, in the transaction that decided it, and it will leave.

The row is the promise. Telling a worker happens after commit and may fail; a sweep finds the row anyway.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from notifications import envelope, nudging, policies, trail
from notifications.emails.letter import Letter, Route
from notifications.models import OutgoingEmail, State
from notifications.policies import PostedLetter, Wanted, policy

__all__ = [
    "LetterFact",
    "PostedLetter",
    "Wanted",
    "cancel",
    "facts",
    "hold",
    "noticed",
    "policy",
    "post",
    "restate",
    "resume",
]

_INSERT = (
    "INSERT INTO notifications_outgoingemail"
    ' (kind, route, primitives, language, "to", key, message_id, about, on_behalf_of, trace, due_at)'
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING RETURNING id"
)


# The keys that a rehearsal collects in this context; nothing else ever looks.
_noticed: ContextVar[list[str] | None] = ContextVar("noticed", default=None)


class NoSubject(ValueError):
    """Letters without a subject cannot be cancelled or held together."""


@dataclass(frozen=True)
class LetterFact:
    """What pages may say of a letter; what a provider said about the address is for staff alone."""

    key: str
    kind: str
    to: str
    state: State
    created_at: datetime
    sent_at: datetime | None


def post(
    letter: Letter,
    *,
    to: str,
    key: str,
    about: str = "",
    due_at: datetime | None = None,
    on_behalf_of: str = "",
    language: str = "en",
) -> bool:
    """Promise a letter in the caller's transaction. Returns False when `key` was promised before.

    `about` is the subject of its history as text (a request's id). `on_behalf_of` is the person who caused
    it, as text, whose letters a reader may have refused. `language` is the reader's. Leave `due_at` empty for
    a letter that is due at once: a fresh row must not depend on this machine's clock. One statement; a known
    key breaks nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                letter.kind,
                letter.route.value,
                json.dumps(letter.primitives(), ensure_ascii=False),
                language,
                to,
                key,
                envelope.message_id(key),
                about,
                on_behalf_of,
                trail.origin.get(),
                connection.ops.adapt_datetimefield_value(due_at),
            ],
        )
        made = cursor.fetchone()
    is_new = made is not None
    if made is not None:
        _say_after_commit(made[0], kind=letter.kind, about=about)
    if is_new and (keys := _noticed.get()) is not None:
        keys.append(key)
    if is_new and due_at is None:
        nudge_after_commit(letter.route)
    return is_new


@contextmanager
def noticed() -> Iterator[list[str]]:
    """Collect the keys of the letters promised in this block (notifications.rehearsal)."""
    keys: list[str] = []
    token = _noticed.set(keys)
    try:
        yield keys
    finally:
        _noticed.reset(token)


def cancel(about: str, *, except_keys: Collection[str] = ()) -> int:
    """Take back what has not left about this subject; returns how many letters.

    One that is on the wire may arrive; it is not tried again.
    """
    letters = OutgoingEmail.objects.filter(about=_named(about)).exclude(key__in=except_keys)
    letters.filter(state=State.SENDING).update(wanted=False)
    return letters.filter(state__in=[State.QUEUED, State.WAITING]).update(state=State.CANCELLED)


def hold(about: str) -> int:
    """Keep back what has not left about this subject until `resume`; returns how many letters."""
    return OutgoingEmail.objects.filter(about=_named(about), state=State.QUEUED).update(state=State.WAITING)


def restate(about: str, restated: Callable[[PostedLetter], Mapping[str, Any]]) -> int:
    """Give letters about this subject that have not left, and nobody is sending, what they should say now.

    `restated` returns a letter's primitives, changed or not; returns how many were changed."""
    unsent = OutgoingEmail.objects.filter(about=_named(about), state__in=[State.QUEUED, State.WAITING])
    changed = 0
    for letter in unsent.select_for_update():
        primitives = dict(restated(policies.seen(letter)))
        if primitives != letter.primitives:
            letter.primitives = primitives
            letter.save(update_fields=["primitives"])
            changed += 1
    return changed


def resume(about: str) -> int:
    """Let the letters kept back about this subject leave; returns how many."""
    resumed = OutgoingEmail.objects.filter(about=_named(about), state=State.WAITING).update(
        state=State.QUEUED
    )
    if resumed:
        for route in Route:
            nudge_after_commit(route)
    return resumed


def facts(about: str) -> list[LetterFact]:
    """Tell what became of each letter about this subject, oldest first, in one query."""
    rows = (
        OutgoingEmail.objects.filter(about=_named(about))
        .order_by(F("id"))
        .values_list("key", "kind", "to", "state", "created_at", "sent_at")
    )
    return [
        LetterFact(key, kind, to, State(state), created_at, sent_at)
        for key, kind, to, state, created_at, sent_at in rows
    ]


def _say_after_commit(letter_id: int, *, kind: str, about: str) -> None:
    def say() -> None:
        trail.letter_promised(letter_id, kind=kind, about=about)

    transaction.on_commit(say, robust=True)


def nudge_after_commit(route: Route) -> None:
    """Tell the route's workers once this transaction is committed; once per transaction is enough."""
    nudge = _NUDGES[route]
    # An entry of this function that is still listed lives at least as long as the row: savepoints that were
    # rolled back have taken their entries along.
    if not any(entry[1] is nudge for entry in connection.run_on_commit):
        transaction.on_commit(nudge, robust=True)


# Plain functions: on Django 5.2 a robust hook that is a partial fails while being logged (ticket 36487).
def _nudge_urgent() -> None:
    nudging.nudge(Route.URGENT)


def _nudge_bulk() -> None:
    nudging.nudge(Route.BULK)


_NUDGES = {Route.URGENT: _nudge_urgent, Route.BULK: _nudge_bulk}


def _named(about: str) -> str:
    if not about:
        raise NoSubject("Name the subject whose letters are meant.")
    return about
