"""What a colleague must not be to become the requester of a request, and what becomes of it when they do."""

from datetime import datetime

from django.utils.translation import gettext

from people import addresses
from people import services as people
from people.models import Person
from requests_app.domain.lifecycle import Authority, AuthorizationState, Event
from requests_app.models import SmartAccountRequest, TransferOffer
from requests_app.services import facts, letters, limits, nomination, parties, submission
from requests_app.services.actors import Role
from requests_app.services.transitions import Conflict


def check_taker(offered: TransferOffer, person: Person) -> None:
    """Raise Conflict when this person cannot be the requester of this request. Reads only."""
    request = offered.request
    if request.nominations.filter(address_key__in=parties.keys_of(person)).exists():
        raise Conflict(
            gettext("You were asked to authorize this request, so you cannot be its requester too.")
        )
    if request.history.filter(person=person, actor__in=(Role.REVIEWER, Role.STAFF)).exists():
        raise Conflict(gettext("You acted on this request as staff, so you cannot be its requester too."))
    try:
        submission.check_identifier(request.account_domain, person, address_of(offered, person))
        current = nomination.latest(request)
        if current and current.is_current:
            nomination.check_address(person, current.address, request=request)
    except submission.AlreadyOpen as already:
        raise Conflict(
            gettext("You have an open request for this identifier: %(reference)s.")
            % {"reference": already.request.reference}
        ) from None
    except submission.AccountExists:
        raise Conflict(
            gettext("There is an active Smart Account with this identifier. Ask for access to it instead.")
        ) from None
    except nomination.NominationRefused as refused:
        raise Conflict(str(refused)) from None


def needs_statement(request: SmartAccountRequest) -> bool:
    """Whether the new requester has to tick the statement: the request is authorized by the requester's own (*Yes*)."""
    return request.authority == Authority.YES and request.authorization == AuthorizationState.AUTHORIZED


def administrators_after(request: SmartAccountRequest, address: str) -> tuple[str, ...]:
    """Who would administer the account: the requester's own place goes to the new requester."""
    named = (address if row.is_requester else row.address for row in request.administrators.all())
    return tuple(dict.fromkeys(named))


def address_of(offered: TransferOffer, person: Person) -> str:
    """The person's own verified address that was written to, as it is verified."""
    own = people.verified(person)
    if offered.address in own:
        return offered.address
    return next(address for address in own if addresses.comparison_key(address) == offered.address_key)


def take_over(offered: TransferOffer, person: Person, *, statement_version: str, now: datetime) -> None:
    """Make the person the requester of the offered, locked request, and tell both.

    Raises authorization.StatementNotTicked, limits.LimitReached, Conflict; the caller's transaction then rolls back."""
    request = offered.request
    former = request.requester
    former_address, address = request.requester_address, address_of(offered, person)
    administrators = administrators_after(request, address)
    changed = ["requester"]
    if administrators != tuple(request.administrators.values_list("address", flat=True)):
        changed.append("administrators")
    request.requester, request.requester_address = person, address
    # From where the former requester sent it is not the new one's.
    request.client_network = ""
    request.save(update_fields=["requester", "requester_address", "client_network"])
    # What the former requester named today counts for the new one: passing requests on makes no room for more.
    limits.check_taken_over(person, now)
    submission.write_administrators(request, administrators)
    # They are the former requester's words; an authorizer would read them as the new one's.
    request.nominations.exclude(message="").update(message="")
    try:
        facts.follow(
            request,
            Event.TRANSFER,
            by=person,
            changed=tuple(changed),
            ticked=bool(statement_version),
            statement_version=statement_version,
            now=now,
            note=former_address,
        )
    except nomination.NominationRefused as refused:
        raise Conflict(str(refused)) from None
    letters.transferred(offered, former=former, former_address=former_address)
