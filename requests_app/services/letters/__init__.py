"""Hand the letters of a request in at the counter: which facts each carries, to whom, under which key.

Every function posts one letter, or the same letter to several readers, in the caller's transaction. Keys make
each promise single: posting the same key again changes nothing.
"""

from requests_app.services.letters.authorizer import (
    authorizer_code,
    decision_receipt,
    facts_changed,
    new_link,
    nomination,
    nothing_to_do,
    reminder,
)
from requests_app.services.letters.posting import link_key, reminder_key
from requests_app.services.letters.requester import (
    activated,
    authorized,
    change_asked,
    choose_authorizer,
    declined,
    domain_approved,
    domain_rejected,
    draft_ending,
    expired,
    handed_on_notice,
    held,
    reopened,
    request_sent,
    rival_decided,
    setup,
    setup_reminder,
    sibling_notice,
    withdrawn,
    your_turn,
)
from requests_app.services.letters.transfer import offered_by_staff, transfer_offered, transferred

__all__ = [
    "activated",
    "authorized",
    "authorizer_code",
    "change_asked",
    "choose_authorizer",
    "decision_receipt",
    "declined",
    "domain_approved",
    "domain_rejected",
    "draft_ending",
    "expired",
    "facts_changed",
    "handed_on_notice",
    "held",
    "link_key",
    "new_link",
    "nomination",
    "nothing_to_do",
    "offered_by_staff",
    "reminder",
    "reminder_key",
    "reopened",
    "request_sent",
    "rival_decided",
    "setup",
    "setup_reminder",
    "sibling_notice",
    "transfer_offered",
    "transferred",
    "withdrawn",
    "your_turn",
]
