"""The page for somebody who tried too often, and when they may try again."""

import math
import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.stagekit import unstash_login
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext

from people import refusals

_LIMITS_OF_PAGE = {
    "account_login": ("login", "login_failed"),
    "account_signup": ("signup", "confirm_email"),
    "account_email_verification_sent": ("confirm_email",),
    "account_email": ("manage_email", "confirm_email"),
    "account_change_password": ("change_password",),
    "account_reset_password": ("reset_password",),
    "account_complete_password_reset": ("reset_password_from_key",),
    "account_reauthenticate": ("reauthenticate", "login_failed"),
    "mfa_reauthenticate": ("reauthenticate", "login_failed"),
    "mfa_reauthenticate_webauthn": ("reauthenticate", "login_failed"),
    "mfa_authenticate": ("login_failed",),
    "mfa_activate_totp": ("login_failed",),
}
_SHORTEST_WAIT_SECONDS = 5


def refuse(request: HttpRequest) -> HttpResponse:
    """Answer 429 with the time to wait, on the page and as Retry-After."""
    seconds = seconds_to_wait(request)
    return refusals.refuse(
        request,
        429,
        title=gettext("Too many tries"),
        message=_when(seconds),
        next_step=gettext("Go back"),
        next_url=request.path,
        headers={"Retry-After": str(seconds)},
    )


def _when(seconds: int) -> str:
    if seconds < 60:
        return gettext(
            "That was more often than we allow, to keep accounts safe. You can try again in %(seconds)s seconds."
        ) % {"seconds": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "That was more often than we allow, to keep accounts safe. You can try again in %(minutes)s minute.",
        "That was more often than we allow, to keep accounts safe. You can try again in %(minutes)s minutes.",
        minutes,
    ) % {"minutes": minutes}


def seconds_to_wait(request: HttpRequest) -> int:
    """Return when the page's used-up limits open again, in whole seconds from now; at least a few."""
    match = request.resolver_match
    actions = _LIMITS_OF_PAGE.get(match.url_name or "", ()) if match else ()
    waits = [
        wait
        for action in actions
        for rate in ratelimit.get_rates(app="allauth.account", action=action)
        for wait in _waits(request, action, rate)
    ]
    return max([_SHORTEST_WAIT_SECONDS, *(math.ceil(wait) for wait in waits)])


def _waits(request: HttpRequest, action: str, rate: ratelimit.Rate) -> list[float]:
    """Return how long until one of the counted tries is older than the rate's span, where all are used."""
    now = time.time()
    keys = _keys(request) if rate.per == "key" else [None]
    if rate.per == "user" and not request.user.is_authenticated:
        keys = []
    found = []
    for key in keys:
        name = ratelimit.get_cache_key(request, app="allauth.account", action=action, rate=rate, key=key)
        tries: list[float] = [moment for moment in cache.get(name, []) if moment > now - rate.duration]
        if len(tries) >= rate.amount:
            found.append(tries[-1] + rate.duration - now)
    return found


def _keys(request: HttpRequest) -> list[str | None]:
    """Return under what this request's tries may be counted: its address, or its half signed-in person."""
    under_way = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY) or {}
    typed = request.POST.get("login") or request.POST.get("email") or under_way.get("email") or ""
    address = get_adapter().clean_email(typed)
    keys: list[str | None] = [address, get_adapter().key_of_failed_tries(request, address)]
    half_signed_in = unstash_login(request, peek=True)
    person = request.user if request.user.is_authenticated else half_signed_in and half_signed_in.user
    return [*keys, f"mfa-auth-user-{person.pk}"] if person else keys
