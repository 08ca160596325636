"""The reviewers' queue: what waits for a reviewer, for how long, found and in order. Writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Least
from django.utils.translation import gettext, ngettext

from people import hosts
from people.models import Person
from requests_app.domain import identifiers, working_days
from requests_app.domain.lifecycle import AuthorizationState, DomainState, RequestState
from requests_app.models import Nomination, SmartAccountRequest
from requests_app.models.request import OPEN_STATES
from requests_app.services import claiming, parties
from requests_app.services.claiming import Claim
from smart_accounts.models import SmartAccount

SEARCHED = 200
"""A longer text is cut: nothing that is searched is longer than what anybody types."""
NEXT_AMONG = 50
"""How many of those that wait longest the next one is looked for among."""

_IDENTIFIER = Q(domain=DomainState.PENDING)
# A held letter cannot be released while the requester is asked for another identifier.
_LETTER = Q(authorization=AuthorizationState.HELD) & ~Q(domain=DomainState.CHANGE_ASKED)
_GOING_ON = Q(state=RequestState.PENDING, frozen_at=None)


class Waits(StrEnum):
    """What the queue shows."""

    ALL = "all"
    IDENTIFIERS = "identifiers"
    LETTERS = "letters"
    FROZEN = "frozen"
    ANYTHING = "anything"


class Order(StrEnum):
    """In which order the queue is read."""

    WAITING = "waiting"
    NEWEST = "newest"
    IDENTIFIER = "identifier"
    REQUESTER = "requester"


_ORDERS = {
    Order.WAITING: ("waiting_since", "pk"),
    Order.NEWEST: ("-submitted_at", "pk"),
    Order.IDENTIFIER: ("account_domain", "submitted_at", "pk"),
    Order.REQUESTER: ("requester_address", "submitted_at", "pk"),
}


@dataclass(frozen=True, kw_only=True)
class Search:
    """What a reviewer looks for; `text` is searched in reference, identifier, account name and addresses."""

    waits: Waits = Waits.ALL
    overdue: bool = False
    text: str = ""
    order: Order = Order.WAITING


@dataclass(frozen=True)
class Row:
    """One request of the queue; `since` is when its oldest unanswered question came to the reviewers."""

    request: SmartAccountRequest
    since: datetime
    age: str
    is_overdue: bool
    asks: tuple[str, ...]
    flags: tuple[str, ...]
    claim: Claim | None = None


@dataclass(frozen=True)
class Figures:
    """What waits in all, as the digest counts it."""

    identifiers: int
    letters: int
    overdue: int
    frozen: int


_SHOWN = {
    Waits.ALL: _GOING_ON & (_IDENTIFIER | _LETTER),
    Waits.IDENTIFIERS: _GOING_ON & _IDENTIFIER,
    Waits.LETTERS: _GOING_ON & _LETTER,
    Waits.FROZEN: Q(frozen_at__isnull=False),
    Waits.ANYTHING: Q(),
}


def find(search: Search, *, now: datetime) -> QuerySet[SmartAccountRequest]:
    """Return the requests a reviewer asked for, in the order asked for; `waiting_since` says since when each waits."""
    found = _waiting(_SHOWN[search.waits])
    if search.overdue:
        found = found.filter(_SHOWN[Waits.ALL] & _waits_since_before(overdue_before(now)))
    if text := search.text.replace("\0", "")[:SEARCHED].strip():
        found = found.filter(_matches(text))
    rivals = SmartAccountRequest.objects.filter(
        account_domain=OuterRef("account_domain"), state__in=OPEN_STATES
    )
    return found.annotate(
        has_rivals=Exists(rivals.exclude(pk=OuterRef("pk"))),
        has_account=Exists(SmartAccount.objects.filter(identifier=OuterRef("account_domain"))),
    ).order_by(*_ORDERS[search.order])


def _waiting(shown: Q) -> QuerySet[SmartAccountRequest]:
    moment = Case(
        When(_IDENTIFIER & _LETTER, then=Least("domain_since", "authorization_since")),
        When(_LETTER, then=F("authorization_since")),
        default=F("domain_since"),
        output_field=DateTimeField(),
    )
    return (
        SmartAccountRequest.objects.filter(shown)
        .annotate(waiting_since=moment)
        .select_related("requester", "claimed_by")
    )


def _waits_since_before(moment: datetime) -> Q:
    return Q(waiting_since__lt=moment)


def _matches(text: str) -> Q:
    """Django escapes %, _ and the backslash: a text is searched as it is typed."""
    named = Nomination.objects.filter(request=OuterRef("pk"), address__icontains=text)
    matches = (
        Q(reference__icontains=text)
        | Q(account_domain__icontains=text)
        | Q(account_name__icontains=text)
        | Q(requester_address__icontains=text)
        | Q(Exists(named))
    )
    try:
        return matches | Q(account_domain=hosts.clean(text))
    except hosts.HostRefused:
        return matches


def overdue_before(now: datetime) -> datetime:
    """Return the moment such that whatever waits since before it is over the target of working days."""
    holidays = working_days.read_holidays(settings.HOLIDAYS)
    day = datetime.combine(now.date(), time(tzinfo=now.tzinfo))
    while working_days.review_target_at(day, holidays=holidays, spans=settings.SPANS) > now:
        day -= timedelta(days=1)
    return day + timedelta(days=1)


def figures(*, now: datetime) -> Figures:
    """Count what waits."""
    waiting = _waiting(_SHOWN[Waits.ALL])
    return Figures(
        identifiers=waiting.filter(_IDENTIFIER).count(),
        letters=waiting.filter(_LETTER).count(),
        overdue=waiting.filter(_waits_since_before(overdue_before(now))).count(),
        frozen=SmartAccountRequest.objects.filter(_SHOWN[Waits.FROZEN]).count(),
    )


def next_for(by: Person, *, now: datetime, after: UUID | None = None) -> SmartAccountRequest | None:
    """Return what comes after a request in the queue, or first; after the last one it begins anew.

    Left out is what somebody else has claimed, and what the reviewer has a part in."""
    free = Q(claimed_by=None) | Q(claimed_by=by) | Q(claimed_until__lte=now)
    waiting = list(find(Search(), now=now).filter(free | Q(pk=after) if after else free)[:NEXT_AMONG])
    place = next((number for number, request in enumerate(waiting) if request.pk == after), -1)
    for request in waiting[place + 1 :] + waiting[: max(place, 0)]:
        if parties.may_decide(request, by):
            return request
    return None


def rows(requests: Iterable[SmartAccountRequest], *, now: datetime, by: Person | None = None) -> list[Row]:
    """Put one page of the queue into words, in one more query for all of it; `by` sees who claimed what."""
    page = list(requests)
    looks = {request.pk: identifiers.skeleton(request.account_domain) for request in page}
    accounts = SmartAccount.objects.filter(skeleton__in=set(looks.values()))
    alike: dict[str, set[str]] = {}
    for skeleton, identifier in accounts.values_list("skeleton", "identifier"):
        alike.setdefault(skeleton, set()).add(identifier)
    limit = overdue_before(now)
    made = []
    for request in page:
        since: datetime = request.waiting_since  # type: ignore[attr-defined]
        asks = _asks(request)
        has_look_alike = bool(alike.get(looks[request.pk], set()) - {request.account_domain})
        made.append(
            Row(
                request=request,
                since=since,
                age=age(since, now=now) if asks else "",
                is_overdue=bool(asks) and since < limit,
                asks=asks,
                flags=_flags(request, has_look_alike=has_look_alike),
                claim=claiming.of(request, by=by, now=now) if by else None,
            )
        )
    return made


def _asks(request: SmartAccountRequest) -> tuple[str, ...]:
    if request.state != RequestState.PENDING or request.frozen_at:
        return ()
    identifier = request.domain == DomainState.PENDING
    letter = request.authorization == AuthorizationState.HELD and request.domain != DomainState.CHANGE_ASKED
    return (*([gettext("Identifier")] if identifier else []), *([gettext("Held letter")] if letter else []))


def _flags(request: SmartAccountRequest, *, has_look_alike: bool) -> tuple[str, ...]:
    flags = {
        gettext("Account exists"): request.has_account,  # type: ignore[attr-defined]
        gettext("Rival"): request.has_rivals,  # type: ignore[attr-defined]
        gettext("Look-alike"): has_look_alike,
        gettext("Protected name"): identifiers.is_protected(
            request.account_domain, reserved=settings.RESERVED_IDENTIFIERS
        ),
        gettext("Edited"): request.domain_edited,
    }
    return tuple(flag for flag, given in flags.items() if given)


def age(since: datetime, *, now: datetime) -> str:
    """Say how long something waits, in working days: the target is told in them too."""
    days = working_days.waited(since, now=now, holidays=working_days.read_holidays(settings.HOLIDAYS))
    if days == 0:
        return gettext("since today") if since.date() == now.date() else gettext("less than a working day")
    return ngettext("%(days)s working day", "%(days)s working days", days) % {"days": days}
