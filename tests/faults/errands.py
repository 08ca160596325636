"""What else the clerk does: people, requests of long ago, letters that left, and counting all of it."""

from collections.abc import Callable
from typing import Any


def meet(*, address: str) -> dict[str, Any]:
    """Somebody registered a while ago."""
    from tests import make

    make.person(address)
    return {}


def counts() -> dict[str, Any]:
    """Count the rows of everything that a submission writes."""
    from notifications.models import OutgoingEmail
    from requests_app.models import (
        Administrator,
        AuthorizationLink,
        HistoryLine,
        Nomination,
        SmartAccountRequest,
    )

    kept = (SmartAccountRequest, Administrator, Nomination, AuthorizationLink, HistoryLine, OutgoingEmail)
    return {model.__name__: model.objects.count() for model in kept}


def submit_long_ago(*, days: float, reminded: list[int]) -> dict[str, Any]:
    """A request of so many days ago whose letters left, and whose authorizer was reminded on these days."""
    from datetime import timedelta

    from notifications import clock
    from requests_app.services import reminding
    from tests import make
    from tests.requests_app.services.moments import leave, on_day

    then = clock.database_now() - timedelta(days=days)
    make.request(make.person(make.DANA, created_at=then - timedelta(days=30)), now=then)
    leave(then)
    for day in reminded:
        reminding.remind(now=on_day(day, after=then))
        leave(on_day(day, after=then))
    return {}


def request() -> dict[str, Any]:
    """Read the states of the one request."""
    from requests_app.models import SmartAccountRequest

    return SmartAccountRequest.objects.values("state", "authorization", "domain").get()


def age_routes(*, minutes: int) -> dict[str, Any]:
    """Let every sick route have been sick for so long."""
    from datetime import timedelta

    from django.db.models.functions import Now

    from notifications.models import RouteState

    sick = RouteState.objects.filter(sick_since__isnull=False)
    return {"aged": sick.update(sick_since=Now() - timedelta(minutes=minutes))}


def send_in_the_past(*, count: int) -> dict[str, Any]:
    """Letters that a provider took, under the ids 0, 1, 2 …"""
    from django.utils import timezone

    from notifications.emails import EmailChanged
    from notifications.models import OutgoingEmail, State

    letter, now = EmailChanged.sample(), timezone.now()
    OutgoingEmail.objects.bulk_create(
        OutgoingEmail(
            kind=letter.kind,
            route=letter.route,
            primitives=letter.primitives(),
            to=f"reader{number}@reader.example",
            key=f"past:{number}",
            state=State.SENT,
            sent_at=now,
            provider_id=str(number),
        )
        for number in range(count)
    )
    return {}


def events() -> dict[str, Any]:
    """Count what providers told."""
    from notifications.models import DeliveryEvent

    kept = DeliveryEvent.objects
    return {"kept": kept.count(), "without_a_letter": kept.filter(email=None).count()}


OWN = (meet, counts, submit_long_ago, request, age_routes, send_in_the_past, events)
ACTS: dict[str, Callable[..., dict[str, Any]]] = {act.__name__: act for act in OWN}
