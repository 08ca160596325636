"""A link and what it opens: find it, say why it is dead, lapse it at the door, send a new one.

The link alone decides nothing; what is answered at it is recorded in `authorization`.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from notifications.emails.choose_authorizer import Cause
from people import services as people
from people.models import Person
from requests_app.domain import allowances, authorization
from requests_app.domain.authorization import DeadCause, LinkState, NominationState
from requests_app.domain.lifecycle import Event, RequestState
from requests_app.models import AuthorizationLink, Nomination, SmartAccountRequest
from requests_app.models.nomination import LinkPurpose
from requests_app.services import actors, letters, linking, nomination, transitions
from requests_app.services.limits import LimitReached
from requests_app.services.transitions import Conflict


class LinkUnknown(Exception):
    """No such link (404 at /a/, 403 at its page)."""


class LinkDead(Exception):
    """The link does not work any more (410); `cause` names why."""

    def __init__(self, cause: DeadCause, link: AuthorizationLink) -> None:
        super().__init__(cause)
        self.cause = cause
        self.link = link


class BeingChecked(Conflict):
    """Staff froze the request: the link stays active and nothing is decided (409)."""

    def __init__(self) -> None:
        super().__init__(
            gettext("This request is being checked. You do not have to do anything; the link keeps working.")
        )


@dataclass(frozen=True)
class OpenLink:
    """A link with what it opens."""

    link: AuthorizationLink
    nomination: Nomination
    request: SmartAccountRequest


def by_hash(token_hash: str) -> AuthorizationLink:
    """Find a link by its token's hash. Raises LinkUnknown. Writes nothing."""
    try:
        return AuthorizationLink.objects.get(token_hash=token_hash)
    except AuthorizationLink.DoesNotExist:
        raise LinkUnknown from None


def find(link_id: uuid.UUID) -> OpenLink:
    """Return a link, alive or dead, with what it is about. Raises LinkUnknown. Writes nothing."""
    try:
        link = AuthorizationLink.objects.select_related("nomination__request__requester").get(pk=link_id)
    except AuthorizationLink.DoesNotExist:
        raise LinkUnknown from None
    return OpenLink(link, link.nomination, link.nomination.request)


def look(link_id: uuid.UUID, *, now: datetime) -> OpenLink:
    """Return what an open link shows. Raises LinkUnknown, LinkDead, BeingChecked. Writes nothing."""
    opened = find(link_id)
    check_alive(opened, now=now)
    return opened


def is_reader(person: Person, address: str) -> bool:
    """Whether this person proved to read this very address: counts as the link's cookie, and freshly as a code.

    With its `+tag`, unlike the rules that keep people apart: where a mail system makes nothing of the sign, the
    two are two mailboxes."""
    return address in people.verified(person)


def other_open_links(named: Nomination, *, now: datetime) -> list[AuthorizationLink]:
    """The links by which the same address may still answer other requests, oldest first. Reads only."""
    return list(
        AuthorizationLink.objects.filter(
            state=LinkState.ACTIVE,
            expires_at__gt=now,
            nomination__address=named.address,
            nomination__state=NominationState.PENDING,
            nomination__request__state=RequestState.PENDING,
            nomination__request__frozen_at=None,
        )
        .exclude(nomination__request=named.request_id)
        .select_related("nomination__request__requester")
        .order_by("created_at")
    )


def cause_of(opened: OpenLink, *, now: datetime) -> DeadCause | None:
    """Why the link does not work, or None while it does.

    A frozen request's clocks stand still: its active link has not ended, whatever the hour."""
    cause = authorization.why_dead(
        LinkState(opened.link.state),
        nomination=NominationState(opened.nomination.state),
        request=RequestState(opened.request.state),
        expires_at=opened.link.expires_at,
        now=now,
    )
    if cause is DeadCause.EXPIRED and opened.request.frozen_at and opened.link.state == LinkState.ACTIVE:
        return None
    if opened.nomination.state == NominationState.LAPSED and cause in {DeadCause.EXPIRED, DeadCause.RENEWED}:
        # Nobody answered it, and then somebody else was named: no new link brings it back.
        later = opened.request.nominations.filter(number__gt=opened.nomination.number)
        return DeadCause.REPLACED if later.exists() else cause
    return cause


def check_alive(opened: OpenLink, *, now: datetime) -> None:
    """Raise LinkDead or BeingChecked unless the link may be answered at."""
    if cause := cause_of(opened, now=now):
        raise LinkDead(cause, opened.link)
    if opened.request.frozen_at:
        raise BeingChecked


def lock(link_id: uuid.UUID) -> OpenLink:
    """Lock request, nomination and link, in that order. Raises LinkUnknown. Call inside a transaction."""
    try:
        request_id = AuthorizationLink.objects.values_list("nomination__request_id", flat=True).get(
            pk=link_id
        )
    except AuthorizationLink.DoesNotExist:
        raise LinkUnknown from None
    request = transitions.locked(request_id)
    link = AuthorizationLink.objects.select_for_update(of=("self",)).get(pk=link_id)
    named = Nomination.objects.select_for_update(of=("self",)).get(pk=link.nomination_id)
    return OpenLink(link, named, request)


def locked_alive(link_id: uuid.UUID, now: datetime) -> OpenLink:
    """Lock as `lock` does, and raise LinkDead or BeingChecked unless the link may be answered at."""
    opened = lock(link_id)
    check_alive(opened, now=now)
    return opened


def lapse_if_over(link_id: uuid.UUID, *, now: datetime) -> bool:
    """Lapse a nomination whose link is found too old, under the lock: the clock's act, done at the door.

    Returns whether it did. Every POST at a link calls this first, so no decision depends on a late run."""
    with transaction.atomic():
        opened = lock(link_id)
        over = (
            opened.link.state == LinkState.ACTIVE
            and opened.nomination.state == NominationState.PENDING
            and opened.request.state == RequestState.PENDING
            and opened.request.frozen_at is None
            and now >= opened.link.expires_at
        )
        if over:
            opened.link.state = LinkState.EXPIRED
            opened.link.save(update_fields=["state"])
            transitions.apply(
                opened.request, Event.LAPSE, by=actors.CLOCK, now=now, note=opened.nomination.address
            )
            nomination.end(opened.request, opened.nomination, NominationState.LAPSED, now=now)
            letters.choose_authorizer(
                opened.request,
                opened.nomination,
                cause=Cause.LAPSED,
                nominations_left=nomination.may_name(opened.request),
            )
        return over


def send_new_link(link_id: uuid.UUID, *, now: datetime) -> bool:
    """Send a fresh link to the same address. Returns False when one was just sent in its place.

    For a lapsed nomination of an open request, and for a pending one whose codes are used up.
    Raises LinkUnknown, LinkDead (over for another cause), BeingChecked, LimitReached, Conflict (none left)."""
    lapse_if_over(link_id, now=now)
    with transaction.atomic():
        opened = lock(link_id)
        cause = cause_of(opened, now=now)
        if cause is DeadCause.RENEWED:
            return False
        if cause not in {None, DeadCause.EXPIRED}:
            assert cause is not None
            raise LinkDead(cause, opened.link)
        if opened.request.frozen_at:
            raise BeingChecked
        issued = linking.moments_of(opened.nomination, LinkPurpose.NEW_LINK)
        try:
            opens_at = authorization.new_link_opens_at(now, issued_at=issued, most=settings.LIMIT_NEW_LINKS)
        except allowances.Exhausted:
            raise Conflict(
                gettext("No more new links can be sent. Ask the requester to name you again.")
            ) from None
        if opens_at > now:
            raise LimitReached(gettext("One new link a day can be sent."), opens_at)
        transitions.apply(
            opened.request, Event.NEW_LINK, by=actors.authorizer(opened.nomination.address), now=now
        )
        link = linking.issue(opened.request, opened.nomination, purpose=LinkPurpose.NEW_LINK, now=now)
        letters.new_link(opened.request, opened.nomination, link)
        return True
