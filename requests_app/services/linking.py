"""Make authorization links, and keep the stored moment of a nomination's next reminder."""

import uuid
from datetime import datetime

from django.conf import settings

from notifications import emails, links, outbox
from notifications.models import State
from requests_app.domain import authorization, reminders
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.models import AuthorizationLink, Nomination, SmartAccountRequest
from requests_app.models.nomination import LinkPurpose
from requests_app.services import letters

ON_ITS_WAY = {State.QUEUED, State.WAITING, State.SENDING}


def issue(
    request: SmartAccountRequest, nomination: Nomination, *, purpose: LinkPurpose, now: datetime
) -> AuthorizationLink:
    """Give the nomination a fresh link; the one before no longer works. Its reminders count anew.

    The caller holds the request's lock and posts the letter that carries the link."""
    nomination.links.filter(state=LinkState.ACTIVE).update(state=LinkState.SUPERSEDED)
    seed = links.new_seed()
    link = AuthorizationLink.objects.create(
        id=uuid.UUID(seed.uuid),
        nomination=nomination,
        generation=nomination.links.count() + 1,
        purpose=purpose,
        nonce=seed.nonce,
        key_id=seed.key_id,
        token_hash=links.hash_of(links.token(links.Label.AUTHORIZATION, seed)),
        created_at=now,
        expires_at=authorization.link_end(now, spans=settings.SPANS),
    )
    nomination.state = NominationState.PENDING
    nomination.promised_at = now
    nomination.held_until = None
    nomination.ended_at = None
    nomination.reminders_handled = 0
    schedule(request, nomination, link, now=now)
    nomination.save()
    return link


def active_link(nomination: Nomination) -> AuthorizationLink | None:
    """Return the link that works, if one does."""
    return nomination.links.filter(state=LinkState.ACTIVE).first()


def moments_of(nomination: Nomination, purpose: LinkPurpose) -> list[datetime]:
    """When links of this purpose were made: what new links and fact changes are limited by."""
    return list(nomination.links.filter(purpose=purpose).values_list("created_at", flat=True))


def last_letter_sent_at(
    request: SmartAccountRequest, nomination: Nomination, link: AuthorizationLink
) -> datetime | None:
    """When the latest letter that carries a link of this request left for this address; codes do not count.

    None while the link's own letter has not left, and while a letter of this link is on its way: then there is
    nothing to repeat yet."""
    own, reminder = letters.link_key(link), letters.reminder_key(nomination, link, "")
    facts = [fact for fact in outbox.facts(str(request.pk)) if fact.to == nomination.address]
    of_link = [fact for fact in facts if fact.key == own or fact.key.startswith(reminder)]
    if any(fact.state in ON_ITS_WAY for fact in of_link):
        return None
    if not any(fact.key == own and fact.sent_at for fact in of_link):
        return None
    return max(fact.sent_at for fact in facts if fact.sent_at and emails.KINDS[fact.kind].carries_link)


def clock(
    request: SmartAccountRequest, nomination: Nomination, link: AuthorizationLink
) -> reminders.Clock | None:
    """The reminders' clock of the active link; None when somebody stopped them or it was never promised."""
    if nomination.promised_at is None or nomination.reminders_stopped_at:
        return None
    return reminders.authorizer_clock(
        nomination.promised_at,
        link_ends_at=link.expires_at,
        letter_sent_at=last_letter_sent_at(request, nomination, link),
        handled=nomination.reminders_handled,
        sent_in_all=nomination.reminders_sent,
        spans=settings.SPANS,
    )


def schedule(
    request: SmartAccountRequest, nomination: Nomination, link: AuthorizationLink, *, now: datetime
) -> None:
    """Set the stored moment of the next reminder; the caller saves."""
    running = clock(request, nomination, link)
    due = reminders.next_due(running, now=now) if running else None
    nomination.next_reminder_at = due.at if due else None
