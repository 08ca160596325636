"""One of everything, and the people who may or may not look at it: for the tests that walk every URL."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from notifications import delivery, heartbeat, links, mailbox
from notifications.emails.letter import Route
from notifications.models import OutgoingEmail
from people import second_factor
from people.models import Person
from requests_app.models import AuthorizationLink, Decision
from requests_app.models.reason import ReasonFor
from requests_app.services import drafting, freezing, reasons, review, transferring, withdrawal
from smart_accounts.services import access, members
from tests import make
from tests.make import NOW

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN = "/accounts/login/"
ENROL = "/accounts/2fa/totp/activate/"


class Kind(StrEnum):
    """Who may knock at a URL."""

    ANONYMOUS = "anonymous"
    OTHER = "other person"
    REQUESTER = "requester"
    AUTHORIZER = "authorizer"
    REVIEWER = "reviewer"
    OPS = "ops"
    SUPERUSER = "superuser"
    UNENROLLED = "staff without second factor"


@dataclass(frozen=True)
class World:
    """The people, and what stands in the paths' places."""

    people: dict[Kind, Person]
    places: dict[str, str]

    def browser(self, kind: Kind, *, is_proven: bool = False) -> Client:
        """A browser of this person; its failures are answered as a real one's. `is_proven`: asked again just now."""
        person = self.people.get(kind)
        browser = Client(raise_request_exception=False)
        if person:
            browser.force_login(person)
            method = "mfa" if second_factor.is_enrolled(person) else "password"
            session = browser.session
            session["signed_in_at"] = NOW.isoformat()
            session[AUTHENTICATION_METHODS_SESSION_KEY] = [
                {"method": method, "at": NOW.timestamp(), "reauthenticated": is_proven}
            ]
            session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(person.pk)
            session.save()
        return browser

    @property
    def link(self) -> AuthorizationLink:
        """The link that works."""
        return AuthorizationLink.objects.get(pk=self.places["link"])

    def path(self, example: str) -> str:
        """Fill the example's places with what exists."""
        return example.format(**self.places)

    def invented(self, example: str) -> str:
        """Fill the example's places with what does not exist, but could."""
        unknown = {
            name: str(uuid.uuid4())
            if len(value) == 36
            else "999999"
            if value.isdigit()
            else "b" * 32
            if len(value) == 32
            else "no-such-thing"
            for name, value in self.places.items()
        }
        return example.format(**unknown)


def build() -> World:
    """Make the people and one of everything they may look at."""
    people = _people()
    dana, reviewer = people[Kind.REQUESTER], people[Kind.REVIEWER]
    active = make.activated(account_domain="active.acme-robotics.example")
    in_setup = make.in_setup(account_domain="setup.acme-robotics.example")
    closed = make.request(account_domain="closed.acme-robotics.example")
    closed_link = make.link_of(closed)
    withdrawal.withdraw(closed.pk, by=dana, now=NOW)
    stopped = make.request(
        account_domain="stopped.acme-robotics.example", authorizer_address="pat@acme-robotics.example"
    )
    freezing.freeze(stopped.pk, by=reviewer, reason="Looks odd.", now=NOW)
    asked = make.request(
        account_domain="asked.acme-robotics.example", authorizer_address="paul@acme-robotics.example"
    )
    review.ask_change(
        asked.pk, by=reviewer, facts_version=asked.facts_version, proposal="", question="Which?", now=NOW
    )
    offered = make.request(
        account_domain="offered.acme-robotics.example", authorizer_address="pole@acme-robotics.example"
    )
    offer = transferring.offer(offered.pk, by=dana, address=make.PRIYA, now=NOW)
    old_link = _link_past_its_end()
    pending = make.request()
    link = make.link_of(pending)
    decision = Decision.objects.get(request=in_setup)
    draft_id = uuid.uuid4()
    drafting.start(dana, draft_id=draft_id, now=NOW)
    account_id = active.account_id
    assert account_id is not None
    asking = make.person("carl@acme-robotics.example", name="Carl Colleague")
    asks = access.ask(account_id, by=asking, message="", now=NOW)
    reason = reasons.add(
        by=reviewer, reason_for=ReasonFor.REJECT, language="en", name="Too vague", text="Say more.", now=NOW
    )
    invited = members.invite(account_id, by=dana, address="ina@acme-robotics.example", now=NOW)
    for route in Route:
        heartbeat.beat(route, now=NOW)
        while delivery.drain(route):
            pass
    return World(
        people,
        {
            "pending": str(pending.pk),
            "in_setup": str(in_setup.pk),
            "asked": str(asked.pk),
            "closed": str(closed.pk),
            "stopped": str(stopped.pk),
            "link": str(link.pk),
            "token": make.token_of(link),
            "stop_token": links.token(links.Label.STOP, link.nomination.stop_seed),
            "closed_link": str(closed_link.pk),
            "closed_token": make.token_of(closed_link),
            "stopped_link": str(make.link_of(stopped).pk),
            "stopped_token": make.token_of(make.link_of(stopped)),
            "old_link": str(old_link.pk),
            "old_token": make.token_of(old_link),
            "receipt": str(decision.pk),
            "receipt_token": links.token(links.Label.RECEIPT, decision.receipt_seed),
            "person": str(dana.pk),
            "draft": str(draft_id),
            "account": str(account_id),
            "member": str(invited.pk),
            "access": str(asks.pk),
            "offer": str(offer.pk),
            "reason": str(reason.pk),
            "passkey": "1",
            "letter": mailbox.letters()[0].name,
            "promised": str(OutgoingEmail.objects.latest("pk").pk),
            "kind": "nomination",
        },
    )


def _link_past_its_end() -> AuthorizationLink:
    """A link whose days are over and that no pass of the clock has seen yet."""
    old = make.request(
        account_domain="old.acme-robotics.example",
        authorizer_address="pina@acme-robotics.example",
        now=NOW - timedelta(days=20),
    )
    return make.link_of(old)


def _people() -> dict[Kind, Person]:
    people = {
        Kind.OTHER: make.person("olga@elsewhere.example", name="Olga Other"),
        Kind.REQUESTER: make.person(make.DANA),
        Kind.AUTHORIZER: make.person(make.PRIYA, name="Priya Raman"),
        Kind.REVIEWER: make.reviewer(),
        Kind.OPS: make.person("otto@operator.example", name="Otto Ops", is_staff=True, is_ops=True),
        Kind.SUPERUSER: make.person(
            "sue@operator.example", name="Sue Root", is_staff=True, is_superuser=True
        ),
        Kind.UNENROLLED: make.person(
            "uma@operator.example", name="Uma New", is_staff=True, is_reviewer=True, is_ops=True
        ),
    }
    for kind in (Kind.REVIEWER, Kind.OPS, Kind.SUPERUSER):
        second_factor.enrol(people[kind], secret=SECRET)
    return people


def knock(browser: Client, method: str, path: str, **more: Any) -> HttpResponse:
    """Ask, take the act back, and leave the browser's cookies as they were."""
    kept = dict(browser.cookies)
    with undone():
        response = browser.generic(method, path, **more)
    browser.cookies.clear()
    browser.cookies.update(kept)
    return response


@contextmanager
def undone() -> Iterator[None]:
    """Let an act happen and take it back, so that the next one finds the world as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
