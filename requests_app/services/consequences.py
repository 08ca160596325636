"""Say which letters an act of the desk would send, and what became of those that were promised. Writes nothing."""

from dataclasses import dataclass
from datetime import datetime

from notifications import emails
from notifications.emails.letter import Letter
from notifications.models import State
from notifications.outbox import LetterFact
from requests_app.domain.lifecycle import AuthorizationState, Event
from requests_app.models import Nomination, SmartAccountRequest
from requests_app.services import closing, review, transitions
from smart_accounts.services import accounts

STATE_WORDS = {
    State.QUEUED: "leaves soon",
    State.WAITING: "kept back",
    State.SENDING: "being sent",
    State.SENT: "handed to the mail system",
    State.DELIVERED: "accepted by the reader’s mail system",
    State.BOUNCED: "came back",
    State.COMPLAINED: "the reader complained",
    State.DEAD: "given up",
    State.REFUSED: "refused",
    State.CANCELLED: "not sent",
    State.UNKNOWN: "may have been sent",
}


@dataclass(frozen=True)
class Leaves:
    """One letter that an act would send."""

    kind: str
    name: str
    to: str


@dataclass(frozen=True)
class Mail:
    """One letter that was promised, and what became of it by when."""

    name: str
    to: str
    state: str
    at: datetime


ACTS = (
    Event.APPROVE,
    Event.ASK_CHANGE,
    Event.REJECT,
    Event.RELEASE,
    Event.REFUSE,
    Event.UNDO_NOT_MEANT,
    Event.REVOKE,
    Event.REOPEN,
)


def leaves(
    request: SmartAccountRequest,
    event: Event,
    *,
    named: Nomination | None,
    rivals: list[SmartAccountRequest],
) -> list[Leaves]:
    """List the letters that the event would send if it happened now."""
    own = request.requester_address
    match event:
        case Event.APPROVE:
            enters_setup = request.authorization == AuthorizationState.AUTHORIZED
            told = [_letter(emails.RivalDecided, rival.requester_address) for rival in rivals]
            for account in review.related_accounts(request):
                for member in accounts.administrators(account):
                    told.append(_letter(emails.SiblingNotice, member.address))
            return [_letter(emails.Setup if enters_setup else emails.DomainApproved, own), *told]
        case Event.ASK_CHANGE:
            return [_letter(emails.ChangeAsked, own)]
        case Event.REJECT:
            return [_letter(emails.DomainRejected, own), *_to_authorizer(request)]
        case Event.RELEASE if named:
            was_written_to = named.links.exists()
            return [_letter(emails.FactsChanged if was_written_to else emails.Nomination, named.address)]
        case Event.UNDO_NOT_MEANT if named and event in transitions.allowed_now(request):
            return [_letter(emails.NewLink, named.address)]
        case Event.REOPEN:
            return [_letter(emails.Reopened, own)]
        case Event.REFUSE | Event.REVOKE:
            return [_letter(emails.ChooseAuthorizer, own), *_to_authorizer(request)]
    return []


def _to_authorizer(request: SmartAccountRequest) -> list[Leaves]:
    concerned = closing.concerned_authorizer(request)
    return [_letter(emails.NothingToDo, concerned.address)] if concerned else []


def mail_of(fact: LetterFact) -> Mail:
    return Mail(letter_name(fact.kind), fact.to, STATE_WORDS[fact.state], fact.sent_at or fact.created_at)


def _letter(letter: type[Letter], to: str) -> Leaves:
    return Leaves(letter.kind, letter_name(letter.kind), to)


def letter_name(kind: str) -> str:
    """Return a kind of letter in words: its own name, readable."""
    return kind.replace("_", " ").capitalize()
