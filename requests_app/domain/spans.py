"""Say how long things last, and turn a span into the stored moment at which it ends or a reminder leaves.

Every span ends at 00:00 UTC and every reminder leaves at 09:00 UTC, whatever the hour at which it began
(product rules, section 4). The values are the product's defaults; the operator's stand in `settings.SPANS`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Final

DAY: Final = timedelta(days=1)
REMINDERS_LEAVE_AT: Final = time(9, tzinfo=UTC)


def _days(*counts: int) -> tuple[timedelta, ...]:
    return tuple(DAY * count for count in counts)


class Contradiction(ValueError):
    """Spans that cannot all be true; `fields` names those of `Spans` that are concerned."""

    def __init__(self, reason: str, *fields: str) -> None:
        super().__init__(reason)
        self.fields = fields


@dataclass(frozen=True, kw_only=True)
class Spans:
    """Hold every span of the product; all but `quiet` are whole days. Raises Contradiction."""

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
    offer: timedelta = 14 * DAY  # in which a colleague may take a request over
    undo_erasure: timedelta = 14 * DAY  # in which a person keeps the account by signing in
    review_target: int = 2  # working days

    def __post_init__(self) -> None:
        waits = {
            ("authorizer_reminders", "link"): (*self.authorizer_reminders, self.link),
            ("requester_reminders", "requester"): (*self.requester_reminders, self.requester),
            ("setup_reminders", "setup"): (*self.setup_reminders, self.setup),
            ("draft_warning", "draft"): (self.draft_warning, self.draft),
            ("held",): (self.held,),
            # What can be reopened must not have been forgotten.
            ("reopening", "forgetting"): (self.reopening, self.forgetting),
            ("offer",): (self.offer,),
            ("undo_erasure",): (self.undo_erasure,),
        }
        for fields, spans in waits.items():
            if any(span % DAY or span < DAY for span in spans):
                raise Contradiction("they must be whole days, at least 1", *fields)
            if any(later <= earlier for earlier, later in pairwise(spans)):
                raise Contradiction("each must be longer than the one before it, the end longest", *fields)
        if self.quiet < timedelta(0):
            raise Contradiction("it must be 0 or more", "quiet")
        if self.review_target < 1:
            raise Contradiction("it must be at least 1", "review_target")
        if self.automatic_reminders < len(self.authorizer_reminders):
            raise Contradiction(
                "more days are named than reminders may leave", "authorizer_reminders", "automatic_reminders"
            )


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
