"""Say which letters will leave if nobody does anything: the plans of all requests and what else is due. Writes none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Coalesce

from notifications import emails
from notifications.models import OutgoingEmail, State
from requests_app.domain import working_days
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.lifecycle import OPEN, Turn
from requests_app.models import AuthorizationLink, Draft, Nomination, SmartAccountRequest
from requests_app.services import desk, digesting, linking, nomination, parties, planning
from requests_app.services.planning import Leaving


@dataclass(frozen=True)
class Coming:
    """One letter of the forecast; `about` is a request's reference, or what else it is about."""

    at: datetime
    letter: Leaving
    about: str


_DRAFT = Leaving(emails.DraftEnding.kind, Turn.REQUESTER, "a draft goes away soon")
_DIGEST = Leaving(emails.ReviewerDigest.kind, Turn.REVIEWER, "something waits for the reviewers")
PROMISED = "promised, not sent yet"


def forecast(*, days: int, now: datetime) -> list[Coming]:
    """Return every letter that leaves within so many days if nobody does anything, in order.

    What is due already leaves at once. A freeze stops its request's letters."""
    until = now + timedelta(days=days)
    coming = [*_promised(until), *_of_requests(now, until), *_of_drafts(now, until), *_digests(now, until)]
    soon = (Coming(max(item.at, now), item.letter, item.about) for item in coming if item.at <= until)
    return sorted(soon, key=lambda item: (item.at, item.about, item.letter.kind))


def _promised(until: datetime) -> Iterator[Coming]:
    queued = OutgoingEmail.objects.filter(state=State.QUEUED).annotate(at=Coalesce("due_at", "created_at"))
    rows = list(queued.filter(at__lte=until).values_list("at", "kind", "about"))
    known = SmartAccountRequest.objects.filter(pk__in={about for *_, about in rows if len(about) == 36})
    references = {str(pk): reference for pk, reference in known.values_list("pk", "reference")}
    for at, kind, about in rows:
        yield Coming(at, Leaving(kind, _reader_of(kind), PROMISED), references.get(about, ""))


def _reader_of(kind: str) -> str:
    letter = emails.KINDS[kind]
    if issubclass(letter, emails.families.WithLink) or letter in {
        emails.AuthorizerCode,
        emails.DecisionReceipt,
        emails.NothingToDo,
    }:
        return Turn.AUTHORIZER
    if letter is emails.ReviewerDigest:
        return Turn.REVIEWER
    if letter is emails.OperatorAlert:
        return Turn.STAFF
    if issubclass(letter, emails.families.ToRequester) or letter is emails.DraftEnding:
        return Turn.REQUESTER
    return "person"


def _of_requests(now: datetime, until: datetime) -> Iterator[Coming]:
    going_on = {"state__in": OPEN, "frozen_at": None}
    due = SmartAccountRequest.objects.filter(
        Q(next_reminder_at__lte=until) | Q(expires_at__lte=until), **going_on
    )
    nominations = Nomination.objects.filter(
        Q(state=NominationState.PENDING, next_reminder_at__lte=until)
        | Q(state=NominationState.HELD, held_until__lte=until)
    )
    links = AuthorizationLink.objects.filter(state=LinkState.ACTIVE, expires_at__lte=until)
    ids = {
        *due.values_list("pk", flat=True),
        *nominations.values_list("request_id", flat=True),
        *links.values_list("nomination__request_id", flat=True),
    }
    for request_id in ids:
        request = SmartAccountRequest.objects.filter(pk=request_id, **going_on).first()
        if request is None:
            continue
        named = nomination.latest(request)
        link = linking.active_link(named) if named else None
        for item in planning.plan(request, named, link, now=now):
            for letter in item.letters:
                yield Coming(item.at, letter, request.reference)


def _of_drafts(now: datetime, until: datetime) -> Iterator[Coming]:
    drafts = Draft.objects.filter(warned_at=None, warn_at__lte=until, expires_at__gt=now)
    for warn_at in drafts.values_list("warn_at", flat=True):
        yield Coming(warn_at, _DRAFT, "a draft")


def _digests(now: datetime, until: datetime) -> Iterator[Coming]:
    """One for each reviewer and working day: what waits now is taken to wait on."""
    figures = desk.figures(now=now)
    if not figures.identifiers and not figures.letters:
        return
    holidays = working_days.read_holidays(settings.HOLIDAYS)
    is_left = digesting.is_due(now) and not digesting.is_posted(now)
    at = now if is_left else working_days.next_digest_at(now, holidays=holidays)
    while at <= until:
        for _ in range(parties.reviewers().count()):
            yield Coming(at, _DIGEST, "the queue")
        at = working_days.next_digest_at(at, holidays=holidays)
