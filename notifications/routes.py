"""The health of each route: a sick one rests for all workers, is probed with one letter, and alerts after 15 min."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection, transaction
from django.db.models.functions import Now

from notifications import alerts, waits
from notifications.emails.letter import Route
from notifications.emails.operator_alert import Alert
from notifications.failures import Failure
from notifications.models import RouteState

# Asked before every claim, and so written out: the mapper's way to it costs more than a letter's whole exchange.
_STATE = "SELECT held_at IS NOT NULL, sick_since IS NOT NULL FROM notifications_routestate WHERE route = %s"


class Gate(StrEnum):
    """Whether a worker may send on a route now."""

    OPEN = "open"
    PROBE = "probe"
    """With one letter, to see whether the route is well again."""
    CLOSED = "closed"


def ask(route: Route) -> Gate:
    """Ask whether to send. A rest that is over makes one worker, and no other, the probe."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [route.value])
        is_held, is_sick = cursor.fetchone() or (False, False)
    if is_held:
        return Gate.CLOSED
    if not is_sick:
        return Gate.OPEN
    # When its rest is over, the time of one letter is taken for the probe: should its worker die, another one follows.
    taken = RouteState.objects.filter(route=route.value, paused_until__lte=Now()).update(
        paused_until=Now() + timedelta(seconds=waits.PROBE_SECONDS)
    )
    return Gate.PROBE if taken else Gate.CLOSED


def leave(route: Route) -> None:
    """Give the probe back: there was no letter to send."""
    RouteState.objects.filter(route=route.value, sick_since__isnull=False).update(paused_until=Now())


def fell_sick(route: Route, failure: Failure, *, now: datetime) -> datetime:
    """Let the route rest, longer each time; returns until when. `now` is the database's moment."""
    with transaction.atomic():
        RouteState.objects.get_or_create(route=route.value)
        state = RouteState.objects.select_for_update().get(route=route.value)
        state.sick_since = state.sick_since or now
        state.pauses += 1
        state.paused_until = now + waits.for_route(state.pauses, requested=failure.retry_after)
        state.error_text = " ".join(
            part for part in (failure.stage, failure.error_class, failure.code, failure.text) if part
        )[:200]
        state.save()
        return state.paused_until


def recovered(route: Route) -> None:
    """A letter left: the route is well."""
    RouteState.objects.filter(route=route.value, sick_since__isnull=False).update(
        sick_since=None, paused_until=None, pauses=0, alerted_at=None, error_text=""
    )


def alert_if_long_sick(route: Route, *, now: datetime) -> None:
    """Tell the operator once that a route has been sick for 15 minutes."""
    long_sick = RouteState.objects.filter(
        route=route.value, sick_since__lte=now - waits.ALERT_AFTER, alerted_at__isnull=True
    )
    state = long_sick.first()
    if state is None or state.sick_since is None or not long_sick.update(alerted_at=now):
        return
    alerts.raise_alert(
        Alert.ROUTE_SICK,
        cause=f"{route}:{state.sick_since:%Y%m%dT%H%M}",
        facts=(f"Route {route} has sent nothing since {state.sick_since:%H:%M} UTC", state.error_text),
        now=now,
    )


def hold(*, now: datetime) -> None:
    """Stop every route until `release`: after a backup was restored nothing is sent without an operator's word."""
    for route in Route:
        pause(route, now=now)


def release() -> None:
    """Let every route send again."""
    for route in Route:
        resume(route)


def pause(route: Route, *, now: datetime) -> bool:
    """Stop one route until `resume`; a letter on the wire still arrives. Returns whether it was going."""
    state, _ = RouteState.objects.get_or_create(route=route.value)
    return bool(RouteState.objects.filter(pk=state.pk, held_at__isnull=True).update(held_at=now))


def resume(route: Route) -> bool:
    """Let one route send again; a sick one tries a letter at once. Returns whether it was stopped or resting."""
    stopped = RouteState.objects.filter(route=route.value)
    released = stopped.filter(held_at__isnull=False).update(held_at=None)
    woken = stopped.filter(sick_since__isnull=False, paused_until__gt=Now()).update(paused_until=Now())
    return bool(released or woken)
