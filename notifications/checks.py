"""Refuse to start with Celery or lease settings under which a promise would break."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from notifications.emails.letter import Route
from notifications.tasks import BULK_LIMIT, URGENT_LIMIT

_MUST_BE: dict[str, object] = {
    "CELERY_TASK_SERIALIZER": "json",
    "CELERY_ACCEPT_CONTENT": ["json"],
    "CELERY_RESULT_BACKEND": None,
    "CELERY_TASK_IGNORE_RESULT": True,
    "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
    "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
    "CELERY_BROKER_CONNECTION_MAX_RETRIES": None,
    "CELERY_WORKER_SEND_TASK_EVENTS": True,
    "CELERY_TASK_CREATE_MISSING_QUEUES": False,
}
_MUST_NOT_BE_SET = (
    "CELERY_TASK_ACKS_LATE",
    "CELERY_TASK_REJECT_ON_WORKER_LOST",
    "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT",
    "CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE",
)
_TIMES_OUT = ("visibility_timeout", "socket_connect_timeout", "socket_timeout", "health_check_interval")


def register_all() -> None:
    """Have Django run these checks."""
    register(check_celery)
    register(check_spans)


def check_celery(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Check what the delivery design fixes: early acknowledgement, JSON, no results, bounded waits for Redis."""
    errors: list[CheckMessage] = []
    for name, value in _MUST_BE.items():
        if getattr(settings, name, "nothing") != value:
            errors.append(Error(f"{name} must be {value!r}.", id="notifications.E001"))
    for name in _MUST_NOT_BE_SET:
        if getattr(settings, name, None):
            errors.append(
                Error(
                    f"{name} must stay off: the sweep guarantees, and redelivery has no cap.",
                    id="notifications.E002",
                )
            )
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    for name in _TIMES_OUT:
        if not options.get(name):
            errors.append(
                Error(
                    f"CELERY_BROKER_TRANSPORT_OPTIONS needs {name}: a silent Redis would block.",
                    id="notifications.E003",
                )
            )
    queues = {queue.name for queue in getattr(settings, "CELERY_TASK_QUEUES", ())}
    if queues != {route.value for route in Route}:
        errors.append(Error("CELERY_TASK_QUEUES must name one queue a route.", id="notifications.E004"))
    return errors


def check_spans(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Check that a lease outlives its task, and a task its drain and the letter begun at its end."""
    errors: list[CheckMessage] = []
    limits = {Route.URGENT: URGENT_LIMIT, Route.BULK: BULK_LIMIT}
    for route in Route:
        letter = settings.NOTIFICATIONS_LETTER_SECONDS[route]
        lease = settings.NOTIFICATIONS_LEASE_SECONDS[route]
        if lease <= letter:
            errors.append(
                Error(f"The lease of {route} must be longer than one letter's time.", id="notifications.E005")
            )
        if limits[route] <= settings.NOTIFICATIONS_DRAIN_SECONDS + letter:
            errors.append(
                Error(
                    f"DRAIN_SECONDS and a letter's time on {route} exceed the task's limit.",
                    id="notifications.E006",
                )
            )
    return errors
