"""What every letter of a request shares: its facts as primitives, its key, and the counter it is handed in at."""

from typing import TypedDict

from django.urls import reverse

from notifications import outbox
from notifications.emails.letter import Letter
from requests_app.models import AuthorizationLink, Nomination, SmartAccountRequest


class About(TypedDict):
    reference: str
    account_domain: str
    account_name: str


class ToRequester(About):
    page_path: str


class WithLink(About):
    requester_name: str
    requester_address: str
    authorizer_address: str
    ends_at: str
    link_seed: str
    stop_seed: str


def about(request: SmartAccountRequest) -> About:
    return {
        "reference": request.reference,
        "account_domain": request.account_domain,
        "account_name": request.account_name,
    }


def to_requester(request: SmartAccountRequest) -> ToRequester:
    return {**about(request), "page_path": reverse("request", args=[request.pk])}


def with_link(request: SmartAccountRequest, nomination: Nomination, link: AuthorizationLink) -> WithLink:
    return {
        **about(request),
        "requester_name": request.requester.full_name,
        "requester_address": request.requester_address,
        "authorizer_address": nomination.address,
        "ends_at": link.expires_at.isoformat(),
        "link_seed": link.seed.packed,
        "stop_seed": nomination.stop_seed.packed,
    }


def post(request: SmartAccountRequest, letter: Letter, *, key: str, to: str = "", language: str = "") -> bool:
    """Post to the requester, or to somebody else on the requester's behalf: in that reader's `language`.

    Returns False when this key was promised before."""
    return outbox.post(
        letter,
        to=to or request.requester_address,
        key=key,
        about=str(request.pk),
        on_behalf_of=str(request.requester_id) if to else "",
        language=language or request.requester.language,
    )


def post_to_authorizer(
    request: SmartAccountRequest, nomination: Nomination, letter: Letter, *, key: str
) -> None:
    """Post to the nominated address, in the language that its nomination speaks."""
    post(request, letter, key=key, to=nomination.address, language=nomination.language)


def addresses(request: SmartAccountRequest) -> tuple[str, ...]:
    return tuple(administrator.address for administrator in request.administrators.all())


def ends_at(request: SmartAccountRequest) -> str:
    return request.expires_at.isoformat() if request.expires_at else ""


def link_key(link: AuthorizationLink) -> str:
    """The outbox key of the letter that first carried this link; reminders thread under it."""
    return f"link:{link.pk}:0"


def reminder_key(nomination: Nomination, link: AuthorizationLink, which: str) -> str:
    """The outbox key of a reminder of this link; `which` is empty for what all of them begin with."""
    return f"reminder:{nomination.pk}:{link.generation}:{which}"
