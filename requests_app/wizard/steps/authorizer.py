"""Who authorizes? (source article, steps 4 to 6)."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from people.rendering import Choices
from requests_app.domain import identifiers, statement
from requests_app.domain.submission import Authority
from requests_app.services import nomination
from requests_app.wizard.answers import Answers
from requests_app.wizard.fields import MessageField, OthersAddressField
from requests_app.wizard.step import Fact, PageForm, Step, Typed

YES = "Yes, I have the authority to represent my company and will authorize activation"
NO = "No, the person specified below should be notified to authorize activation"


class AuthorizerForm(PageForm):
    """Two sentences, none chosen; on *No* the person who is to be notified."""

    unmarked = ("authority", "authorizer_address")

    authority = forms.ChoiceField(
        label="Who will authorize this Smart Account?",
        choices=[(Authority.YES.value, YES), (Authority.NO.value, NO)],
        widget=Choices(
            hints={
                Authority.YES.value: f"You agree that you have {statement.AUTHORITY}."
                " Your address must belong to the company.",
                Authority.NO.value: "We e-mail them a link. Nothing is activated until they agree.",
            }
        ),
        error_messages={
            "required": "Select who will authorize this Smart Account",
            "invalid_choice": "Select who will authorize this Smart Account",
        },
    )
    authorizer_address = OthersAddressField(
        label="Email Address",
        help_text="Of the authorizer, at work, on your company’s own domain."
        " We check any other domain by hand before we write to it.",
        widget=forms.EmailInput(attrs={"class": "w-30"}),
    )
    message = MessageField(
        label="Message to Creator",
        help_text="The authorizer reads this. Say why you are asking. Web links are not allowed.",
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
                f"Your address {self.answers.requester_address} does not show which company you belong to."
                " Choose No and name a person of the company"
            )
        return authority

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("authority") is Authority.NO and "authorizer_address" in self.cleaned_data:
            self._check_address(self.cleaned_data["authorizer_address"])
        return self.cleaned_data

    def _check_address(self, address: str) -> None:
        if not address:
            self.add_error("authorizer_address", "Enter the authorizer's e-mail address")
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
                "Enter an address of your company: its domain must be that of your own address",
            )

    def facts(self) -> tuple[Fact, ...]:
        if self.cleaned_data["authority"] is Authority.YES:
            return (Fact("Authorized by", "You", sub=self.answers.requester_address),)
        return (
            Fact("Email Address", self.cleaned_data["authorizer_address"], sub="The authorizer"),
            Fact("Message to Creator", self.cleaned_data["message"]),
        )


STEP = Step(
    name="authorizer",
    title="Who will authorize this Smart Account?",
    form=AuthorizerForm,
    template="requests_app/wizard/authorizer.html",
)
