"""The five numbers of the operators' page, each with its threshold in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import number_format
from django.utils.translation import gettext

from notifications import heartbeat, status
from notifications.emails.letter import Route
from notifications.status import OLDEST_DUE_LIMITS, Bounces, Facts

QUEUE_LIMITS = {Route.URGENT: 200, Route.BULK: 5000}
"""A longer queue is no fault as long as its oldest letter is young; it says that much is going on."""
BOUNCE_WATCH, BOUNCE_LIMIT = 0.02, 0.05
BOUNCES_SAY_SOMETHING_FROM = 20
"""Of fewer letters a share means nothing."""


@dataclass(frozen=True)
class Number:
    """One number: `level` is ok, wait (look at it) or bad, `verdict` the same in a word."""

    label: str
    value: str
    level: str
    lines: tuple[str, ...]
    threshold: str

    @property
    def verdict(self) -> str:
        return {
            "ok": gettext("All is well"),
            "wait": gettext("Watch this"),
            "bad": gettext("Act on this"),
        }[self.level]


def read(now: datetime) -> tuple[Number, ...]:
    """Read all five."""
    facts = status.facts(now)
    return (_oldest(facts), _dead(facts), _queued(facts), _heartbeat(facts), _bounces(status.bounces(now)))


def _oldest(facts: Facts) -> Number:
    ages = {one.route: one.oldest_due for one in facts.routes if one.oldest_due is not None}
    late = any(age > OLDEST_DUE_LIMITS[route] for route, age in ages.items())
    return Number(
        gettext("Oldest due letter"),
        span(max(ages.values())) if ages else gettext("None"),
        "bad" if late else "ok",
        tuple(f"{route}: {span(age)}" for route, age in ages.items()),
        gettext("Late after %(limits)s")
        % {"limits": _each(f"{span(limit)} ({route})" for route, limit in OLDEST_DUE_LIMITS.items())},
    )


def _dead(facts: Facts) -> Number:
    return Number(
        gettext("Dead letters"), str(facts.dead), "bad" if facts.dead else "ok", (), gettext("Should be 0")
    )


def _queued(facts: Facts) -> Number:
    queued = {one.route: one.queued for one in facts.routes}
    much = any(number > QUEUE_LIMITS[route] for route, number in queued.items())
    return Number(
        gettext("Queued in the outbox"),
        _grouped(sum(queued.values())),
        "wait" if much else "ok",
        tuple(
            gettext("%(route)s: %(queued)s, %(sending)s being sent, %(waiting)s kept back")
            % {
                "route": one.route,
                "queued": _grouped(one.queued),
                "sending": _grouped(one.sending),
                "waiting": _grouped(one.waiting),
            }
            for one in facts.routes
        ),
        gettext("Many from %(limits)s")
        % {"limits": _each(f"{_grouped(limit)} ({route})" for route, limit in QUEUE_LIMITS.items())},
    )


def _heartbeat(facts: Facts) -> Number:
    ages = {one.route: one.heartbeat_age for one in facts.routes}
    known = [age for age in ages.values() if age is not None]
    level = "bad" if any(age > heartbeat.MISSING_AFTER for age in known) else "ok"
    if level == "ok" and len(known) < len(ages):
        level = "wait"
    return Number(
        gettext("Heartbeat of the workers"),
        span(max(known)) if known else gettext("None yet"),
        level,
        tuple(f"{route}: {_ago(age)}" for route, age in ages.items()),
        gettext("Missing after %(span)s") % {"span": span(heartbeat.MISSING_AFTER)},
    )


def _bounces(bounces: Bounces) -> Number:
    level = "ok"
    if bounces.left >= BOUNCES_SAY_SOMETHING_FROM:
        level = "bad" if bounces.share > BOUNCE_LIMIT else "wait" if bounces.share > BOUNCE_WATCH else "ok"
    return Number(
        gettext("Bounced in 24 hours"),
        _percent(bounces.share, places=1),
        level,
        (
            gettext("%(bounced)s of %(left)s letters that left")
            % {"bounced": _grouped(bounces.bounced), "left": _grouped(bounces.left)},
        ),
        gettext("Watch from %(watch)s, act from %(act)s, of %(count)s letters or more")
        % {
            "watch": _percent(BOUNCE_WATCH),
            "act": _percent(BOUNCE_LIMIT),
            "count": BOUNCES_SAY_SOMETHING_FROM,
        },
    )


def _each(words: Iterable[str]) -> str:
    return ", ".join(words)


def _grouped(number: int) -> str:
    """Write a number with its thousands apart, as the language of the page does."""
    return number_format(number, force_grouping=True)


def _percent(share: float, *, places: int = 0) -> str:
    return gettext("%(number)s%%") % {"number": number_format(round(100 * share, places), decimal_pos=places)}


def _ago(age: timedelta | None) -> str:
    return gettext("none yet") if age is None else gettext("%(span)s ago") % {"span": span(age)}


def span(age: timedelta) -> str:
    """Say how long something is, in the two largest units that count."""
    seconds = int(age.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if hours == 0:
        return f"{minutes} min"
    if days == 0:
        return f"{hours} h {minutes % 60} min"
    return f"{days} d {hours % 24} h"
