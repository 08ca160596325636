"""The fields of the pages around signing in."""

import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people import addresses, codes, text
from people.speaking import say

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NAME_LIMIT = 100
_ENTER_PASSWORD = _("Enter your password")
_ENTER_CODE = _("Enter the code")


class AddressField(forms.CharField):
    """One e-mail address, in its single form. The person's own: browsers may fill it in."""

    widget = forms.EmailInput

    def __init__(self, *, label: "StrOrPromise", autocomplete: str = "email", **kwargs: Any) -> None:
        super().__init__(label=label, error_messages={"required": _("Enter your e-mail address")}, **kwargs)
        self.widget.attrs["autocomplete"] = autocomplete

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        if not typed:
            return ""
        try:
            return addresses.clean(typed)
        except addresses.AddressRefused as refused:
            raise ValidationError(say(refused.message), code=refused.code) from refused


class PersonNameField(forms.CharField):
    """A person's full name: no web address, nothing invisible."""

    def __init__(self, *, label: "StrOrPromise") -> None:
        super().__init__(label=label, error_messages={"required": _("Enter your full name")})
        self.widget.attrs["autocomplete"] = "name"

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        try:
            name = text.clean_line(typed or "", limit=NAME_LIMIT)
            text.check_person_name(name)
        except text.TextRefused as refused:
            raise ValidationError(say(refused.message)) from refused
        return name


class PasswordField(forms.CharField):
    """A password as typed, white space included; the same letters from another keyboard are the same."""

    widget = forms.PasswordInput

    def __init__(
        self,
        *,
        label: "StrOrPromise",
        required: "StrOrPromise" = _ENTER_PASSWORD,
        autocomplete: str = "current-password",
    ) -> None:
        super().__init__(label=label, strip=False, error_messages={"required": required})
        self.widget.attrs["autocomplete"] = autocomplete

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFKC", super().to_python(value) or "")


class NewPasswordField(PasswordField):
    """A password to be chosen; its form checks it against AUTH_PASSWORD_VALIDATORS and the person."""

    def __init__(self, *, label: "StrOrPromise") -> None:
        super().__init__(label=label, required=_("Choose a password"), autocomplete="new-password")
        self.help_text = _(
            "12 characters or more. Not a well-known one, and without the name of this site "
            "or parts of your e-mail address. Several words in a row are good."
        )


class CodeField(forms.CharField):
    """A code from a letter or an authenticator app, with or without spaces and hyphens."""

    def __init__(
        self,
        *,
        label: "StrOrPromise",
        required: "StrOrPromise" = _ENTER_CODE,
        help_text: "StrOrPromise" = "",
    ) -> None:
        super().__init__(label=label, help_text=help_text, error_messages={"required": required})
        self.widget.attrs.update(
            {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code", "spellcheck": "false"}
        )

    def to_python(self, value: Any) -> str:
        return codes.clean(super().to_python(value) or "")
