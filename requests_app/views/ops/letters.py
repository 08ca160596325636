"""How a letter is shown to operations: what it is, where it is, and every try and event in the order they came."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_noop

from notifications import byhand
from notifications.models import OutgoingEmail, State
from notifications.retention import HASHED
from requests_app.services.consequences import STATE_WORDS, letter_name
from requests_app.services.operating import LetterAct

_TONES = {
    State.DEAD: "bad",
    State.BOUNCED: "bad",
    State.REFUSED: "bad",
    State.COMPLAINED: "bad",
    State.UNKNOWN: "wait",
    State.WAITING: "wait",
    State.SENT: "ok",
    State.DELIVERED: "ok",
}
_TASKS = {"urgent": "deliver_urgent", "bulk": "deliver_bulk"}
ACT_WORDS = {
    LetterAct.TRY_AGAIN: gettext_noop("Try again"),
    LetterAct.DISCARD: gettext_noop("Discard"),
    LetterAct.BOUNCED: gettext_noop("Mark as bounced"),
}
_FITS = {
    LetterAct.TRY_AGAIN: byhand.MAY_TRY_AGAIN,
    LetterAct.DISCARD: byhand.MAY_DISCARD,
    LetterAct.BOUNCED: byhand.MAY_BOUNCE,
}


@dataclass(frozen=True)
class Happening:
    """One try or one event of a letter."""

    at: datetime
    what: str
    detail: str


@dataclass(frozen=True)
class Shown:
    """One letter as its page and the request's page show it."""

    row: OutgoingEmail
    name: str
    to: str
    state: str
    tone: str
    since: datetime
    task: str
    happenings: tuple[Happening, ...]
    acts: tuple[tuple[LetterAct, str], ...]


def act_words(act: LetterAct) -> str:
    """Name an act as its button does."""
    return gettext(ACT_WORDS[act])


def show(letters: QuerySet[OutgoingEmail]) -> list[Shown]:
    """Read letters with their tries and events, in a constant number of queries."""
    fitting = {act: set(letters.filter(fits).values_list("pk", flat=True)) for act, fits in _FITS.items()}
    return [
        _shown(row, tuple((act, act_words(act)) for act in LetterAct if row.pk in fitting[act]))
        for row in letters.prefetch_related("history", "events")
    ]


def line(row: OutgoingEmail) -> Shown:
    """Show a letter of a list, without what happened to it."""
    return _line(row)


def _shown(row: OutgoingEmail, acts: tuple[tuple[LetterAct, str], ...]) -> Shown:
    tries = [
        Happening(
            attempt.ended_at,
            gettext("Try %(number)s: %(outcome)s") % {"number": attempt.number, "outcome": attempt.outcome},
            _words(
                attempt.stage, attempt.error_class, attempt.error_code, attempt.error_text, attempt.worker
            ),
        )
        for attempt in row.history.all()
    ]
    events = [
        Happening(
            event.happened_at,
            gettext("Told: %(event)s") % {"event": event.event},
            _words(event.provider, event.reason, event.text),
        )
        for event in row.events.all()
    ]
    happenings = sorted([*tries, *events], key=lambda happening: happening.at)
    return _line(row, happenings=tuple(happenings), acts=acts)


def _line(
    row: OutgoingEmail,
    *,
    happenings: tuple[Happening, ...] = (),
    acts: tuple[tuple[LetterAct, str], ...] = (),
) -> Shown:
    state = State(row.state)
    return Shown(
        row=row,
        name=letter_name(row.kind),
        to=gettext("an address that was forgotten") if row.to.startswith(HASHED) else row.to,
        state=gettext(STATE_WORDS[state]),
        tone=_TONES.get(state, ""),
        since=row.sent_at or row.due_at or row.created_at,
        task=_TASKS[row.route],
        happenings=happenings,
        acts=acts,
    )


def _words(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
