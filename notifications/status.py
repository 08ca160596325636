"""The facts by which the readiness probe and the operators' page judge the post office."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from notifications import heartbeat
from notifications.emails.letter import Route
from notifications.models import OutgoingEmail, RouteState, State

OLDEST_DUE_LIMITS = {Route.URGENT: timedelta(minutes=2), Route.BULK: timedelta(minutes=7)}
"""How long a due letter may lie before something is wrong (README, promise 3: a worker's death included)."""


@dataclass(frozen=True)
class RouteFacts:
    """One route as it is now; ages are None when there is nothing to be old."""

    route: Route
    queued: int
    waiting: int
    sending: int
    oldest_due: timedelta | None
    heartbeat_age: timedelta | None
    sick_since: datetime | None
    paused_until: datetime | None
    held_at: datetime | None
    error_text: str


@dataclass(frozen=True)
class Facts:
    """The whole post office. `problems` is empty when it is ready; its words are for the probe's JSON."""

    routes: tuple[RouteFacts, ...]
    dead: int
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Bounces:
    """Of the letters that left in the last day, how many came back."""

    left: int
    bounced: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 when nothing left."""
        return self.bounced / self.left if self.left else 0.0


def bounces(now: datetime) -> Bounces:
    """Count what left in the last 24 hours, by the index of what is not yet blanked."""
    recent = OutgoingEmail.objects.filter(sent_at__gt=now - timedelta(days=1), blanked_at__isnull=True)
    counted = recent.aggregate(left=Count("id"), bounced=Count("id", filter=Q(state=State.BOUNCED.value)))
    return Bounces(**counted)


def facts(now: datetime) -> Facts:
    """Read everything in queries whose cost depends on the backlog, not on what was ever sent."""
    # One query a state: each has a partial index of its own, which a list of states would not use.
    counts: dict[tuple[str, str], int] = {
        (route, state.value): number
        for state in (State.QUEUED, State.WAITING, State.SENDING)
        for route, number in OutgoingEmail.objects.filter(state=state.value)
        .values_list("route")
        .annotate(number=Count("id"))
        .order_by()
    }
    sick = RouteState.objects.in_bulk()
    ages = heartbeat.ages(now=now)
    routes = tuple(_route(route, counts, sick.get(route.value), ages.get(route), now) for route in Route)
    return Facts(
        routes=routes,
        dead=OutgoingEmail.objects.filter(state=State.DEAD).count(),
        problems=tuple(problem for one in routes for problem in _problems(one)),
    )


def _route(
    route: Route,
    counts: dict[tuple[str, str], int],
    state: RouteState | None,
    age: timedelta | None,
    now: datetime,
) -> RouteFacts:
    oldest = (
        OutgoingEmail.objects.filter(route=route.value, state=State.QUEUED)
        .order_by(Coalesce("due_at", "created_at"), F("id"))
        .values_list(Coalesce("due_at", "created_at"), flat=True)
        .first()
    )
    return RouteFacts(
        route=route,
        queued=counts.get((route.value, State.QUEUED), 0),
        waiting=counts.get((route.value, State.WAITING), 0),
        sending=counts.get((route.value, State.SENDING), 0),
        oldest_due=now - oldest if oldest is not None and oldest <= now else None,
        heartbeat_age=age,
        sick_since=state.sick_since if state else None,
        paused_until=state.paused_until if state else None,
        held_at=state.held_at if state else None,
        error_text=state.error_text if state else "",
    )


def _problems(one: RouteFacts) -> list[str]:
    problems = []
    if one.heartbeat_age is None:
        problems.append(f"{one.route}: starting")
    elif one.heartbeat_age > heartbeat.MISSING_AFTER:
        problems.append(f"{one.route}: no heartbeat")
    if one.held_at is not None:
        problems.append(f"{one.route}: held by an operator")
    elif one.oldest_due is not None and one.oldest_due > OLDEST_DUE_LIMITS[one.route]:
        problems.append(f"{one.route}: letters are late")
    return problems
