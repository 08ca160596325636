"""What can be counted from outside: heartbeats, the outbox, requests; the same figures for every web process.

Ages and numbers come from the database, so it does not matter which process answers; events that no table
keeps (openings, lost nudges) are counted in files that the processes share."""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from notifications.models import Heartbeat, OutgoingEmail, State
from requests_app.domain.lifecycle import RequestState
from requests_app.models import SmartAccountRequest

QUEUES = ("urgent", "bulk")


def heartbeat_ages(*, now: datetime) -> dict[str, float | None]:
    """Return the seconds since each queue's last heartbeat, None before its first."""
    last = dict(Heartbeat.objects.values_list("queue", "beat_at"))
    return {queue: (now - last[queue]).total_seconds() if queue in last else None for queue in QUEUES}


def oldest_due_age(*, now: datetime) -> float | None:
    """Return for how many seconds the letter that waits longest has been due, None when none is."""
    due_at = Coalesce("due_at", "created_at")
    queued = OutgoingEmail.objects.filter(Q(due_at__isnull=True) | Q(due_at__lte=now), state=State.QUEUED)
    oldest: datetime | None = queued.aggregate(oldest=Min(due_at))["oldest"]
    return max((now - oldest).total_seconds(), 0.0) if oldest else None


class _FromDatabase:
    """The gauges that are read anew for each scrape."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        ages = {queue: age for queue, age in heartbeat_ages(now=self.now).items() if age is not None}
        yield _gauge("heartbeat_age_seconds", "Since the queue's last heartbeat.", "queue", ages.items())
        oldest = oldest_due_age(now=self.now) or 0.0
        yield _gauge(
            "oldest_due_letter_age_seconds", "How long the oldest due letter waits.", "", [("", oldest)]
        )
        # What has left is not counted: that would read the whole history at each scrape.
        unsent = OutgoingEmail.objects.filter(
            state__in=[State.QUEUED, State.SENDING, State.WAITING, State.DEAD]
        )
        letters = unsent.values_list("state").annotate(count=Count("id"))
        yield _gauge("letters", "Letters that have not left, by state.", "state", letters)
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
