"""The reviewers' digest: what waits, each working day."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from notifications import emails, outbox
from people.models import Person
from requests_app.domain import working_days
from requests_app.domain.lifecycle import AuthorizationState, DomainState, RequestState
from requests_app.models import SmartAccountRequest

SHOWN = 10


def digest(*, now: datetime) -> int:
    """Post the digest to every reviewer when something waits and the day is a working day.

    The day stands in the key, so a second run of the day posts nothing. Returns how many letters are new."""
    holidays = working_days.read_holidays(settings.HOLIDAYS)
    if not working_days.is_working_day(now.date(), holidays=holidays):
        return 0
    pending = SmartAccountRequest.objects.filter(state=RequestState.PENDING, frozen_at=None)
    rows = [
        (since, request) for request in pending.order_by("domain_since") for since in _waiting_since(request)
    ]
    if not rows:
        return 0
    rows.sort(key=lambda row: row[0])
    domains = sum(request.domain == DomainState.PENDING for _, request in rows)
    held = sum(request.authorization == AuthorizationState.HELD for _, request in rows)
    overdue = sum(working_days.review_target_at(since, holidays=holidays) <= now for since, _ in rows)
    letter = emails.ReviewerDigest(
        page_path=reverse("review"),
        domains=domains,
        held=held,
        overdue=overdue,
        waiting=tuple(
            f"{request.reference}  {request.account_domain}  {_age(since, now)}"
            for since, request in rows[:SHOWN]
        ),
    )
    reviewers = Person.objects.filter(is_reviewer=True, is_active=True, suspended_at=None)
    return sum(
        outbox.post(letter, to=reviewer.email, key=f"digest:{now:%Y-%m-%d}:{reviewer.pk}")
        for reviewer in reviewers
    )


def _waiting_since(request: SmartAccountRequest) -> list[datetime]:
    """Since when a reviewer is waited for; one moment at most for each request."""
    if request.domain == DomainState.PENDING:
        return [request.domain_since]
    is_releasable = (
        request.authorization == AuthorizationState.HELD and request.domain == DomainState.APPROVED
    )
    return [request.authorization_since] if is_releasable else []


def _age(since: datetime, now: datetime) -> str:
    days = (now - since).days
    return "1 day" if days == 1 else f"{days} days"
