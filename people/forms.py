"""The forms around signing in: allauth's, with this product's fields, words and rules."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core.internal.cryptokit import compare_user_code
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from people import registration, services
from people.fields import AddressField, CodeField, NewPasswordField, PasswordField, PersonNameField
from people.models import Person

_ADDRESS = _("E-mail address")
_CODE = _("Code")
_DIGITS = _("6 digits, with or without spaces.")


class SignIn(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField(label=_ADDRESS, autocomplete="username")
        self.fields["password"] = PasswordField(label=_("Password"))


class Register(allauth_forms.SignupForm):
    """Ask for address, name and password. Known addresses are answered like new ones."""

    field_order = ("email", "full_name", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = AddressField(
            label=_ADDRESS, help_text=_("The one you use at work. We send a code to it.")
        )
        self.fields["full_name"] = PersonNameField(label=_("Full name"))
        self.fields["password1"] = NewPasswordField(label=_("Password"))
        self.order_fields(self.field_order)

    def validate_unique_email(self, value: str) -> str:
        self.account_already_exists = services.is_taken(value)
        return value

    def try_save(self, request: HttpRequest) -> tuple[Person | None, HttpResponse | None]:
        registration.keep(
            request,
            address=self.cleaned_data["email"],
            full_name=self.cleaned_data["full_name"],
            password=self.cleaned_data["password1"],
        )
        if self.account_already_exists:
            answer: tuple[None, HttpResponse] = super().try_save(request)
            return answer
        return services.begin_registration(self.cleaned_data["email"]), None


class ConfirmAddress(allauth_forms.ConfirmEmailVerificationCodeForm):
    """The code that proves an address, at registration or at a change of address."""

    code = CodeField(label=_CODE, help_text=_DIGITS)

    def clean_code(self) -> str:
        if not self.user:
            # A registration with somebody's address: there is nothing to prove, whatever is typed.
            raise get_adapter().validation_error("incorrect_code")
        if compare_user_code(actual=self.cleaned_data["code"], expected=self.expected_code):
            services.give_way(self.email, to=self.user)
        return str(super().clean_code())


class ConfirmReset(allauth_forms.ConfirmPasswordResetCodeForm):
    code = CodeField(label=_CODE, help_text=_DIGITS)


class AskReset(allauth_forms.ResetPasswordForm):
    email = AddressField(label=_ADDRESS)

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        person = services.holder_of(address)
        self.users = [person] if person and services.may_sign_in(person) else []
        return address


class _ChoosePassword(forms.Form):
    """One field instead of two: browsers can show what is typed, and a reset is always at hand."""

    user: Person | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"] = NewPasswordField(label=_("New password"))
        del self.fields["password2"]

    def clean_password1(self) -> str:
        return str(get_adapter().clean_password(self.cleaned_data["password1"], user=self.user))


class FinishReset(_ChoosePassword, allauth_forms.ResetPasswordKeyForm):
    """Choose a password after the code."""


class ChangePassword(_ChoosePassword, allauth_forms.ChangePasswordForm):
    oldpassword = PasswordField(label=_("Current password"))


class ChangeAddress(allauth_forms.AddEmailForm):
    email = AddressField(label=_("New e-mail address"), help_text=_("We send a code to it."))


class Reauthenticate(allauth_forms.ReauthenticateForm):
    password = PasswordField(label=_("Password"))
