"""Request access to an existing Smart Account; and its administrators' answer."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from notifications.inert import inert
from people import posted, text
from smart_accounts.forms import AskForm, DeclineForm
from smart_accounts.models import AccessRequest, AccessState
from smart_accounts.services import access, members
from smart_accounts.views import refusals
from smart_accounts.views.signed_in import person_of, see


@login_required
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """List the accounts that agree with the person's verified addresses. Nothing can be typed here: a look-up
    by identifier would tell strangers which accounts exist."""
    return _offers(request)


@posted.by_a_person
def ask(request: HttpRequest, account_id: UUID) -> HttpResponse:
    now = timezone.now()
    try:
        asked = access.ask(
            account_id, by=person_of(request), message=request.POST.get("message", ""), now=now
        )
    except access.NotYours as stranger:
        raise Http404 from stranger
    except access.AlreadyAdministrator:
        return refusals.already_administrator(request, account_id=account_id)
    except access.AskedTooSoon as soon:
        return refusals.asked_too_soon(request, opens_at=soon.opens_at, now=now)
    except access.AlreadyAsked:
        return see("smart_accounts:access")
    except text.TextRefused:
        return _offers(request, refused=account_id, status=422)
    messages.success(
        request, gettext("Requested access to %(identifier)s.") % {"identifier": asked.account.identifier}
    )
    return see("smart_accounts:access")


@posted.by_a_person
def approve(request: HttpRequest, account_id: UUID, access_id: UUID) -> HttpResponse:
    _asked(request, account_id, access_id)
    try:
        approved = access.approve(access_id, by=person_of(request), now=timezone.now())
    except access.NotYours as stranger:
        raise Http404 from stranger
    except members.Suspended:
        return refusals.suspended(request, account_id=account_id)
    except access.DecidedAlike:
        return see("smart_accounts:account", account_id)
    except access.AlreadyDecided:
        return refusals.already_decided(request, account_id=account_id)
    except access.NoLongerReachable:
        return refusals.no_longer_reachable(request, account_id=account_id)
    messages.success(request, gettext("Approved access for %(address)s.") % {"address": approved.address})
    return see("smart_accounts:account", account_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, account_id: UUID, access_id: UUID) -> HttpResponse:
    """Ask for the reason, then decline."""
    asked = _asked(request, account_id, access_id)
    form = DeclineForm(request.POST) if request.method == "POST" else DeclineForm()
    if request.method != "POST" or not form.is_valid():
        if asked.account.suspended_at is not None:
            return refusals.suspended(request, account_id=account_id)
        if asked.state != AccessState.ASKED:
            return refusals.already_decided(request, account_id=account_id)
        context = {"account": asked.account, "asked": asked, "message": inert(asked.message), "form": form}
        return render(
            request, "smart_accounts/decline.html", context, status=422 if request.method == "POST" else 200
        )
    try:
        access.decline(
            access_id, by=person_of(request), reason=form.cleaned_data["reason"], now=timezone.now()
        )
    except access.NotYours as stranger:
        raise Http404 from stranger
    except members.Suspended:
        return refusals.suspended(request, account_id=account_id)
    except access.DecidedAlike:
        return see("smart_accounts:account", account_id)
    except access.AlreadyDecided:
        return refusals.already_decided(request, account_id=account_id)
    messages.success(request, gettext("Declined access for %(address)s.") % {"address": asked.address})
    return see("smart_accounts:account", account_id)


def _offers(request: HttpRequest, *, refused: UUID | None = None, status: int = 200) -> HttpResponse:
    """Show every offer with a form of its own; `refused` is the account whose form holds what was posted."""
    rows = [
        (offer, _ask_form(offer.account.pk, request if offer.account.pk == refused else None))
        for offer in access.offers(person_of(request))
    ]
    context = {"rows": rows, "forms": [form for _, form in rows], "has_errors": refused is not None}
    return render(request, "smart_accounts/access.html", context, status=status)


def _ask_form(account_id: UUID, posted: HttpRequest | None) -> AskForm:
    """Make the form of one account; several stand on a page, so each has ids of its own."""
    return AskForm(posted.POST if posted else None, auto_id=f"id_{account_id}_%s")


def _asked(request: HttpRequest, account_id: UUID, access_id: UUID) -> AccessRequest:
    try:
        return access.asked_of(account_id, access_id=access_id, by=person_of(request))
    except access.NotYours as stranger:
        raise Http404 from stranger
