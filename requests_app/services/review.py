"""The domain gate: a reviewer approves, asks for a change or rejects; the requester answers."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from notifications.emails.nothing_to_do import Cause
from people.models import Person
from requests_app.domain import identifiers, statement
from requests_app.domain.lifecycle import OPEN, Authority, DomainState, Event, RequestState
from requests_app.models import HistoryLine, SmartAccountRequest
from requests_app.services import actors, closing, facts, letters, parties, submission, transitions
from requests_app.services.transitions import Conflict
from smart_accounts.models import SmartAccount
from smart_accounts.services import accounts, reservations

OF_THE_GATE = (
    Event.APPROVE,
    Event.ASK_CHANGE,
    Event.ACCEPT_PROPOSAL,
    Event.PROPOSAL_TAKEN,
    Event.ANSWER_DOMAIN,
    Event.KEEP_DOMAIN,
    Event.REJECT,
    Event.REOPEN,
)


class IdentifierDisagrees(Exception):
    """On *Yes* the identifier must be of the requester's own organization (422)."""


def _locked_for_review(
    request_id: uuid.UUID, event: Event, by: Person, facts_version: int
) -> SmartAccountRequest:
    """Lock and check everything that approve, ask and reject have in common.

    Raises SmartAccountRequest.DoesNotExist, parties.Concerned, NotAllowed, StaleFacts."""
    request = transitions.locked(request_id)
    parties.check_reviewer(request, by)
    transitions.check_allowed(request, event)
    transitions.check_facts(request, facts_version)
    return request


def _did_just(request: SmartAccountRequest, event: Event, by: Person) -> bool:
    """Whether the last thing that happened to the gate is this person's own act: repeating it is no conflict."""
    last = HistoryLine.objects.filter(request=request, event__in=OF_THE_GATE).order_by("-id").first()
    return bool(last and last.event == event and last.person_id == by.pk)


def approve(request_id: uuid.UUID, *, by: Person, facts_version: int, now: datetime) -> SmartAccountRequest:
    """Approve the identifier as it stands and reserve it. Repeating one's own approval changes nothing.

    Raises as `_locked_for_review`, and Conflict when a rival or an account holds the identifier."""
    with transaction.atomic():
        seen = transitions.locked(request_id)
        if seen.domain == DomainState.APPROVED and _did_just(seen, Event.APPROVE, by):
            return seen
        request = _locked_for_review(request_id, Event.APPROVE, by, facts_version)
        try:
            reservations.reserve(request.account_domain, request=str(request.pk), now=now)
        except reservations.IdentifierTaken:
            raise Conflict(
                gettext(
                    "Another request or an active account holds this identifier."
                    " Reject this one, or ask for another."
                )
            ) from None
        change = transitions.apply(
            request, Event.APPROVE, by=actors.reviewer(by), now=now, note=request.account_domain
        )
        if not change.entered_setup:
            letters.domain_approved(request, now=now)
        _tell_others(request, now)
        return request


def rivals_of(request: SmartAccountRequest) -> list[SmartAccountRequest]:
    """Return the other open requests for the same identifier, oldest first."""
    rivals = SmartAccountRequest.objects.filter(account_domain=request.account_domain, state__in=OPEN)
    return list(rivals.exclude(pk=request.pk).select_related("requester").order_by("submitted_at"))


def related_accounts(request: SmartAccountRequest) -> list[SmartAccount]:
    """Return the accounts of which the identifier is a sub-domain or a parent: they are told of it."""
    domain = identifiers.registrable_domain(request.account_domain)
    return [
        account
        for account in accounts.same_registrable_domain(domain)
        if identifiers.related(request.account_domain, account.identifier)
    ]


def _tell_others(request: SmartAccountRequest, now: datetime) -> None:
    """Tell rivals that the identifier went to another request, and related accounts that it exists."""
    for rival in rivals_of(request):
        letters.rival_decided(rival, now=now)
    for account in related_accounts(request):
        letters.sibling_notice(
            request,
            existing_domain=account.identifier,
            account_id=str(account.pk),
            to=tuple(member.address for member in accounts.administrators(account)),
        )


def ask_change(
    request_id: uuid.UUID, *, by: Person, facts_version: int, proposal: str, question: str, now: datetime
) -> SmartAccountRequest:
    """Ask the requester for another identifier, with a proposal (normal form) or without.

    Repeating one's own ask changes nothing; another question asks anew, and the days to answer count from it.
    Raises as `_locked_for_review`."""
    with transaction.atomic():
        request = _locked_for_review(request_id, Event.ASK_CHANGE, by, facts_version)
        is_same = (request.proposal, request.question) == (proposal, question)
        if (
            request.domain == DomainState.CHANGE_ASKED
            and is_same
            and _did_just(request, Event.ASK_CHANGE, by)
        ):
            return request
        if proposal == request.account_domain:
            raise Conflict(gettext("The proposal is the identifier that was asked for. Approve it instead."))
        request.proposal, request.question = proposal, question
        transitions.apply(request, Event.ASK_CHANGE, by=actors.reviewer(by), now=now, note=question)
        letters.change_asked(request, now=now)
        return request


def reject(
    request_id: uuid.UUID, *, by: Person, facts_version: int, reason: str, now: datetime
) -> SmartAccountRequest:
    """Reject the identifier, which closes the request and revokes its links in the same act.

    Repeating one's own rejection changes nothing. Raises as `_locked_for_review`."""
    with transaction.atomic():
        seen = transitions.locked(request_id)
        if seen.state == RequestState.REJECTED and _did_just(seen, Event.REJECT, by):
            return seen
        request = _locked_for_review(request_id, Event.REJECT, by, facts_version)
        concerned = closing.concerned_authorizer(request)
        request.rejection_reason = reason
        transitions.apply(request, Event.REJECT, by=actors.reviewer(by), now=now, note=reason)
        letters.domain_rejected(request, now=now)
        closing.tell(request, concerned, cause=Cause.REJECTED, now=now)
        return request


def accept_proposal(
    request_id: uuid.UUID,
    *,
    by: Person,
    facts_version: int,
    ticked: bool,
    now: datetime,
    statement_version: str = statement.VERSION,
) -> SmartAccountRequest:
    """Take the identifier the reviewer proposed: it is approved and reserved at once.

    Raises NotYours, NotAllowed, StaleFacts, IdentifierDisagrees and StatementNotTicked (*Yes*),
    nomination.NominationRefused (where unproven nominations are refused), Conflict when there is no proposal or
    somebody else holds it meanwhile; then the gate is `pending` again."""
    with transaction.atomic():
        # The person's row first: one open request per person and identifier is counted under it.
        Person.objects.select_for_update().get(pk=by.pk)
        request = transitions.locked_for(request_id, by.pk)
        transitions.check_allowed(request, Event.ACCEPT_PROPOSAL)
        if not request.proposal:
            raise Conflict(gettext("No identifier was proposed. Answer with the one you want."))
        transitions.check_facts(request, facts_version)
        proposal = request.proposal
        _check_agrees(request, proposal)
        taken = False
        try:
            submission.check_identifier(proposal, by, request.requester_address, besides=request.pk)
            reservations.reserve(proposal, request=str(request.pk), now=now)
        except (reservations.IdentifierTaken, submission.AccountExists, submission.AlreadyOpen):
            taken = True
        if taken:
            request.proposal = request.question = ""
            transitions.apply(request, Event.PROPOSAL_TAKEN, by=actors.requester(by), now=now, note=proposal)
        else:
            request.account_domain, request.domain_edited = proposal, True
            facts.follow(
                request,
                Event.ACCEPT_PROPOSAL,
                by=by,
                changed=("account_domain",),
                ticked=ticked,
                statement_version=statement_version,
                now=now,
                note=proposal,
            )
            _tell_others(request, now)
    if taken:
        raise Conflict(
            gettext("%(domain)s is no longer available. The reviewer looks at your request again.")
            % {"domain": proposal}
        )
    return request


def answer_domain(
    request_id: uuid.UUID,
    *,
    by: Person,
    account_domain: str,
    note: str,
    facts_version: int,
    ticked: bool,
    now: datetime,
    statement_version: str = statement.VERSION,
) -> SmartAccountRequest:
    """Answer with an identifier (normal form) and a note to the reviewer; keeping the present one is an answer too.

    Raises NotYours, NotAllowed, StaleFacts, IdentifierDisagrees and StatementNotTicked (*Yes*), Conflict,
    submission.AlreadyOpen, submission.AccountExists, nomination.NominationRefused."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=by.pk)
        request = transitions.locked_for(request_id, by.pk)
        keeps = account_domain == request.account_domain
        event = Event.KEEP_DOMAIN if keeps else Event.ANSWER_DOMAIN
        transitions.check_allowed(request, event)
        transitions.check_facts(request, facts_version)
        request.domain_note = note
        if keeps:
            transitions.apply(request, event, by=actors.requester(by), now=now, note=note)
            return request
        _check_agrees(request, account_domain)
        submission.check_identifier(account_domain, by, request.requester_address, besides=request.pk)
        reservations.release(str(request.pk))
        request.account_domain, request.domain_edited = account_domain, True
        facts.follow(
            request,
            event,
            by=by,
            changed=("account_domain",),
            ticked=ticked,
            statement_version=statement_version,
            now=now,
            note=account_domain,
        )
        return request


def _check_agrees(request: SmartAccountRequest, account_domain: str) -> None:
    if request.authority == Authority.YES and not identifiers.agrees(
        request.requester_address, account_domain
    ):
        raise IdentifierDisagrees(account_domain)
