"""Count the operator's working days: Monday to Friday without its holidays, in UTC."""

from collections.abc import Iterable, Set
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from requests_app.domain.spans import DAY, REMINDERS_LEAVE_AT, Spans

_SATURDAY: Final = 5


def read_holidays(texts: Iterable[str]) -> frozenset[date]:
    """Read ISO dates such as 2026-12-25. Raises ValueError naming the text that is none."""
    holidays = set()
    for text in texts:
        try:
            holidays.add(date.fromisoformat(text.strip()))
        except ValueError:
            raise ValueError(f"{text!r} is not a date like 2026-12-25.") from None
    return frozenset(holidays)


def is_working_day(day: date, *, holidays: Set[date]) -> bool:
    """Say whether reviewers work on that day."""
    return day.weekday() < _SATURDAY and day not in holidays


def review_target_at(waiting_since: datetime, *, holidays: Set[date], spans: Spans) -> datetime:
    """Return the exclusive end, 00:00 UTC, of the working day by which a review should be done."""
    day = waiting_since.astimezone(UTC).date()
    for _ in range(spans.review_target):
        day = _next_working_day(day, holidays)
    return datetime.combine(day, time(tzinfo=UTC)) + DAY


def waited(waiting_since: datetime, *, now: datetime, holidays: Set[date]) -> int:
    """Return how many working days after the first day have begun; 0 on the day itself."""
    day, today = waiting_since.astimezone(UTC).date(), now.astimezone(UTC).date()
    days = (day + timedelta(days=count) for count in range(1, (today - day).days + 1))
    return sum(is_working_day(each, holidays=holidays) for each in days)


def next_digest_at(after: datetime, *, holidays: Set[date]) -> datetime:
    """Return the first 09:00 UTC of a working day later than `after`, the moment of the last digest."""
    day = after.astimezone(UTC).date()
    at = datetime.combine(day, REMINDERS_LEAVE_AT)
    if at > after and is_working_day(day, holidays=holidays):
        return at
    return datetime.combine(_next_working_day(day, holidays), REMINDERS_LEAVE_AT)


def _next_working_day(day: date, holidays: Set[date]) -> date:
    day += DAY
    while not is_working_day(day, holidays=holidays):
        day += DAY
    return day
