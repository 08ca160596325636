"""Who authorizes? (source article, steps 4 to 6)."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.rendering import Choices
from requests_app.domain import identifiers, statement
from requests_app.domain.submission import Authority
from requests_app.services import nomination
from requests_app.wizard.answers import Answers
from requests_app.wizard.fields import MessageField, OthersAddressField, shown_version
from requests_app.wizard.step import Fact, PageForm, Step, Typed

YES = _("Yes, I have the authority to represent my company and will authorize activation")
NO = _("No, the person specified below should be notified to authorize activation")
WHO = _("Who will authorize this Smart Account?")
SELECT = _("Select who will authorize this Smart Account")


def _what_one_agrees_to() -> str:
    return gettext("You agree that you have %(authority)s. Your address must belong to the company.") % {
        "authority": statement.authority(shown_version())
    }


class AuthorizerForm(PageForm):
    """Two sentences, none chosen; on *No* the person who is to be notified."""

    unmarked = ("authority", "authorizer_address")

    authority = forms.ChoiceField(
        label=WHO,
        choices=[(Authority.YES.value, YES), (Authority.NO.value, NO)],
        widget=Choices(
            hints={
                Authority.YES.value: lazy(_what_one_agrees_to, str)(),
                Authority.NO.value: _("We e-mail them a link. Nothing is activated until they agree."),
            }
        ),
        error_messages={"required": SELECT, "invalid_choice": SELECT},
    )
    authorizer_address = OthersAddressField(
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

    @classmethod
    def tidied(cls, typed: Typed, answers: Answers) -> Typed:
        """Ignore what stands in the fields that *Yes* does not show."""
        if typed.get("authority") == Authority.YES:
            return {"authority": typed["authority"]}
        return typed

    def clean_authority(self) -> Authority:
        authority = Authority(self.cleaned_data["authority"])
        if authority is Authority.YES and not identifiers.derive(self.answers.requester_address):
            raise ValidationError(
                gettext(
                    "Your address %(address)s does not show which company you belong to."
                    " Choose No and name a person of the company"
                )
                % {"address": self.answers.requester_address}
            )
        return authority

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("authority") is Authority.NO and "authorizer_address" in self.cleaned_data:
            self._check_address(self.cleaned_data["authorizer_address"])
        return self.cleaned_data

    def _check_address(self, address: str) -> None:
        if not address:
            self.add_error("authorizer_address", gettext("Enter the authorizer's e-mail address"))
            return
        try:
            nomination.check_address(self.answers.person, address)
        except nomination.NominationRefused as refused:
            self.add_error("authorizer_address", str(refused))
            return
        suggested = identifiers.derive(address)
        proven = suggested and identifiers.agrees(self.answers.requester_address, suggested)
        if settings.UNPROVEN_NOMINATIONS == "refuse" and not proven:
            self.add_error(
                "authorizer_address",
                gettext("Enter an address of your company: its domain must be that of your own address"),
            )

    def facts(self) -> tuple[Fact, ...]:
        if self.cleaned_data["authority"] is Authority.YES:
            return (Fact(gettext("Authorized by"), gettext("You"), sub=self.answers.requester_address),)
        return (
            Fact(
                gettext("Email Address"),
                self.cleaned_data["authorizer_address"],
                sub=gettext("The authorizer"),
            ),
            Fact(gettext("Message to Creator"), self.cleaned_data["message"]),
        )


STEP = Step(
    name="authorizer",
    title=WHO,
    form=AuthorizerForm,
    template="requests_app/wizard/authorizer.html",
)
