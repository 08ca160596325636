"""An account's page: who administers it, and inviting and removing them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from notifications.inert import inert
from people import posted
from smart_accounts.forms import InviteForm
from smart_accounts.models import Member, SmartAccount
from smart_accounts.services import access, members
from smart_accounts.views import refusals
from smart_accounts.views.signed_in import person_of, see


@login_required
@require_safe
def page(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Show an account to those who administer it; for everybody else there is none.

    Who was invited while signed in proves once more that it is they, and joins by that."""
    if not _administers(request, account_id) and members.is_invited(
        person_of(request), account_id=account_id
    ):
        return redirect_to_login(request.path, login_url=reverse("account_reauthenticate"))
    return _page(request, _account(request, account_id), InviteForm())


@posted.by_a_person
def invite(request: HttpRequest, account_id: UUID) -> HttpResponse:
    account = _account(request, account_id)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, account, form, status=422)
    now = timezone.now()
    try:
        member = members.invite(
            account_id, by=person_of(request), address=form.cleaned_data["address"], now=now
        )
    except members.NotYours as stranger:
        raise Http404 from stranger
    except members.Suspended:
        return refusals.suspended(request, account_id=account_id)
    except members.TooManyInvitations as flood:
        return refusals.too_many_invitations(request, account_id=account_id, opens_at=flood.opens_at, now=now)
    except members.AlreadyNamed:
        form.add_error("address", gettext("This person is an administrator or invited already"))
        return _page(request, account, form, status=422)
    except members.RoleAddress:
        form.add_error("address", gettext("Enter a person's address"))
        return _page(request, account, form, status=422)
    messages.success(request, gettext("Invited %(address)s.") % {"address": member.address})
    return see("smart_accounts:account", account_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, account_id: UUID, member_id: int) -> HttpResponse:
    """Ask once more, then remove. Who removes themselves leaves the account."""
    account = _account(request, account_id)
    member = account.members.filter(pk=member_id).first()
    if member is None:
        if request.method != "POST":
            raise Http404
        # Pressed twice, or another administrator was faster: it is as they wanted it.
        return see("smart_accounts:account", account_id)
    if request.method != "POST":
        return _confirm(request, account, member)
    try:
        removed = members.remove(member_id, by=person_of(request))
    except members.NotYours as stranger:
        raise Http404 from stranger
    except members.Suspended:
        return refusals.suspended(request, account_id=account_id)
    except members.LastAdministrator:
        return refusals.last_administrator(request, account_id=account_id)
    if _administers(request, account_id):
        messages.success(request, gettext("Removed %(address)s.") % {"address": removed.address})
        return see("smart_accounts:account", account_id)
    messages.success(
        request, gettext("You no longer administer %(identifier)s.") % {"identifier": account.identifier}
    )
    return see("smart_accounts:access")


def _confirm(request: HttpRequest, account: SmartAccount, member: Member) -> HttpResponse:
    if account.suspended_at is not None:
        return refusals.suspended(request, account_id=account.pk)
    if members.is_last(member):
        return refusals.last_administrator(request, account_id=account.pk)
    context = {"account": account, "member": member, "is_oneself": member.person_id == person_of(request).pk}
    return render(request, "smart_accounts/remove.html", context)


def _page(
    request: HttpRequest, account: SmartAccount, form: InviteForm, *, status: int = 200
) -> HttpResponse:
    named = list(account.members.select_related("person"))
    joined = sum(member.joined_at is not None for member in named)
    context = {
        "account": account,
        "form": form,
        "rows": [(member, member.joined_at is None or joined > 1) for member in named],
        "waiting": [(asked, inert(asked.message)) for asked in access.waiting(account)],
        "is_suspended": account.suspended_at is not None,
    }
    return render(request, "smart_accounts/account.html", context, status=status)


def _account(request: HttpRequest, account_id: UUID) -> SmartAccount:
    try:
        return members.account_for(person_of(request), account_id=account_id)
    except members.NotYours as stranger:
        raise Http404 from stranger


def _administers(request: HttpRequest, account_id: UUID) -> bool:
    try:
        members.account_for(person_of(request), account_id=account_id)
    except members.NotYours:
        return False
    return True
