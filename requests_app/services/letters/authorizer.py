"""Letters to the authorizer."""

from datetime import datetime

from notifications import emails
from requests_app.domain.identifiers import agrees
from requests_app.models import (
    AuthorizationLink,
    CodeChallenge,
    Decision,
    Nomination,
    SmartAccountRequest,
)
from requests_app.services.letters import posting


def nomination(request: SmartAccountRequest, nomination: Nomination, link: AuthorizationLink) -> None:
    """The nomination letter. The requester's words only where both addresses agree with the identifier.

    A colleague to whom an authorizer handed on is told by whom instead."""
    if nomination.handed_on:
        handed_by = request.nominations.get(number=nomination.number - 1).address
        handed_on = emails.HandedOn(**posting.with_link(request, nomination, link), handed_by=handed_by)
        posting.post_to_authorizer(request, nomination, handed_on, key=posting.link_key(link))
        return
    quoted = agrees(request.requester_address, request.account_domain) and agrees(
        nomination.address, request.account_domain
    )
    letter = emails.Nomination(
        **posting.with_link(request, nomination, link), message=nomination.message if quoted else ""
    )
    posting.post_to_authorizer(request, nomination, letter, key=posting.link_key(link))


def new_link(request: SmartAccountRequest, nomination: Nomination, link: AuthorizationLink) -> None:
    """A fresh link to the same address."""
    letter = emails.NewLink(**posting.with_link(request, nomination, link))
    posting.post_to_authorizer(request, nomination, letter, key=posting.link_key(link))


def facts_changed(
    request: SmartAccountRequest,
    nomination: Nomination,
    link: AuthorizationLink,
    *,
    changed: tuple[str, ...],
    was_authorized: bool,
) -> None:
    """The link to what the facts are now."""
    letter = emails.FactsChanged(
        **posting.with_link(request, nomination, link),
        changed=changed,
        administrators=posting.addresses(request),
        was_authorized=was_authorized,
    )
    posting.post_to_authorizer(request, nomination, letter, key=posting.link_key(link))


def reminder(
    request: SmartAccountRequest, nomination: Nomination, link: AuthorizationLink, *, number: int
) -> None:
    """Reminder 1 to 3 of the clock, or 0 for one sent by hand (its key counts those)."""
    which = str(number) if number else f"hand-{nomination.manual_reminders}"
    letter = emails.Reminder(
        **posting.with_link(request, nomination, link),
        number=number,
        is_last=nomination.next_reminder_at is None,
        thread_key=posting.link_key(link),
    )
    posting.post_to_authorizer(request, nomination, letter, key=posting.reminder_key(nomination, link, which))


def authorizer_code(request: SmartAccountRequest, nomination: Nomination, challenge: CodeChallenge) -> None:
    """The code that confirms one answer; it is derived from the challenge's id when rendered."""
    letter = emails.AuthorizerCode(
        challenge_id=str(challenge.pk),
        expires_at=challenge.expires_at.isoformat(),
        reference=request.reference,
        account_domain=request.account_domain,
        answer=challenge.answer,
    )
    posting.post_to_authorizer(request, nomination, letter, key=f"code:{challenge.pk}")


def decision_receipt(request: SmartAccountRequest, decision: Decision, *, handed_to: str = "") -> None:
    """The authorizer's own receipt, with the link that can take back. `handed_to` is the colleague named."""
    letter = emails.DecisionReceipt(
        **posting.about(request),
        requester_name=request.requester.full_name,
        requester_address=request.requester_address,
        authorizer_address=decision.address,
        answer=decision.answer,
        decided_at=decision.decided_at.isoformat(),
        receipt_seed=decision.receipt_seed.packed,
        administrators=posting.addresses(request),
        statement=decision.text if decision.statement_version else "",
        statement_version=decision.statement_version,
        reason=decision.reason,
        handed_to=handed_to,
    )
    language = decision.nomination.language if decision.nomination else ""
    posting.post(request, letter, key=f"receipt:{decision.pk}", to=decision.address, language=language)


def nothing_to_do(
    request: SmartAccountRequest,
    nomination: Nomination,
    *,
    cause: str,
    now: datetime,
    was_authorized: bool = False,
) -> None:
    """Tell an authorizer who was written to that no answer is needed any more."""
    letter = emails.NothingToDo(
        **posting.about(request),
        requester_name=request.requester.full_name,
        requester_address=request.requester_address,
        authorizer_address=nomination.address,
        cause=cause,
        closed_at=now.isoformat(),
        was_authorized=was_authorized,
    )
    posting.post_to_authorizer(request, nomination, letter, key=f"nothing-to-do:{nomination.pk}:{cause}")
