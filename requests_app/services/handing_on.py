"""The authorizer names a colleague who should answer instead: the nomination passes on under its own rules.

Hand-ons have their own limit for a request and count towards no limit of the requester's, but towards those
of the address and of everybody together (product rules, section 6; the state table, "hand on").
"""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext

from people import addresses, locks
from people.models import Person
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.identifiers import HoldReason
from requests_app.domain.lifecycle import Event
from requests_app.models import AuthorizationLink, Decision, Nomination, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import actors, evidence, letters, linking, nomination, parties, transitions
from requests_app.services.nomination import NominationRefused
from requests_app.services.transitions import Conflict


class NoneLeft(Conflict):
    """The request was handed on as often as possible (409)."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "This request was handed on as often as possible. Authorize it, or decline it and tell the"
                " person who asked whom to name."
            )
        )


def left(request: SmartAccountRequest) -> int:
    """How many more times the request may be handed on."""
    return max(0, settings.LIMIT_HAND_ONS - request.nominations.filter(handed_on=True).count())


def check(request: SmartAccountRequest, colleague: str, *, now: datetime) -> Collection[HoldReason]:
    """Return why the colleague's letter must wait for a reviewer; empty when it may leave at once.

    Raises NoneLeft, NominationRefused. In a transaction that holds the request's lock: counts are taken."""
    if not left(request):
        raise NoneLeft
    # Two requests handed on to one address at once: the second sees the first.
    locks.advisory(f"nominations of {addresses.comparison_key(colleague)}")
    if not addresses.is_role(colleague):
        _check_new(request, colleague)
    try:
        nomination.check_address(request.requester, colleague, request=request)
    except nomination.AlreadyNominated:
        # The other request is none of the authorizer's business.
        raise NominationRefused(gettext("This person cannot be asked now. Name somebody else.")) from None
    try:
        return nomination.hold_reasons(
            request.requester,
            request.requester_address,
            account_domain=request.account_domain,
            address=colleague,
            after_decline=nomination.was_declined(request),
            now=now,
        )
    except NominationRefused:
        raise NominationRefused(
            gettext("Enter an address of the organization that uses %(domain)s.")
            % {"domain": request.account_domain}
        ) from None


def _check_new(request: SmartAccountRequest, colleague: str) -> None:
    if parties.is_own(request.requester, colleague):
        raise NominationRefused(
            gettext("This is an address of the person who asked, who cannot authorize the own request.")
        )
    if request.nominations.filter(address_key=addresses.comparison_key(colleague)).exists():
        raise NominationRefused(
            gettext("This address was asked in this request already. Name somebody else.")
        )


def pass_on(
    request: SmartAccountRequest,
    named: Nomination,
    link: AuthorizationLink,
    *,
    colleague: str,
    person: Person | None,
    challenge_id: uuid.UUID | None,
    now: datetime,
) -> Decision:
    """End this nomination and name the colleague, with evidence and letters to all three.

    Under the lock of request and link, which the caller found alive. The message is not carried over.
    Raises as `check`."""
    reasons = check(request, colleague, now=now)
    decision = evidence.write(
        request,
        answer=Answer.HAND_ON,
        address=named.address,
        now=now,
        nomination=named,
        text=f"{colleague} should answer instead of me.",
        link_id=link.pk,
        challenge_id=challenge_id,
    )
    link.state, link.used_at = LinkState.USED, now
    link.save(update_fields=["state", "used_at"])
    nomination.end(request, named, NominationState.HANDED_ON, now=now)
    transitions.apply(
        request,
        Event.HAND_ON,
        by=actors.authorizer(named.address, person),
        now=now,
        held=bool(reasons),
        note=colleague,
    )
    following = nomination.name(
        request,
        colleague,
        message="",
        reasons=reasons,
        now=now,
        handed_on=True,
        language=named.language,
    )
    letters.decision_receipt(request, decision, handed_to=colleague)
    letters.handed_on_notice(request, following, linking.active_link(following), handed_by=named.address)
    return decision
