"""Say which letters an act of the desk would send, and what became of those that were promised. Writes nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from notifications import emails
from notifications.emails.letter import Letter
from notifications.models import State
from notifications.outbox import LetterFact
from requests_app.domain.lifecycle import AuthorizationState, Event
from requests_app.models import Nomination, SmartAccountRequest
from requests_app.services import closing, review, transitions
from smart_accounts.services import accounts

STATE_WORDS = {
    State.QUEUED: gettext_noop("leaves soon"),
    State.WAITING: gettext_noop("kept back"),
    State.SENDING: gettext_noop("being sent"),
    State.SENT: gettext_noop("handed to the mail system"),
    State.DELIVERED: gettext_noop("accepted by the reader’s mail system"),
    State.BOUNCED: gettext_noop("came back"),
    State.COMPLAINED: gettext_noop("the reader complained"),
    State.DEAD: gettext_noop("given up"),
    State.REFUSED: gettext_noop("refused"),
    State.CANCELLED: gettext_noop("not sent"),
    State.UNKNOWN: gettext_noop("may have been sent"),
}

LETTER_NAMES = {
    "access_approved": gettext_noop("Access approved"),
    "access_asked": gettext_noop("Access asked"),
    "access_declined": gettext_noop("Access declined"),
    "activated": gettext_noop("Activated"),
    "administrator_named": gettext_noop("Administrator named"),
    "already_registered": gettext_noop("Already registered"),
    "authorized": gettext_noop("Authorized"),
    "authorizer_code": gettext_noop("Authorizer code"),
    "change_asked": gettext_noop("Change asked"),
    "choose_authorizer": gettext_noop("Choose authorizer"),
    "data_erased": gettext_noop("Data erased"),
    "data_exported": gettext_noop("Data exported"),
    "decision_receipt": gettext_noop("Decision receipt"),
    "declined": gettext_noop("Declined"),
    "domain_approved": gettext_noop("Domain approved"),
    "domain_rejected": gettext_noop("Domain rejected"),
    "draft_ending": gettext_noop("Draft ending"),
    "email_changed": gettext_noop("Email changed"),
    "erasure_asked": gettext_noop("Erasure asked"),
    "expired": gettext_noop("Expired"),
    "facts_changed": gettext_noop("Facts changed"),
    "handed_on": gettext_noop("Handed on"),
    "handed_on_notice": gettext_noop("Handed on notice"),
    "held": gettext_noop("Held"),
    "new_link": gettext_noop("New link"),
    "nomination": gettext_noop("Nomination"),
    "nothing_to_do": gettext_noop("Nothing to do"),
    "operator_alert": gettext_noop("Operator alert"),
    "password_reset": gettext_noop("Password reset"),
    "registration_code": gettext_noop("Registration code"),
    "reminder": gettext_noop("Reminder"),
    "reopened": gettext_noop("Reopened"),
    "request_sent": gettext_noop("Request sent"),
    "reviewer_digest": gettext_noop("Reviewer digest"),
    "rival_decided": gettext_noop("Rival decided"),
    "setup": gettext_noop("Setup"),
    "setup_reminder": gettext_noop("Setup reminder"),
    "sibling_notice": gettext_noop("Sibling notice"),
    "transfer_offered": gettext_noop("Transfer offered"),
    "transferred": gettext_noop("Transferred"),
    "withdrawn": gettext_noop("Withdrawn"),
    "your_turn": gettext_noop("Your turn"),
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
    return Mail(
        letter_name(fact.kind), fact.to, gettext(STATE_WORDS[fact.state]), fact.sent_at or fact.created_at
    )


def _letter(letter: type[Letter], to: str) -> Leaves:
    return Leaves(letter.kind, letter_name(letter.kind), to)


def letter_name(kind: str) -> str:
    """Return a kind of letter in words, in the language of the page."""
    return gettext(plain_name(kind))


def plain_name(kind: str) -> str:
    """Return a kind of letter in words that can be stored: English, as everything staff write for themselves."""
    return LETTER_NAMES.get(kind) or kind.replace("_", " ").capitalize()
