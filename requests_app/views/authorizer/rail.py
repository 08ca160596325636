"""The rail as the authorizer sees it: whose hands the request is in, without the others' letters."""

from datetime import datetime

from django.conf import settings

from notifications.inert import inert
from people.templatetags.moments import day, days_left
from requests_app.domain.lifecycle import DomainState
from requests_app.services.authorization import OpenLink
from requests_app.services.progress import Stop

DOMAIN = {
    DomainState.PENDING: ("now", "By {operator}"),
    DomainState.CHANGE_ASKED: ("now", "{operator} asked for a change"),
    DomainState.APPROVED: ("done", "Approved by {operator}"),
    DomainState.REJECTED: ("ended", "Rejected by {operator}"),
}


def stops(opened: OpenLink, *, now: datetime) -> tuple[Stop, ...]:
    """Return the stops of a request that waits for this authorizer."""
    request = opened.request
    state, who = DOMAIN[DomainState(request.domain)]
    return (
        Stop(
            "done", "Request sent", who=f"{inert(request.requester.full_name)}, {day(request.submitted_at)}"
        ),
        Stop(
            "now",
            "Two checks, at the same time",
            pair=(
                Stop("now", "Authorization", who=f"You decide, {days_left(opened.link.expires_at, now)}"),
                Stop(state, "Domain review", who=who.format(operator=settings.OPERATOR_NAME)),
            ),
        ),
        Stop("todo", "Account set-up", who="Only if you authorize it"),
    )
