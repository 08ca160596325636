"""Write moments, domains and people's words as letters show them (filters of the letters' templates).

The same end and the same name stand in a letter several times, and an end in many letters: hence the caches.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

import idna

from notifications import inert

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@lru_cache(maxsize=1024)
def moment(iso: str) -> str:
    """Wednesday 9 December 2026, 23:59 UTC."""
    at = _utc(iso)
    return f"{WEEKDAYS[at.weekday()]} {_date(at)}, {at:%H:%M} UTC"


@lru_cache(maxsize=1024)
def long_day(iso: str) -> str:
    """Wednesday 9 December 2026."""
    at = _utc(iso)
    return f"{WEEKDAYS[at.weekday()]} {_date(at)}"


@lru_cache(maxsize=1024)
def day(iso: str) -> str:
    """9 December 2026."""
    return _date(_utc(iso))


@lru_cache(maxsize=1024)
def short_day(iso: str) -> str:
    """9 December; for subjects and preheaders only, where a year finds no room."""
    at = _utc(iso)
    return f"{at.day} {MONTHS[at.month - 1]}"


@lru_cache(maxsize=1024)
def clock(iso: str) -> str:
    """23:59 UTC."""
    return f"{_utc(iso):%H:%M} UTC"


@lru_cache(maxsize=1024)
def shown_end(iso: str) -> str:
    """Turn an exclusive end (00:00) into the last minute that still counts (23:59 of the day before)."""
    return (_utc(iso) - timedelta(minutes=1)).isoformat()


@lru_cache(maxsize=1024)
def u_label(domain: str) -> str:
    """Show a domain in its own script; one that does not decode stays as it is."""
    if "xn--" not in domain:
        return domain
    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain


def both_forms(domain: str) -> str:
    """Write a domain in its own script with its ASCII form behind it when the two differ."""
    shown = u_label(domain)
    return domain if shown == domain else f"{shown} ({domain})"


@lru_cache(maxsize=1024)
def inert_line(text: str) -> str:
    """Write a person's words on one line, with nothing in them that becomes a link."""
    return inert.inert_line(text)


@lru_cache(maxsize=1024)
def url_encoded(address: str) -> str:
    """Write an e-mail address as it stands behind ``mailto:``."""
    return quote(address, safe="/")


def lines(words: str) -> list[str]:
    """Split people's words into inert lines, without the empty ones at both ends."""
    return [inert_line(line) for line in words.strip().splitlines()]


def _utc(iso: str) -> datetime:
    return datetime.fromisoformat(iso).astimezone(UTC)


def _date(at: datetime) -> str:
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"
