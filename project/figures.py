"""What can be counted from outside: heartbeats, the outbox, requests; the same figures for every web process.

Ages and numbers come from the database, so it does not matter which process answers; events that no table
keeps (openings, lost nudges) are counted in files that the processes share."""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Count
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from notifications import status
from requests_app.domain.lifecycle import RequestState
from requests_app.models import SmartAccountRequest

AGES: tuple[tuple[str, str, Callable[[status.RouteFacts], timedelta | None]], ...] = (
    ("heartbeat_age_seconds", "Since the route's last heartbeat.", lambda one: one.heartbeat_age),
    ("oldest_due_letter_age_seconds", "How long the oldest due letter waits.", lambda one: one.oldest_due),
)


class _FromDatabase:
    """The gauges that are read anew for each scrape."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        post_office = status.facts(self.now)
        routes = post_office.routes
        for name, text, age_of in AGES:
            ages = [(one.route.value, age) for one in routes if (age := age_of(one)) is not None]
            yield _gauge(name, text, "route", [(route, age.total_seconds()) for route, age in ages])
        for state in ("queued", "waiting", "sending"):
            counts = [(one.route.value, float(getattr(one, state))) for one in routes]
            yield _gauge(f"letters_{state}", f"Letters that are {state}.", "route", counts)
        yield _gauge("letters_dead", "Letters that were given up.", "", [("", post_office.dead)])
        yield _gauge("problems", "What /readyz names.", "", [("", len(post_office.problems))])
        still_open = SmartAccountRequest.objects.filter(state__in=[RequestState.PENDING, RequestState.SETUP])
        requests = still_open.values_list("state").annotate(count=Count("pk"))
        yield _gauge("requests", "Open requests, by state.", "state", requests)


def _gauge(name: str, text: str, label: str, values: Iterable[tuple[str, float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"smart_accounts_{name}", text, labels=[label] if label else [])
    for value, number in values:
        family.add_metric([str(value)] if label else [], float(number))
    return family


def text(*, now: datetime) -> tuple[bytes, str]:
    """Return everything in Prometheus' text format, and its content type."""
    shared = bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))
    counters = CollectorRegistry() if shared else REGISTRY
    if shared:
        MultiProcessCollector(counters)  # type: ignore[no-untyped-call]
    gauges = CollectorRegistry()
    gauges.register(_FromDatabase(now))
    return generate_latest(counters) + generate_latest(gauges), CONTENT_TYPE_LATEST
