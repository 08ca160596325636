"""Where allauth asks this product: letters, codes, addresses, limits and where to go next."""

from typing import Any, cast
from urllib.parse import urlsplit

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from people import (
    addresses,
    client_address,
    codes,
    erasing,
    known_devices,
    letters,
    limits,
    next_page,
    registration,
    roles,
    sealing,
    sessions,
)
from people.models import Person

_WRONG_CODE = _("That code is not right. Use the one from the newest e-mail")
_LIMITS = frozenset({"too_many_login_attempts", "rate_limited"})


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in, registration, reset and change of address as this product has them."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is wrong"),
        "incorrect_code": _WRONG_CODE,
        # Only the person who can read the mailbox could tell the two apart, and must not.
        "email_taken": _WRONG_CODE,
        "incorrect_password": _("That is not your password"),
        "enter_current_password": _("That is not your password"),
        "duplicate_email": _("This is your address already"),
        # Shown after the fifth wrong code; used-up limits have a page of their own.
        "too_many_login_attempts": _("That was the last try for this code. Start again to get a new one."),
    }

    def validation_error(self, code: str, *args: Any) -> forms.ValidationError:
        """Return the error; a used-up limit is no fault of a field: it is answered with 429."""
        if code in _LIMITS:
            raise ImmediateHttpResponse(limits.refuse(self.request))
        error: forms.ValidationError = super().validation_error(code, *args)
        return error

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        language = get_language() or "en"
        letters.post(template_prefix, to=email, context=context, now=timezone.now(), language=language)

    def generate_email_verification_code(self) -> str:
        return codes.new()

    def generate_password_reset_code(self) -> str:
        return codes.new()

    def clean_email(self, email: str) -> str:
        """Return the address in its single form; what is none is left for the field to refuse."""
        try:
            return addresses.clean(email)
        except addresses.AddressRefused:
            return email

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            registration.complete(request, email_address.user)
        return confirmed

    def login(self, request: HttpRequest, user: Person) -> None:
        # The code may have given this person the password a moment ago; the session is bound to it.
        user.refresh_from_db()
        planned = erasing.undo(user)
        super().login(request, user)
        if planned:
            messages.success(
                request, gettext("Your account stays. It was to be erased; signing in has undone that.")
            )
        sessions.note_sign_in(request, now=timezone.now())

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        known_devices.remember(request, response, address=user.email)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where a person begins: members of staff at their work."""
        return reverse(roles.home_of(cast(Person, request.user)))

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """Say nothing of a closed account: back to the door."""
        return redirect("account_login")

    def key_of_failed_tries(self, request: HttpRequest, address: str) -> str:
        """Return under what wrong passwords are counted: the address, or it and a browser it knows."""
        device = known_devices.device_of(request, address=address)
        return f"{address}|{device}" if device else address

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return self.key_of_failed_tries(request, credentials["email"])

    def is_safe_url(self, url: str) -> bool:
        return next_page.is_ours(url)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address.of(request)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Every answer is a page."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("account")


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor: its secrets are sealed at rest, its names are plain."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That code is not right. Wait for the next one and type that"),
    }

    def encrypt(self, text: str) -> str:
        return _sealer().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _sealer().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return settings.FROM_NAME

    def build_totp_svg(self, url: str) -> str:
        """Draw the square on white: cameras need it, also on a dark page."""
        square: str = qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode")
        return square

    def generate_authenticator_name(self, user: Person, type: str) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.BASE_URL).hostname or "", "name": settings.FROM_NAME}


def _sealer() -> sealing.Sealer:
    # HASH_KEY, for it outlives sessions: a person's authenticator app must not stop working when keys rotate.
    return sealing.sealer([settings.HASH_KEY], purpose="second-factor:v1")
