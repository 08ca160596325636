"""Everything that helps to judge one request. Writes nothing."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from notifications import outbox
from people import addresses
from people.models import Person
from requests_app.domain import identifiers
from requests_app.domain.authorization import NominationState
from requests_app.domain.identifiers import HoldReason
from requests_app.domain.lifecycle import Event, RequestState, turn
from requests_app.models import Nomination, SmartAccountRequest
from requests_app.services import (
    consequences,
    history,
    nomination,
    parties,
    progress,
    reopening,
    review,
    transitions,
)
from requests_app.services.consequences import Leaves, Mail
from requests_app.services.planning import Planned
from smart_accounts.models import SmartAccount
from smart_accounts.services import accounts, reservations

OUR_NAME = "Smart Account Requests"
HOLD_WORDS = {
    HoldReason.DOMAINS_DISAGREE: gettext_noop(
        "The requester’s and the authorizer’s address do not both agree with the identifier."
    ),
    HoldReason.FREE_MAIL: gettext_noop(
        "One of the addresses is of a free-mail service, which shows no company."
    ),
    HoldReason.MANY_REQUESTERS: gettext_noop(
        "More requesters than usual named this address in the last days."
    ),
    HoldReason.AFTER_DECLINE: gettext_noop("An authorizer declined this request before."),
    HoldReason.GLOBAL_CAP: gettext_noop("New accounts named very many authorizers today."),
    HoldReason.SHARED_MAILBOX: gettext_noop("Several people may read this mailbox."),
}


@dataclass(frozen=True)
class Plate:
    """The domain of one address beside the identifier."""

    label: str
    domain: str
    address: str
    agrees: bool


@dataclass(frozen=True)
class Rival:
    """Another open request for the same identifier, side by side with this one."""

    request: SmartAccountRequest
    holder: str
    authorizer: str
    agrees: bool


@dataclass(frozen=True)
class Named:
    """An administrator as named; `is_foreign` when the address is of another domain."""

    address: str
    is_foreign: bool


@dataclass(frozen=True)
class Judgement:
    """One request as the reviewers' desk shows it."""

    request: SmartAccountRequest
    nomination: Nomination | None
    not_meant: Nomination | None
    plates: tuple[Plate, ...]
    flags: tuple[str, ...]
    held_because: tuple[str, ...]
    look_alikes: list[SmartAccount]
    siblings: list[SmartAccount]
    account: SmartAccount | None
    reserved_elsewhere: bool
    rivals: list[Rival]
    administrators: list[Named]
    letters: list[Mail]
    history: list[history.Line]
    may_act: bool
    may_not_reopen: bool
    allowed: frozenset[Event]
    leaves: dict[str, list[Leaves]]


def of(request: SmartAccountRequest, *, by: Person) -> Judgement:
    """Read everything about one request for this reviewer."""
    named = nomination.latest(request)
    identifier = request.account_domain
    rivals = review.rivals_of(request)
    account = accounts.exact(identifier)
    held = named is not None and named.state == NominationState.HELD
    under = accounts.same_registrable_domain(identifiers.registrable_domain(identifier))
    holder = reservations.holder(identifier)
    is_own = Event.REOPEN in transitions.allowed_now(request) and reopening.is_own_decision(request, by=by)
    return Judgement(
        request=request,
        nomination=named,
        not_meant=said_not_meant(request),
        plates=_plates(request, named),
        flags=_flags(request, named),
        held_because=tuple(gettext(HOLD_WORDS[HoldReason(word)]) for word in named.reasons)
        if named and held
        else (),
        look_alikes=accounts.look_alikes(identifiers.skeleton(identifier), identifier=identifier),
        siblings=[found for found in under if found.identifier != identifier],
        account=account,
        reserved_elsewhere=holder is not None and holder.request != str(request.pk),
        rivals=[_rival(rival) for rival in rivals],
        administrators=[
            Named(row.address, not identifiers.agrees(row.address, identifier))
            for row in request.administrators.all()
        ],
        letters=[consequences.mail_of(fact) for fact in outbox.facts(str(request.pk))],
        history=history.lines(request, for_staff=True),
        may_act=parties.may_decide(request, by),
        may_not_reopen=is_own,
        allowed=_allowed(request) - ({Event.REOPEN} if is_own else set()),
        leaves={
            event: consequences.leaves(request, event, named=named, rivals=rivals)
            for event in consequences.ACTS
        },
    )


def _plates(request: SmartAccountRequest, named: Nomination | None) -> tuple[Plate, ...]:
    identifier = request.account_domain
    parts = [(gettext("Requester’s domain"), request.requester_address)]
    if named:
        parts.append((gettext("Authorizer’s domain"), named.address))
    return tuple(
        Plate(label, addresses.domain_of(address), address, identifiers.agrees(address, identifier))
        for label, address in parts
    )


def _flags(request: SmartAccountRequest, named: Nomination | None) -> tuple[str, ...]:
    reserved = settings.RESERVED_IDENTIFIERS
    own_host = addresses.domain_of(request.requester_address)
    flags = {
        gettext(
            "The identifier is a protected or reserved name, or looks like one."
        ): identifiers.is_protected(request.account_domain, reserved=reserved),
        gettext("The account name uses a protected name."): names_a_brand(
            request.account_name, reserved=reserved
        ),
        gettext("The requester’s name uses a protected name."): names_a_brand(
            request.requester.full_name, reserved=reserved
        ),
        gettext("The requester writes from a free-mail service."): identifiers.is_free_mail(own_host)
        or identifiers.is_disposable(own_host),
        gettext("The requester edited the identifier."): request.domain_edited,
        gettext("An authorizer declined this request before."): nomination.was_declined(request),
        gettext("The authorizer’s mailbox is shared."): bool(
            named and addresses.is_shared_mailbox(named.address)
        ),
    }
    return tuple(words for words, given in flags.items() if given)


def names_a_brand(name: str, *, reserved: list[str]) -> bool:
    """Tell whether a name of an account or a person uses a reserved brand, the operator's name or our own."""
    words = {identifiers.skeleton(word) for word in re.findall(r"\w+", name.lower())}
    brands = {entry.strip().lower().split(".")[0] for entry in reserved}
    if words & {identifiers.skeleton(brand) for brand in brands if brand}:
        return True
    looks = _run_together(name)
    return any(_run_together(ours) in looks for ours in (OUR_NAME, settings.OPERATOR_NAME) if ours)


def _run_together(name: str) -> str:
    return "".join(identifiers.skeleton(word) for word in re.findall(r"\w+", name.lower()))


def _rival(request: SmartAccountRequest) -> Rival:
    named = nomination.latest(request)
    return Rival(
        request,
        holder(request),
        named.address if named else gettext("The requester"),
        identifiers.agrees(request.requester_address, request.account_domain),
    )


def holder(request: SmartAccountRequest) -> str:
    """Say in a few words, for staff, who has the request."""
    if request.frozen_at:
        return (
            gettext("Stopped, the requester is suspended")
            if request.frozen_by_suspension
            else gettext("Stopped for a check")
        )
    if request.state == RequestState.SETUP:
        return gettext("In set-up, with the requester")
    if request.state != RequestState.PENDING:
        return gettext(progress.REQUEST_WORDS[request.states.request])
    return progress.waiting_for(turn(request.states))


def plan(where: progress.Progress) -> list[Planned]:
    """What comes by itself, told to staff instead of the requester."""
    return [Planned(item.at, item.for_staff or item.what) for item in where.plan]


def said_not_meant(request: SmartAccountRequest) -> Nomination | None:
    """Return the last nomination whose reader said that it was not meant for them."""
    return request.nominations.filter(state=NominationState.NOT_MEANT).order_by("-number").first()


def _allowed(request: SmartAccountRequest) -> frozenset[Event]:
    """What staff may do; the suppression of an earlier reader may be lifted in any state but frozen."""
    allowed = transitions.allowed_now(request)
    if said_not_meant(request) and not request.frozen_at:
        allowed |= {Event.UNDO_NOT_MEANT}
    return allowed
