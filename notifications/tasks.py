"""What Celery runs for the post office: ids in, nothing out. Twice, late or beside itself does no harm."""

import logging
from functools import partial

from celery import shared_task
from celery.signals import beat_init, worker_ready
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from notifications import clock, delivery, heartbeat, nudging, routes, shutdown, tallies, telling, tracking
from notifications.emails.letter import Route

log = logging.getLogger(__name__)
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
    """Record that this queue's worker does its work, by the one clock that all hosts share."""
    _renew_connection()
    heartbeat.check_clock(now=timezone.now())
    heartbeat.beat(Route(queue), now=clock.database_now())


@beat_init.connect
def show_life(**_unused: object) -> None:
    """Send each queue its first heartbeat when beat starts; the schedule's first comes a minute later."""
    for route in Route:
        record_heartbeat.apply_async((route.value,), queue=route.value, retry=False)


@beat_init.connect
@worker_ready.connect
def watch_clock(**_unused: object) -> None:
    """Look at this host's clock at the start: a worker whose clock is ahead takes all that beat sends for expired."""
    try:
        heartbeat.check_clock(now=timezone.now())
    except DatabaseError as error:
        log.warning("This host's clock was not looked at.", extra={"error": type(error).__name__})
    finally:
        # Only the processes that work keep a connection.
        if not connection.in_atomic_block:
            connection.close()


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
