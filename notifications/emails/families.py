"""What letters of one family share: about a request, to its requester, to its authorizer, codes."""

from dataclasses import dataclass
from typing import ClassVar

from notifications.emails.letter import Letter, Route


@dataclass(frozen=True, kw_only=True)
class Code(Letter):
    """A letter that carries six digits, derived from ``challenge_id`` when it is rendered."""

    route: ClassVar[Route] = Route.URGENT
    is_code: ClassVar[bool] = True

    challenge_id: str
    expires_at: str


@dataclass(frozen=True, kw_only=True)
class AboutRequest(Letter):
    """A letter that names the request it is about."""

    reference: str
    account_domain: str
    account_name: str


@dataclass(frozen=True, kw_only=True)
class ToRequester(AboutRequest):
    """A letter to the requester; its button opens the request's page (``page_path``), after sign-in."""

    page_path: str


@dataclass(frozen=True, kw_only=True)
class WithLink(AboutRequest):
    """A letter that carries the active authorization link; it never stores more than the link's seed."""

    route: ClassVar[Route] = Route.URGENT
    carries_link: ClassVar[bool] = True

    requester_name: str
    requester_address: str
    authorizer_address: str
    ends_at: str
    """When the link ends, exclusive: 00:00 UTC of the day after the last one."""
    link_seed: str
    stop_seed: str
