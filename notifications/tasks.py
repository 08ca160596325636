"""What Celery runs for the post office: ids in, nothing out. Twice, late or beside itself does no harm."""

from functools import partial

from celery import shared_task
from celery.signals import beat_init
from django.db import close_old_connections, connection
from django.utils import timezone

from notifications import delivery, heartbeat, nudging, routes, shutdown, tallies, telling, tracking
from notifications.emails.letter import Route

URGENT_LIMIT = 75
BULK_LIMIT = 270
"""Seconds after which a process is ended: more than a drain and one letter's whole time, less than a lease."""


@shared_task(name="deliver_urgent", ignore_result=True, time_limit=URGENT_LIMIT)
def deliver_urgent() -> None:
    """Send the urgent letters that are due."""
    _deliver(Route.URGENT)


@shared_task(name="deliver_bulk", ignore_result=True, time_limit=BULK_LIMIT)
def deliver_bulk() -> None:
    """Send all other letters that are due."""
    _deliver(Route.BULK)


@shared_task(name="sweep_urgent", ignore_result=True, time_limit=URGENT_LIMIT)
def sweep_urgent() -> None:
    """Find what no nudge told of: due letters and expired leases."""
    _sweep(Route.URGENT)


@shared_task(name="sweep_bulk", ignore_result=True, time_limit=BULK_LIMIT)
def sweep_bulk() -> None:
    """The same for all other letters."""
    _sweep(Route.BULK)


@shared_task(name="heartbeat", ignore_result=True, time_limit=URGENT_LIMIT)
def record_heartbeat(queue: str) -> None:
    """Record that this queue's worker does its work."""
    _renew_connection()
    heartbeat.beat(Route(queue), now=timezone.now())


@beat_init.connect
def show_life(**_unused: object) -> None:
    """Send each queue its first heartbeat when beat starts; the schedule's first comes a minute later."""
    for route in Route:
        record_heartbeat.apply_async((route.value,), queue=route.value, retry=False)


def _renew_connection() -> None:
    """Drop a connection that broke or grew old: Celery keeps it from task to task (CELERY_DB_REUSE_MAX)."""
    # Inside somebody's transaction it is theirs.
    if not connection.in_atomic_block:
        close_old_connections()


def _deliver(route: Route) -> None:
    _renew_connection()
    nudging.take(route)
    # One nudge wakes one process; where it finds a backlog, it wakes the next.
    helpers = partial(nudging.nudge, route)
    if delivery.drain(route, stop=shutdown.asked, call_help=helpers) and not shutdown.asked():
        nudging.nudge(route)


def _sweep(route: Route) -> None:
    _renew_connection()
    now = timezone.now()
    tracking.catch_up()
    telling.tell(now=now)
    routes.alert_if_long_sick(route, now=now)
    if route is Route.BULK:
        tallies.settle(now=now)
    delivery.recover(route, stop=shutdown.asked)
    _deliver(route)
