"""Totals of what became of letters, for the monitoring: added up from the history, beside its way and never in it.

A worker writes one row for each attempt anyway. A bookmark says up to which row the totals reach; what lies behind
it is added at each look, and a periodic pass moves the bookmark. So a look costs what the last minutes hold, the
figures are the same whichever process answers, and a restart loses none."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Model, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from notifications.models import Attempt, DeliveryEvent, Outcome, Tally

BUCKETS = (1, 5, 15, 60, 120, 420, 1800, 14400)
"""Seconds between the moment a letter was due and the mail system's answer; the promises are among them."""
SETTLED_AFTER = timedelta(minutes=5)
"""Rows get their numbers before they can be seen; none is written in a transaction that lasts this long."""
ATTEMPTS, EVENTS, WAITS, BOOKMARK = "attempts", "events", "waits", "bookmark"
SUM, NUMBER = "sum", "all"

Key = tuple[str, str]


@dataclass(frozen=True)
class Waits:
    """How long letters of a route waited: at most so many seconds, how often; all of them, and together."""

    within: tuple[tuple[int, int], ...]
    number: int
    seconds: float


@dataclass(frozen=True)
class Totals:
    """Everything counted since the first letter."""

    attempts: Mapping[tuple[str, str], int]
    """By kind of letter and outcome."""
    events: Mapping[str, int]
    """What providers and bounces said, by event."""
    waits: Mapping[str, Waits]
    """By route."""


def read() -> Totals:
    """Return the totals as they are now: what is settled, and what came since."""
    stored = Counter({(one.series, one.label): one.number for one in Tally.objects.exclude(series=BOOKMARK)})
    marks = {one.label: one.number for one in Tally.objects.filter(series=BOOKMARK)}
    for source in (ATTEMPTS, EVENTS):
        stored.update(_count(source, after=marks.get(source, 0), upto=None))
    return Totals(
        attempts={_pair(label): number for (series, label), number in stored.items() if series == ATTEMPTS},
        events={label: number for (series, label), number in stored.items() if series == EVENTS},
        waits=_waits({label: number for (series, label), number in stored.items() if series == WAITS}),
    )


def settle(*, now: datetime) -> None:
    """Add to the stored totals what no transaction can add to any more; safe beside itself."""
    for source in (ATTEMPTS, EVENTS):
        Tally.objects.get_or_create(series=BOOKMARK, label=source, defaults={"number": 0})
        with transaction.atomic():
            mark = Tally.objects.select_for_update().get(series=BOOKMARK, label=source)
            upto = _last_settled(source, after=mark.number, now=now)
            if upto is None:
                continue
            for (series, label), number in _count(source, after=mark.number, upto=upto).items():
                row, _ = Tally.objects.get_or_create(series=series, label=label, defaults={"number": 0})
                Tally.objects.filter(pk=row.pk).update(number=F("number") + number)
            Tally.objects.filter(pk=mark.pk).update(number=upto)


def _last_settled(source: str, *, after: int, now: datetime) -> int | None:
    model: type[Model] = Attempt if source == ATTEMPTS else DeliveryEvent
    written = "ended_at" if source == ATTEMPTS else "received_at"
    old = {"id__gt": after, f"{written}__lt": now - SETTLED_AFTER}
    last: int | None = model._default_manager.filter(**old).aggregate(last=Max("id"))["last"]
    return last


def _count(source: str, *, after: int, upto: int | None) -> Counter[Key]:
    span = Q(id__gt=after) if upto is None else Q(id__gt=after, id__lte=upto)
    if source == EVENTS:
        events = DeliveryEvent.objects.filter(span).values_list("event").annotate(number=Count("id"))
        return Counter({(EVENTS, event): number for event, number in events.order_by()})
    tried = Attempt.objects.filter(span)
    kinds = tried.values_list("email__kind", "outcome").annotate(number=Count("id")).order_by()
    counted = Counter({(ATTEMPTS, f"{kind}:{outcome}"): number for kind, outcome, number in kinds})
    counted.update(_count_waits(tried.filter(outcome=Outcome.SENT.value)))
    return counted


def _count_waits(sent: QuerySet[Attempt]) -> Counter[Key]:
    due = Coalesce("email__due_at", "email__created_at")
    waited = sent.annotate(
        waited=ExpressionWrapper(F("ended_at") - due, output_field=DurationField()),
    )
    within = {f"b{edge}": Count("id", filter=Q(waited__lte=timedelta(seconds=edge))) for edge in BUCKETS}
    routes = (
        waited.values("email__route").annotate(number=Count("id"), sum=Sum("waited"), **within).order_by()
    )
    counted: Counter[Key] = Counter()
    for one in routes:
        route = one["email__route"]
        counted[WAITS, f"{route}:{NUMBER}"] = one["number"]
        # Whole milliseconds, since totals are whole numbers; a clock set back must not make them shrink.
        counted[WAITS, f"{route}:{SUM}"] = max(int(one["sum"] / timedelta(milliseconds=1)), 0)
        counted.update({(WAITS, f"{route}:{edge}"): one[f"b{edge}"] for edge in BUCKETS})
    return counted


def _waits(labels: Mapping[str, int]) -> dict[str, Waits]:
    routes = {_pair(label)[0] for label in labels}
    return {
        route: Waits(
            within=tuple((edge, labels.get(f"{route}:{edge}", 0)) for edge in BUCKETS),
            number=labels.get(f"{route}:{NUMBER}", 0),
            seconds=labels.get(f"{route}:{SUM}", 0) / 1000,
        )
        for route in sorted(routes)
    }


def _pair(label: str) -> tuple[str, str]:
    first, _, second = label.rpartition(":")
    return first, second
