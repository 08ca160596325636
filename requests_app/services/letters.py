"""Hand the letters of a request in at the counter: which facts each carries, to whom, under which key.

Every function posts one letter, or the same letter to several readers, in the caller's transaction. Keys make
each promise single: posting the same key again changes nothing.
"""

from datetime import datetime
from typing import TypedDict

from django.urls import reverse

from notifications import emails, links, outbox
from notifications.emails.letter import Letter
from requests_app.domain.identifiers import HoldReason, agrees
from requests_app.models import (
    AuthorizationLink,
    CodeChallenge,
    Decision,
    Draft,
    Nomination,
    SmartAccountRequest,
)


class _About(TypedDict):
    reference: str
    account_domain: str
    account_name: str


class _ToRequester(_About):
    page_path: str


class _WithLink(_About):
    requester_name: str
    requester_address: str
    authorizer_address: str
    ends_at: str
    link_seed: str
    stop_seed: str


def _about(request: SmartAccountRequest) -> _About:
    return {
        "reference": request.reference,
        "account_domain": request.account_domain,
        "account_name": request.account_name,
    }


def _to_requester(request: SmartAccountRequest) -> _ToRequester:
    return {**_about(request), "page_path": reverse("request", args=[request.pk])}


def _with_link(request: SmartAccountRequest, nomination: Nomination, link: AuthorizationLink) -> _WithLink:
    return {
        **_about(request),
        "requester_name": request.requester.full_name,
        "requester_address": request.requester_address,
        "authorizer_address": nomination.address,
        "ends_at": link.expires_at.isoformat(),
        "link_seed": link.seed.packed,
        "stop_seed": nomination.stop_seed.packed,
    }


def _post(request: SmartAccountRequest, letter: Letter, *, key: str, to: str = "") -> None:
    """Post to the requester, or to somebody else on the requester's behalf."""
    outbox.post(
        letter,
        to=to or request.requester_address,
        key=key,
        about=str(request.pk),
        on_behalf_of=str(request.requester_id) if to else "",
    )


def _addresses(request: SmartAccountRequest) -> tuple[str, ...]:
    return tuple(administrator.address for administrator in request.administrators.all())


def _ends_at(request: SmartAccountRequest) -> str:
    return request.expires_at.isoformat() if request.expires_at else ""


def link_key(link: AuthorizationLink) -> str:
    """The outbox key of the letter that first carried this link; reminders thread under it."""
    return f"link:{link.pk}:0"


def reminder_key(nomination: Nomination, link: AuthorizationLink, which: str) -> str:
    """The outbox key of a reminder of this link; `which` is empty for what all of them begin with."""
    return f"reminder:{nomination.pk}:{link.generation}:{which}"


# To the authorizer


def nomination(request: SmartAccountRequest, nomination: Nomination, link: AuthorizationLink) -> None:
    """The nomination letter. The requester's words only where both addresses agree with the identifier.

    A colleague to whom an authorizer handed on is told by whom instead."""
    if nomination.handed_on:
        handed_by = request.nominations.get(number=nomination.number - 1).address
        handed_on = emails.HandedOn(**_with_link(request, nomination, link), handed_by=handed_by)
        _post(request, handed_on, key=link_key(link), to=nomination.address)
        return
    quoted = agrees(request.requester_address, request.account_domain) and agrees(
        nomination.address, request.account_domain
    )
    letter = emails.Nomination(
        **_with_link(request, nomination, link), message=nomination.message if quoted else ""
    )
    _post(request, letter, key=link_key(link), to=nomination.address)


def new_link(request: SmartAccountRequest, nomination: Nomination, link: AuthorizationLink) -> None:
    """A fresh link to the same address."""
    _post(
        request,
        emails.NewLink(**_with_link(request, nomination, link)),
        key=link_key(link),
        to=nomination.address,
    )


def facts_changed(
    request: SmartAccountRequest,
    nomination: Nomination,
    link: AuthorizationLink,
    *,
    changed: tuple[str, ...],
    was_authorized: bool,
) -> None:
    """The link to what the facts are now."""
    letter = emails.FactsChanged(
        **_with_link(request, nomination, link),
        changed=changed,
        administrators=_addresses(request),
        was_authorized=was_authorized,
    )
    _post(request, letter, key=link_key(link), to=nomination.address)


def reminder(
    request: SmartAccountRequest, nomination: Nomination, link: AuthorizationLink, *, number: int
) -> None:
    """Reminder 1 to 3 of the clock, or 0 for one sent by hand (its key counts those)."""
    which = str(number) if number else f"hand-{nomination.manual_reminders}"
    letter = emails.Reminder(
        **_with_link(request, nomination, link),
        number=number,
        is_last=nomination.next_reminder_at is None,
        thread_key=link_key(link),
    )
    _post(request, letter, key=reminder_key(nomination, link, which), to=nomination.address)


def authorizer_code(request: SmartAccountRequest, nomination: Nomination, challenge: CodeChallenge) -> None:
    """The code that confirms one answer; it is derived from the challenge's id when rendered."""
    letter = emails.AuthorizerCode(
        challenge_id=str(challenge.pk),
        expires_at=challenge.expires_at.isoformat(),
        reference=request.reference,
        account_domain=request.account_domain,
        answer=challenge.answer,
    )
    _post(request, letter, key=f"code:{challenge.pk}", to=nomination.address)


def decision_receipt(request: SmartAccountRequest, decision: Decision, *, handed_to: str = "") -> None:
    """The authorizer's own receipt, with the link that can take back. `handed_to` is the colleague named."""
    letter = emails.DecisionReceipt(
        **_about(request),
        requester_name=request.requester.full_name,
        requester_address=request.requester_address,
        authorizer_address=decision.address,
        answer=decision.answer,
        decided_at=decision.decided_at.isoformat(),
        receipt_seed=decision.receipt_seed.packed,
        administrators=_addresses(request),
        statement=decision.text if decision.statement_version else "",
        statement_version=decision.statement_version,
        reason=decision.reason,
        handed_to=handed_to,
    )
    _post(request, letter, key=f"receipt:{decision.pk}", to=decision.address)


def nothing_to_do(
    request: SmartAccountRequest,
    nomination: Nomination,
    *,
    cause: str,
    now: datetime,
    was_authorized: bool = False,
) -> None:
    """Tell an authorizer who was written to that no answer is needed any more."""
    letter = emails.NothingToDo(
        **_about(request),
        requester_name=request.requester.full_name,
        requester_address=request.requester_address,
        authorizer_address=nomination.address,
        cause=cause,
        closed_at=now.isoformat(),
        was_authorized=was_authorized,
    )
    _post(request, letter, key=f"nothing-to-do:{nomination.pk}:{cause}", to=nomination.address)


# To the requester


def request_sent(
    request: SmartAccountRequest, nomination: Nomination | None, link: AuthorizationLink | None
) -> None:
    """Confirm the submission."""
    letter = emails.RequestSent(
        **_to_requester(request),
        authorization=request.authorization,
        authorizer_address=nomination.address if nomination else "",
        ends_at=link.expires_at.isoformat() if link else "",
    )
    _post(request, letter, key=f"request-sent:{request.pk}")


def held(request: SmartAccountRequest, nomination: Nomination) -> None:
    """Tell that we check by hand first. Only reasons that the requester can know are put into words."""
    shown = tuple(
        reason
        for reason in nomination.reasons
        if reason in {HoldReason.DOMAINS_DISAGREE, HoldReason.FREE_MAIL}
    )
    letter = emails.Held(**_to_requester(request), authorizer_address=nomination.address, reasons=shown)
    _post(request, letter, key=f"held:{nomination.pk}:{request.facts_version}")


def authorized(request: SmartAccountRequest, decision: Decision) -> None:
    """The requester's receipt of an authorization."""
    letter = emails.Authorized(
        **_to_requester(request),
        authorizer_address=decision.address,
        decided_at=decision.decided_at.isoformat(),
        domain=request.domain,
    )
    _post(request, letter, key=f"authorized:{decision.pk}")


def declined(request: SmartAccountRequest, decision: Decision, *, nominations_left: int) -> None:
    """The requester's receipt of a decline."""
    letter = emails.Declined(
        **_to_requester(request),
        authorizer_address=decision.address,
        decided_at=decision.decided_at.isoformat(),
        ends_at=_ends_at(request),
        nominations_left=nominations_left,
        reason=decision.reason,
    )
    _post(request, letter, key=f"declined:{decision.pk}")


def handed_on_notice(
    request: SmartAccountRequest,
    nomination: Nomination,
    link: AuthorizationLink | None,
    *,
    handed_by: str,
) -> None:
    """Tell the requester who is asked now; without a link the colleague's nomination is held."""
    letter = emails.HandedOnNotice(
        **_to_requester(request),
        handed_by=handed_by,
        authorizer_address=nomination.address,
        authorization=request.authorization,
        ends_at=link.expires_at.isoformat() if link else "",
    )
    _post(request, letter, key=f"handed-on:{nomination.pk}")


def choose_authorizer(
    request: SmartAccountRequest,
    nomination: Nomination | None,
    *,
    cause: str,
    nominations_left: int,
    note: str = "",
) -> None:
    """The nomination ended without an answer: name another authorizer, or withdraw.

    Without a nomination the requester's own authorization (*Yes*) was revoked."""
    letter = emails.ChooseAuthorizer(
        **_to_requester(request),
        authorizer_address=nomination.address if nomination else request.requester_address,
        cause=cause,
        ends_at=_ends_at(request),
        nominations_left=nominations_left,
        note=note,
    )
    ended = nomination.pk if nomination else request.pk
    _post(request, letter, key=f"choose:{ended}:{cause}:{request.authorization_since:%Y%m%d%H%M%S}")


def domain_approved(request: SmartAccountRequest, *, now: datetime) -> None:
    """The identifier is approved and reserved."""
    letter = emails.DomainApproved(
        **_to_requester(request), decided_at=now.isoformat(), authorization=request.authorization
    )
    _post(request, letter, key=f"domain-approved:{request.pk}:{request.facts_version}:{now:%Y%m%d%H%M%S}")


def change_asked(request: SmartAccountRequest, *, now: datetime) -> None:
    """The reviewer asks for another identifier."""
    letter = emails.ChangeAsked(
        **_to_requester(request), ends_at=_ends_at(request), note=request.question, proposal=request.proposal
    )
    _post(request, letter, key=f"change-asked:{request.pk}:{now:%Y%m%d%H%M%S%f}")


def domain_rejected(request: SmartAccountRequest, *, now: datetime) -> None:
    """The request is closed by the reviewer."""
    letter = emails.DomainRejected(
        **_to_requester(request), decided_at=now.isoformat(), reason=request.rejection_reason
    )
    _post(request, letter, key=f"domain-rejected:{request.pk}:{now:%Y%m%d%H%M%S}")


def reopened(request: SmartAccountRequest, *, reason: str, now: datetime) -> None:
    """A decision about the identifier was taken back."""
    letter = emails.Reopened(
        **_to_requester(request),
        reopened_at=now.isoformat(),
        reason=reason,
        authorization=request.authorization,
    )
    _post(request, letter, key=f"reopened:{request.pk}:{now:%Y%m%d%H%M%S}")


def rival_decided(rival: SmartAccountRequest, *, now: datetime) -> None:
    """The identifier of this request was approved for another one; it stays open and is decided by itself."""
    _post(
        rival,
        emails.RivalDecided(**_to_requester(rival), decided_at=now.isoformat()),
        key=f"rival-decided:{rival.pk}:{rival.facts_version}:{now:%Y%m%d%H%M%S}",
    )


def sibling_notice(
    request: SmartAccountRequest, *, existing_domain: str, account_id: str, to: tuple[str, ...]
) -> None:
    """Tell the administrators of an account under the same registrable domain about the new identifier."""
    letter = emails.SiblingNotice(
        reference=request.reference,
        account_domain=request.account_domain,
        existing_domain=existing_domain,
        page_path=reverse("smart_accounts:account", args=[account_id]),
    )
    for address in to:
        # An address may be longer than a key; another identifier, approved later, is told anew.
        reader = links.hash_of(address)[:16]
        key = f"sibling:{request.pk}:{request.facts_version}:{account_id}:{reader}"
        _post(request, letter, key=key, to=address)


def setup(request: SmartAccountRequest, *, now: datetime, authorizer_address: str) -> None:
    """The set-up e-mail."""
    about = _to_requester(request)
    about["page_path"] = reverse("setup", args=[request.pk])
    letter = emails.Setup(
        **about,
        ends_at=_ends_at(request),
        authorizer_address=authorizer_address,
        administrators=_addresses(request),
    )
    _post(request, letter, key=f"setup:{request.pk}:{now:%Y%m%d%H%M%S}")


def setup_reminder(request: SmartAccountRequest, *, number: int) -> None:
    """Repeat the set-up e-mail."""
    about = _to_requester(request)
    about["page_path"] = reverse("setup", args=[request.pk])
    letter = emails.SetupReminder(
        **about, number=number, is_last=request.next_reminder_at is None, ends_at=_ends_at(request)
    )
    _post(request, letter, key=f"setup-reminder:{request.pk}:{request.turn_since:%Y%m%d%H%M%S}:{number}")


def your_turn(request: SmartAccountRequest, *, asked: str, number: int) -> None:
    """Remind the requester of what only he or she can do."""
    letter = emails.YourTurn(**_to_requester(request), asked=asked, number=number, ends_at=_ends_at(request))
    _post(request, letter, key=f"your-turn:{request.pk}:{request.turn_since:%Y%m%d%H%M%S}:{number}")


def activated(request: SmartAccountRequest, *, account_id: str, now: datetime) -> None:
    """The Smart Account is active."""
    about = _to_requester(request)
    about["page_path"] = reverse("smart_accounts:account", args=[account_id])
    letter = emails.Activated(**about, activated_at=now.isoformat(), administrators=_addresses(request))
    _post(request, letter, key=f"activated:{request.pk}")


def withdrawn(request: SmartAccountRequest, *, now: datetime) -> None:
    """Confirm the withdrawal."""
    _post(
        request,
        emails.Withdrawn(**_to_requester(request), closed_at=now.isoformat()),
        key=f"withdrawn:{request.pk}",
    )


def expired(request: SmartAccountRequest, *, cause: str, now: datetime) -> None:
    """Time closed the request."""
    letter = emails.Expired(**_to_requester(request), closed_at=now.isoformat(), cause=cause)
    _post(request, letter, key=f"expired:{request.pk}")


def draft_ending(draft: Draft) -> None:
    """Warn that unfinished answers go away."""
    account = draft.answers.get("account", {})
    letter = emails.DraftEnding(
        page_path=reverse("draft", args=[draft.pk]),
        ends_at=draft.expires_at.isoformat(),
        account_domain=str(account.get("account_domain", "")),
        account_name=str(account.get("account_name", "")),
    )
    key = f"draft-ending:{draft.pk}:{draft.saved_at:%Y%m%d%H%M%S}"
    outbox.post(letter, to=draft.person.email, key=key, about=str(draft.pk))
