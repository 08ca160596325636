"""When something is due, as the product's rules say it in words: written a second time, from the words alone."""

from datetime import UTC, datetime, time, timedelta

DAY = timedelta(days=1)
QUIET = DAY
"""No automatic reminder follows another letter to the authorizer sooner."""
MOST_AUTOMATIC = 3
"""So many reminders leave by themselves for one nomination, whatever happens to its links."""

LINK_LIVES = 14
HELD_LIVES = 30
TURN_LIVES = 30
SETUP_LIVES = 60
DRAFT_LIVES = 90
AUTHORIZER_DAYS = (3, 7, 12)
TURN_DAYS = (7, 21)
SETUP_DAYS = (3, 7, 14)
DRAFT_WARNED_BEFORE = 7


def nine_on_day(day: int, *, after: datetime) -> datetime:
    """09:00 UTC, so many days after the day of that moment."""
    return datetime.combine(after.date() + day * DAY, time(9), UTC)


def end_of_day(day: int, *, after: datetime) -> datetime:
    """The first moment after the day that is so many days after the day of that moment."""
    return datetime.combine(after.date() + (day + 1) * DAY, time(0), UTC)


def next_midnight(moment: datetime) -> datetime:
    """That moment, or the next 00:00 UTC."""
    at = datetime.combine(moment.date(), time(0), UTC)
    return at if at == moment else at + DAY


def next_minute(moment: datetime) -> datetime:
    at = moment.replace(second=0, microsecond=0)
    return at if at == moment else at + timedelta(minutes=1)


def same_organization(address: str, domain: str) -> bool:
    """Whether both end in the same two labels; the identifiers of this town are all of that form."""
    return address.partition("@")[2].split(".")[-2:] == domain.split(".")[-2:]
