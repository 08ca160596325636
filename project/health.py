"""Whether the product lives, whether it works, and its figures: /healthz, /readyz, /metrics."""

from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications import status
from people import client_address, middleware
from project import figures

REDIS_TIMEOUT_SECONDS = 0.5


class Probes:
    """Answers /healthz and /readyz before the host is looked at: probes ask an address, not a name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return healthz(request)
        if request.path == "/readyz":
            return readyz(request)
        return self.get_response(request)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process lives; touches nothing."""
    return HttpResponse("alive\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say what works; 503 when something does not, with the word `starting` before the first heartbeat."""
    facts = readiness(now=timezone.now())
    code = 200 if facts["status"] == "ready" else 503
    response = JsonResponse(facts, status=code, headers={"Cache-Control": "no-store"})
    # A probe every few seconds would fill the log with what its own answer says.
    vars(response)["_has_been_logged"] = True
    return response


def readiness(*, now: datetime) -> dict[str, Any]:
    """Return the facts of /readyz; ages are in seconds, None where there is nothing to be old.

    `status` is ready, starting (no heartbeat has come yet, all else is well) or failing."""
    facts: dict[str, Any] = {"status": "failing", "database": _database(), "redis": _redis()}
    if facts["database"] != "ok":
        return facts
    try:
        post_office = status.facts(now)
    except DatabaseError as error:
        # It answers, but does not hold what this version needs, or not any more.
        return facts | {"database": type(error).__name__}
    facts["heartbeat_age"] = {one.route.value: _seconds(one.heartbeat_age) for one in post_office.routes}
    facts["oldest_due_letter_age"] = {one.route.value: _seconds(one.oldest_due) for one in post_office.routes}
    facts["problems"] = list(post_office.problems)
    if facts["redis"] == "ok":
        if not post_office.problems:
            facts["status"] = "ready"
        elif all(problem.endswith(": starting") for problem in post_office.problems):
            facts["status"] = "starting"
    return facts


def _seconds(age: timedelta | None) -> float | None:
    return round(age.total_seconds(), 1) if age is not None else None


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        # The class alone: the text may name hosts and users, and anybody may ask.
        return type(error).__name__
    return "ok"


def _redis() -> str:
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
        socket_timeout=REDIS_TIMEOUT_SECONDS,
        retry=None,
    )
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        return type(error).__name__
    finally:
        client.close()
    return "ok"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Show the figures in Prometheus' text format, to staff and the networks of METRICS_ALLOW; else 404."""
    if not _is_allowed(client_address.of(request)):
        elsewhere = middleware.sent_elsewhere(request)
        if elsewhere:
            return elsewhere
    body, kind = figures.text(now=timezone.now())
    return HttpResponse(body, content_type=kind, headers={"Cache-Control": "no-store"})


def _is_allowed(address: str) -> bool:
    return any(ip_address(address) in ip_network(network) for network in settings.METRICS_ALLOW)
