"""Tell the operator of requests that no reviewer may decide: each has a part in them, or there is none."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from notifications import alerts
from notifications.emails.operator_alert import Alert
from people import addresses
from people.models import Person
from requests_app.models import Administrator, HistoryLine, Nomination, SmartAccountRequest
from requests_app.services import desk, parties

WHAT_TO_DO = "Make somebody else a reviewer, or let a superuser decide."


def notice(request: SmartAccountRequest, *, now: datetime) -> None:
    """Look at a request that was just sent. Where there are no reviewers at all, the daily look says so."""
    if parties.reviewers().exists():
        _alert_if_nobody(request, now=now)


def look(*, now: datetime) -> int:
    """Look at everything that waits for a reviewer; returns how many requests nobody may decide.

    The operator is written to once a day for each. The number of queries does not grow with the queue."""
    waiting = desk.find(desk.Search(), now=now)
    first = parties.reviewers().first()
    if first is not None:
        return sum(_alert_if_nobody(request, now=now) for request in _touching(waiting, first))
    count = waiting.count()
    if count:
        facts = (f"Requests that wait: {count}.", "There is no reviewer.", WHAT_TO_DO)
        alerts.raise_alert(Alert.NO_REVIEWER, cause="no reviewers", facts=facts, now=now)
    return count


def _touching(waiting: QuerySet[SmartAccountRequest], reviewer: Person) -> Iterable[SmartAccountRequest]:
    """Leave out what this reviewer certainly has no part in: all but requests with an address of the same host."""
    part = Q(requester=reviewer) | Q(pk__in=HistoryLine.objects.filter(person=reviewer).values("request"))
    for host in {addresses.domain_of(key) for key in parties.keys_of(reviewer)}:
        end = f"@{host}"
        part |= (
            Q(requester_address__iendswith=end)
            | Q(requester__in=Person.objects.filter(emailaddress__email__iendswith=end))
            | Q(pk__in=Nomination.objects.filter(address_key__iendswith=end).values("request"))
            | Q(pk__in=Administrator.objects.filter(address__iendswith=end).values("request"))
        )
    return waiting.filter(part)


def _alert_if_nobody(request: SmartAccountRequest, *, now: datetime) -> bool:
    """Write to the operator unless one of the reviewers may decide; returns whether none may."""
    if any(parties.may_decide(request, reviewer) for reviewer in parties.reviewers()):
        return False
    alerts.raise_alert(
        Alert.NO_REVIEWER,
        cause=str(request.pk),
        facts=(
            f"Request {request.reference} waits for a reviewer.",
            "Every reviewer has a part in it.",
            WHAT_TO_DO,
        ),
        page_path=reverse("ops_request", args=[request.pk]),
        now=now,
    )
    return True
