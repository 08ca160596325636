"""The authorizer's answer: a code is asked for, the answer is confirmed, and recorded once.

The link alone decides nothing: an answer needs a code read from a second letter, or a browser signed in with
the very address that was nominated. Everything is re-checked under the request's lock at the moment of decision.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from notifications import links
from notifications.emails.choose_authorizer import Cause
from people import addresses
from people import services as people
from people.models import Person
from requests_app.domain import allowances, authorization, statement
from requests_app.domain.authorization import DeadCause, LinkState, NominationState
from requests_app.domain.lifecycle import Event, RequestState
from requests_app.models import AuthorizationLink, CodeChallenge, Decision, Nomination, SmartAccountRequest
from requests_app.models.nomination import Answer, LinkPurpose
from requests_app.services import (
    actors,
    evidence,
    handing_on,
    letters,
    linking,
    nomination,
    parties,
    transitions,
)
from requests_app.services.limits import LimitReached
from requests_app.services.transitions import Conflict

DECISIONS = {
    Answer.AUTHORIZE: (Event.AUTHORIZE, NominationState.AUTHORIZED),
    Answer.DECLINE: (Event.DECLINE, NominationState.DECLINED),
}


class LinkUnknown(Exception):
    """No such link (404 at /a/, 403 at its page)."""


class LinkDead(Exception):
    """The link does not work any more (410); `cause` names why."""

    def __init__(self, cause: DeadCause, link: AuthorizationLink) -> None:
        super().__init__(cause)
        self.cause = cause
        self.link = link


class BeingChecked(Conflict):
    """Staff froze the request: the link stays active and nothing is decided (409)."""

    def __init__(self) -> None:
        super().__init__(
            "This request is being checked. You do not have to do anything; the link keeps working."
        )


class CodeRefused(Exception):
    """The code does not confirm (422); the text says what to do."""


class CodesExhausted(Conflict):
    """The link's codes are used up; a new link brings new ones (409)."""

    def __init__(self) -> None:
        super().__init__("No more codes can be sent for this link. Ask for a new link to the same address.")


class RequesterCannotAuthorize(Exception):
    """The nominated address turned out to be one of the requester's own (403)."""


class StatementNotTicked(Exception):
    """Authorizing needs the ticked statement (422)."""


@dataclass(frozen=True)
class OpenLink:
    """A link with what it opens."""

    link: AuthorizationLink
    nomination: Nomination
    request: SmartAccountRequest


def by_hash(token_hash: str) -> AuthorizationLink:
    """Find a link by its token's hash. Raises LinkUnknown. Writes nothing."""
    try:
        return AuthorizationLink.objects.get(token_hash=token_hash)
    except AuthorizationLink.DoesNotExist:
        raise LinkUnknown from None


def find(link_id: uuid.UUID) -> OpenLink:
    """Return a link, alive or dead, with what it is about. Raises LinkUnknown. Writes nothing."""
    try:
        link = AuthorizationLink.objects.select_related("nomination__request__requester").get(pk=link_id)
    except AuthorizationLink.DoesNotExist:
        raise LinkUnknown from None
    return OpenLink(link, link.nomination, link.nomination.request)


def look(link_id: uuid.UUID, *, now: datetime) -> OpenLink:
    """Return what an open link shows. Raises LinkUnknown, LinkDead, BeingChecked. Writes nothing."""
    opened = find(link_id)
    check_alive(opened, now=now)
    return opened


def is_reader(person: Person, address: str) -> bool:
    """Whether this person proved to read the address: counts as the link's cookie, and freshly as a code."""
    return addresses.comparison_key(address) in people.verified_addresses(person)


def other_open_links(named: Nomination, *, now: datetime) -> list[AuthorizationLink]:
    """The links by which the same address may still answer other requests, oldest first. Reads only."""
    return list(
        AuthorizationLink.objects.filter(
            state=LinkState.ACTIVE,
            expires_at__gt=now,
            nomination__address_key=named.address_key,
            nomination__state=NominationState.PENDING,
            nomination__request__state=RequestState.PENDING,
            nomination__request__frozen_at=None,
        )
        .exclude(nomination__request=named.request_id)
        .select_related("nomination__request__requester")
        .order_by("created_at")
    )


def cause_of(opened: OpenLink, *, now: datetime) -> DeadCause | None:
    """Why the link does not work, or None while it does.

    A frozen request's clocks stand still: its active link has not ended, whatever the hour."""
    cause = authorization.why_dead(
        LinkState(opened.link.state),
        nomination=NominationState(opened.nomination.state),
        request=RequestState(opened.request.state),
        expires_at=opened.link.expires_at,
        now=now,
    )
    if cause is DeadCause.EXPIRED and opened.request.frozen_at and opened.link.state == LinkState.ACTIVE:
        return None
    return cause


def check_alive(opened: OpenLink, *, now: datetime) -> None:
    """Raise LinkDead or BeingChecked unless the link may be answered at."""
    if cause := cause_of(opened, now=now):
        raise LinkDead(cause, opened.link)
    if opened.request.frozen_at:
        raise BeingChecked


def lock(link_id: uuid.UUID) -> OpenLink:
    """Lock request, nomination and link, in that order. Raises LinkUnknown. Call inside a transaction."""
    try:
        request_id = AuthorizationLink.objects.values_list("nomination__request_id", flat=True).get(
            pk=link_id
        )
    except AuthorizationLink.DoesNotExist:
        raise LinkUnknown from None
    request = transitions.locked(request_id)
    link = AuthorizationLink.objects.select_for_update(of=("self",)).get(pk=link_id)
    named = Nomination.objects.select_for_update(of=("self",)).get(pk=link.nomination_id)
    return OpenLink(link, named, request)


def locked_alive(link_id: uuid.UUID, now: datetime) -> OpenLink:
    """Lock as `lock` does, and raise LinkDead or BeingChecked unless the link may be answered at."""
    opened = lock(link_id)
    check_alive(opened, now=now)
    return opened


def lapse_if_over(link_id: uuid.UUID, *, now: datetime) -> bool:
    """Lapse a nomination whose link is found too old, under the lock: the clock's act, done at the door.

    Returns whether it did. Every POST at a link calls this first, so no decision depends on a late run."""
    with transaction.atomic():
        opened = lock(link_id)
        over = (
            opened.link.state == LinkState.ACTIVE
            and opened.nomination.state == NominationState.PENDING
            and opened.request.state == RequestState.PENDING
            and opened.request.frozen_at is None
            and now >= opened.link.expires_at
        )
        if over:
            opened.link.state = LinkState.EXPIRED
            opened.link.save(update_fields=["state"])
            transitions.apply(
                opened.request, Event.LAPSE, by=actors.CLOCK, now=now, note=opened.nomination.address
            )
            nomination.end(opened.request, opened.nomination, NominationState.LAPSED, now=now)
            letters.choose_authorizer(
                opened.request,
                opened.nomination,
                cause=Cause.LAPSED,
                nominations_left=nomination.may_name(opened.request),
            )
        return over


def statement_for(request: SmartAccountRequest) -> str:
    """The exact text that authorizing agrees to, for the facts as they stand."""
    return statement.text(
        request.account_domain,
        account_name=request.account_name,
        administrators=[administrator.address for administrator in request.administrators.all()],
        operator=settings.OPERATOR_NAME,
    )


def ask_code(
    link_id: uuid.UUID, *, answer: Answer, facts_version: int, now: datetime, colleague: str = ""
) -> CodeChallenge:
    """Send a code that confirms this answer to the nominated address; handing on names the colleague too.

    The same answer asked again within the minute returns the running challenge without a new letter.
    Raises LinkUnknown, LinkDead, BeingChecked, StaleFacts, LimitReached, CodesExhausted, and to hand on
    handing_on.NoneLeft, nomination.NominationRefused."""
    lapse_if_over(link_id, now=now)
    with transaction.atomic():
        opened = locked_alive(link_id, now)
        transitions.check_facts(opened.request, facts_version)
        if answer is Answer.HAND_ON:
            handing_on.check(opened.request, colleague, now=now)
        running = _running(opened.link)
        if (
            running
            and (running.answer, running.colleague) == (answer, colleague)
            and running.facts_version == facts_version
            and now < running.created_at + authorization.CODES_PER_LINK.paces[0].span
        ):
            return running
        sent = list(
            opened.link.challenges.exclude(answer=Answer.TAKE_BACK).values_list("created_at", flat=True)
        )
        try:
            opens_at = authorization.code_opens_at(now, sent_at=sent)
        except allowances.Exhausted:
            raise CodesExhausted from None
        if opens_at > now:
            raise LimitReached("Codes to this address are limited.", opens_at)
        opened.link.challenges.filter(used_at=None, replaced_at=None).update(replaced_at=now)
        challenge = CodeChallenge.objects.create(
            link=opened.link,
            answer=answer,
            colleague=colleague,
            facts_version=facts_version,
            created_at=now,
            expires_at=now + authorization.CODE_LIFETIME,
        )
        letters.authorizer_code(opened.request, opened.nomination, challenge)
        return challenge


def _running(link: AuthorizationLink) -> CodeChallenge | None:
    return link.challenges.filter(used_at=None, replaced_at=None).order_by("-created_at").first()


def running_challenge(link_id: uuid.UUID) -> CodeChallenge | None:
    """The challenge that the code page is about, if one waits. Reads only."""
    link = AuthorizationLink.objects.filter(pk=link_id).first()
    return _running(link) if link else None


def check_code(link: AuthorizationLink, typed: str, *, now: datetime) -> CodeChallenge | str:
    """Return the confirmed challenge, or the words that refuse the code; a wrong try is counted.

    Under the link's lock. The caller commits before it raises, else the try would be uncounted."""
    challenge = _running(link)
    if challenge is None:
        return "Ask for a new code."
    if authorization.code_is_over(now, created_at=challenge.created_at, wrong_tries=challenge.tries):
        return "This code has expired or was tried too often. Ask for a new code."
    if not links.code_matches(str(challenge.pk), typed):
        challenge.tries += 1
        challenge.save(update_fields=["tries"])
        if any(links.code_matches(str(old.pk), typed) for old in link.challenges.exclude(replaced_at=None)):
            return "This code was replaced by a newer one. Use the latest e-mail, or ask for a new code."
        tries_left = authorization.CODE_TRIES - challenge.tries
        if tries_left <= 0:
            return "That was the fifth wrong code. Ask for a new code."
        return f"This is not the code we sent. {tries_left} {'try' if tries_left == 1 else 'tries'} left."
    return challenge


def confirm(
    link_id: uuid.UUID, *, code: str, ticked: bool, reason: str, facts_version: int, now: datetime
) -> Decision:
    """Record the answer that the code confirms, with evidence and a receipt for both, in one transaction.

    Raises LinkUnknown, LinkDead, BeingChecked, StaleFacts, CodeRefused, StatementNotTicked,
    RequesterCannotAuthorize, and to hand on handing_on.NoneLeft, nomination.NominationRefused."""
    lapse_if_over(link_id, now=now)
    with transaction.atomic():
        opened = locked_alive(link_id, now)
        transitions.check_facts(opened.request, facts_version)
        checked = check_code(opened.link, code, now=now)
        if isinstance(checked, CodeChallenge):
            if checked.facts_version != opened.request.facts_version:
                raise transitions.StaleFacts
            decision = _decide(
                opened,
                Answer(checked.answer),
                ticked=ticked,
                reason=reason,
                colleague=checked.colleague,
                challenge=checked,
                now=now,
            )
            checked.used_at = now
            checked.save(update_fields=["used_at"])
            return decision
    raise CodeRefused(checked)


def confirm_signed_in(
    link_id: uuid.UUID,
    *,
    person: Person,
    answer: Answer,
    ticked: bool,
    reason: str,
    facts_version: int,
    now: datetime,
    colleague: str = "",
) -> Decision:
    """Record the answer of a person who signed in freshly with the nominated address verified: no code.

    The view vouches for the freshness of the sign-in. Raises as `confirm`, and NotYours for another person."""
    lapse_if_over(link_id, now=now)
    with transaction.atomic():
        opened = locked_alive(link_id, now)
        if not is_reader(person, opened.nomination.address):
            raise transitions.NotYours
        transitions.check_facts(opened.request, facts_version)
        return _decide(
            opened,
            answer,
            ticked=ticked,
            reason=reason,
            colleague=colleague,
            person=person,
            now=now,
        )


def _decide(
    opened: OpenLink,
    answer: Answer,
    *,
    ticked: bool,
    reason: str,
    colleague: str,
    now: datetime,
    challenge: CodeChallenge | None = None,
    person: Person | None = None,
) -> Decision:
    request, named, link = opened.request, opened.nomination, opened.link
    if parties.is_own(request.requester, named.address):
        raise RequesterCannotAuthorize
    challenge_id = challenge.pk if challenge else None
    if answer is Answer.HAND_ON:
        return handing_on.pass_on(
            request, named, link, colleague=colleague, person=person, challenge_id=challenge_id, now=now
        )
    if answer is Answer.AUTHORIZE and not ticked:
        raise StatementNotTicked
    event, state = DECISIONS[answer]
    authorizes = answer is Answer.AUTHORIZE
    decision = evidence.write(
        request,
        answer=answer,
        address=named.address,
        now=now,
        nomination=named,
        text=statement_for(request) if authorizes else "",
        statement_version=statement.VERSION if authorizes else "",
        reason="" if authorizes else reason,
        link_id=link.pk,
        challenge_id=challenge_id,
    )
    link.state, link.used_at = LinkState.USED, now
    link.save(update_fields=["state", "used_at"])
    named.reason = decision.reason
    nomination.end(request, named, state, now=now)
    # The nomination's outcome is written first: what set-up says of the authorizer is read from it.
    transitions.apply(
        request, event, by=actors.authorizer(named.address, person), now=now, note=decision.reason
    )
    letters.decision_receipt(request, decision)
    if authorizes:
        letters.authorized(request, decision)
    else:
        letters.declined(request, decision, nominations_left=nomination.may_name(request))
    return decision


def send_new_link(link_id: uuid.UUID, *, now: datetime) -> bool:
    """Send a fresh link to the same address. Returns False when one was just sent in its place.

    For a lapsed nomination of an open request, and for a pending one whose codes are used up.
    Raises LinkUnknown, LinkDead (over for another cause), BeingChecked, LimitReached, Conflict (three sent)."""
    lapse_if_over(link_id, now=now)
    with transaction.atomic():
        opened = lock(link_id)
        cause = cause_of(opened, now=now)
        if cause is DeadCause.RENEWED:
            return False
        if cause not in {None, DeadCause.EXPIRED}:
            assert cause is not None
            raise LinkDead(cause, opened.link)
        if opened.request.frozen_at:
            raise BeingChecked
        issued = linking.moments_of(opened.nomination, LinkPurpose.NEW_LINK)
        try:
            opens_at = authorization.new_link_opens_at(now, issued_at=issued)
        except allowances.Exhausted:
            raise Conflict(
                "Three new links were sent already. Ask the requester to name you again."
            ) from None
        if opens_at > now:
            raise LimitReached("One new link a day can be sent.", opens_at)
        transitions.apply(
            opened.request, Event.NEW_LINK, by=actors.authorizer(opened.nomination.address), now=now
        )
        link = linking.issue(opened.request, opened.nomination, purpose=LinkPurpose.NEW_LINK, now=now)
        letters.new_link(opened.request, opened.nomination, link)
        return True
