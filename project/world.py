"""A small demo world: a few requests of other companies in different states, made through the real services.

Dana Whitfield, as whom a newcomer signs in, starts with an empty list on purpose.
"""

import uuid
from datetime import datetime, timedelta

from people import services as people
from people.models import Person
from project import demo
from requests_app.domain import statement
from requests_app.domain.submission import Authority, Submission
from requests_app.models import SmartAccountRequest
from requests_app.services import review, setup, submission
from smart_accounts.services import agreement

KIM = "kim.park@globex.example"
NOOR = "noor.haddad@initech.example"
SEED = uuid.UUID("5a0f4a51-5f44-4f61-8d3b-6b1a4c9e2d10")


def make_requests(*, now: datetime) -> None:
    """Make the demo's requests once; each has a draft id of its own, so a second run changes nothing."""
    passwords = {person.address: person.password for person in demo.sign_ins()}
    anybody = passwords[demo.REQUESTER]
    kim = people.register_demo_person(KIM, full_name="Kim Park", password=anybody)
    noor = people.register_demo_person(NOOR, full_name="Noor Haddad", password=anybody)
    rosa = Person.objects.get(email=demo.REVIEWER)
    _active_account(kim, rosa, now=now - timedelta(days=20))
    _submit(
        kim,
        "waiting",
        now=now - timedelta(days=1),
        account_domain="shop.globex.example",
        domain_edited=True,
        domain_note="The shop has licences of its own.",
        account_name="Globex Shop",
        authorizer_address="maria.silva@globex.example",
        message="Hello Maria, please look at this before Friday.",
    )
    _submit(
        noor,
        "held",
        now=now - timedelta(days=3),
        account_domain="initech.example",
        account_name="Initech Ltd",
        authorizer_address="lee.wong@hooli.example",
    )
    asked = _submit(
        noor,
        "asked",
        now=now - timedelta(days=2),
        account_domain="labs.initech.example",
        domain_edited=True,
        domain_note="We work apart from the parent company.",
        account_name="Initech Labs",
        authorizer_address="ana.kovac@initech.example",
    )
    if asked.domain == "pending":
        review.ask_change(
            asked.pk,
            by=rosa,
            facts_version=asked.facts_version,
            proposal="initech-labs.example",
            question="Is initech-labs.example not the domain that you use on your products?",
            now=now - timedelta(days=1),
        )


def _active_account(kim: Person, rosa: Person, *, now: datetime) -> None:
    request = _submit(
        kim,
        "active",
        now=now,
        authority=Authority.YES,
        statement_version=statement.VERSION,
        account_domain="globex.example",
        account_name="Globex Corporation",
        for_myself=True,
    )
    if request.state != "pending":
        return
    later = now + timedelta(days=1)
    review.approve(request.pk, by=rosa, facts_version=request.facts_version, now=later)
    setup.accept_agreement(request.pk, by=kim, version=agreement.AGREEMENT_VERSION, now=later)
    setup.confirm_company(request.pk, by=kim, details=None, now=later)
    setup.confirm_administrators(request.pk, by=kim, kept=(KIM,), now=later)
    setup.activate(request.pk, by=kim, now=later)


def _submit(person: Person, name: str, *, now: datetime, **answers: object) -> SmartAccountRequest:
    given = {"authority": Authority.NO, "requester_address": person.email, **answers}
    request = submission.submit(
        Submission(**given),  # type: ignore[arg-type]  # the callers above name the fields
        draft_id=uuid.uuid5(SEED, name),
        requester=person,
        client_network="",
        now=now,
    )
    request.refresh_from_db()
    return request
