"""Put a request's history into plain words."""

from dataclasses import dataclass
from datetime import datetime

from notifications.inert import inert
from people import addresses
from requests_app.models import HistoryLine, SmartAccountRequest
from requests_app.services.actors import Role

WORDS = {
    "submit": "Request sent",
    "release": "Letter to the authorizer released",
    "refuse": "Letter to the authorizer not sent",
    "authorize": "Authorized",
    "decline": "Declined",
    "hand_on": "Handed on to a colleague",
    "not_meant": "Said that it was not meant for them",
    "undo_not_meant": "\u201cNot meant for me\u201d undone",
    "undeliverable": "Letter to the authorizer could not be delivered",
    "complain": "Reminders stopped",
    "lapse": "Authorization link ended unanswered",
    "replace": "Another authorizer named",
    "new_link": "New link sent to the same address",
    "take_back": "Authorization taken back",
    "revoke": "Authorization revoked",
    "change_facts": "Account name or administrators changed",
    "approve": "Account Domain Identifier approved",
    "ask_change": "Change of the identifier asked",
    "accept_proposal": "Proposed identifier accepted",
    "proposal_taken": "Proposed identifier was no longer available",
    "answer_domain": "Another identifier given",
    "keep_domain": "Identifier kept, with a note",
    "reject": "Account Domain Identifier rejected",
    "reopen": "Reopened",
    "withdraw": "Withdrawn",
    "expire": "Expired",
    "activate": "Smart Account active",
    "freeze": "Stopped while our staff check it",
    "unfreeze": "Going on after the check",
    "reminded": "Reminder sent to the authorizer",
    "reminded_by_hand": "Reminder by hand sent to the authorizer",
    "reminders_stopped": "Reminders stopped by the authorizer",
    "requester_reminded": "Reminder sent to the requester",
    "company_changed": "Company information changed",
    "agreement_accepted": "Agreement accepted",
    "company_confirmed": "Company information confirmed",
    "administrators_confirmed": "Administrators confirmed",
    "letter_tried_again": "A letter is tried again",
    "letter_discarded": "A letter is not sent",
    "letter_marked_bounced": "A letter did not arrive",
}
ROLES = {
    Role.CLOCK: "by itself, at its time",
    Role.PROVIDER: "told by the mail system",
}
# What a provider or a check said, and to whom letters went, is for staff; the requester sees no note of these.
FOR_STAFF = {
    "undeliverable",
    "freeze",
    "unfreeze",
    "letter_tried_again",
    "letter_discarded",
    "letter_marked_bounced",
}


@dataclass(frozen=True)
class Line:
    """One line: when, what, who, and in whose words."""

    at: datetime
    what: str
    who: str
    note: str


def lines(request: SmartAccountRequest, *, for_staff: bool = False) -> list[Line]:
    """Return the history, latest first, in one query. Staff are shown by their role to the requester."""
    return [_line(row, for_staff) for row in HistoryLine.objects.filter(request=request).order_by("-id")]


def _line(row: HistoryLine, for_staff: bool) -> Line:
    role = Role(row.actor)
    if role in ROLES:
        who = ROLES[role]
    elif role in {Role.REVIEWER, Role.STAFF} and not for_staff:
        who = "by our reviewer" if role is Role.REVIEWER else "by our staff"
    else:
        # An erased name leaves the role.
        who = f"by {_name(row.actor_name) or f'the {role}'}"
    note = "" if row.event in FOR_STAFF and not for_staff else _name(row.note)
    return Line(row.at, WORDS[row.event], who, note)


def _name(words: str) -> str:
    """Return words that no program turns into a link; an address alone stays as it is, to be copied."""
    try:
        return words if words == addresses.clean(words) else inert(words)
    except addresses.AddressRefused:
        return inert(words)
