"""The signed cookie that a link leaves in a browser: for that link alone, 30 minutes from the last page.

No session row stands behind it, so a scanner that opens a thousand links writes nothing.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from requests_app.domain.authorization import COOKIE_LIFETIME

_SIGNER = "authorizer's link"


class Opens(StrEnum):
    """What kind of page the cookie opens; one of a link opens no receipt."""

    LINK = "link"
    RECEIPT = "receipt"


@dataclass(frozen=True)
class Pass:
    """A cookie that holds. `proved` says that this browser also typed a code from the mailbox."""

    proved: bool


def name_of(key: uuid.UUID) -> str:
    """Name the cookie of a link or a receipt: several live side by side in one browser."""
    return f"{'__Host-' if settings.SECURE else ''}authz-{key.hex[:8]}"


def give(
    response: HttpResponse, key: uuid.UUID, *, opens: Opens, now: datetime, proved: bool = False
) -> None:
    """Set the cookie, or set it anew: the 30 minutes slide."""
    value = f"{opens}/{key.hex}/{int(now.timestamp())}/{'proved' if proved else 'opened'}"
    response.set_cookie(
        name_of(key),
        signing.Signer(salt=_SIGNER).sign(value),
        max_age=COOKIE_LIFETIME,
        path="/",
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def read(request: HttpRequest, key: uuid.UUID, *, opens: Opens, now: datetime) -> Pass | None:
    """Return the pass that the browser shows, or None: none, too old, another link's, or forged."""
    try:
        value = signing.Signer(salt=_SIGNER).unsign(request.COOKIES.get(name_of(key), ""))
    except signing.BadSignature:
        return None
    opened, key_hex, seconds, word = value.split("/")
    given_at = datetime.fromtimestamp(int(seconds), UTC)
    if (opened, key_hex) != (opens, key.hex) or now >= given_at + COOKIE_LIFETIME:
        return None
    return Pass(proved=word == "proved")
