"""Moments in words and in the page's language, always in UTC with the zone named, whatever the reader's or the
server's zone.

Every filter answers "" for None, so that a template may pass a moment that never came; and for "", which is what
a template passes when the thing whose moment it asks for is missing."""

from datetime import UTC, date, datetime, timedelta

from django import template
from django.utils.translation import gettext, gettext_noop, ngettext, pgettext

register = template.Library()

DAYS = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
)
MONTHS = (
    gettext_noop("January"),
    gettext_noop("February"),
    gettext_noop("March"),
    gettext_noop("April"),
    gettext_noop("May"),
    gettext_noop("June"),
    gettext_noop("July"),
    gettext_noop("August"),
    gettext_noop("September"),
    gettext_noop("October"),
    gettext_noop("November"),
    gettext_noop("December"),
)


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment in full: "Wednesday 9 December 2026, 23:59 UTC"."""
    if not value:
        return ""
    at = _utc(value)
    return gettext("%(weekday)s %(day)s, %(time)s UTC") % {
        "weekday": gettext(DAYS[at.weekday()]),
        "day": day(at),
        "time": f"{at:%H:%M}",
    }


@register.filter
def short_moment(value: datetime | None) -> str:
    """Write a moment for a dense list, without the year: "25 Nov, 14:01 UTC"."""
    if not value:
        return ""
    at = _utc(value)
    return gettext("%(day)s %(month)s, %(time)s UTC") % {
        "day": at.day,
        "month": _short_months()[at.month - 1],
        "time": f"{at:%H:%M}",
    }


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a day: "9 December 2026". A moment's day is its day in UTC."""
    if not value:
        return ""
    on = _utc(value) if isinstance(value, datetime) else value
    return gettext("%(day)s %(month)s %(year)s") % {
        "day": on.day,
        "month": gettext(MONTHS[on.month - 1]),
        "year": on.year,
    }


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
        return gettext("time is over")
    days = (_last_minute(end).date() - _utc(now).date()).days
    if days < 1:
        return gettext("less than a day left")
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


@register.filter
def machine(value: datetime | None) -> str:
    """Write a moment for the datetime attribute of <time>: "2026-11-25T14:01Z"."""
    return "" if not value else f"{_utc(value):%Y-%m-%dT%H:%MZ}"


def _short_months() -> tuple[str, ...]:
    """A function, for marking with a context and translating are one act."""
    return (
        pgettext("short month", "Jan"),
        pgettext("short month", "Feb"),
        pgettext("short month", "Mar"),
        pgettext("short month", "Apr"),
        pgettext("short month", "May"),
        pgettext("short month", "Jun"),
        pgettext("short month", "Jul"),
        pgettext("short month", "Aug"),
        pgettext("short month", "Sep"),
        pgettext("short month", "Oct"),
        pgettext("short month", "Nov"),
        pgettext("short month", "Dec"),
    )


def _last_minute(end: datetime) -> datetime:
    return _utc(end) - timedelta(minutes=1)


def _utc(value: datetime) -> datetime:
    """Refuse a moment without a zone: shown as UTC it would be a lie."""
    if value.tzinfo is None:
        raise ValueError("A moment needs its zone.")
    return value.astimezone(UTC)
