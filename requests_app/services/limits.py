"""Count what one person, one network or everybody may cause in a span; inside the submitting transaction.

Each count is taken under a lock (the person's row, or an advisory lock for what no row stands for), since
counting inside a transaction alone is a race under READ COMMITTED.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext, ngettext

from notifications import alerts
from notifications.emails.operator_alert import Alert
from people import locks
from people.models import Person
from requests_app.domain.identifiers import HoldReason
from requests_app.models import Nomination, SmartAccountRequest, TransferOffer

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ADDRESS_SPAN = timedelta(days=7)


class LimitReached(Exception):
    """A limit refuses the act as a whole (429) until `opens_at`."""

    def __init__(self, message: str, opens_at: datetime) -> None:
        super().__init__(message)
        self.opens_at = opens_at


def is_young(person: Person, now: datetime) -> bool:
    """Whether the person's account is a new one (YOUNG_ACCOUNT_DAYS)."""
    return now - person.created_at < settings.YOUNG_ACCOUNT_AGE


def check_nominations(person: Person, now: datetime) -> None:
    """Raise LimitReached when the person wrote to as many people in the last 24 hours as allowed.

    Authorizers and colleagues to whom a request was offered count together. The caller holds the person's row
    locked."""
    _check_room(person, now, room=1)


def check_taken_over(person: Person, now: datetime) -> None:
    """The same after the person took a request over, whose authorizers of today count for the person now."""
    _check_room(person, now, room=0)


def _check_room(person: Person, now: datetime, *, room: int) -> None:
    limit = settings.LIMIT_NOMINATIONS_YOUNG if is_young(person, now) else settings.LIMIT_NOMINATIONS
    named = Nomination.objects.filter(request__requester=person, handed_on=False, created_at__gt=now - DAY)
    offered = TransferOffer.objects.filter(offered_by=person, by_staff=False, offered_at__gt=now - DAY)
    moments = sorted(
        [*named.values_list("created_at", flat=True), *offered.values_list("offered_at", flat=True)]
    )
    if len(moments) + room <= limit:
        return
    # So many of the oldest have to be a day old.
    too_many = len(moments) + room - limit
    opens_at = moments[too_many - 1] + DAY if too_many <= len(moments) else now + DAY
    words = ngettext(
        "You can name %(limit)s authorizer in 24 hours.",
        "You can name %(limit)s authorizers in 24 hours.",
        limit,
    )
    raise LimitReached(words % {"limit": limit}, opens_at)


def check_network(network: str, now: datetime) -> None:
    """Raise LimitReached when a network sent as many requests in the last hour as allowed."""
    if not network:
        return
    locks.advisory(f"submissions from {network}")
    limit = settings.LIMIT_SUBMISSIONS_PER_NETWORK
    recent = SmartAccountRequest.objects.filter(client_network=network, submitted_at__gt=now - HOUR)
    moments = list(recent.order_by("-submitted_at").values_list("submitted_at", flat=True)[:limit])
    if len(moments) >= limit:
        opens_at = moments[-1] + HOUR if moments else now + HOUR
        raise LimitReached(
            gettext("Too many requests were sent from your network in the last hour."), opens_at
        )


def counted_reasons(person: Person, address_key: str, now: datetime) -> frozenset[HoldReason]:
    """Return the reasons to hold a nomination that only counting shows; nobody is told of them."""
    reasons: set[HoldReason] = set()
    locks.advisory(f"nominations of {address_key}")
    others = (
        Nomination.objects.filter(address_key=address_key, created_at__gt=now - ADDRESS_SPAN)
        .exclude(request__requester=person)
        .values("request__requester")
        .distinct()
        .count()
    )
    if others + 1 > settings.LIMIT_REQUESTERS_PER_ADDRESS:
        reasons.add(HoldReason.MANY_REQUESTERS)
    if is_young(person, now):
        locks.advisory("nominations of young accounts")
        together = Nomination.objects.filter(
            request__requester__created_at__gt=now - settings.YOUNG_ACCOUNT_AGE,
            promised_at__gt=now - DAY,
        ).count()
        if together >= settings.LIMIT_YOUNG_ACCOUNTS_TOGETHER:
            reasons.add(HoldReason.GLOBAL_CAP)
            alerts.raise_alert(
                Alert.MANY_NOMINATIONS,
                cause="young accounts",
                facts=(
                    f"{together} nomination letters of young accounts in 24 hours; further ones are held.",
                ),
                now=now,
            )
    return frozenset(reasons)
