"""Moments in words, always in UTC with the zone named, whatever the reader's or the server's zone.

Every filter answers "" for None, so that a template may pass a moment that never came; and for "", which is what
a template passes when the thing whose moment it asks for is missing."""

from datetime import UTC, date, datetime, timedelta

from django import template

register = template.Library()

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment in full: "Wednesday 9 December 2026, 23:59 UTC"."""
    if not value:
        return ""
    at = _utc(value)
    return f"{DAYS[at.weekday()]} {day(at)}, {at:%H:%M} UTC"


@register.filter
def short_moment(value: datetime | None) -> str:
    """Write a moment for a dense list, without the year: "25 Nov, 14:01 UTC"."""
    if not value:
        return ""
    at = _utc(value)
    return f"{at.day} {MONTHS[at.month - 1][:3]}, {at:%H:%M} UTC"


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a day: "9 December 2026". A moment's day is its day in UTC."""
    if not value:
        return ""
    on = _utc(value) if isinstance(value, datetime) else value
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


@register.filter
def until(end: datetime | None) -> str:
    """Write an exclusive end as the last minute that still counts (product rules, section 4, "Clock")."""
    return "" if not end else moment(_last_minute(end))


@register.filter
def until_day(end: datetime | None) -> str:
    """Write the last day that still counts before an exclusive end: "9 December 2026"."""
    return "" if not end else day(_last_minute(end))


@register.filter
def days_left(end: datetime | None, now: datetime) -> str:
    """Say how far an exclusive end is away, in calendar days of UTC so that it agrees with the date."""
    if not end:
        return ""
    if now >= end:
        return "time is over"
    days = (_last_minute(end).date() - _utc(now).date()).days
    if days < 1:
        return "less than a day left"
    return "1 day left" if days == 1 else f"{days} days left"


@register.filter
def machine(value: datetime | None) -> str:
    """Write a moment for the datetime attribute of <time>: "2026-11-25T14:01Z"."""
    return "" if not value else f"{_utc(value):%Y-%m-%dT%H:%MZ}"


def _last_minute(end: datetime) -> datetime:
    return _utc(end) - timedelta(minutes=1)


def _utc(value: datetime) -> datetime:
    """Refuse a moment without a zone: shown as UTC it would be a lie."""
    if value.tzinfo is None:
        raise ValueError("A moment needs its zone.")
    return value.astimezone(UTC)
