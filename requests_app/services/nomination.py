"""Name an authorizer, replace one, and let a reviewer release or refuse a held nomination."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from notifications import links
from notifications.emails.choose_authorizer import Cause
from notifications.emails.nothing_to_do import Cause as Nothing
from people import addresses
from people.models import Person
from requests_app.domain import identifiers, reminders
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.identifiers import HoldReason
from requests_app.domain.lifecycle import OPEN, Authority, AuthorizationState, Event, RequestState
from requests_app.models import HistoryLine, Nomination, SmartAccountRequest
from requests_app.models.nomination import CURRENT, LinkPurpose
from requests_app.services import actors, closing, letters, limits, linking, parties, transitions
from requests_app.services.actors import Actor
from requests_app.services.transitions import Conflict


class NominationRefused(Exception):
    """The address cannot be named (422); the text stands beside the field."""


class AlreadyNominated(NominationRefused):
    """The requester has another open request that waits for the same address."""

    def __init__(self, other: SmartAccountRequest) -> None:
        super().__init__(
            gettext("This person is already asked in your request %(reference)s.")
            % {"reference": other.reference}
        )
        self.other = other


class NoneLeft(Conflict):
    """The requester's nominations are used up: only withdrawing is left."""

    def __init__(self) -> None:
        super().__init__(
            gettext("You have named as many authorizers as you can. You can only withdraw this request now.")
        )


@dataclass(frozen=True)
class Left:
    """How many authorizers the requester may still name; `uncounted` replaces an unreachable one."""

    counted: int
    uncounted: int


def left(request: SmartAccountRequest) -> Left:
    """Count what is left of the nominations and of the uncounted replacements."""
    named = list(request.nominations.filter(handed_on=False).values_list("counted", flat=True))
    counted = sum(named)
    return Left(
        max(0, settings.LIMIT_AUTHORIZERS - counted),
        max(0, settings.LIMIT_REPLACEMENTS - (len(named) - counted)),
    )


def may_name(request: SmartAccountRequest) -> int:
    """How many more the requester can name now, whatever happens: what pages and letters say.

    Replacing an unreachable one is free once more for each that is; only this one is sure."""
    remaining = left(request)
    is_free = request.authorization == AuthorizationState.UNREACHABLE and remaining.uncounted > 0
    return remaining.counted + is_free


def check_address(requester: Person, address: str, *, request: SmartAccountRequest | None = None) -> None:
    """Raise NominationRefused when this requester cannot name this address."""
    if addresses.is_role(address):
        raise NominationRefused(
            gettext("Enter a person's address, not one that a whole organization shares or nobody reads.")
        )
    if parties.is_own(requester, address):
        raise NominationRefused(gettext("This is your own address. Choose Yes if you authorize it yourself."))
    open_elsewhere = (
        Nomination.objects.filter(
            address_key=addresses.comparison_key(address),
            request__requester=requester,
            request__state__in=OPEN,
            state__in=CURRENT,
        )
        .exclude(request=request)
        .select_related("request")
        .first()
    )
    if open_elsewhere:
        raise AlreadyNominated(open_elsewhere.request)


def hold_reasons(
    requester: Person,
    requester_address: str,
    *,
    account_domain: str,
    address: str,
    after_decline: bool,
    now: datetime,
) -> frozenset[HoldReason]:
    """Return why the nomination letter must wait for a reviewer; empty when it may leave at once.

    Raises NominationRefused where the operator refuses what others hold (UNPROVEN_NOMINATIONS)."""
    known = identifiers.hold_reasons(
        account_domain,
        requester_address=requester_address,
        authorizer_address=address,
        after_decline=after_decline,
    )
    if settings.UNPROVEN_NOMINATIONS == "refuse" and known & {
        HoldReason.DOMAINS_DISAGREE,
        HoldReason.FREE_MAIL,
    }:
        raise NominationRefused(
            gettext(
                "Enter an address of the company whose domain names the account;"
                " your own must belong to it too."
            )
        )
    return known | limits.counted_reasons(requester, addresses.comparison_key(address), now)


def was_declined(request: SmartAccountRequest) -> bool:
    """Whether anybody ever declined this request: then every later nomination is held."""
    return request.nominations.filter(state=NominationState.DECLINED).exists()


def name(
    request: SmartAccountRequest,
    address: str,
    *,
    message: str,
    reasons: Collection[HoldReason],
    now: datetime,
    counted: bool = True,
    handed_on: bool = False,
    language: str = "en",
) -> Nomination:
    """Write the nomination: held without link or letter when there are reasons, else with both.

    The request's authorization is already `held` or `pending`; the caller holds its lock."""
    seed = links.new_seed()
    nomination = Nomination.objects.create(
        id=uuid.UUID(seed.uuid),
        request=request,
        number=request.nominations.count() + 1,
        address=address,
        address_key=addresses.comparison_key(address),
        message=message,
        language=language,
        handed_on=handed_on,
        counted=counted,
        state=NominationState.HELD if reasons else NominationState.PENDING,
        reasons=sorted(reasons),
        stop_nonce=seed.nonce,
        stop_key_id=seed.key_id,
        stop_hash=links.hash_of(links.token(links.Label.STOP, seed)),
        created_at=now,
        held_until=reminders.held_clock(now, spans=settings.SPANS).ends_at if reasons else None,
    )
    if reasons:
        letters.held(request, nomination)
    else:
        link = linking.issue(request, nomination, purpose=LinkPurpose.NOMINATION, now=now)
        letters.nomination(request, nomination, link)
    return nomination


def end(
    request: SmartAccountRequest, nomination: Nomination, state: NominationState, *, now: datetime
) -> None:
    """End a nomination and its active link; in the caller's transaction."""
    link_state = LinkState.SUPERSEDED if state is NominationState.REPLACED else LinkState.REVOKED
    nomination.links.filter(state=LinkState.ACTIVE).update(state=link_state)
    nomination.state, nomination.ended_at = state, now
    nomination.next_reminder_at = nomination.held_until = None
    nomination.save()


def latest(request: SmartAccountRequest) -> Nomination | None:
    """The nomination the authorization state speaks of: the last one."""
    return request.nominations.order_by("-number").first()


def replace(
    request_id: uuid.UUID, *, by: Person, address: str, message: str, now: datetime, language: str = "en"
) -> Nomination:
    """Name another authorizer instead of the present or the ended one; `language` is that of the page.

    Raises NotYours, NotAllowed (already authorized, closed, frozen), NoneLeft, NominationRefused,
    limits.LimitReached. The old link is superseded in the same act."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=by.pk)
        request = transitions.locked_for(request_id, by.pk)
        transitions.check_allowed(request, Event.REPLACE)
        remaining = left(request)
        counted = not (request.authorization == AuthorizationState.UNREACHABLE and remaining.uncounted)
        if counted and not remaining.counted:
            raise NoneLeft
        check_address(by, address, request=request)
        limits.check_nominations(by, now)
        reasons = hold_reasons(
            by,
            request.requester_address,
            account_domain=request.account_domain,
            address=address,
            after_decline=was_declined(request),
            now=now,
        )
        previous = latest(request)
        if previous and previous.is_current:
            written_to = closing.was_written_to(request, previous)
            end(request, previous, NominationState.REPLACED, now=now)
            if written_to and previous.address_key != addresses.comparison_key(address):
                letters.nothing_to_do(request, previous, cause=Nothing.REPLACED, now=now)
        request.authority = Authority.NO
        transitions.apply(
            request, Event.REPLACE, by=actors.requester(by), now=now, held=bool(reasons), note=address
        )
        return name(
            request,
            address,
            message=message,
            reasons=reasons,
            now=now,
            counted=counted,
            language=language,
        )


def speak(nomination: Nomination, language: str) -> None:
    """Write to this reader from now on in the language of the page where they answer."""
    if nomination.language != language:
        nomination.language = language
        nomination.save(update_fields=["language"])


def release(nomination_id: uuid.UUID, *, by: Person, facts_version: int, now: datetime) -> Nomination:
    """Let a held nomination's letter leave: link and reminders count from here.

    Repeating one's own release changes nothing. Raises Conflict (no longer held, other facts), NotAllowed,
    parties.Concerned."""
    with transaction.atomic():
        request, nomination = _locked_held(nomination_id, by)
        if nomination.state == NominationState.PENDING and _did_just(request, Event.RELEASE, by):
            return nomination
        _check_held(request, nomination, facts_version)
        transitions.apply(request, Event.RELEASE, by=actors.reviewer(by), now=now, note=nomination.address)
        last = nomination.links.order_by("-generation").first()
        purpose = LinkPurpose.FACTS_CHANGED if last else LinkPurpose.NOMINATION
        link = linking.issue(request, nomination, purpose=purpose, now=now)
        if last:
            letters.facts_changed(
                request,
                nomination,
                link,
                changed=_changed_since(request, last.created_at),
                was_authorized=last.state == LinkState.USED,
            )
        else:
            letters.nomination(request, nomination, link)
        return nomination


def refuse(
    nomination_id: uuid.UUID, *, by: Person, facts_version: int, reason: str, now: datetime
) -> Nomination:
    """Refuse to send a held nomination; it counts as one of the three. Repeats and raises as `release`."""
    with transaction.atomic():
        request, nomination = _locked_held(nomination_id, by)
        if nomination.state == NominationState.REFUSED and _did_just(request, Event.REFUSE, by):
            return nomination
        _check_held(request, nomination, facts_version)
        refuse_held(request, nomination, by=actors.reviewer(by), reason=reason, now=now)
        return nomination


def refuse_held(
    request: SmartAccountRequest, nomination: Nomination, *, by: Actor, reason: str, now: datetime
) -> None:
    """Refuse under the lock the caller holds: a reviewer's act, or the clock's when it was held too long."""
    # Held anew after a change of facts, it may have been written to before.
    concerned = closing.concerned_authorizer(request)
    transitions.apply(request, Event.REFUSE, by=by, now=now, note=reason)
    nomination.reason = reason
    end(request, nomination, NominationState.REFUSED, now=now)
    letters.choose_authorizer(
        request, nomination, cause=Cause.REFUSED, nominations_left=may_name(request), note=reason
    )
    closing.tell(request, concerned, cause=Nothing.REVOKED, now=now)


def _locked_held(nomination_id: uuid.UUID, by: Person) -> tuple[SmartAccountRequest, Nomination]:
    request_id = Nomination.objects.values_list("request_id", flat=True).get(pk=nomination_id)
    request = transitions.locked(request_id)
    parties.check_reviewer(request, by)
    return request, Nomination.objects.select_for_update().get(pk=nomination_id)


def _check_held(request: SmartAccountRequest, nomination: Nomination, facts_version: int) -> None:
    if nomination.state != NominationState.HELD or request.state != RequestState.PENDING:
        raise Conflict(gettext("This nomination is no longer held."))
    transitions.check_facts(request, facts_version)


def _did_just(request: SmartAccountRequest, event: Event, by: Person) -> bool:
    """Whether the last thing a reviewer did to a held letter is this person's own act."""
    acts = HistoryLine.objects.filter(request=request, event__in=(Event.RELEASE, Event.REFUSE))
    last = acts.order_by("-id").first()
    return bool(last and last.event == event and last.person_id == by.pk)


def _changed_since(request: SmartAccountRequest, moment: datetime) -> tuple[str, ...]:
    """Name the facts that changed since the authorizer was last written to."""
    changes = HistoryLine.objects.filter(request=request, at__gt=moment).order_by("id")
    changed: list[str] = []
    for line in changes:
        if line.event == Event.CHANGE_FACTS:
            changed += line.note.split(", ")
        elif line.event in {Event.ANSWER_DOMAIN, Event.ACCEPT_PROPOSAL}:
            changed.append("account_domain")
        elif line.event == Event.TRANSFER:
            changed.append("requester")
    return tuple(dict.fromkeys(changed))
