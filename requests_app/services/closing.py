"""What an authorizer is told when a request or a nomination ends, and whether there is anybody to tell."""

from datetime import datetime

from notifications import emails, outbox
from notifications.emails.nothing_to_do import Cause
from requests_app.domain.authorization import NominationState
from requests_app.models import Nomination, SmartAccountRequest
from requests_app.services import letters

UNWRITTEN = {"queued", "waiting", "cancelled", "refused", "dead"}


def was_written_to(request: SmartAccountRequest, nomination: Nomination) -> bool:
    """Whether a letter with the link left or may have left: a letter still waiting is simply not sent."""
    return any(
        fact.to == nomination.address and emails.KINDS[fact.kind].carries_link and fact.state not in UNWRITTEN
        for fact in outbox.facts(str(request.pk))
    )


def concerned_authorizer(request: SmartAccountRequest) -> Nomination | None:
    """The authorizer to tell at the end: written to and unanswered, or one who authorized.

    A nomination held anew after a change of facts was written to as well. Ask before the request is closed,
    since closing cancels the letters this reads."""
    nomination = request.nominations.order_by("-number").first()
    if nomination is None:
        return None
    if nomination.state == NominationState.AUTHORIZED:
        return nomination
    return nomination if nomination.is_current and was_written_to(request, nomination) else None


def tell(request: SmartAccountRequest, nomination: Nomination | None, *, cause: Cause, now: datetime) -> None:
    """Tell the authorizer, if there is one to tell, that nothing is to be answered any more."""
    if nomination:
        letters.nothing_to_do(
            request,
            nomination,
            cause=cause,
            now=now,
            was_authorized=nomination.state == NominationState.AUTHORIZED,
        )
