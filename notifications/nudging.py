"""Tell Celery that letters wait: a hint on a connection of its own, which may fail without any harm.

A silent broker must not hold up a web request, so this connection never retries and waits 0.3 seconds at
most; after a failure nothing is tried for ten seconds. A lost hint costs the time until the next sweep.
"""

import logging
import os
import threading
import time
from typing import Any
from uuid import uuid4

from celery import current_app
from django.conf import settings
from kombu import Producer
from kombu.exceptions import OperationalError
from prometheus_client import Counter
from redis.exceptions import RedisError

from notifications.emails.letter import Route

QUIET_SECONDS = 10.0
_NOTHING_AFTERWARDS = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
TASKS = {Route.URGENT: "deliver_urgent", Route.BULK: "deliver_bulk"}
FAILURES = (OperationalError, RedisError, OSError)

log = logging.getLogger(__name__)
failed = Counter("notifications_nudges_failed", "Hints to the workers that the broker did not take.")
_quiet_until = 0.0


class _Line(threading.local):
    """This thread's connection; a forked process opens its own."""

    producer: Producer | None = None
    pid = 0


_line = _Line()


def nudge(route: Route) -> bool:
    """Ask the route's workers to look now. Returns False, and never raises, when the broker does not take it.

    While a nudge waits for a worker no second one is published: one `SET NX` spares the rest.
    """
    global _quiet_until
    if time.monotonic() < _quiet_until:
        failed.inc()
        return False
    try:
        producer = _open()
        client = _client(producer)
        if client is not None and not client.set(
            _mark(route), 1, nx=True, ex=settings.NOTIFICATIONS_SWEEP_SECONDS[route]
        ):
            return True
        _publish(producer, route)
    except FAILURES as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        _close()
        failed.inc()
        log.warning(
            "A nudge did not reach the broker.", extra={"route": route, "error": type(error).__name__}
        )
        return False
    return True


def _publish(producer: Producer, route: Route) -> None:
    """Publish the route's task as Celery's message protocol 2 has it. `send_task` does the same at twice the price:
    it declares the queue, and asks for routes, arguments and listeners that a hint does not have."""
    task_id = str(uuid4())
    named = {"id": task_id, "root_id": task_id, "parent_id": None, "group": None}
    producer.publish(
        ([], {}, _NOTHING_AFTERWARDS),
        serializer="json",
        exchange="",
        routing_key=route.value,
        headers={"lang": "py", "task": TASKS[route], **named},
        correlation_id=task_id,
        retry=False,
    )


def take(route: Route) -> None:
    """Let the next nudge through: called by the worker before it claims, so that no letter falls between."""
    if time.monotonic() < _quiet_until:
        return
    try:
        client = _client(_open())
        if client is not None:
            client.delete(_mark(route))
    except FAILURES:
        # The mark runs out by itself with the next sweep.
        _close()


def forget() -> None:
    """Close this thread's connection and try again at once, whatever failed before."""
    global _quiet_until
    _quiet_until = 0.0
    _close()


def _mark(route: Route) -> str:
    return f"nudged:{route}"


def _open() -> Producer:
    if _line.producer is None or _line.pid != os.getpid():
        options = {"max_retries": 0, "socket_connect_timeout": 0.3, "socket_timeout": 0.3}
        connection = current_app.connection_for_write(transport_options=options)
        _line.producer = current_app.amqp.Producer(connection, auto_declare=False)
        _line.pid = os.getpid()
    return _line.producer


def _client(producer: Producer) -> Any:
    """The redis client under the producer's channel, or None with a broker that has none (kombu's memory)."""
    return getattr(producer.channel, "client", None)


def _close() -> None:
    producer, _line.producer = _line.producer, None
    if producer is None or _line.pid != os.getpid():
        return
    try:
        if producer.connection is not None:
            producer.connection.collect(socket_timeout=0.3)
    except FAILURES:
        log.debug("The broken connection could not be closed in order.")
