"""What the post office asks about this app's letters: still wanted? and what if the address cannot be reached?"""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from notifications import emails, outbox
from notifications.emails.choose_authorizer import Cause
from notifications.links import Seed
from notifications.models import Why
from notifications.outbox import PostedLetter, Wanted
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.lifecycle import Event, RequestState
from requests_app.models import AuthorizationLink, CodeChallenge, Nomination, SmartAccountRequest
from requests_app.services import actors, letters, nomination, transitions

CLOSING_KINDS = {
    emails.DomainRejected.kind,
    emails.Withdrawn.kind,
    emails.Expired.kind,
    emails.NothingToDo.kind,
    emails.Activated.kind,
    emails.AdministratorNamed.kind,
    emails.DecisionReceipt.kind,
}
SETUP_KINDS = {emails.Setup.kind, emails.SetupReminder.kind}


def still_wanted(letter: PostedLetter) -> Wanted:
    """Say whether a letter about a request should leave now.

    Nothing but closing letters leaves about a closed request, nothing at all about a frozen one, and no letter
    whose link or code no longer works."""
    request = SmartAccountRequest.objects.filter(pk=letter.about).first()
    if request is None:
        return Wanted.DROP
    if request.frozen_at:
        return Wanted.WAIT
    if not request.is_open and request.activated_at is None and letter.kind not in CLOSING_KINDS:
        return Wanted.DROP
    if letter.kind in SETUP_KINDS and request.state != RequestState.SETUP:
        # The authorization was taken back, or the identifier reopened, before the letter left.
        return Wanted.DROP
    kind = emails.KINDS[letter.kind]
    if kind.carries_link:
        seed = Seed.unpack(letter.primitives["link_seed"])
        link = AuthorizationLink.objects.select_related("nomination").filter(pk=seed.uuid).first()
        works = (
            link is not None
            and link.state == LinkState.ACTIVE
            and link.expires_at > timezone.now()
            and not (letter.kind == emails.Reminder.kind and link.nomination.reminders_stopped_at)
        )
        return Wanted.SEND if works else Wanted.DROP
    if kind.is_code:
        challenge = CodeChallenge.objects.filter(pk=letter.primitives["challenge_id"]).first()
        waits = challenge is not None and challenge.used_at is None and challenge.replaced_at is None
        return Wanted.SEND if waits else Wanted.DROP
    return Wanted.SEND


def undeliverable(letter: PostedLetter, why: Why) -> None:
    """End the nomination whose active link could not be delivered; other letters are recorded only.

    Called in a transaction of its own, perhaps twice."""
    if not emails.KINDS[letter.kind].carries_link or not letter.primitives:
        return
    link_id = uuid.UUID(Seed.unpack(letter.primitives["link_seed"]).uuid)
    now = timezone.now()
    with transaction.atomic():
        found = AuthorizationLink.objects.select_related("nomination").filter(pk=link_id).first()
        if found is None:
            return
        request = transitions.locked(found.nomination.request_id)
        named = Nomination.objects.select_for_update().get(pk=found.nomination_id)
        is_current = (
            named.state == NominationState.PENDING
            and named.links.filter(pk=link_id, state=LinkState.ACTIVE).exists()
        )
        if not is_current or Event.UNDELIVERABLE not in transitions.allowed_now(request):
            return
        end_unreachable(request, named, why=why, now=now)


def end_unreachable(request: SmartAccountRequest, named: Nomination, *, why: Why, now: datetime) -> None:
    """End the nomination whose letter did not arrive; the caller holds the locks."""
    nomination.end(request, named, NominationState.UNREACHABLE, now=now)
    transitions.apply(request, Event.UNDELIVERABLE, by=actors.PROVIDER, now=now, note=why)
    letters.choose_authorizer(
        request, named, cause=Cause.UNDELIVERABLE, nominations_left=nomination.may_name(request)
    )


def register() -> None:
    """Answer for every kind of letter about a request; called once when the app is ready."""
    for kind in emails.KINDS.values():
        if issubclass(kind, emails.families.AboutRequest) or kind is emails.AuthorizerCode:
            outbox.policy(kind.kind, still_wanted=still_wanted, undeliverable=undeliverable)
