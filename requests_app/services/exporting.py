"""Gather everything that is kept about a person, as JSON and as a page: both show this one structure.

What others said stands in it only where it was said to the person or about the person's own requests.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from notifications import emails, outbox, suppression
from notifications.models import OutgoingEmail, Suppression
from people import addresses as written
from people import erasing as closing_accounts
from people.models import Person
from requests_app.models import (
    Administrator,
    Decision,
    Draft,
    HistoryLine,
    Nomination,
    SmartAccountRequest,
    TransferOffer,
)
from requests_app.services import history
from smart_accounts.models import AccessRequest, Member, SmartAccount

Facts = dict[str, Any]
"""Names of facts to words, moments, truth values, numbers, lists of these, or further facts."""


def tell(person: Person, *, now: datetime) -> None:
    """Write to the person that a copy was made; in case it was somebody else."""
    outbox.post(
        emails.DataExported(exported_at=now.isoformat(), page_path=reverse("account")),
        to=person.email,
        language=person.language,
        key=f"data-exported:{person.pk}:{now:%Y%m%d%H%M%S%f}",
    )


def everything(person: Person, *, now: datetime) -> Facts:
    """Return all that is kept about the person. Reads only."""
    own = closing_accounts.addresses_of(person)
    keys = {written.comparison_key(address) for address in own}
    named = Nomination.objects.filter(address_key__in=keys).select_related("request__requester")
    return {
        "made_at": now,
        "profile": _profile(person),
        "addresses": _addresses(person),
        "second_factors": _second_factors(person),
        "drafts": [_draft(draft) for draft in Draft.objects.filter(person=person)],
        "requests": [_request(each) for each in SmartAccountRequest.objects.filter(requester=person)],
        "nominations": [_nomination_of_person(each) for each in named.order_by("created_at")],
        "transfers": _transfers(keys, person),
        "named_as_administrator": _named_administrator(own, person),
        "decisions": [_decision(each) for each in Decision.objects.filter(address__in=own)],
        "acts_in_other_requests": _acts(own, person),
        "smart_accounts": _accounts(person, own),
        "access_requests": [_access(each) for each in AccessRequest.objects.filter(person=person)],
        "letters": _letters(OutgoingEmail.objects.filter(to__in=own).order_by("id")),
        "do_not_write": _suppressions(own),
    }


def _profile(person: Person) -> Facts:
    return {
        "full_name": person.full_name,
        "email": person.email,
        "language": person.chosen_language,
        "registered_at": person.created_at,
        "last_signed_in_at": person.last_login,
        "is_staff": person.is_staff,
        "is_reviewer": person.is_reviewer,
        "is_ops": person.is_ops,
        "suspended_at": person.suspended_at,
        "erases_at": person.erases_at,
        "password": gettext("kept as a hash that cannot be read back")
        if person.has_usable_password()
        else gettext("none"),
    }


def _addresses(person: Person) -> list[Facts]:
    rows = EmailAddress.objects.filter(user=person).order_by("pk")
    return [{"address": row.email, "verified": row.verified, "primary": row.primary} for row in rows]


def _second_factors(person: Person) -> list[Facts]:
    rows = Authenticator.objects.filter(user=person).order_by("pk")
    return [{"kind": row.type, "since": row.created_at, "last_used_at": row.last_used_at} for row in rows]


def _draft(draft: Draft) -> Facts:
    return {
        "id": str(draft.pk),
        "begun_at": draft.created_at,
        "saved_at": draft.saved_at,
        "goes_away_at": draft.expires_at,
        "answers": draft.answers,
        "typed_but_not_continued": draft.typed,
    }


def _request(request: SmartAccountRequest) -> Facts:
    company = getattr(request, "company", None)
    named = ("name", "address", "address2", "city", "area", "postal_code", "country")
    return {
        "reference": request.reference,
        "account_domain": request.account_domain,
        "account_name": request.account_name,
        "asked_as": request.requester_address,
        "authority": request.authority,
        "note_to_the_reviewer": request.domain_note,
        "state": request.state,
        "authorization": request.authorization,
        "domain": request.domain,
        "submitted_at": request.submitted_at,
        "activated_at": request.activated_at,
        "closed_at": request.closed_at,
        "expires_at": request.expires_at,
        "people_forgotten_at": request.forgotten_at,
        "sent_from_network": request.client_network,
        "reviewers_question": request.question,
        "reviewers_proposal": request.proposal,
        "reason_of_rejection": request.rejection_reason,
        "company": {name: getattr(company, name) for name in named} if company else {},
        "administrators": [row.address for row in request.administrators.all()],
        "nominations": [_nomination(each) for each in request.nominations.all()],
        "decisions": [_decision(each) for each in request.decisions.all()],
        "history": [
            {"at": line.at, "what": line.what, "who": line.who, "note": line.note}
            for line in reversed(history.lines(request))
        ],
        "letters": _letters(OutgoingEmail.objects.filter(about=str(request.pk)).order_by("id")),
    }


def _nomination(named: Nomination) -> Facts:
    return {
        "number": named.number,
        "address": named.address,
        "message": named.message,
        "state": named.state,
        "handed_on": named.handed_on,
        "named_at": named.created_at,
        "ended_at": named.ended_at,
    }


def _nomination_of_person(named: Nomination) -> Facts:
    """What the person could read as the authorizer who was asked."""
    request = named.request
    return {
        "reference": request.reference,
        "account_domain": request.account_domain,
        "account_name": request.account_name,
        "asked_by": request.requester.full_name,
        **_nomination(named),
        "reminders_stopped_at": named.reminders_stopped_at,
    }


def _transfers(keys: Iterable[str], person: Person) -> list[Facts]:
    """Requests the person offered to colleagues, and those offered to the person."""
    rows = TransferOffer.objects.filter(Q(offered_by=person) | Q(address_key__in=keys))
    return [
        {
            "reference": row.request.reference,
            "account_domain": row.request.account_domain,
            "offered_to": row.address,
            "state": row.state,
            "offered_at": row.offered_at,
            "ended_at": row.ended_at,
        }
        for row in rows.select_related("request").order_by("offered_at")
    ]


def _named_administrator(own: Iterable[str], person: Person) -> list[Facts]:
    rows = Administrator.objects.filter(address__in=own).exclude(request__requester=person)
    return [
        {"reference": row.request.reference, "account_domain": row.request.account_domain, "as": row.address}
        for row in rows.select_related("request")
    ]


def _decision(decision: Decision) -> Facts:
    return {
        "number": decision.sequence,
        "reference": decision.request.reference,
        "answer": decision.answer,
        "address": decision.address,
        "reason": decision.reason,
        "text": decision.text,
        "facts": decision.facts,
        "decided_at": decision.decided_at,
        "signed_record": decision.record,
        "signature": decision.signature,
    }


def _acts(own: Iterable[str], person: Person) -> list[Facts]:
    """What the person did in requests of others: as authorizer, or as staff."""
    lines = HistoryLine.objects.filter(Q(person=person) | Q(actor_name__in=own)).order_by("id")
    return [
        {
            "reference": line.request.reference,
            "at": line.at,
            "what": history.what(line.event),
            "as": line.actor,
            "name": line.actor_name,
            "note": line.note,
        }
        for line in lines.exclude(request__requester=person).select_related("request")
    ]


def _accounts(person: Person, own: Iterable[str]) -> list[Facts]:
    members = Member.objects.filter(Q(person=person) | Q(address__in=own)).select_related("account")
    accepted = SmartAccount.objects.filter(agreement_accepted_by=person)
    return [
        *(
            {
                "account_domain": member.account.identifier,
                "account_name": member.account.name,
                "as": member.address,
                "invited_at": member.invited_at,
                "joined_at": member.joined_at,
            }
            for member in members
        ),
        *(
            {
                "account_domain": account.identifier,
                "account_name": account.name,
                "agreement_accepted": account.agreement_version,
                "accepted_at": account.agreement_accepted_at,
            }
            for account in accepted
        ),
    ]


def _access(access: AccessRequest) -> Facts:
    return {
        "account_domain": access.account.identifier,
        "as": access.address,
        "message": access.message,
        "state": access.state,
        "reason": access.reason,
        "asked_at": access.asked_at,
        "decided_at": access.decided_at,
    }


def _letters(rows: Iterable[OutgoingEmail]) -> list[Facts]:
    """The facts of letters; what a mail system said about an address is for staff alone."""
    return [
        {"kind": row.kind, "to": row.to, "promised_at": row.created_at, "sent_at": row.sent_at}
        for row in rows
    ]


def _suppressions(own: Iterable[str]) -> list[Facts]:
    hashes = [suppression.hash_of(address) for address in own]
    rows = Suppression.objects.filter(address_hash__in=hashes).order_by("pk")
    return [{"why": row.scope, "since": row.created_at} for row in rows]
