"""Say how long things last, and turn a span into the stored moment at which it ends or a reminder leaves.

Every span ends at 00:00 UTC and every reminder leaves at 09:00 UTC, whatever the hour at which it began
(product rules, section 4). The values are defaults: an operator's settings build another `Spans`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Final

DAY: Final = timedelta(days=1)
REMINDERS_LEAVE_AT: Final = time(9, tzinfo=UTC)


def _days(*counts: int) -> tuple[timedelta, ...]:
    return tuple(DAY * count for count in counts)


@dataclass(frozen=True, kw_only=True)
class Spans:
    """Hold every span of the product; all but `quiet` are whole days.

    Raises ValueError for spans that contradict each other.
    """

    link: timedelta = 14 * DAY
    authorizer_reminders: tuple[timedelta, ...] = _days(3, 7, 12)
    quiet: timedelta = DAY  # no reminder follows another letter to the authorizer sooner
    automatic_reminders: int = 3  # per nomination, over all its links
    requester: timedelta = 30 * DAY
    requester_reminders: tuple[timedelta, ...] = _days(7, 21)
    setup: timedelta = 60 * DAY
    setup_reminders: tuple[timedelta, ...] = _days(3, 7, 14)
    draft: timedelta = 90 * DAY
    draft_warning: timedelta = 7 * DAY  # before the draft goes
    held: timedelta = 30 * DAY
    reopening: timedelta = 30 * DAY  # a rejected request may be reopened
    forgetting: timedelta = 90 * DAY  # from the end of a request until its people are forgotten
    undo_erasure: timedelta = 14 * DAY  # in which a person keeps the account by signing in
    review_target: int = 2  # working days

    def __post_init__(self) -> None:
        waits = {
            "link": (*self.authorizer_reminders, self.link),
            "requester": (*self.requester_reminders, self.requester),
            "setup": (*self.setup_reminders, self.setup),
            "draft": (self.draft - self.draft_warning, self.draft),
            "held": (self.held,),
            # What can be reopened must not have been forgotten.
            "forgetting": (self.reopening, self.forgetting),
            "undoing": (self.undo_erasure,),
        }
        for name, spans in waits.items():
            if any(span % DAY or span < DAY for span in spans):
                raise ValueError(f"The spans of {name} must be whole days, at least one.")
            if any(later <= earlier for earlier, later in pairwise(spans)):
                raise ValueError(f"The spans of {name} must grow: reminders in their order, then the end.")
        if self.quiet < timedelta(0) or self.automatic_reminders < 0 or self.review_target < 1:
            raise ValueError("Quiet time and reminders cannot be negative; a review takes a day.")


SPANS: Final = Spans()


def end_after(moment: datetime, *, span: timedelta) -> datetime:
    """Return 00:00 UTC after the last day of the span: exclusive, the day of `moment` is day 0."""
    return _midnight(moment) + span + DAY


def morning_after(moment: datetime, *, span: timedelta) -> datetime:
    """Return 09:00 UTC on the day that the span reaches."""
    return datetime.combine(_midnight(moment) + span, REMINDERS_LEAVE_AT)


def moved_end(end: datetime, *, by: timedelta) -> datetime:
    """Return an end moved by a frozen span, rounded up to 00:00 UTC so that no day is lost."""
    moved = end + by
    midnight = _midnight(moved)
    return midnight if midnight == moved else midnight + DAY


def shown_end(end: datetime) -> datetime:
    """Return the last minute before an exclusive end, as pages and letters show it (23:59 UTC)."""
    return end - timedelta(minutes=1)


def _midnight(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone has no day in UTC.")
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
