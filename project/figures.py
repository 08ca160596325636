"""What can be counted from outside: heartbeats, the outbox, requests; the same figures for every web process.

Ages, numbers and totals come from the database, so it does not matter which process answers, nor on how many
machines the workers run; events that no table keeps (openings, lost nudges) are counted in files that the
processes of one machine share."""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.db.models import Count
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.multiprocess import MultiProcessCollector

from notifications import clock, status, tallies
from notifications.status import RouteFacts
from requests_app.domain.lifecycle import RequestState
from requests_app.models import SmartAccountRequest

PREFIX = "smart_accounts_"
OfRoute = Callable[[RouteFacts, datetime], float | None]


def _heartbeat(one: RouteFacts, now: datetime) -> float | None:
    return one.heartbeat_age.total_seconds() if one.heartbeat_age is not None else None


def _oldest_due(one: RouteFacts, now: datetime) -> float | None:
    return one.oldest_due.total_seconds() if one.oldest_due is not None else 0.0


def _sick(one: RouteFacts, now: datetime) -> float | None:
    return max((now - one.sick_since).total_seconds(), 0.0) if one.sick_since is not None else 0.0


def _rests(one: RouteFacts, now: datetime) -> float | None:
    return max((one.paused_until - now).total_seconds(), 0.0) if one.paused_until is not None else 0.0


OF_ROUTES: tuple[tuple[str, str, OfRoute], ...] = (
    ("heartbeat_age_seconds", "Since the route's last heartbeat; none before the first.", _heartbeat),
    (
        "oldest_due_letter_age_seconds",
        "How long the oldest due letter waits; 0 when none is due.",
        _oldest_due,
    ),
    ("route_sick_seconds", "Since when the mail system takes nothing on the route; 0 when it does.", _sick),
    ("route_rests_seconds", "Until the route tries again; 0 when it rests not.", _rests),
    ("route_held", "1 while an operator holds the route.", lambda one, _: float(one.held_at is not None)),
    ("letters_queued", "Letters that are queued.", lambda one, _: float(one.queued)),
    (
        "letters_waiting",
        "Letters kept back while their request is frozen.",
        lambda one, _: float(one.waiting),
    ),
    ("letters_sending", "Letters that are being sent.", lambda one, _: float(one.sending)),
)


class _FromDatabase:
    """The figures that are read anew for each scrape."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        post_office = status.facts(self.now)
        for name, text, value_of in OF_ROUTES:
            values = [(one.route.value, value_of(one, self.now)) for one in post_office.routes]
            yield _gauge(
                name, text, "route", [(route, value) for route, value in values if value is not None]
            )
        yield _gauge("letters_dead", "Letters that were given up.", "", [("", post_office.dead)])
        yield _gauge("problems", "What /readyz names.", "", [("", len(post_office.problems))])
        skew = (self.now - clock.database_now()).total_seconds()
        yield _gauge("clock_skew_seconds", "This machine's clock less the database's.", "", [("", skew)])
        still_open = SmartAccountRequest.objects.filter(state__in=[RequestState.PENDING, RequestState.SETUP])
        requests = still_open.values_list("state").annotate(count=Count("pk"))
        yield _gauge("requests", "Open requests, by state.", "state", requests)
        yield from _totals()


def _totals() -> Iterator[Metric]:
    totals = tallies.read()
    tried = CounterMetricFamily(
        f"{PREFIX}letter_attempts", "Attempts at letters, by kind and outcome.", labels=["kind", "outcome"]
    )
    for (kind, outcome), number in sorted(totals.attempts.items()):
        tried.add_metric([kind, outcome], number)
    yield tried
    told = CounterMetricFamily(
        f"{PREFIX}delivery_events",
        "What became of letters after they left, as we were told.",
        labels=["event"],
    )
    for event, number in sorted(totals.events.items()):
        told.add_metric([event], number)
    yield told
    waited = HistogramMetricFamily(
        f"{PREFIX}letter_wait_seconds",
        "From the moment a letter was due (last due, after a failure) to the mail system's answer.",
        labels=["route"],
    )
    for route, waits in totals.waits.items():
        edges = [(f"{edge:.1f}", float(number)) for edge, number in waits.within]
        waited.add_metric([route], buckets=[*edges, ("+Inf", waits.number)], sum_value=waits.seconds)
    yield waited


def _gauge(name: str, text: str, label: str, values: Iterable[tuple[str, float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{PREFIX}{name}", text, labels=[label] if label else [])
    for value, number in values:
        family.add_metric([str(value)] if label else [], float(number))
    return family


def text(*, now: datetime) -> tuple[bytes, str]:
    """Return everything in Prometheus' text format, and its content type."""
    shared = bool(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))
    counters = CollectorRegistry() if shared else REGISTRY
    if shared:
        MultiProcessCollector(counters)  # type: ignore[no-untyped-call]
    figures = CollectorRegistry()
    figures.register(_FromDatabase(now))
    return generate_latest(counters) + generate_latest(figures), CONTENT_TYPE_LATEST
