"""Say how long an authorization link and its code live, and why a link is dead.

What a link looks like stands in notifications.links; when its reminders leave, in reminders.py.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from requests_app.domain import allowances
from requests_app.domain.allowances import Allowance, Pace
from requests_app.domain.lifecycle import RequestState
from requests_app.domain.spans import DAY, Spans, end_after
from requests_app.domain.spans import shown_end as shown_end

CODE_LIFETIME: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5  # the fifth wrong one ends the code
CODES_PER_LINK: Final = Allowance(12, (Pace(1, timedelta(minutes=1)), Pace(5, timedelta(hours=1))))
COOKIE_LIFETIME: Final = timedelta(minutes=30)  # sliding, from the last page opened with the link
FRESH_SIGN_IN: Final = timedelta(minutes=30)  # a nominated address signed in more recently needs no code

ONE_NEW_LINK_A_DAY: Final = Pace(1, DAY)
ONE_FACT_CHANGE_A_DAY: Final = Pace(1, DAY)


class LinkState(StrEnum):
    ACTIVE = "active"
    USED = "used"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    EXPIRED = "expired"


class NominationState(StrEnum):
    """Say how far one nomination came; the words of AuthorizationState, and how it gave way to another."""

    HELD = "held"
    PENDING = "pending"
    AUTHORIZED = "authorized"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    LAPSED = "lapsed"
    NOT_MEANT = "not_meant"
    REFUSED = "refused"
    REVOKED = "revoked"
    HANDED_ON = "handed_on"  # by the authorizer, to a colleague
    REPLACED = "replaced"  # by the requester, who named somebody else


class DeadCause(StrEnum):
    EXPIRED = "expired"  # said only while the request is open: its page may offer a new link
    ANSWERED = "answered"
    HANDED_ON = "handed_on"
    NOT_MEANT = "not_meant"
    UNDELIVERABLE = "undeliverable"
    RENEWED = "renewed"  # a newer link of the same nomination went to the same address
    REPLACED = "replaced"  # by somebody else, or by changed facts that a reviewer looks at first
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    DOMAIN_REJECTED = "domain_rejected"
    CLOSED = "closed"


# What happened to the nomination is the cause, whatever became of the request afterwards.
_NOMINATION_OVER: Final = {
    NominationState.AUTHORIZED: DeadCause.ANSWERED,
    NominationState.DECLINED: DeadCause.ANSWERED,
    NominationState.HANDED_ON: DeadCause.HANDED_ON,
    NominationState.NOT_MEANT: DeadCause.NOT_MEANT,
    NominationState.UNREACHABLE: DeadCause.UNDELIVERABLE,
    NominationState.REPLACED: DeadCause.REPLACED,
    NominationState.REFUSED: DeadCause.REVOKED,
    NominationState.REVOKED: DeadCause.REVOKED,
}
# A nomination that nobody answered ends with the request.
_REQUEST_OVER: Final = {
    RequestState.WITHDRAWN: DeadCause.WITHDRAWN,
    RequestState.REJECTED: DeadCause.DOMAIN_REJECTED,
    RequestState.EXPIRED: DeadCause.CLOSED,
    RequestState.ACTIVE: DeadCause.CLOSED,
}


def link_end(now: datetime, *, spans: Spans) -> datetime:
    """Return when a link made now ends: 00:00 UTC after its last day, exclusive."""
    return end_after(now, span=spans.link)


def why_dead(
    link: LinkState,
    *,
    nomination: NominationState,
    request: RequestState,
    expires_at: datetime,
    now: datetime,
) -> DeadCause | None:
    """Return why the link does not work (410), None while it does; whether it is frozen is not asked here."""
    if cause := _NOMINATION_OVER.get(nomination) or _REQUEST_OVER.get(request):
        return cause
    if nomination is NominationState.HELD:
        return DeadCause.REPLACED
    if nomination is NominationState.LAPSED:
        # A superseded link has a newer one, whose own page offers the next.
        return DeadCause.RENEWED if link is LinkState.SUPERSEDED else DeadCause.EXPIRED
    if link is not LinkState.ACTIVE:
        # A pending nomination always has one active link: it is not this one.
        return DeadCause.RENEWED
    return DeadCause.EXPIRED if now >= expires_at else None


def new_link_opens_at(now: datetime, *, issued_at: Collection[datetime], most: int) -> datetime:
    """Return from when the nomination may get a new link, given those issued after its first letter's.

    Raises allowances.Exhausted when `most` were issued.
    """
    return allowances.opens_at(now, earlier=issued_at, allowance=Allowance(most, (ONE_NEW_LINK_A_DAY,)))


def fact_change_opens_at(now: datetime, *, changed_at: Collection[datetime], most: int) -> datetime:
    """Return from when the facts may change again under the nomination, `most` times in all.

    Raises allowances.Exhausted."""
    return allowances.opens_at(now, earlier=changed_at, allowance=Allowance(most, (ONE_FACT_CHANGE_A_DAY,)))


def code_opens_at(now: datetime, *, sent_at: Collection[datetime]) -> datetime:
    """Return from when the link may get another code. Raises allowances.Exhausted: offer a new link."""
    return allowances.opens_at(now, earlier=sent_at, allowance=CODES_PER_LINK)


def code_is_over(now: datetime, *, created_at: datetime, wrong_tries: int) -> bool:
    """Say whether a code is too old or was guessed at too often."""
    return now >= created_at + CODE_LIFETIME or wrong_tries >= CODE_TRIES
