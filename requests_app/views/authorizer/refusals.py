"""The pages that say no at a link: the cause as title, without names, and always a next step."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from people.refusals import refuse
from people.templatetags.moments import until_day
from requests_app.domain.authorization import DeadCause
from requests_app.domain.lifecycle import NotAllowed
from requests_app.services.authorization import (
    BeingChecked,
    CodesExhausted,
    LinkDead,
    LinkUnknown,
    RequesterCannotAuthorize,
)
from requests_app.services.limits import LimitReached
from requests_app.services.taking_back import ReceiptOver, ReceiptUnknown
from requests_app.services.transitions import Conflict, NotYours
from requests_app.views import answers
from requests_app.views.authorizer.visits import NoEntry, OtherPerson

NOTHING_TO_DO = gettext_noop("You do not have to do anything.")
NEWER_LETTER = gettext_noop("Open the link in the latest e-mail about this request.")
# Title, what happened, next step. The end of an expired link stands in its title.
DEAD = {
    DeadCause.ANSWERED: (
        gettext_noop("This request was answered"),
        gettext_noop("The answer is recorded, and its receipt was sent to the address that was asked."),
        gettext_noop("If it was not you who answered, open the link in the receipt."),
    ),
    DeadCause.HANDED_ON: (
        gettext_noop("This request was handed on"),
        gettext_noop("A colleague was named who should answer instead. This link has done its part."),
        NOTHING_TO_DO,
    ),
    DeadCause.NOT_MEANT: (
        gettext_noop("This request was not meant for its reader"),
        gettext_noop(
            "Somebody who read the e-mail said that it was not meant for them, so the link was closed."
        ),
        gettext_noop("If that was a mistake, write to our support team: it can be undone."),
    ),
    DeadCause.UNDELIVERABLE: (
        gettext_noop("The e-mail with this link could not be delivered"),
        gettext_noop("The mail system refused it, so the link was closed."),
        gettext_noop("If you want to answer, let the person who asked name your address again."),
    ),
    DeadCause.RENEWED: (
        gettext_noop("This link was replaced by a newer one"),
        gettext_noop("We sent a newer link to the same address."),
        NEWER_LETTER,
    ),
    DeadCause.REPLACED: (
        gettext_noop("This link was replaced by a newer request"),
        gettext_noop("What is asked, or who is asked, has changed since this e-mail was sent."),
        gettext_noop(
            "If you are still asked, there is a newer e-mail, or there will be one. Otherwise you have nothing to do."
        ),
    ),
    DeadCause.REVOKED: (
        gettext_noop("This link was revoked"),
        gettext_noop("It does not count any more, and nothing can be answered with it."),
        NOTHING_TO_DO,
    ),
    DeadCause.WITHDRAWN: (
        gettext_noop("This request was withdrawn"),
        gettext_noop("The person who asked for the Smart Account no longer does."),
        NOTHING_TO_DO,
    ),
    DeadCause.DOMAIN_REJECTED: (
        gettext_noop("This request was rejected"),
        gettext_noop("Our reviewer did not approve the identifier, so nothing is left to answer."),
        NOTHING_TO_DO,
    ),
    DeadCause.CLOSED: (
        gettext_noop("This request is closed"),
        gettext_noop("It is over, and nothing can be answered any more."),
        NOTHING_TO_DO,
    ),
}

REFUSED = (
    NoEntry,
    LinkUnknown,
    ReceiptUnknown,
    OtherPerson,
    NotYours,
    RequesterCannotAuthorize,
    LinkDead,
    ReceiptOver,
    NotAllowed,
    Conflict,
    LimitReached,
)


def of(request: HttpRequest, refusal: Exception, *, key: uuid.UUID, back: str, now: datetime) -> HttpResponse:
    """Answer one of REFUSED at the link or receipt `key`; `back` is its first page."""
    match refusal:
        case NoEntry() | LinkUnknown() | ReceiptUnknown():
            return reopen(request)
        case OtherPerson() | NotYours():
            return other_person(request, back=back)
        case RequesterCannotAuthorize():
            return requester(request)
        case LinkDead():
            return dead(request, refusal)
        case ReceiptOver():
            return receipt_over(request)
        case BeingChecked():
            return being_checked(request)
        case CodesExhausted():
            return codes_exhausted(request, refusal, key=key)
        case LimitReached():
            return answers.limit_reached(request, refusal, now=now, next_url=back)
        case Conflict():
            return answers.conflict(request, str(refusal), next_url=back)
        case _:
            return answers.conflict(
                request, gettext("Somebody acted on this request in the meantime."), next_url=back
            )


def unknown(request: HttpRequest) -> HttpResponse:
    """One page for what is no token and what is nobody's token."""
    return refuse(
        request,
        404,
        title=gettext("We do not know this link"),
        message=gettext("It may be incomplete, or so old that we no longer keep it."),
        next_step=gettext("Open it from the e-mail itself, or copy the whole address from there."),
    )


def reopen(request: HttpRequest) -> HttpResponse:
    """The cookie is missing or too old, or there is no such link."""
    return refuse(
        request,
        403,
        title=gettext("Open the link from your e-mail again"),
        message=gettext(
            "For your safety this page stays open for 30 minutes, and only in the browser that opened the link."
        ),
        next_step=gettext(
            "Go back to the e-mail and open its link. Nothing is lost, and nothing was decided."
        ),
    )


def other_person(request: HttpRequest, *, back: str) -> HttpResponse:
    """Somebody else is signed in: no form, and a way to sign out."""
    return _with_button(
        request,
        403,
        title=gettext("This link was sent to somebody else"),
        message=gettext(
            "You are signed in as %(address)s, and this link was sent to another address."
            " If both are yours, sign out and open it again."
        )
        % {"address": getattr(request.user, "email", "")},
        action=reverse("account_logout"),
        label=gettext("Sign out"),
        fields={"next": back},
    )


def requester(request: HttpRequest) -> HttpResponse:
    """The nominated address is the requester's own."""
    return refuse(
        request,
        403,
        title=gettext("The person who asked cannot authorize"),
        message=gettext("The address that was asked belongs to the person who asked for the Smart Account."),
        next_step=gettext("Somebody else of the organization has to be named."),
    )


def dead(request: HttpRequest, refusal: LinkDead) -> HttpResponse:
    """410: why the link does not work, and what then; an expired one of an open request can be renewed."""
    if refusal.cause is DeadCause.EXPIRED:
        return _with_button(
            request,
            410,
            title=gettext("This link expired on %(day)s") % {"day": until_day(refusal.link.expires_at)},
            message=gettext(
                "The request is still open and nothing was activated."
                " We can send a new link to the same address."
            ),
            action=reverse("authorize_new_link", args=[refusal.link.pk]),
            label=gettext("Send a new link to the same address"),
        )
    title, message, next_step = map(gettext, DEAD[refusal.cause])
    return refuse(request, 410, title=title, message=message, next_step=next_step)


def receipt_over(request: HttpRequest) -> HttpResponse:
    """410: a receipt of an active or closed request."""
    return refuse(
        request,
        410,
        title=gettext("This receipt’s link is over"),
        message=gettext(
            "The Smart Account is active, or the request is closed. Nothing can be taken back any more."
        ),
        next_step=gettext("If something is wrong with the account, write to our support team."),
    )


def being_checked(request: HttpRequest) -> HttpResponse:
    """409: frozen."""
    return refuse(
        request,
        409,
        title=gettext("This request is being checked"),
        message=gettext(
            "Our staff look at it, and until they have, nothing is decided or activated."
            " The link keeps working."
        ),
        next_step=gettext(
            "You do not have to do anything. Open the link again in a few days if you want to answer."
        ),
    )


def codes_exhausted(request: HttpRequest, refusal: CodesExhausted, *, key: uuid.UUID) -> HttpResponse:
    """409: twelve codes were sent for this link."""
    return _with_button(
        request,
        409,
        title=gettext("No more codes for this link"),
        message=str(refusal),
        action=reverse("authorize_new_link", args=[key]),
        label=gettext("Send a new link to the same address"),
    )


def _with_button(
    request: HttpRequest,
    status: int,
    *,
    title: str,
    message: str,
    action: str,
    label: str,
    fields: dict[str, str] | None = None,
) -> HttpResponse:
    context = {"title": title, "message": message, "action": action, "label": label, "fields": fields or {}}
    return render(request, "requests_app/authorizer/refusal.html", context, status=status)
