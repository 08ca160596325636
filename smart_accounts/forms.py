"""The forms of an account's pages; what they refuse, the services refuse too."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people import addresses, text
from people.speaking import say
from smart_accounts.services import access


class Words(forms.CharField):
    """Words one person writes to another: several lines, cleaned, nothing in them that could deceive."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # For the count beside the field; the cleaner says by how much it is too long.
        self.max_length = access.LIMIT

    def clean(self, value: Any) -> str:
        try:
            cleaned = access.clean_words(super().clean(value))
        except text.TextRefused as refused:
            raise ValidationError(say(refused.message)) from refused
        if self.required and not cleaned:
            raise ValidationError(self.error_messages["required"], code="required")
        return cleaned


class InviteForm(forms.Form):
    """Names one more administrator."""

    address = forms.CharField(
        label=_("E-mail address"),
        help_text=_("We write to this address. The person becomes administrator by signing in with it."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}),
    )
    unmarked = "__all__"

    def clean_address(self) -> str:
        try:
            return addresses.clean(self.cleaned_data["address"])
        except addresses.AddressRefused as refused:
            raise ValidationError(say(refused.message)) from refused


class AskForm(forms.Form):
    """Asks the administrators of an account for access."""

    message = Words(
        label=_("Message to the administrators"),
        help_text=_("Say what you need the account for. Plain words only, no web or e-mail addresses."),
        required=False,
    )


class DeclineForm(forms.Form):
    """Declines with a reason."""

    reason = Words(
        label=_("Reason"),
        help_text=_("The person reads this in the e-mail that tells them."),
        error_messages={"required": _("Enter a reason")},
    )
