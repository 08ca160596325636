"""Set-up: the requester accepts the agreement, confirms company and administrators, and the account is active."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from people.models import Person
from requests_app.domain import identifiers
from requests_app.domain.companies import CompanyDetails
from requests_app.domain.lifecycle import Event, NotAllowed, RequestState
from requests_app.models import SetUp, SmartAccountRequest
from requests_app.services import actors, letters, submission, transitions
from requests_app.services.transitions import Conflict
from smart_accounts.services import accounts, agreement


class AgreementChanged(Exception):
    """Another version of the agreement was shown than is in force (422): show the new text."""


class NobodyLeft(Exception):
    """One administrator must stay (422)."""


class NotNamed(Exception):
    """Names may be removed in set-up, not added (422)."""


def _in_setup(request_id: uuid.UUID, by: Person) -> tuple[SmartAccountRequest, SetUp]:
    request = transitions.locked_for(request_id, by.pk)
    if request.state != RequestState.SETUP or request.frozen_at:
        raise NotAllowed(request.states, Event.ACTIVATE)
    return request, SetUp.objects.select_for_update().get(request=request)


def accept_agreement(request_id: uuid.UUID, *, by: Person, version: str, now: datetime) -> None:
    """Record that the agreement, in the version shown, is accepted. Raises NotYours, NotAllowed, AgreementChanged."""
    with transaction.atomic():
        request, answers = _in_setup(request_id, by)
        if not agreement.is_in_force(version):
            raise AgreementChanged
        answers.agreement_version, answers.agreement_accepted_at = version, now
        answers.save()
        _note(request, "agreement_accepted", by, now, version)


def confirm_company(
    request_id: uuid.UUID, *, by: Person, details: CompanyDetails | None, now: datetime
) -> None:
    """Record company information as confirmed; None keeps what is there. Raises NotYours, NotAllowed."""
    with transaction.atomic():
        request, answers = _in_setup(request_id, by)
        if details is not None:
            submission.write_company(request, details)
        answers.company_confirmed_at = now
        answers.save()
        _note(request, "company_confirmed", by, now)


def confirm_administrators(
    request_id: uuid.UUID, *, by: Person, kept: tuple[str, ...], now: datetime
) -> None:
    """Record who stays administrator: names may be removed, not added, and one must stay.

    Raises NotYours, NotAllowed, NobodyLeft, NotNamed."""
    with transaction.atomic():
        request, answers = _in_setup(request_id, by)
        named = list(request.administrators.values_list("address", flat=True))
        if not kept:
            raise NobodyLeft
        if not set(kept) <= set(named):
            raise NotNamed
        removed = [address for address in named if address not in kept]
        request.administrators.filter(address__in=removed).delete()
        answers.administrators_confirmed_at = now
        answers.save()
        _note(request, "administrators_confirmed", by, now, f"{len(removed)} removed" if removed else "")


def activate(request_id: uuid.UUID, *, by: Person, now: datetime) -> SmartAccountRequest:
    """Finish: re-check everything, open the account, tell the requester and the administrators.

    Repeating it changes nothing. Raises NotYours, NotAllowed, Conflict (a task is open, or the reservation is gone)."""
    with transaction.atomic():
        request = transitions.locked_for(request_id, by.pk)
        if request.state == RequestState.ACTIVE:
            return request
        request, answers = _in_setup(request_id, by)
        done = (
            answers.agreement_accepted_at,
            answers.company_confirmed_at,
            answers.administrators_confirmed_at,
        )
        if not all(done) or answers.agreement_accepted_at is None:
            raise Conflict(gettext("Finish the three tasks first."))
        if not request.administrators.exists():
            raise Conflict(gettext("Name at least one administrator first."))
        try:
            account = accounts.open_account(
                request.account_domain,
                request=str(request.pk),
                name=request.account_name,
                registrable_domain=identifiers.registrable_domain(request.account_domain),
                skeleton=identifiers.skeleton(request.account_domain),
                administrators=tuple(request.administrators.values_list("address", flat=True)),
                requester=request.requester,
                requester_address=request.requester_address,
                agreement_version=answers.agreement_version,
                agreed_at=answers.agreement_accepted_at,
                now=now,
            )
        except accounts.NotReserved:
            raise Conflict(
                gettext(
                    "The identifier is no longer reserved for this request. Our reviewers have been told."
                )
            ) from None
        request.account = account
        request.activated_at = now
        transitions.apply(request, Event.ACTIVATE, by=actors.requester(by), now=now)
        letters.activated(request, account_id=str(account.pk), now=now)
        return request


def _note(request: SmartAccountRequest, event: str, by: Person, now: datetime, note: str = "") -> None:
    transitions.record(request, event, by=actors.requester(by), now=now, after=str(request.state), note=note)
