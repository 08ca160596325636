"""The rail as the authorizer sees it: whose hands the request is in, without the others' letters."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from notifications.inert import inert
from people.templatetags.moments import day, days_left
from requests_app.domain.lifecycle import DomainState
from requests_app.services.authorization import OpenLink
from requests_app.services.progress import Stop

DOMAIN = {
    DomainState.PENDING: ("now", gettext_noop("By %(operator)s")),
    DomainState.CHANGE_ASKED: ("now", gettext_noop("%(operator)s asked for a change")),
    DomainState.APPROVED: ("done", gettext_noop("Approved by %(operator)s")),
    DomainState.REJECTED: ("ended", gettext_noop("Rejected by %(operator)s")),
}


def stops(opened: OpenLink, *, now: datetime) -> tuple[Stop, ...]:
    """Return the stops of a request that waits for this authorizer."""
    request = opened.request
    state, who = DOMAIN[DomainState(request.domain)]
    return (
        Stop(
            "done",
            gettext("Request sent"),
            who=f"{inert(request.requester.full_name)}, {day(request.submitted_at)}",
        ),
        Stop(
            "now",
            gettext("Two checks, at the same time"),
            pair=(
                Stop(
                    "now",
                    gettext("Authorization"),
                    who=gettext("You decide, %(left)s") % {"left": days_left(opened.link.expires_at, now)},
                ),
                Stop(
                    state,
                    gettext("Domain review"),
                    who=gettext(who) % {"operator": settings.OPERATOR_NAME},
                ),
            ),
        ),
        Stop("todo", gettext("Account set-up"), who=gettext("Only if you authorize it")),
    )
