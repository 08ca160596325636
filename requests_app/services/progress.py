"""Read where a request is: who has it, since when, until when, what happens next. Writes nothing.

The words for states are the same on the page, the list and the desk.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, ngettext, pgettext

from notifications import emails, outbox
from notifications.models import State
from notifications.outbox import LetterFact
from requests_app.domain.lifecycle import ENDED, AuthorizationState, DomainState, RequestState, Turn, turn
from requests_app.models import AuthorizationLink, Nomination, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import linking, nomination, planning
from requests_app.services.planning import Planned

AUTHORIZATION_WORDS = {
    AuthorizationState.HELD: gettext_noop("We check the authorizer's address first"),
    AuthorizationState.PENDING: gettext_noop("Waiting for the authorizer"),
    AuthorizationState.AUTHORIZED: gettext_noop("Authorized"),
    AuthorizationState.DECLINED: gettext_noop("Declined"),
    AuthorizationState.UNREACHABLE: gettext_noop("The letter could not be delivered"),
    AuthorizationState.LAPSED: gettext_noop("Not answered in time"),
    AuthorizationState.NOT_MEANT: gettext_noop("The authorizer said it was not meant for them"),
    AuthorizationState.REFUSED: gettext_noop("The reviewer did not send the letter"),
    AuthorizationState.REVOKED: gettext_noop("The authorization was taken back"),
}
DOMAIN_WORDS = {
    DomainState.PENDING: gettext_noop("Waiting for the reviewer"),
    DomainState.APPROVED: gettext_noop("Approved"),
    DomainState.CHANGE_ASKED: gettext_noop("The reviewer asks for a change"),
    DomainState.REJECTED: gettext_noop("Rejected"),
}
# A closed request waits for nobody: what its rail says of a check that was still open.
CLOSED_AUTHORIZATION_WORDS = AUTHORIZATION_WORDS | {
    AuthorizationState.HELD: gettext_noop("The letter was not sent"),
    AuthorizationState.PENDING: gettext_noop("Not answered"),
}
CLOSED_DOMAIN_WORDS = DOMAIN_WORDS | {
    DomainState.PENDING: gettext_noop("Not decided"),
    DomainState.CHANGE_ASKED: gettext_noop("Not decided"),
}
REQUEST_WORDS = {
    RequestState.SETUP: gettext_noop("Ready for you to set up"),
    RequestState.ACTIVE: gettext_noop("Active"),
    RequestState.REJECTED: gettext_noop("Rejected"),
    RequestState.WITHDRAWN: gettext_noop("Withdrawn"),
    RequestState.EXPIRED: gettext_noop("Expired"),
}


@dataclass(frozen=True)
class Stop:
    """One stop of the rail: `state` is done, now, todo or ended; `log` holds (moment, words)."""

    state: str
    what: str
    who: str = ""
    log: tuple[tuple[datetime, str], ...] = ()
    pair: tuple["Stop", ...] = ()


@dataclass(frozen=True)
class Progress:
    """Everything the request page says about where the request is."""

    holder: str
    turns: tuple[Turn, ...]
    nomination: Nomination | None
    link: AuthorizationLink | None
    nominations_left: int
    stops: tuple[Stop, ...]
    plan: tuple[Planned, ...] = field(default=())


def holder(request: SmartAccountRequest) -> str:
    """Say in a few words who has the request: the first line of its page, and its word in every list."""
    if request.frozen_at:
        return gettext("Being checked by our staff")
    states = request.states
    if states.request is not RequestState.PENDING:
        return gettext(REQUEST_WORDS[states.request])
    turns = turn(states)
    if Turn.REQUESTER in turns:
        if states.domain is DomainState.CHANGE_ASKED:
            if states.authorization in ENDED:
                return gettext("Your turn: answer the reviewer, and choose another authorizer")
            return gettext("Your turn: answer the reviewer about the identifier")
        return gettext("Your turn: choose another authorizer")
    return waiting_for(turns)


def waiting_for(turns: tuple[Turn, ...]) -> str:
    """Say for whom a request waits: one or several."""
    names = {
        Turn.REQUESTER: pgettext("waiting for", "the requester"),
        Turn.AUTHORIZER: pgettext("waiting for", "the authorizer"),
        Turn.REVIEWER: pgettext("waiting for", "the reviewer"),
        Turn.STAFF: pgettext("waiting for", "the staff"),
    }
    return gettext("Waiting for %(whom)s") % {"whom": gettext(" and ").join(names[who] for who in turns)}


def of(request: SmartAccountRequest, *, now: datetime) -> Progress:
    """Read a request's progress, in a constant number of queries."""
    facts = outbox.facts(str(request.pk))
    named = nomination.latest(request)
    link = linking.active_link(named) if named else None
    return Progress(
        holder=holder(request),
        turns=turn(request.states),
        nomination=named,
        link=link,
        nominations_left=nomination.may_name(request),
        stops=_stops(request, named, link, facts),
        plan=planning.plan(request, named, link, now=now),
    )


def _stops(
    request: SmartAccountRequest,
    named: Nomination | None,
    link: AuthorizationLink | None,
    facts: list[LetterFact],
) -> tuple[Stop, ...]:
    sent = Stop(
        "done",
        gettext("Request sent"),
        who=_sender(request),
        log=((request.submitted_at, gettext("Sent")),),
    )
    gates = (_authorization_stop(request, named, link, facts), _domain_stop(request))
    passed = request.state in {RequestState.SETUP, RequestState.ACTIVE}
    closed = not request.is_open and request.state != RequestState.ACTIVE
    checks = Stop(
        "done" if passed else "ended" if closed else "now",
        gettext("Two checks, at the same time"),
        pair=gates,
    )
    return (sent, checks, _setup_stop(request, facts), *_end_stop(request))


def _sender(request: SmartAccountRequest) -> str:
    """Who sent it: the requester, unless the request passed to a colleague since, which is a change of facts."""
    if request.facts_version > 1:
        sent = request.history.filter(event="submit").values_list("actor_name", flat=True).first()
        return sent or request.requester.full_name
    return request.requester.full_name


def _authorization_stop(
    request: SmartAccountRequest,
    named: Nomination | None,
    link: AuthorizationLink | None,
    facts: list[LetterFact],
) -> Stop:
    states = request.states
    if states.authorization is AuthorizationState.AUTHORIZED:
        state = "done"
    elif not request.is_open:
        state = "ended"
    else:
        state = "now"
    ticked = gettext("%(name)s, by the statement ticked") % {"name": request.requester.full_name}
    who = named.address if named else ticked
    log = tuple(
        (fact.sent_at or fact.created_at, words) for fact in facts if (words := _letter_words(fact, named))
    )
    words = gettext(AUTHORIZATION_WORDS[states.authorization])
    answered_at = _answered_at(request, named)
    if answered_at:
        log = (*log, (answered_at, words))
    if state == "ended":
        words = gettext(CLOSED_AUTHORIZATION_WORDS[states.authorization])
    return Stop(state, gettext("Authorization: %(state)s") % {"state": words}, who=who, log=log)


def _answered_at(request: SmartAccountRequest, named: Nomination | None) -> datetime | None:
    """When it was authorized, or ended otherwise; as it happened, whatever a freeze moved since."""
    if request.authorization == AuthorizationState.AUTHORIZED:
        authorizing = request.decisions.filter(answer=Answer.AUTHORIZE).order_by("-sequence")
        return authorizing.values_list("decided_at", flat=True).first()
    return named.ended_at if named and request.authorization in ENDED else None


def _letter_words(fact: LetterFact, named: Nomination | None) -> str:
    """What a requester may read of a letter to the authorizer; the mail system's words are for staff."""
    if named is None or fact.to != named.address or not emails.KINDS[fact.kind].carries_link:
        return ""
    repeats = fact.kind == emails.Reminder.kind
    if fact.state in {State.SENT, State.DELIVERED, State.COMPLAINED}:
        return (
            gettext("Reminder handed to the mail system")
            if repeats
            else gettext("Letter handed to the mail system")
        )
    if fact.state in {State.BOUNCED, State.REFUSED, State.DEAD}:
        return (
            gettext("Reminder could not be delivered")
            if repeats
            else gettext("Letter could not be delivered")
        )
    if fact.state is State.UNKNOWN:
        return (
            gettext("Reminder may not have been sent")
            if repeats
            else gettext("Letter may not have been sent")
        )
    if fact.state is State.CANCELLED:
        return ""
    return gettext("Reminder written, leaves soon") if repeats else gettext("Letter written, leaves soon")


def _domain_stop(request: SmartAccountRequest) -> Stop:
    states = request.states
    words = gettext(DOMAIN_WORDS[states.domain])
    if states.domain is DomainState.APPROVED:
        state = "done"
    else:
        state = "now" if request.is_open else "ended"
    shown = gettext(CLOSED_DOMAIN_WORDS[states.domain]) if state == "ended" else words
    return Stop(
        state,
        gettext("Domain review: %(state)s") % {"state": shown},
        who=_review_time()
        if states.domain is DomainState.PENDING and request.is_open
        else request.account_domain,
        log=((request.domain_since, words),),
    )


def _review_time() -> str:
    days = settings.SPANS.review_target
    words = ngettext(
        "With %(operator)s, usually within %(days)s working day",
        "With %(operator)s, usually within %(days)s working days",
        days,
    )
    return words % {"operator": settings.OPERATOR_NAME, "days": days}


def _setup_stop(request: SmartAccountRequest, facts: list[LetterFact]) -> Stop:
    log = tuple(
        (fact.sent_at, gettext("Set-up e-mail sent"))
        for fact in facts
        if fact.kind == emails.Setup.kind and fact.sent_at
    )
    if request.state == RequestState.ACTIVE and request.activated_at:
        return Stop(
            "done",
            gettext("Set-up"),
            who=gettext("Finished"),
            log=(*log, (request.activated_at, gettext("Smart Account active"))),
        )
    if request.state == RequestState.SETUP:
        return Stop("now", gettext("Set-up"), who=gettext("With you"), log=log)
    if not request.is_open:
        return Stop("ended", gettext("Set-up"))
    return Stop("todo", gettext("Set-up"), who=gettext("We e-mail you when it is ready"))


def _end_stop(request: SmartAccountRequest) -> tuple[Stop, ...]:
    if request.closed_at is None:
        return ()
    words = gettext(REQUEST_WORDS[RequestState(request.state)])
    return (Stop("ended", words, log=((request.closed_at, words),)),)
