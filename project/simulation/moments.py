"""Say when the clock has something to do next: a simulation goes from one such moment to the next."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Min, QuerySet, Value
from django.db.models.functions import Coalesce

from notifications import clock
from notifications.models import OutgoingEmail, RouteState, State
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.lifecycle import OPEN, RequestState
from requests_app.models import AuthorizationLink, Draft, Nomination, SmartAccountRequest

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def next_pass() -> datetime | None:
    """Return the earliest stored moment at which somebody is reminded or something ends; it may have passed."""
    with connection.cursor() as cursor:
        cursor.execute(*_waits(connection.vendor))
        return min((clock.as_moment(moment) for (moment,) in cursor.fetchall() if moment), default=None)


@cache
def _waits(vendor: str) -> tuple[str, Any]:
    """The question, put into words once: it is asked for every step of a simulation."""
    nominations = Nomination.objects.filter(request__state=RequestState.PENDING, request__frozen_at=None)
    open_requests = SmartAccountRequest.objects.filter(state__in=OPEN, frozen_at=None)
    links = AuthorizationLink.objects.filter(
        state=LinkState.ACTIVE,
        nomination__request__state=RequestState.PENDING,
        nomination__request__frozen_at=None,
    )
    first, *others = (
        _earliest(nominations.filter(state=NominationState.PENDING), "next_reminder_at"),
        _earliest(nominations.filter(state=NominationState.HELD), "held_until"),
        _earliest(links, "expires_at"),
        _earliest(open_requests, "next_reminder_at"),
        _earliest(open_requests, "expires_at"),
        _earliest(Draft.objects.filter(warned_at=None), "warn_at"),
        _earliest(Draft.objects.all(), "expires_at"),
    )
    words: tuple[str, Any] = first.union(*others, all=True).query.sql_with_params()
    return words


def _earliest(rows: QuerySet[Any], field: str) -> Any:
    # Grouped by what is the same for all rows: one row with the earliest of them all.
    together = rows.order_by().annotate(all=Value(1)).values("all")
    return together.annotate(earliest=Min(field)).values_list("earliest")


def next_letter(*, now: datetime) -> datetime | None:
    """Return when a letter may leave next: one that is due later, one whose worker died, one whose route rests."""
    if OutgoingEmail.objects.filter(undeliverable_told=False).exists():
        return now
    routes = {state.route: state for state in RouteState.objects.all()}
    found = []
    for name, due in (*queued(), *_leased()):
        route = routes.get(name)
        if route is not None and route.held_at is not None:
            continue
        rests_until = route.paused_until if route is not None else None
        found.append(max(due, rests_until or due))
    return min(found, default=None)


def queued() -> list[tuple[str, datetime]]:
    """Return each route on which letters wait, and when the first of them is due."""
    return _ask(_queued_words(connection.vendor))


def _leased() -> list[tuple[str, datetime]]:
    return _ask(_leased_words(connection.vendor))


def _ask(words: tuple[str, Any]) -> list[tuple[str, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(*words)
        return [(route, clock.as_moment(moment)) for route, moment in cursor.fetchall()]


@cache
def _queued_words(vendor: str) -> tuple[str, Any]:
    return _by_route(State.QUEUED, Min(Coalesce("due_at", "created_at")))


@cache
def _leased_words(vendor: str) -> tuple[str, Any]:
    return _by_route(State.SENDING, Min("lease_until"))


def _by_route(state: State, earliest: Min) -> tuple[str, Any]:
    letters = OutgoingEmail.objects.filter(state=state).order_by().values("route").annotate(earliest=earliest)
    words: tuple[str, Any] = letters.query.sql_with_params()
    return words


def up(moment: datetime, *, to: timedelta) -> datetime:
    """Return the moment, or the next whole `to` after it: when what runs so often comes to it."""
    rest = (moment - _EPOCH) % to
    return moment if not rest else moment + to - rest


def next_of(schedule: Any, *, after: datetime) -> datetime:
    """Return the next minute of a Celery `crontab` that names minutes, hours and weekdays."""
    day = after.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        if day.isoweekday() % 7 in schedule.day_of_week:
            for hour in sorted(schedule.hour):
                for minute in sorted(schedule.minute):
                    at = day.replace(hour=hour, minute=minute)
                    if at > after:
                        return at
        day += DAY
