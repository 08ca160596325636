"""Letters to the requester, and those that follow from a review."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from notifications import emails, outbox, suppression
from people import services as people
from requests_app.domain.identifiers import HoldReason
from requests_app.models import (
    AuthorizationLink,
    Decision,
    Draft,
    Nomination,
    SmartAccountRequest,
)
from requests_app.services.letters import posting


def request_sent(
    request: SmartAccountRequest, nomination: Nomination | None, link: AuthorizationLink | None
) -> None:
    """Confirm the submission."""
    letter = emails.RequestSent(
        **posting.to_requester(request),
        authorization=request.authorization,
        authorizer_address=nomination.address if nomination else "",
        ends_at=link.expires_at.isoformat() if link else "",
    )
    posting.post(request, letter, key=f"request-sent:{request.pk}")


def held(request: SmartAccountRequest, nomination: Nomination) -> None:
    """Tell that we check by hand first. Only reasons that the requester can know are put into words."""
    shown = tuple(
        reason
        for reason in nomination.reasons
        if reason in {HoldReason.DOMAINS_DISAGREE, HoldReason.FREE_MAIL}
    )
    letter = emails.Held(
        **posting.to_requester(request),
        authorizer_address=nomination.address,
        reasons=shown,
        link_days=settings.SPANS.link.days,
        review_days=settings.SPANS.review_target,
    )
    posting.post(request, letter, key=f"held:{nomination.pk}:{request.facts_version}")


def authorized(request: SmartAccountRequest, decision: Decision) -> None:
    """The requester's receipt of an authorization."""
    letter = emails.Authorized(
        **posting.to_requester(request),
        authorizer_address=decision.address,
        decided_at=decision.decided_at.isoformat(),
        domain=request.domain,
    )
    posting.post(request, letter, key=f"authorized:{decision.pk}")


def declined(request: SmartAccountRequest, decision: Decision, *, nominations_left: int) -> None:
    """The requester's receipt of a decline."""
    letter = emails.Declined(
        **posting.to_requester(request),
        authorizer_address=decision.address,
        decided_at=decision.decided_at.isoformat(),
        ends_at=posting.ends_at(request),
        nominations_left=nominations_left,
        reason=decision.reason,
    )
    posting.post(request, letter, key=f"declined:{decision.pk}")


def handed_on_notice(
    request: SmartAccountRequest,
    nomination: Nomination,
    link: AuthorizationLink | None,
    *,
    handed_by: str,
) -> None:
    """Tell the requester who is asked now; without a link the colleague's nomination is held."""
    letter = emails.HandedOnNotice(
        **posting.to_requester(request),
        handed_by=handed_by,
        authorizer_address=nomination.address,
        authorization=request.authorization,
        ends_at=link.expires_at.isoformat() if link else "",
    )
    posting.post(request, letter, key=f"handed-on:{nomination.pk}")


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
        **posting.to_requester(request),
        authorizer_address=nomination.address if nomination else request.requester_address,
        cause=cause,
        ends_at=posting.ends_at(request),
        nominations_left=nominations_left,
        note=note,
    )
    ended = nomination.pk if nomination else request.pk
    posting.post(request, letter, key=f"choose:{ended}:{cause}:{request.authorization_since:%Y%m%d%H%M%S}")


def domain_approved(request: SmartAccountRequest, *, now: datetime) -> None:
    """The identifier is approved and reserved."""
    letter = emails.DomainApproved(
        **posting.to_requester(request), decided_at=now.isoformat(), authorization=request.authorization
    )
    posting.post(
        request, letter, key=f"domain-approved:{request.pk}:{request.facts_version}:{now:%Y%m%d%H%M%S}"
    )


def change_asked(request: SmartAccountRequest, *, now: datetime) -> None:
    """The reviewer asks for another identifier."""
    letter = emails.ChangeAsked(
        **posting.to_requester(request),
        ends_at=posting.ends_at(request),
        note=request.question,
        proposal=request.proposal,
    )
    posting.post(request, letter, key=f"change-asked:{request.pk}:{now:%Y%m%d%H%M%S%f}")


def domain_rejected(request: SmartAccountRequest, *, now: datetime) -> None:
    """The request is closed by the reviewer."""
    letter = emails.DomainRejected(
        **posting.to_requester(request),
        decided_at=now.isoformat(),
        reason=request.rejection_reason,
        days=settings.SPANS.reopening.days,
    )
    posting.post(request, letter, key=f"domain-rejected:{request.pk}:{now:%Y%m%d%H%M%S}")


def reopened(request: SmartAccountRequest, *, reason: str, now: datetime) -> None:
    """A decision about the identifier was taken back."""
    letter = emails.Reopened(
        **posting.to_requester(request),
        reopened_at=now.isoformat(),
        reason=reason,
        authorization=request.authorization,
    )
    posting.post(request, letter, key=f"reopened:{request.pk}:{now:%Y%m%d%H%M%S}")


def rival_decided(rival: SmartAccountRequest, *, now: datetime) -> None:
    """The identifier of this request was approved for another one; it stays open and is decided by itself."""
    posting.post(
        rival,
        emails.RivalDecided(**posting.to_requester(rival), decided_at=now.isoformat()),
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
        # Keyed, for this key outlives the address; another identifier, approved later, is told anew.
        reader = suppression.hash_of(address)[:16]
        key = f"sibling:{request.pk}:{request.facts_version}:{account_id}:{reader}"
        language = people.language_of(address, otherwise=request.requester.language)
        posting.post(request, letter, key=key, to=address, language=language)


def setup(request: SmartAccountRequest, *, now: datetime, authorizer_address: str) -> None:
    """The set-up e-mail."""
    about = posting.to_requester(request)
    about["page_path"] = reverse("setup", args=[request.pk])
    letter = emails.Setup(
        **about,
        ends_at=posting.ends_at(request),
        authorizer_address=authorizer_address,
        administrators=posting.addresses(request),
    )
    posting.post(request, letter, key=f"setup:{request.pk}:{now:%Y%m%d%H%M%S}")


def setup_reminder(request: SmartAccountRequest, *, number: int) -> bool:
    """Repeat the set-up e-mail. Returns False when this one was promised before."""
    about = posting.to_requester(request)
    about["page_path"] = reverse("setup", args=[request.pk])
    letter = emails.SetupReminder(
        **about, number=number, is_last=request.next_reminder_at is None, ends_at=posting.ends_at(request)
    )
    return posting.post(
        request, letter, key=f"setup-reminder:{request.pk}:{request.turn_since:%Y%m%d%H%M%S}:{number}"
    )


def your_turn(request: SmartAccountRequest, *, asked: str, number: int) -> bool:
    """Remind the requester of what only he or she can do. Returns False when this one was promised before."""
    letter = emails.YourTurn(
        **posting.to_requester(request),
        asked=asked,
        number=number,
        is_last=request.next_reminder_at is None,
        ends_at=posting.ends_at(request),
    )
    return posting.post(
        request, letter, key=f"your-turn:{request.pk}:{request.turn_since:%Y%m%d%H%M%S}:{number}"
    )


def activated(request: SmartAccountRequest, *, account_id: str, now: datetime) -> None:
    """The Smart Account is active."""
    about = posting.to_requester(request)
    about["page_path"] = reverse("smart_accounts:account", args=[account_id])
    letter = emails.Activated(
        **about, activated_at=now.isoformat(), administrators=posting.addresses(request)
    )
    posting.post(request, letter, key=f"activated:{request.pk}")


def withdrawn(request: SmartAccountRequest, *, now: datetime) -> None:
    """Confirm the withdrawal."""
    posting.post(
        request,
        emails.Withdrawn(**posting.to_requester(request), closed_at=now.isoformat()),
        key=f"withdrawn:{request.pk}",
    )


def expired(request: SmartAccountRequest, *, cause: str, now: datetime) -> None:
    """Time closed the request."""
    letter = emails.Expired(
        **posting.to_requester(request),
        closed_at=now.isoformat(),
        cause=cause,
        days=settings.SPANS.requester.days,
    )
    posting.post(request, letter, key=f"expired:{request.pk}")


def draft_ending(draft: Draft) -> None:
    """Warn that unfinished answers go away."""
    account = draft.answers.get("account", {})
    letter = emails.DraftEnding(
        page_path=reverse("draft", args=[draft.pk]),
        ends_at=draft.expires_at.isoformat(),
        account_domain=str(account.get("account_domain", "")),
        account_name=str(account.get("account_name", "")),
        days=settings.SPANS.draft.days,
    )
    key = f"draft-ending:{draft.pk}:{draft.saved_at:%Y%m%d%H%M%S}"
    outbox.post(letter, to=draft.person.email, key=key, about=str(draft.pk), language=draft.person.language)
