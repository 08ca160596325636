"""The forms of the second factor: allauth's, with plain words; a code of an authenticator app works once."""

from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from people import text
from people.fields import CodeField
from people.models import Person
from people.speaking import say

_CODE = _("Code")
_APP_CODE = _("6 digits, with or without spaces.")
_APP_OR_RECOVERY_CODE = _("6 digits, with or without spaces. A recovery code of 8 digits works, too.")
_KEY_NAME_LIMIT = 60


def use_up(person: Person, code: str) -> None:
    """Note that this code of the person's app was used. Raises ValidationError when it was before.

    allauth notes it for one period only, and we accept the code of the period before, too."""
    # As it was compared: allauth leaves signs out that the field lets through.
    code = normalize_user_code(code)
    lives_seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    if not cache.add(f"totp-used:{person.pk}:{code}", True, timeout=lives_seconds):
        raise get_adapter().validation_error("incorrect_code")


class Authenticate(base_forms.AuthenticateForm):
    code = CodeField(label=_CODE, help_text=_APP_OR_RECOVERY_CODE)

    def clean_code(self) -> str:
        code = str(super().clean_code())
        if self.authenticator.type == Authenticator.Type.TOTP:
            use_up(self.user, code)
        return code


class Reauthenticate(base_forms.ReauthenticateForm):
    code = CodeField(label=_CODE, help_text=_APP_OR_RECOVERY_CODE)

    def clean_code(self) -> str:
        code = str(super().clean_code())
        if self.authenticator.type == Authenticator.Type.TOTP:
            use_up(self.user, code)
        return code


class ActivateApp(totp_forms.ActivateTOTPForm):
    code = CodeField(label=_CODE, help_text=_APP_CODE)

    def clean_code(self) -> str:
        code = str(super().clean_code())
        use_up(self.user, code)
        return code


class NamedKey(forms.Form):
    """A name by which the person tells the passkeys apart."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("Name"), required=False, help_text=_("For yourself, to tell your passkeys apart.")
        )

    def clean_name(self) -> str:
        try:
            return text.clean_line(self.cleaned_data["name"], limit=_KEY_NAME_LIMIT)
        except text.TextRefused as refused:
            raise forms.ValidationError(say(refused.message)) from refused


class NamePasskey(NamedKey, webauthn_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].error_messages["required"] = _("Enter a name")
