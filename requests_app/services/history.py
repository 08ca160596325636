"""Put a request's history into plain words."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

from notifications.inert import inert
from people import addresses
from requests_app.models import HistoryLine, SmartAccountRequest
from requests_app.services.actors import Role

WORDS = {
    "submit": gettext_noop("Request sent"),
    "release": gettext_noop("Letter to the authorizer released"),
    "refuse": gettext_noop("Letter to the authorizer not sent"),
    "authorize": gettext_noop("Authorized"),
    "decline": gettext_noop("Declined"),
    "hand_on": gettext_noop("Handed on to a colleague"),
    "not_meant": gettext_noop("Said that it was not meant for them"),
    "undo_not_meant": gettext_noop("\u201cNot meant for me\u201d undone"),
    "undeliverable": gettext_noop("Letter to the authorizer could not be delivered"),
    "complain": gettext_noop("Reminders stopped"),
    "lapse": gettext_noop("Authorization link ended unanswered"),
    "replace": gettext_noop("Another authorizer named"),
    "new_link": gettext_noop("New link sent to the same address"),
    "take_back": gettext_noop("Authorization taken back"),
    "revoke": gettext_noop("Authorization revoked"),
    "change_facts": gettext_noop("Account name or administrators changed"),
    "transfer_offered": gettext_noop("Offered to a colleague"),
    "transfer_taken_back": gettext_noop("Offer to a colleague taken back"),
    "transfer_declined": gettext_noop("Offer declined by the colleague"),
    "transfer": gettext_noop("Taken over from the former requester"),
    "approve": gettext_noop("Account Domain Identifier approved"),
    "ask_change": gettext_noop("Change of the identifier asked"),
    "accept_proposal": gettext_noop("Proposed identifier accepted"),
    "proposal_taken": gettext_noop("Proposed identifier was no longer available"),
    "answer_domain": gettext_noop("Another identifier given"),
    "keep_domain": gettext_noop("Identifier kept, with a note"),
    "reject": gettext_noop("Account Domain Identifier rejected"),
    "reopen": gettext_noop("Reopened"),
    "withdraw": gettext_noop("Withdrawn"),
    "expire": gettext_noop("Expired"),
    "activate": gettext_noop("Smart Account active"),
    "freeze": gettext_noop("Stopped while our staff check it"),
    "unfreeze": gettext_noop("Going on after the check"),
    "reminded": gettext_noop("Reminder sent to the authorizer"),
    "reminded_by_hand": gettext_noop("Reminder by hand sent to the authorizer"),
    "reminders_stopped": gettext_noop("Reminders stopped by the authorizer"),
    "requester_reminded": gettext_noop("Reminder sent to the requester"),
    "company_changed": gettext_noop("Company information changed"),
    "agreement_accepted": gettext_noop("Agreement accepted"),
    "company_confirmed": gettext_noop("Company information confirmed"),
    "administrators_confirmed": gettext_noop("Administrators confirmed"),
    "letter_tried_again": gettext_noop("A letter is tried again"),
    "letter_discarded": gettext_noop("A letter is not sent"),
    "letter_marked_bounced": gettext_noop("A letter did not arrive"),
}
ROLES = {
    Role.REQUESTER: gettext_noop("by the requester"),
    Role.AUTHORIZER: gettext_noop("by the authorizer"),
    Role.REVIEWER: gettext_noop("by the reviewer"),
    Role.STAFF: gettext_noop("by the staff"),
    Role.COLLEAGUE: gettext_noop("by the colleague"),
    Role.CLOCK: gettext_noop("by itself, at its time"),
    Role.PROVIDER: gettext_noop("told by the mail system"),
}
NAMELESS = {Role.CLOCK, Role.PROVIDER}
FACTS = {
    "account_domain": gettext_noop("identifier"),
    "account_name": gettext_noop("account name"),
    "administrators": gettext_noop("administrators"),
}
"""What the note of a change of facts names."""
NOT_ME = gettext_noop("The authorizer says: this was not me.")
"""The one note that is no person's words."""
_REMOVED = re.compile(r"(\d+) removed")
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


def what(event: str) -> str:
    """Put an act into words."""
    return gettext(WORDS[event]) if event in WORDS else event.replace("_", " ").capitalize()


def _line(row: HistoryLine, for_staff: bool) -> Line:
    # A newer release may have written acts and roles that this one does not know.
    role = Role(row.actor) if row.actor in set(Role) else None
    if role in {Role.REVIEWER, Role.STAFF} and not for_staff:
        who = gettext("by our reviewer") if role is Role.REVIEWER else gettext("by our staff")
    elif role in NAMELESS or not row.actor_name:
        # An erased name leaves the role.
        who = gettext(ROLES.get(role) or f"by the {row.actor}") if role else f"by the {row.actor}"
    else:
        who = gettext("by %(name)s") % {"name": _name(row.actor_name)}
    note = "" if row.event in FOR_STAFF and not for_staff else _note(row)
    return Line(row.at, what(row.event), who, note)


def _note(row: HistoryLine) -> str:
    """Return a note in people's own words as it is, and one of ours in the language of the page."""
    if row.event == "change_facts" and set(named := row.note.split(", ")) <= set(FACTS):
        return ", ".join(gettext(FACTS[fact]) for fact in named)
    if row.event == "administrators_confirmed" and (removed := _REMOVED.fullmatch(row.note)):
        return gettext("%(count)s removed") % {"count": removed[1]}
    return gettext(NOT_ME) if row.note == NOT_ME else _name(row.note)


def _name(words: str) -> str:
    """Return words that no program turns into a link; an address alone stays as it is, to be copied."""
    try:
        return words if words == addresses.clean(words) else inert(words)
    except addresses.AddressRefused:
        return inert(words)
