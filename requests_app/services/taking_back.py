"""What the receipt's link lets an authorizer do later: take the authorization back, or say "this was not me".

Until the account is active or the request is closed. Taking back needs a code of its own, sent to the address
that decided; *This was not me* stops the request for staff and needs none, since whoever reads the mailbox
must be able to stop what another did in it.
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from notifications.emails.choose_authorizer import Cause
from requests_app.domain import allowances
from requests_app.domain import authorization as rules
from requests_app.domain.authorization import NominationState
from requests_app.domain.lifecycle import OPEN, AuthorizationState, Event
from requests_app.models import AuthorizationLink, CodeChallenge, Decision, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import actors, authorization, evidence, letters, nomination, not_meant, transitions
from requests_app.services.authorization import BeingChecked, CodeRefused
from requests_app.services.limits import LimitReached
from requests_app.services.transitions import Conflict


class ReceiptUnknown(Exception):
    """No such receipt (404 at /r/, 403 at its pages)."""


class ReceiptOver(Exception):
    """The request became active or closed: nothing can be taken back any more (410)."""


class NothingToTakeBack(Conflict):
    """This answer was no authorization, or it counts no longer (409)."""

    def __init__(self) -> None:
        super().__init__(gettext("There is no authorization of yours in force that could be taken back."))


def by_hash(receipt_hash: str) -> Decision:
    """Find a decision by its receipt token's hash. Raises ReceiptUnknown. Writes nothing."""
    return _one(receipt_hash=receipt_hash)


def find(decision_id: uuid.UUID) -> Decision:
    """Find a decision whose receipt was sent. Raises ReceiptUnknown. Writes nothing."""
    return _one(pk=decision_id)


def _one(**by: object) -> Decision:
    # The requester's own tick (Yes) has no receipt's letter, hence no nomination.
    rows = Decision.objects.select_related("request__requester", "nomination")
    decision = rows.filter(nomination__isnull=False, **by).first()
    if decision is None:
        raise ReceiptUnknown
    return decision


def check_open(request: SmartAccountRequest) -> None:
    """Raise ReceiptOver, or BeingChecked for a frozen request."""
    if request.state not in OPEN:
        raise ReceiptOver
    if request.frozen_at:
        raise BeingChecked


def may_take_back(decision: Decision) -> bool:
    """Whether this decision is the authorization in force. Reads only."""
    named = decision.nomination
    if named is None or decision.answer != Answer.AUTHORIZE:
        return False
    in_force = (
        decision.request.state in OPEN
        and decision.request.authorization == AuthorizationState.AUTHORIZED
        and named.state == NominationState.AUTHORIZED
    )
    return in_force and not named.decisions.filter(sequence__gt=decision.sequence).exists()


def _locked(decision_id: uuid.UUID) -> Decision:
    """Lock the request and return the decision as it stands under the lock. Raises ReceiptUnknown."""
    request = transitions.locked(find(decision_id).request_id)
    decision = find(decision_id)
    decision.request = request
    return decision


def _locked_to_take_back(decision_id: uuid.UUID) -> tuple[Decision, AuthorizationLink]:
    decision = _locked(decision_id)
    check_open(decision.request)
    if not may_take_back(decision):
        raise NothingToTakeBack
    # Whoever authorized did it at a link; its row carries the codes.
    assert decision.link_id is not None
    return decision, AuthorizationLink.objects.select_for_update().get(pk=decision.link_id)


def ask_code(decision_id: uuid.UUID, *, now: datetime) -> CodeChallenge:
    """Send a code that confirms taking back; asked again within the minute, the running one stands.

    The receipt's codes have their own count. Raises ReceiptUnknown, ReceiptOver, BeingChecked,
    NothingToTakeBack, LimitReached, Conflict (twelve were sent)."""
    with transaction.atomic():
        decision, link = _locked_to_take_back(decision_id)
        sent = list(
            link.challenges.filter(answer=Answer.TAKE_BACK)
            .order_by("created_at")
            .values_list("created_at", flat=True)
        )
        running = running_challenge(decision)
        if running and now < running.created_at + rules.CODES_PER_LINK.paces[0].span:
            return running
        try:
            opens_at = rules.code_opens_at(now, sent_at=sent)
        except allowances.Exhausted:
            raise Conflict(
                gettext("No more codes can be sent for this receipt. Write to our support team.")
            ) from None
        if opens_at > now:
            raise LimitReached(gettext("Codes to this address are limited."), opens_at)
        link.challenges.filter(used_at=None, replaced_at=None).update(replaced_at=now)
        challenge = CodeChallenge.objects.create(
            link=link,
            answer=Answer.TAKE_BACK,
            facts_version=decision.request.facts_version,
            created_at=now,
            expires_at=now + rules.CODE_LIFETIME,
        )
        assert decision.nomination is not None
        letters.authorizer_code(decision.request, decision.nomination, challenge)
        return challenge


def running_challenge(decision: Decision) -> CodeChallenge | None:
    """The challenge that the code page is about, if one waits. Reads only."""
    return (
        CodeChallenge.objects.filter(
            link_id=decision.link_id, answer=Answer.TAKE_BACK, used_at=None, replaced_at=None
        )
        .order_by("-created_at")
        .first()
    )


def take_back(decision_id: uuid.UUID, *, code: str, now: datetime) -> Decision:
    """Revoke the authorization, with evidence and letters to both; in set-up the request is pending again.

    Raises ReceiptUnknown, ReceiptOver, BeingChecked, NothingToTakeBack, CodeRefused."""
    with transaction.atomic():
        decision, link = _locked_to_take_back(decision_id)
        if running_challenge(decision) is None:
            raise CodeRefused(gettext("Ask for a new code."))
        checked = authorization.check_code(link, code, now=now)
        if isinstance(checked, CodeChallenge):
            return _revoke(decision, checked, now)
    raise CodeRefused(checked)


def _revoke(decision: Decision, challenge: CodeChallenge, now: datetime) -> Decision:
    request, named = decision.request, decision.nomination
    assert named is not None
    taken_back = evidence.write(
        request,
        answer=Answer.TAKE_BACK,
        address=decision.address,
        now=now,
        nomination=named,
        text="I take back my authorization.",
        link_id=decision.link_id,
        challenge_id=challenge.pk,
    )
    challenge.used_at = now
    challenge.save(update_fields=["used_at"])
    nomination.end(request, named, NominationState.REVOKED, now=now)
    transitions.apply(request, Event.TAKE_BACK, by=actors.authorizer(decision.address), now=now)
    letters.decision_receipt(request, taken_back)
    letters.choose_authorizer(
        request, named, cause=Cause.REVOKED, nominations_left=nomination.may_name(request)
    )
    return taken_back


def taken_back_by(decision: Decision) -> Decision | None:
    """The later decision that took this one back, if there is one. Reads only."""
    return Decision.objects.filter(
        nomination=decision.nomination, answer=Answer.TAKE_BACK, sequence__gt=decision.sequence
    ).first()


def say_not_me(decision_id: uuid.UUID, *, now: datetime) -> SmartAccountRequest:
    """*This was not me*: freeze the request until staff have looked, and alert them.

    Raises ReceiptUnknown, ReceiptOver, BeingChecked (frozen already)."""
    with transaction.atomic():
        decision = _locked(decision_id)
        check_open(decision.request)
        not_meant.stop_for_staff(
            decision.request, decision.address, event=Event.FREEZE, cause=str(decision.pk), now=now
        )
        return decision.request
