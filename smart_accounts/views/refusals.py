"""What an account's pages answer when an act cannot be granted."""

from datetime import datetime
from math import ceil
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from people.refusals import refuse
from people.templatetags.moments import moment


def suspended(request: HttpRequest, *, account_id: UUID) -> HttpResponse:
    return refuse(
        request,
        409,
        title=gettext("This Smart Account is suspended"),
        message=gettext("Its administrators cannot be changed until the operator lifts the suspension."),
        next_step=gettext("Back to the account"),
        next_url=reverse("smart_accounts:account", args=[account_id]),
    )


def last_administrator(request: HttpRequest, *, account_id: UUID) -> HttpResponse:
    return refuse(
        request,
        409,
        title=gettext("An account keeps at least one administrator"),
        message=gettext(
            "Everybody else was only invited so far. Invite another person and wait until they have joined."
        ),
        next_step=gettext("Back to the account"),
        next_url=reverse("smart_accounts:account", args=[account_id]),
    )


def already_decided(request: HttpRequest, *, account_id: UUID) -> HttpResponse:
    return refuse(
        request,
        409,
        title=gettext("This request for access is already decided"),
        message=gettext(
            "The first decision counts, and the person has been told. Your answer changed nothing."
        ),
        next_step=gettext("Back to the account"),
        next_url=reverse("smart_accounts:account", args=[account_id]),
    )


def no_longer_reachable(request: HttpRequest, *, account_id: UUID) -> HttpResponse:
    return refuse(
        request,
        409,
        title=gettext("This person cannot be let in"),
        message=gettext(
            "They no longer sign in with the address under which they asked. You may decline, or invite "
            "another address of theirs."
        ),
        next_step=gettext("Back to the account"),
        next_url=reverse("smart_accounts:account", args=[account_id]),
    )


def too_many_invitations(
    request: HttpRequest, *, account_id: UUID, opens_at: datetime, now: datetime
) -> HttpResponse:
    return refuse(
        request,
        429,
        title=gettext("Too many invitations today"),
        message=gettext("This account can invite again from %(moment)s.") % {"moment": moment(opens_at)},
        next_step=gettext("Back to the account"),
        next_url=reverse("smart_accounts:account", args=[account_id]),
        headers=_retry_after(opens_at, now=now),
    )


def asked_too_soon(request: HttpRequest, *, opens_at: datetime, now: datetime) -> HttpResponse:
    return refuse(
        request,
        429,
        title=gettext("The administrators have declined lately"),
        message=gettext("You may ask again from %(moment)s.") % {"moment": moment(opens_at)},
        next_step=gettext("Back to Request access"),
        next_url=reverse("smart_accounts:access"),
        headers=_retry_after(opens_at, now=now),
    )


def already_administrator(request: HttpRequest, *, account_id: UUID) -> HttpResponse:
    return refuse(
        request,
        409,
        title=gettext("You are an administrator of this account"),
        message=gettext("You need not ask for access."),
        next_step=gettext("Open the account"),
        next_url=reverse("smart_accounts:account", args=[account_id]),
    )


def _retry_after(opens_at: datetime, *, now: datetime) -> dict[str, str]:
    return {"Retry-After": str(max(1, ceil((opens_at - now).total_seconds())))}
