"""Submit a request: one call, one transaction, complete from its first moment."""

import secrets
import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction

from people import services as people
from people.models import Person
from people.sentences import Sentence
from requests_app.domain import identifiers, statement
from requests_app.domain.companies import CompanyDetails
from requests_app.domain.lifecycle import OPEN, Authority, start
from requests_app.domain.submission import ContradictoryAnswers, Submission
from requests_app.models import Administrator, Company, Draft, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import (
    actors,
    evidence,
    letters,
    limits,
    linking,
    nomination,
    parties,
    transitions,
    unattended,
)
from smart_accounts.models import SmartAccount
from smart_accounts.services import accounts

# Crockford's base 32: no I, L, O, U, so that nobody misreads a reference.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class AlreadyOpen(Exception):
    """The same person has an open request for this identifier; the page goes to it."""

    def __init__(self, request: SmartAccountRequest) -> None:
        super().__init__(request.reference)
        self.request = request


class AccountExists(Exception):
    """An active account has exactly this identifier, and the person's address agrees: ask for access instead."""

    def __init__(self, account: SmartAccount) -> None:
        super().__init__(account.identifier)
        self.account = account


def submit(
    answers: Submission,
    *,
    draft_id: uuid.UUID,
    requester: Person,
    client_network: str,
    now: datetime,
    language: str = "en",
) -> SmartAccountRequest:
    """Make the request of a draft, with its administrators, nomination or statement, history and letters.

    `language` is that of the page; whoever is named there is written to in it.

    The same draft sent again returns the request it became. Raises AlreadyOpen, AccountExists,
    ContradictoryAnswers, nomination.NominationRefused, limits.LimitReached; then nothing is stored."""
    with transaction.atomic():
        # The person's row serializes what one person sends: drafts, limits and rivals are counted under it.
        person = Person.objects.select_for_update().get(pk=requester.pk)
        if people.is_suspended(person):
            # Suspended between opening this page's session and here; the next page asks to sign in.
            raise transitions.NotYours
        sent = SmartAccountRequest.objects.filter(draft_id=draft_id, requester=requester).first()
        if sent:
            return sent
        _check_identifier(answers, requester)
        limits.check_network(client_network, now)
        named = answers.authority is Authority.NO
        reasons = _check_authorizer(answers, requester, now) if named else frozenset()
        states = start(authorized=not named, held=bool(reasons))
        request = SmartAccountRequest(
            reference=_reference(),
            draft_id=draft_id,
            requester=requester,
            requester_address=answers.requester_address,
            authority=answers.authority,
            account_domain=answers.account_domain,
            domain_edited=answers.domain_edited,
            domain_note=answers.domain_note,
            account_name=answers.account_name,
            state=states.request,
            authorization=states.authorization,
            domain=states.domain,
            submitted_at=now,
            authorization_since=now,
            domain_since=now,
            client_network=client_network,
        )
        request.save(force_insert=True)
        write_administrators(request, answers.administrator_addresses)
        if answers.company:
            write_company(request, answers.company)
        by = actors.requester(requester)
        after = f"{states.request}/{states.authorization}/{states.domain}"
        transitions.record(request, "submit", by=by, now=now, after=after, note=answers.authorizer_address)
        if named:
            first = nomination.name(
                request,
                answers.authorizer_address,
                message=answers.message,
                reasons=reasons,
                now=now,
                language=language,
            )
            letters.request_sent(request, first, linking.active_link(first))
        else:
            tick(request, version=answers.statement_version or statement.VERSION, now=now)
            letters.request_sent(request, None, None)
        Draft.objects.filter(pk=draft_id, person=requester).delete()
        unattended.notice(request, now=now)
        return request


def tick(request: SmartAccountRequest, *, version: str, now: datetime) -> None:
    """Record the requester's own ticked statement (*Yes*), in the version that was shown, as signed evidence."""
    evidence.write(
        request,
        answer=Answer.AUTHORIZE,
        address=request.requester_address,
        now=now,
        text=statement.own_text(operator=settings.OPERATOR_NAME, version=version),
        statement_version=version,
    )


def write_administrators(request: SmartAccountRequest, addresses: tuple[str, ...]) -> None:
    """Replace who is to run the account."""
    request.administrators.all().delete()
    Administrator.objects.bulk_create(
        Administrator(
            request=request,
            address=address,
            is_requester=address == request.requester_address,
            position=position,
        )
        for position, address in enumerate(addresses)
    )


def write_company(request: SmartAccountRequest, details: CompanyDetails) -> None:
    """Store company information; it voids nothing."""
    Company.objects.update_or_create(
        request=request,
        defaults={
            "name": details.name,
            "country": details.country,
            "address": details.address,
            "address2": details.address2,
            "city": details.city,
            "area": details.area,
            "postal_code": details.postal_code,
        },
    )


def check_identifier(
    account_domain: str, requester: Person, address: str, *, besides: uuid.UUID | None = None
) -> None:
    """Raise AlreadyOpen or AccountExists when this person can see that the identifier is in use.

    Whoever does not agree with an existing account sees nothing of it: the reviewer sees the conflict."""
    own = SmartAccountRequest.objects.filter(
        requester=requester, account_domain=account_domain, state__in=OPEN
    )
    if besides:
        own = own.exclude(pk=besides)
    if already := own.first():
        raise AlreadyOpen(already)
    account = accounts.exact(account_domain)
    if account and identifiers.agrees(address, account_domain):
        raise AccountExists(account)


def _check_identifier(answers: Submission, requester: Person) -> None:
    if not parties.is_own(requester, answers.requester_address):
        raise ContradictoryAnswers(
            "requester_address", Sentence("Ask with an address that you have verified")
        )
    check_identifier(answers.account_domain, requester, answers.requester_address)


def _check_authorizer(
    answers: Submission, requester: Person, now: datetime
) -> frozenset[identifiers.HoldReason]:
    nomination.check_address(requester, answers.authorizer_address)
    limits.check_nominations(requester, now)
    return nomination.hold_reasons(
        requester,
        answers.requester_address,
        account_domain=answers.account_domain,
        address=answers.authorizer_address,
        after_decline=False,
        now=now,
    )


def _reference() -> str:
    """Draw references until one is free: 40 random bits, so a second draw is rare."""
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(8))
        reference = f"SAR-{drawn[:4]}-{drawn[4:]}"
        if not SmartAccountRequest.objects.filter(reference=reference).exists():
            return reference
