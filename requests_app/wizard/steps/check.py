"""The warning before a request whose identifier does not agree with the addresses (product rules, section 5)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.wizard.answers import Answers
from requests_app.wizard.step import PageForm, Step, Typed


class CheckForm(PageForm):
    """Nothing to fill in: continuing says that the warning was read, about exactly these facts."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    @classmethod
    def tidied(cls, typed: Typed, answers: Answers) -> Typed:
        """Stand for the present facts when the page is shown; what a draft keeps stays as it was."""
        return typed or {"seen": facts_warned_of(answers)}

    def clean_seen(self) -> str:
        seen: str = self.cleaned_data["seen"]
        if seen != facts_warned_of(self.answers):
            # The addresses or the identifier changed since: the new warning is another page.
            self.typed["seen"] = facts_warned_of(self.answers)
            raise ValidationError(gettext("The answers have changed. Read this again"))
        return seen

    def forgive_what_is_asked_anew(self) -> None:
        """Show the new warning as it is shown the first time."""
        self.errors.clear()

    def given(self) -> Mapping[str, Any]:
        return {}


def facts_warned_of(answers: Answers) -> str:
    """Name the three texts on which the warning rests."""
    return " ".join((answers.account_domain, answers.deciding_address, answers.requester_address))


STEP = Step(
    name="check",
    title=_("We check this by hand before we write to anybody"),
    form=CheckForm,
    template="requests_app/wizard/check.html",
    applies=lambda answers: answers.is_held,
    is_numbered=False,
)
