"""What came of a link: the page after an answer, readable for 30 minutes, and the new link of an expired one."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from notifications.inert import inert
from requests_app.domain.authorization import COOKIE_LIFETIME, LinkState, NominationState
from requests_app.models import Nomination
from requests_app.models.nomination import Answer, LinkPurpose
from requests_app.services import authorization
from requests_app.views.answers import see
from requests_app.views.authorizer import cookies, doors
from requests_app.views.authorizer.cookies import Opens
from requests_app.views.authorizer.visits import Visit

NEW_LINK = "new_link"
LISTED = 10


@dataclass(frozen=True)
class Outcome:
    """What happened at a link within the last 30 minutes; `what` is an answer, or NEW_LINK."""

    what: str
    address: str
    colleague: str = ""
    is_held: bool = False


def answer_at(visit: Visit) -> Outcome | None:
    """Return what was just answered at this link, or None. Reads only."""
    link, named = visit.opened.link, visit.opened.nomination
    if link.state == LinkState.USED and _is_recent(link.used_at, visit.now):
        decision = named.decisions.filter(link_id=link.pk).exclude(answer=Answer.TAKE_BACK).first()
        if decision is None:
            return None
        following = _following(named) if decision.answer == Answer.HAND_ON else None
        return Outcome(
            decision.answer,
            named.address,
            colleague=following.address if following else "",
            is_held=bool(following and following.reasons),
        )
    if named.state == NominationState.NOT_MEANT and _is_recent(named.ended_at, visit.now):
        return Outcome(Answer.NOT_MEANT, named.address)
    return None


def _of(visit: Visit) -> Outcome | None:
    """An answer, or the new link that replaced this one just now."""
    if answered := answer_at(visit):
        return answered
    link, named = visit.opened.link, visit.opened.nomination
    newer = named.links.filter(generation__gt=link.generation, purpose=LinkPurpose.NEW_LINK).last()
    if newer and _is_recent(newer.created_at, visit.now):
        return Outcome(NEW_LINK, named.address)
    return None


def _is_recent(at: datetime | None, now: datetime) -> bool:
    return at is not None and now < at + COOKIE_LIFETIME


def _following(named: Nomination) -> Nomination | None:
    return Nomination.objects.filter(request=named.request_id, number=named.number + 1).first()


@doors.any_link(*doors.READS)
def done(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say what was recorded and what can still be done; list what else waits for the same address."""
    outcome = _of(visit)
    if outcome is None:
        authorization.check_alive(visit.opened, now=visit.now)
        return see("authorize", visit.key)
    others = []
    if visit.reader.reads_mailbox:
        # The link alone shows nobody's other requests: the mailbox has been proved here.
        others = authorization.other_open_links(visit.opened.nomination, now=visit.now)[:LISTED]
    context = {
        "outcome": outcome,
        "seen": visit.opened.request,
        "requester_name": inert(visit.opened.request.requester.full_name),
        "others": [
            {
                "link": link,
                "request": link.nomination.request,
                "requester_name": inert(link.nomination.request.requester.full_name),
            }
            for link in others
        ],
    }
    response = render(request, "requests_app/authorizer/done.html", context)
    for link in others:
        cookies.give(response, link.pk, opens=Opens.LINK, now=visit.now)
    return response


@doors.any_link("POST")
def new_link(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Send a new link to the same address; pressed again it was already sent."""
    authorization.send_new_link(visit.key, now=visit.now)
    return see("authorize_done", visit.key)
