"""The pages around signing in that allauth does not have, or has differently."""

import time
from typing import Any, cast

from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from allauth.account.views import (
    ConfirmEmailVerificationCodeView,
    ConfirmPasswordResetCodeView,
    LogoutView,
    PasswordResetView,
)
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.views.decorators.cache import never_cache

from people import one_press, second_factor, tried_codes
from people.adapters import AccountAdapter
from people.models import Person


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show the person their account: name, address, password, second factor."""
    person = cast(Person, request.user)
    facts = [
        {"term": gettext("Full name"), "value": person.full_name},
        {"term": gettext("E-mail address"), "value": person.email, "change_url": reverse("account_email")},
        {
            "term": gettext("Password"),
            "value": pgettext("state", "Set"),
            "change_url": reverse("account_change_password"),
        },
        {
            "term": gettext("Second factor"),
            "value": pgettext("state", "Set up")
            if second_factor.is_enrolled(person)
            else pgettext("state", "Not set up"),
            "change_url": reverse("mfa_index"),
        },
    ]
    return render(request, "account/index.html", {"facts": facts})


class AskReset(PasswordResetView):
    """Send a code; pressed again within the minute, the page of the one that was sent, and no other."""

    def form_valid(self, form: Any) -> HttpResponse:
        running = PasswordResetVerificationProcess.resume(self.request)
        is_same = running is not None and running.state["email"] == form.cleaned_data["email"]
        if is_same and time.time() < running.state["at"] + one_press.SECONDS:
            return redirect(self.get_success_url())
        answer: HttpResponse = super().form_valid(form)
        return answer


class _TriesAreCounted:
    """Refuses a code whose tries are used up before it is compared, as after the fifth wrong one."""

    request: HttpRequest
    _process: Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take a try first, so that none of many forms sent at once is compared for nothing."""
        process = self._process
        if self.is_a_try() and not tried_codes.take(process.state, most=process.max_attempts):
            process.abort()
            messages.error(request, str(AccountAdapter.error_messages["too_many_login_attempts"]))
            return redirect("account_login")
        answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return answer

    def is_a_try(self) -> bool:
        return True


class ConfirmReset(_TriesAreCounted, ConfirmPasswordResetCodeView):
    """The code that leads to a new password."""


class ConfirmAddress(_TriesAreCounted, ConfirmEmailVerificationCodeView):
    """The code that proves an address; its page also sends another one."""

    def is_a_try(self) -> bool:
        return bool(self._action == "verify")


class SignOut(LogoutView):
    """Sign out, or give up a sign-in that is under way: nothing of the session remains."""

    def logout(self) -> None:
        super().logout()
        # Also for somebody not signed in: a registration left half-way must look alike for every address.
        self.request.session.flush()
