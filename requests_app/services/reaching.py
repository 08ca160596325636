"""What the post office asks about this app's letters: still wanted? and what if the address cannot be reached?"""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from notifications import emails, outbox
from notifications.emails.choose_authorizer import Cause
from notifications.emails.your_turn import Asked
from notifications.links import Seed
from notifications.models import Why
from notifications.outbox import PostedLetter, Wanted
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.lifecycle import ENDED, DomainState, Event, RequestState
from requests_app.models import (
    AuthorizationLink,
    CodeChallenge,
    Draft,
    Nomination,
    SmartAccountRequest,
    TransferOffer,
)
from requests_app.models.transfer import OfferState
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

    Nothing but closing letters leaves about a closed request, nothing at all about a frozen one, no letter whose
    link or code no longer works, and no reminder of what was done meanwhile."""
    request = SmartAccountRequest.objects.filter(pk=letter.about).first()
    if request is None:
        return Wanted.DROP
    if request.frozen_at:
        return Wanted.WAIT
    if not request.is_open and request.activated_at is None and letter.kind not in CLOSING_KINDS:
        return Wanted.DROP
    if letter.kind == emails.TransferOffered.kind:
        return _if(_offer_stands(letter))
    if _is_to_a_former_requester(letter, request):
        return Wanted.DROP
    if letter.kind in SETUP_KINDS:
        # The set-up is done, or the authorization was taken back, or the identifier reopened.
        return _if(request.state == RequestState.SETUP)
    if letter.kind == emails.YourTurn.kind:
        return _if(_is_still_asked(request, Asked(letter.primitives["asked"])))
    kind = emails.KINDS[letter.kind]
    if kind.carries_link:
        return _if(_link_works(letter))
    if kind.is_code:
        return _if(_code_is_awaited(letter))
    return Wanted.SEND


def _offer_stands(letter: PostedLetter) -> bool:
    offers = TransferOffer.objects.filter(pk=letter.primitives["offer_id"], state=OfferState.OPEN)
    return offers.filter(expires_at__gt=timezone.now()).exists()


def _is_to_a_former_requester(letter: PostedLetter, request: SmartAccountRequest) -> bool:
    """Whether the request passed to somebody else before this letter to its requester left."""
    is_to_requester = issubclass(emails.KINDS[letter.kind], emails.families.ToRequester)
    if not is_to_requester or letter.kind == emails.Transferred.kind:
        return False
    # A request whose people are forgotten names no address.
    return request.requester_address not in {"", letter.to}


def draft_still_wanted(letter: PostedLetter) -> Wanted:
    """Say whether the warning of a draft should leave: not once it was sent, deleted or saved again."""
    warned = Draft.objects.filter(pk=letter.about, warned_at__isnull=False)
    return _if(warned.filter(expires_at=letter.primitives["ends_at"]).exists())


def _if(is_wanted: bool) -> Wanted:
    return Wanted.SEND if is_wanted else Wanted.DROP


def _is_still_asked(request: SmartAccountRequest, asked: Asked) -> bool:
    if request.state != RequestState.PENDING:
        return False
    needs_authorizer = request.authorization in ENDED
    needs_answer = request.domain == DomainState.CHANGE_ASKED
    # A letter that names both is wrong once one of them was done; the next reminder names what is left.
    return {
        Asked.CHOOSE_AUTHORIZER: needs_authorizer,
        Asked.ANSWER_DOMAIN: needs_answer,
        Asked.BOTH: needs_authorizer and needs_answer,
    }[asked]


def _link_works(letter: PostedLetter) -> bool:
    link_id = Seed.unpack(letter.primitives["link_seed"]).uuid
    link = AuthorizationLink.objects.select_related("nomination").filter(pk=link_id).first()
    if link is None or link.state != LinkState.ACTIVE or link.expires_at <= timezone.now():
        return False
    return not (letter.kind == emails.Reminder.kind and link.nomination.reminders_stopped_at)


def _code_is_awaited(letter: PostedLetter) -> bool:
    return CodeChallenge.objects.filter(
        pk=letter.primitives["challenge_id"], used_at=None, replaced_at=None
    ).exists()


def undeliverable(letter: PostedLetter, why: Why) -> None:
    """End the nomination whose active link could not be delivered; other letters are recorded only.

    A complaint says that the letter did arrive: the nomination waits on, its reminders stop. Called in a
    transaction of its own, perhaps twice."""
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
        if why is Why.COMPLAINED:
            _stop_reminders(request, named, now=now)
            return
        if why is Why.SUPPRESSED and letter.kind == emails.Reminder.kind and named.reminders_stopped_at:
            # Promised before its reader complained: it is as little wanted as any later one.
            return
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


def _stop_reminders(request: SmartAccountRequest, named: Nomination, *, now: datetime) -> None:
    if named.reminders_stopped_at:
        return
    named.reminders_stopped_at, named.next_reminder_at = now, None
    named.save(update_fields=["reminders_stopped_at", "next_reminder_at"])
    # No state follows from it, so neither a freeze nor an answer given meanwhile stands in its way.
    transitions.record(request, Event.COMPLAIN, by=actors.PROVIDER, now=now, after=str(request.state))


def register() -> None:
    """Answer for every kind of letter about a request or a draft; called once when the app is ready."""
    for kind in emails.KINDS.values():
        about_request = issubclass(kind, emails.families.AboutRequest)
        if about_request or kind in {emails.AuthorizerCode, emails.SiblingNotice}:
            outbox.policy(kind.kind, still_wanted=still_wanted, undeliverable=undeliverable)
    outbox.policy(emails.DraftEnding.kind, still_wanted=draft_still_wanted)
