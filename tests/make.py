"""Builders: a test names the facts that matter, these supply the rest."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from notifications import links
from notifications.models import OutgoingEmail
from people.models import Person
from requests_app.domain import statement
from requests_app.domain.authorization import LinkState
from requests_app.domain.submission import Authority, Submission
from requests_app.models import AuthorizationLink, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import authorization, review, setup, submission
from smart_accounts.services import agreement

NOW = datetime(2026, 11, 25, 14, 1, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
DANA = "dana.whitfield@acme-robotics.example"
PRIYA = "priya.raman@acme-robotics.example"

_numbers = itertools.count(1)


def person(address: str = "", *, name: str = "Dana Whitfield", **fields: Any) -> Person:
    """A person with a verified address, whose account is old enough for the ordinary limits."""
    address = address or f"person{next(_numbers)}@acme-robotics.example"
    fields.setdefault("created_at", NOW - timedelta(days=30))
    made = Person.objects.create(email=address.lower(), password=_hashed_password(), full_name=name, **fields)
    EmailAddress.objects.create(user=made, email=address, verified=True, primary=True)
    return made


@cache
def _hashed_password() -> str:
    """Hash once: Argon2 is slow on purpose, and most tests make people."""
    return make_password(PASSWORD)


def reviewer(address: str = "rosa.reviewer@operator.example") -> Person:
    """A member of staff who reviews."""
    return person(address, name="Rosa Reviewer", is_staff=True, is_reviewer=True)


def answers(**changed: Any) -> Submission:
    """The reference example's answers on *No*, but for what is changed."""
    given: dict[str, Any] = {
        "authority": Authority.NO,
        "requester_address": DANA,
        "authorizer_address": PRIYA,
        "message": "Account request",
        "account_domain": "acme-robotics.example",
        "account_name": "Acme Robotics, Inc.",
    }
    if changed.get("authority") is Authority.YES:
        given |= {"authorizer_address": "", "message": "", "statement_version": statement.VERSION}
    return Submission(**{**given, **changed})


def request(
    requester: Person | None = None, *, now: datetime = NOW, network: str = "", **changed: Any
) -> SmartAccountRequest:
    """A submitted request, waiting for authorizer and reviewer unless the answers say otherwise."""
    requester = requester or Person.objects.filter(email=DANA).first() or person(DANA)
    return submission.submit(
        answers(requester_address=requester.email, **changed),
        draft_id=uuid.uuid4(),
        requester=requester,
        client_network=network,
        now=now,
    )


def link_of(made: SmartAccountRequest) -> AuthorizationLink:
    """The link that works."""
    return AuthorizationLink.objects.get(nomination__request=made, state=LinkState.ACTIVE)


def token_of(link: AuthorizationLink) -> str:
    """The token that the letter carries."""
    return links.token(links.Label.AUTHORIZATION, link.seed)


def answered(
    made: SmartAccountRequest, answer: Answer, *, reason: str = "", now: datetime = NOW
) -> SmartAccountRequest:
    """The same request after its authorizer answered, code and all."""
    link = link_of(made)
    challenge = authorization.ask_code(link.pk, answer=answer, facts_version=made.facts_version, now=now)
    authorization.confirm(
        link.pk,
        code=links.code_for(str(challenge.pk)),
        ticked=True,
        reason=reason,
        facts_version=made.facts_version,
        now=now,
    )
    made.refresh_from_db()
    return made


def approved(
    made: SmartAccountRequest, *, by: Person | None = None, now: datetime = NOW
) -> SmartAccountRequest:
    """The same request after a reviewer approved its identifier."""
    by = by or Person.objects.filter(is_reviewer=True).first() or reviewer()
    review.approve(made.pk, by=by, facts_version=made.facts_version, now=now)
    made.refresh_from_db()
    return made


def in_setup(*, now: datetime = NOW, **changed: Any) -> SmartAccountRequest:
    """A request whose two gates are clear."""
    return approved(answered(request(now=now, **changed), Answer.AUTHORIZE, now=now), now=now)


def posted(kind: str = "", *, to: str = "") -> list[OutgoingEmail]:
    """The letters promised so far, oldest first."""
    rows = OutgoingEmail.objects.order_by("id")
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.filter(to=to) if to else rows)


def kinds() -> list[str]:
    """The kinds of the letters promised so far, in order."""
    return [row.kind for row in posted()]


def activated(*, now: datetime = NOW, **changed: Any) -> SmartAccountRequest:
    """A request that became an active Smart Account."""
    made = in_setup(now=now, **changed)
    dana = made.requester
    setup.accept_agreement(made.pk, by=dana, version=agreement.AGREEMENT_VERSION, now=now)
    setup.confirm_company(made.pk, by=dana, details=None, now=now)
    kept = tuple(row.address for row in made.administrators.all())
    setup.confirm_administrators(made.pk, by=dana, kept=kept, now=now)
    return setup.activate(made.pk, by=dana, now=now)
