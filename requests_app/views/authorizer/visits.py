"""Who may look at a link's or a receipt's pages: the browser that opened it, or the signed-in reader."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import get_language

from people import sessions
from people.models import Person
from requests_app.domain.authorization import FRESH_SIGN_IN
from requests_app.models import Decision, Nomination
from requests_app.services import authorization, nomination, taking_back
from requests_app.services.authorization import LinkUnknown, OpenLink
from requests_app.services.taking_back import ReceiptUnknown
from requests_app.views.authorizer import cookies
from requests_app.views.authorizer.cookies import Opens


class NoEntry(Exception):
    """Neither cookie nor sign-in, or no such link at all: both are answered alike (403)."""


class OtherPerson(Exception):
    """Somebody else is signed in, or the requester (403)."""


@dataclass(frozen=True)
class Reader:
    """Who looks. `person` is signed in with the very address; `is_fresh` spares the code."""

    person: Person | None
    is_fresh: bool
    proved: bool

    @property
    def reads_mailbox(self) -> bool:
        """Whether this browser showed more than the link: a typed code, or a sign-in with the address."""
        return self.proved or self.person is not None


@dataclass(frozen=True)
class Visit:
    """One look at a link's page."""

    key: uuid.UUID
    now: datetime
    reader: Reader
    opened: OpenLink


@dataclass(frozen=True)
class ReceiptVisit:
    """One look at a receipt's page."""

    key: uuid.UUID
    now: datetime
    reader: Reader
    decision: Decision


def at_any_link(request: HttpRequest, key: uuid.UUID, now: datetime) -> Visit:
    """Let the reader of a link in, dead or alive. Raises NoEntry, OtherPerson."""
    try:
        opened = authorization.find(key)
    except LinkUnknown:
        raise NoEntry from None
    reader = _reader(
        request,
        key,
        Opens.LINK,
        address=opened.nomination.address,
        requester=opened.request.requester,
        now=now,
    )
    _note_language(request, opened.nomination)
    return Visit(key, now, reader, opened)


def at_link(request: HttpRequest, key: uuid.UUID, now: datetime) -> Visit:
    """Let the reader of a link in that works. Raises as `at_any_link`, then LinkDead, BeingChecked.

    A form that arrives after the link's end lapses the nomination at the door."""
    visit = at_any_link(request, key, now)
    if request.method == "POST" and authorization.lapse_if_over(key, now=now):
        visit = at_any_link(request, key, now)
    authorization.check_alive(visit.opened, now=now)
    return visit


def at_any_receipt(request: HttpRequest, key: uuid.UUID, now: datetime) -> ReceiptVisit:
    """Let the reader of a receipt in, whatever became of the request. Raises NoEntry, OtherPerson."""
    try:
        decision = taking_back.find(key)
    except ReceiptUnknown:
        raise NoEntry from None
    reader = _reader(
        request, key, Opens.RECEIPT, address=decision.address, requester=decision.request.requester, now=now
    )
    if decision.nomination:
        _note_language(request, decision.nomination)
    return ReceiptVisit(key, now, reader, decision)


def at_receipt(request: HttpRequest, key: uuid.UUID, now: datetime) -> ReceiptVisit:
    """Let the reader of a receipt in that works. Raises as `at_any_receipt`, then ReceiptOver, BeingChecked."""
    visit = at_any_receipt(request, key, now)
    taking_back.check_open(visit.decision.request)
    return visit


def _note_language(request: HttpRequest, named: Nomination) -> None:
    """Let letters follow the page on which somebody answers; one who only looks may be a mail scanner."""
    if request.method == "POST":
        nomination.speak(named, get_language() or "en")


def _reader(
    request: HttpRequest, key: uuid.UUID, opens: Opens, *, address: str, requester: Person, now: datetime
) -> Reader:
    signed_in = request.user if request.user.is_authenticated else None
    is_own = signed_in is not None and authorization.is_reader(signed_in, address)
    shown = cookies.read(request, key, opens=opens, now=now)
    if shown is None and not is_own:
        raise NoEntry
    if signed_in and (not is_own or signed_in == requester):
        raise OtherPerson
    signed_in_at = sessions.signed_in_at(request)
    is_fresh = signed_in_at is not None and now - signed_in_at < FRESH_SIGN_IN
    return Reader(signed_in, is_fresh, proved=shown is not None and shown.proved)
