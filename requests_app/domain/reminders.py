"""Say when each clock's next reminder is due and when its wait ends, as moments to store.

A clock is made from stored facts; the request page, the forecast and the periodic tasks ask the same two
questions of it: `next_due` and `plan`. Nothing depends on equal dates: a missed run is caught up by the
next one, which skips a reminder whose successor is already due (product rules, section 4). After a
freeze the stored moments have moved, and so have the clocks made from them.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from requests_app.domain import allowances
from requests_app.domain.allowances import Allowance, Pace
from requests_app.domain.spans import DAY, Spans, end_after, morning_after

ONE_BY_HAND_A_DAY: Final = Pace(1, DAY)


@dataclass(frozen=True)
class Due:
    """Name one reminder; numbers count from 1 within the clock. The last says that no other follows."""

    number: int
    at: datetime
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Hold one wait: its reminders, its exclusive end, and what has happened so far.

    `handled` is the number of the last reminder sent, 0 before the first; `left` is how many may still be
    sent. `quiet` is the distance a reminder keeps from the latest letter, sent at `letter_sent_at`; None
    where letters do not matter.
    """

    reminders: tuple[datetime, ...]
    ends_at: datetime
    handled: int = 0
    left: int
    quiet: timedelta | None = None
    letter_sent_at: datetime | None = None


def authorizer_clock(
    promised_at: datetime,
    *,
    link_ends_at: datetime,
    letter_sent_at: datetime | None,
    spans: Spans,
    handled: int = 0,
    sent_in_all: int = 0,
) -> Clock:
    """Return the clock of the active link, whose letter was promised at `promised_at`.

    `letter_sent_at` is when the nomination's latest letter was sent (nomination, new link, facts changed,
    any reminder; codes do not count), None while none was. `handled` counts within this link, `sent_in_all`
    the automatic reminders of the nomination over all its links.
    """
    return Clock(
        reminders=tuple(morning_after(promised_at, span=span) for span in spans.authorizer_reminders),
        ends_at=link_ends_at,
        handled=handled,
        left=spans.automatic_reminders - sent_in_all,
        quiet=spans.quiet,
        letter_sent_at=letter_sent_at,
    )


def requester_clock(since: datetime, *, spans: Spans, handled: int = 0) -> Clock:
    """Return the clock of a pending request.

    `since` is the latest event that made it the requester's turn.
    """
    return _plain_clock(since, spans.requester_reminders, spans.requester, handled)


def setup_clock(entered_at: datetime, *, spans: Spans, handled: int = 0) -> Clock:
    """Return the clock of a request in set-up."""
    return _plain_clock(entered_at, spans.setup_reminders, spans.setup, handled)


def draft_clock(saved_at: datetime, *, spans: Spans, handled: int = 0) -> Clock:
    """Return the clock of a draft last saved then; its one reminder is the warning that it goes away."""
    return _plain_clock(saved_at, (spans.draft - spans.draft_warning,), spans.draft, handled)


def held_clock(held_at: datetime, *, spans: Spans) -> Clock:
    """Return the clock of a held nomination: no reminder, at its end the letter is refused."""
    return _plain_clock(held_at, (), spans.held, 0)


def reopening_ends_at(rejected_at: datetime, *, spans: Spans) -> datetime:
    """Return the exclusive end of the time in which a rejected request may be reopened."""
    return end_after(rejected_at, span=spans.reopening)


def has_ended(clock: Clock, *, now: datetime) -> bool:
    """Say whether the wait is over; nothing is reminded of afterwards."""
    return now >= clock.ends_at


def next_due(clock: Clock, *, now: datetime) -> Due | None:
    """Return the next reminder, None when no other will leave.

    One whose moment is not after `now` is to be sent now. Another answer than the stored moment replaces it.
    """
    if has_ended(clock, now=now) or clock.left <= 0:
        return None
    ahead = [
        (number, at)
        for number, at in enumerate(clock.reminders, start=1)
        if number > clock.handled and at < clock.ends_at
    ]
    for position, (number, at) in enumerate(ahead):
        rest = ahead[position + 1 :]
        is_skipped = bool(rest) and rest[0][1] <= now
        if not is_skipped and not _is_dropped(clock, at=at, now=now):
            return Due(number, at, is_last=not rest or clock.left == 1)
    return None


def plan(clock: Clock, *, now: datetime) -> tuple[Due, ...]:
    """Return every reminder that will leave from `now` on if nothing else happens, in order."""
    planned = []
    while due := next_due(clock, now=now):
        planned.append(due)
        now = max(now, due.at)
        clock = replace(clock, handled=due.number, left=clock.left - 1, letter_sent_at=now)
    return tuple(planned)


def manual_opens_at(now: datetime, *, sent_at: Collection[datetime], most: int) -> datetime:
    """Return from when the requester may remind the authorizer by hand, `most` times for one nomination.

    Raises allowances.Exhausted."""
    return allowances.opens_at(now, earlier=sent_at, allowance=Allowance(most, (ONE_BY_HAND_A_DAY,)))


def _plain_clock(since: datetime, reminders: tuple[timedelta, ...], span: timedelta, handled: int) -> Clock:
    return Clock(
        reminders=tuple(morning_after(since, span=reminder) for reminder in reminders),
        ends_at=end_after(since, span=span),
        handled=handled,
        left=len(reminders) - handled,
    )


def _is_dropped(clock: Clock, *, at: datetime, now: datetime) -> bool:
    """Say whether a letter makes the reminder superfluous.

    A letter sent later than `quiet` before the reminder's moment, or after it, does: so an answer once
    given never changes, however late a run asks. Before the first letter nothing is repeated.
    """
    if clock.quiet is None:
        return False
    if clock.letter_sent_at is None:
        return at <= now
    return clock.letter_sent_at > at - clock.quiet
