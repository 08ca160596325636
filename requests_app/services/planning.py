"""Say what will happen to a request if nobody does anything: its reminders and ends, in order. Writes nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext

from notifications import emails
from requests_app.domain import reminders
from requests_app.domain.authorization import NominationState
from requests_app.domain.lifecycle import RequestState, Turn
from requests_app.models import AuthorizationLink, Nomination, SmartAccountRequest
from requests_app.services import linking


@dataclass(frozen=True)
class Leaving:
    """One letter that leaves: its kind, the kind of person who gets it, and why."""

    kind: str
    reader: str
    why: str


@dataclass(frozen=True)
class Planned:
    """One coming event: when, what happens then in the requester's words, and the letters it causes.

    `for_staff` says it to staff where that needs other words."""

    at: datetime
    what: str
    letters: tuple[Leaving, ...] = ()
    for_staff: str = ""


_REMINDER = Leaving(emails.Reminder.kind, Turn.AUTHORIZER, "the authorizer has not answered")
_LAPSED = Leaving(emails.ChooseAuthorizer.kind, Turn.REQUESTER, "the authorizer's link ends unanswered")
_REFUSED = Leaving(emails.ChooseAuthorizer.kind, Turn.REQUESTER, "no reviewer released the held letter")
_YOUR_TURN = Leaving(emails.YourTurn.kind, Turn.REQUESTER, "the request waits for its requester")
_SETUP = Leaving(emails.SetupReminder.kind, Turn.REQUESTER, "the set-up is not finished")
_EXPIRED = Leaving(emails.Expired.kind, Turn.REQUESTER, "the request waited too long for its requester")
_NOTHING_TO_DO = Leaving(
    emails.NothingToDo.kind, Turn.AUTHORIZER, "the request ends, and the authorizer was asked"
)


def plan(
    request: SmartAccountRequest, named: Nomination | None, link: AuthorizationLink | None, *, now: datetime
) -> tuple[Planned, ...]:
    """Return every reminder and end that comes if nobody does anything, in order.

    `named` is the latest nomination and `link` its active link. When that link ends, it is the requester's
    turn: its days count from then, in place of those that run already."""
    if not request.is_open or request.frozen_at:
        return ()
    unanswered_at = _unanswered_at(named, link)
    ends_at = request.expires_at
    asking = _asking(request, named, link, now=now)
    waiting = _waiting(request, named, now=now)
    if unanswered_at is None or (ends_at is not None and ends_at < unanswered_at):
        coming = [item for item in asking if ends_at is None or item.at < ends_at] + waiting
    else:
        since = max(unanswered_at, now)
        coming = asking + [item for item in waiting if item.at < unanswered_at]
        coming += _turn(reminders.requester_clock(since, spans=settings.SPANS), now=since)
    return tuple(sorted(coming, key=lambda item: item.at))


def _unanswered_at(named: Nomination | None, link: AuthorizationLink | None) -> datetime | None:
    return link.expires_at if link else named.held_until if named else None


def _asking(
    request: SmartAccountRequest, named: Nomination | None, link: AuthorizationLink | None, *, now: datetime
) -> list[Planned]:
    """What comes while the authorizer, or the reviewer of a held letter, does not answer."""
    if named and named.held_until:
        what = gettext("The letter is refused if no reviewer released it")
        return [Planned(named.held_until, what, (_REFUSED,))]
    if named is None or link is None:
        return []
    clock = linking.clock(request, named, link)
    due = reminders.plan(clock, now=now) if clock else ()
    return [
        *(Planned(item.at, _reminder(item.number, named.address), (_REMINDER,)) for item in due),
        Planned(
            link.expires_at, gettext("The link to %(address)s ends") % {"address": named.address}, (_LAPSED,)
        ),
    ]


def _reminder(number: int, address: str) -> str:
    return gettext("Reminder %(number)s to %(address)s") % {"number": number, "address": address}


def _waiting(request: SmartAccountRequest, named: Nomination | None, *, now: datetime) -> list[Planned]:
    """What comes while the requester does nothing, by the clock that runs now."""
    if request.turn_since is None or request.expires_at is None:
        return []
    in_setup = request.state == RequestState.SETUP
    clock_from = reminders.setup_clock if in_setup else reminders.requester_clock
    clock = clock_from(request.turn_since, spans=settings.SPANS, handled=request.reminders_handled)
    was_asked = named is not None and named.state in {NominationState.PENDING, NominationState.AUTHORIZED}
    return _turn(
        clock,
        now=now,
        letter=_SETUP if in_setup else _YOUR_TURN,
        ends_at=request.expires_at,
        was_asked=was_asked,
    )


def _turn(
    clock: reminders.Clock,
    *,
    now: datetime,
    letter: Leaving = _YOUR_TURN,
    ends_at: datetime | None = None,
    was_asked: bool = False,
) -> list[Planned]:
    told = (_EXPIRED, _NOTHING_TO_DO) if was_asked else (_EXPIRED,)
    return [
        *(
            Planned(item.at, gettext("Reminder to you"), (letter,), gettext("Reminder to the requester"))
            for item in reminders.plan(clock, now=now)
        ),
        Planned(ends_at or clock.ends_at, gettext("The request expires"), told),
    ]
