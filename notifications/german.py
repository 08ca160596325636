"""Write moments as German letters show them: the filters of `wording`, for the letters' other language."""

from datetime import UTC, datetime
from functools import lru_cache

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


@lru_cache(maxsize=1024)
def moment(iso: str) -> str:
    """Mittwoch, 9. Dezember 2026, 23:59 UTC."""
    at = _utc(iso)
    return f"{WEEKDAYS[at.weekday()]}, {_date(at)}, {at:%H:%M} UTC"


@lru_cache(maxsize=1024)
def long_day(iso: str) -> str:
    """Mittwoch, 9. Dezember 2026."""
    at = _utc(iso)
    return f"{WEEKDAYS[at.weekday()]}, {_date(at)}"


@lru_cache(maxsize=1024)
def day(iso: str) -> str:
    """9. Dezember 2026."""
    return _date(_utc(iso))


@lru_cache(maxsize=1024)
def short_day(iso: str) -> str:
    """9. Dezember; for subjects and preheaders only, where a year finds no room."""
    at = _utc(iso)
    return f"{at.day}. {MONTHS[at.month - 1]}"


def _utc(iso: str) -> datetime:
    return datetime.fromisoformat(iso).astimezone(UTC)


def _date(at: datetime) -> str:
    return f"{at.day}. {MONTHS[at.month - 1]} {at.year}"
