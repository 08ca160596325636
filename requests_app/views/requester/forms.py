"""The forms of the request's page."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.speaking import say
from requests_app.domain import identifiers
from requests_app.domain.submission import Authority
from requests_app.models import SmartAccountRequest
from requests_app.wizard.fields import MessageField, OthersAddressField, StatementField


class ReplaceForm(forms.Form):
    """Names another authorizer."""

    unmarked = ("address",)

    address = OthersAddressField(
        label=_("Email Address"),
        help_text=_(
            "Of the authorizer, at work, on your company’s own domain."
            " We check any other domain by hand before we write to it."
        ),
        widget=forms.EmailInput(attrs={"class": "w-30"}),
    )
    message = MessageField(
        label=_("Message to Creator"),
        help_text=_("The authorizer reads this. Say why you are asking. Web links are not allowed."),
    )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if not address:
            raise ValidationError(gettext("Enter the authorizer's e-mail address"))
        return address


class StatementForm(forms.Form):
    """Asks for the statement again where a fact changes on *Yes*; elsewhere it has no field."""

    statement_version = StatementField()

    def __init__(self, *args: Any, request: SmartAccountRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_tick = request.authority == Authority.YES and request.authorization == "authorized"
        if not self.needs_tick:
            del self.fields["statement_version"]

    @property
    def ticked_version(self) -> str:
        """The version of the statement that was ticked on a valid form; "" without a tick."""
        return str(self.cleaned_data.get("statement_version", ""))


class AnswerDomainForm(StatementForm):
    """Answers the reviewer with an identifier and a note; the present identifier is an answer too."""

    unmarked = "__all__"

    account_domain = forms.CharField(
        label=_("Account Domain Identifier"),
        help_text=_("Keep it and explain it in the note, or enter another one."),
        strip=False,
        required=False,
        widget=forms.TextInput(
            attrs={"class": "mono", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    note = MessageField(
        label=_("Note to the reviewer"), help_text=_("Why does this domain stand for your company?")
    )
    field_order = ("account_domain", "note", "statement_version")

    def clean_account_domain(self) -> str:
        try:
            normal = identifiers.normalize(
                self.cleaned_data["account_domain"], allow_test_domains=settings.ALLOW_TEST_DOMAINS
            )
        except identifiers.IdentifierRefused as refused:
            raise ValidationError(say(refused.message), code=refused.code) from refused
        if normal.changed:
            self.data = {
                **{name: self.data.get(name, "") for name in self.fields},
                "account_domain": normal.identifier,
            }
            raise ValidationError(
                gettext("We will use %(domain)s. Send it again to confirm")
                % {"domain": identifiers.u_label(normal.identifier)},
                code="confirm",
            )
        return normal.identifier

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        if not note:
            raise ValidationError(gettext("Tell the reviewer why this domain stands for your company"))
        return note
