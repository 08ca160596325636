"""The forms of the authorizer's pages. No answer comes chosen and no box comes ticked."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from people.fields import CodeField
from people.rendering import Choices
from requests_app.domain import statement
from requests_app.models.nomination import Answer
from requests_app.wizard.fields import MessageField, OthersAddressField

LABELS = {
    Answer.AUTHORIZE: "Authorize activation",
    Answer.DECLINE: "Decline",
    Answer.HAND_ON: "Somebody else should answer",
    Answer.NOT_MEANT: "This was not meant for me",
}


def _hints(requester_name: str) -> dict[str, str]:
    return {
        Answer.AUTHORIZE: "You confirm that you may act for the company. The administrators can then manage"
        " its licences, entitlements, users and roles.",
        Answer.DECLINE: f"This nomination ends. {requester_name} is told, with your reason if you give one, and may"
        " name another person; our reviewer sees that you declined.",
        Answer.HAND_ON: f"Name a colleague. We write to them instead and tell {requester_name}.",
        Answer.NOT_MEANT: "We ask once more, then nothing from this person reaches you again, and we look into it.",
    }


class AnswerForm(forms.Form):
    """One of the answers, and the colleague's address for *Somebody else should answer*."""

    unmarked = "__all__"

    answer = forms.ChoiceField(
        label="Your answer",
        error_messages={"required": "Select an answer", "invalid_choice": "Select an answer"},
    )
    colleague = OthersAddressField(
        label="Your colleague’s e-mail address",
        help_text="At work, on the company’s own domain. We check any other domain by hand before we write to it.",
        widget=forms.EmailInput(attrs={"class": "w-30"}),
    )

    def __init__(self, *args: Any, requester_name: str, may_hand_on: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            answer: label for answer, label in LABELS.items() if may_hand_on or answer is not Answer.HAND_ON
        }
        field = cast(forms.ChoiceField, self.fields["answer"])
        field.widget = Choices(hints=_hints(requester_name))
        field.choices = [(answer.value, label) for answer, label in offered.items()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("answer") != Answer.HAND_ON:
            # What stands in a field of a card that was not chosen is no answer.
            self.errors.pop("colleague", None)
            cleaned["colleague"] = ""
        elif not cleaned.get("colleague") and "colleague" not in self.errors:
            self.add_error("colleague", "Enter your colleague's e-mail address")
        return cleaned


class ConfirmForm(forms.Form):
    """Confirms one answer: the statement's tick or the reason, and the code unless a sign-in stands for it."""

    agreed = forms.BooleanField(
        label="I have read this statement and agree to it",
        widget=forms.CheckboxInput(attrs={"value": statement.VERSION}),
        error_messages={"required": "Tick the statement to authorize activation"},
    )
    reason = MessageField(
        label="Reason",
        help_text="The person who asked and our reviewer read it. Web links are not allowed.",
    )
    code = CodeField(label="Code", help_text="6 digits, with or without spaces.")

    def __init__(self, *args: Any, answer: Answer, needs_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if answer is not Answer.AUTHORIZE:
            del self.fields["agreed"]
        if answer is not Answer.DECLINE:
            del self.fields["reason"]
        if not needs_code:
            del self.fields["code"]

    def clean_agreed(self) -> bool:
        if self.data.get("agreed") != statement.VERSION:
            raise ValidationError("The statement has changed. Read it and tick it again")
        return True


class CodeForm(forms.Form):
    """One code and nothing else."""

    code = CodeField(label="Code", help_text="6 digits, with or without spaces.")


class NotMeantForm(forms.Form):
    """Asks once more by a box that nobody ticks by accident."""

    sure = forms.BooleanField(
        label="This was not meant for me",
        error_messages={"required": "Tick the box if it was not meant for you"},
    )


class NotMeForm(forms.Form):
    """The same for an answer that somebody else gave."""

    sure = forms.BooleanField(
        label="This was not me", error_messages={"required": "Tick the box if it was not you"}
    )
