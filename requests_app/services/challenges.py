"""The code that proves a mailbox: which one runs, whether a typed one confirms it, and why not."""

from datetime import datetime

from django.utils.translation import gettext, ngettext

from notifications import links
from requests_app.domain import authorization
from requests_app.models import AuthorizationLink, CodeChallenge
from requests_app.services.transitions import Conflict


class CodeRefused(Exception):
    """The code does not confirm (422); the text says what to do."""


class CodesExhausted(Conflict):
    """The link's codes are used up; a new link brings new ones (409)."""

    def __init__(self) -> None:
        super().__init__(
            gettext("No more codes can be sent for this link. Ask for a new link to the same address.")
        )


def running(link: AuthorizationLink) -> CodeChallenge | None:
    """Return the challenge that waits for its code, if one does. Reads only."""
    return link.challenges.filter(used_at=None, replaced_at=None).order_by("-created_at").first()


def check_code(link: AuthorizationLink, typed: str, *, now: datetime) -> CodeChallenge | str:
    """Return the confirmed challenge, or the words that refuse the code; a wrong try is counted.

    Under the link's lock. The caller commits before it raises, else the try would be uncounted."""
    challenge = running(link)
    if challenge is None:
        return gettext("Ask for a new code.")
    if authorization.code_is_over(now, created_at=challenge.created_at, wrong_tries=challenge.tries):
        return gettext("This code has expired or was tried too often. Ask for a new code.")
    if not links.code_matches(str(challenge.pk), typed):
        challenge.tries += 1
        challenge.save(update_fields=["tries"])
        if any(links.code_matches(str(old.pk), typed) for old in link.challenges.exclude(replaced_at=None)):
            return gettext(
                "This code was replaced by a newer one. Use the latest e-mail, or ask for a new code."
            )
        tries_left = authorization.CODE_TRIES - challenge.tries
        if tries_left <= 0:
            return gettext("That was the fifth wrong code. Ask for a new code.")
        words = ngettext(
            "This is not the code we sent. %(count)s try left.",
            "This is not the code we sent. %(count)s tries left.",
            tries_left,
        )
        return words % {"count": tries_left}
    return challenge
