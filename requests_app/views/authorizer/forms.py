"""The forms of the authorizer's pages. No answer comes chosen and no box comes ticked."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.fields import CodeField
from people.rendering import Choices
from requests_app.models.nomination import Answer
from requests_app.wizard.fields import MessageField, OthersAddressField, StatementField

LABELS = {
    Answer.AUTHORIZE: _("Authorize activation"),
    Answer.DECLINE: _("Decline"),
    Answer.HAND_ON: _("Somebody else should answer"),
    Answer.NOT_MEANT: _("This was not meant for me"),
}


def _hints(requester_name: str) -> dict[str, str]:
    return {
        Answer.AUTHORIZE: gettext(
            "You confirm that you may act for the company. The administrators can then manage"
            " its licences, entitlements, users and roles."
        ),
        Answer.DECLINE: gettext(
            "This nomination ends. %(name)s is told, with your reason if you give one, and may"
            " name another person; our reviewer sees that you declined."
        )
        % {"name": requester_name},
        Answer.HAND_ON: gettext("Name a colleague. We write to them instead and tell %(name)s.")
        % {"name": requester_name},
        Answer.NOT_MEANT: gettext(
            "We ask once more, then nothing from this person reaches you again, and we look into it."
        ),
    }


class AnswerForm(forms.Form):
    """One of the answers, and the colleague's address for *Somebody else should answer*."""

    unmarked = "__all__"

    answer = forms.ChoiceField(
        label=_("Your answer"),
        error_messages={"required": _("Select an answer"), "invalid_choice": _("Select an answer")},
    )
    colleague = OthersAddressField(
        label=_("Your colleague’s e-mail address"),
        help_text=_(
            "At work, on the company’s own domain. We check any other domain by hand before we write to it."
        ),
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
            self.add_error("colleague", gettext("Enter your colleague's e-mail address"))
        return cleaned


class ConfirmForm(forms.Form):
    """Confirms one answer: the statement's tick or the reason, and the code unless a sign-in stands for it."""

    agreed = StatementField(label=_("I have read this statement and agree to it"))
    reason = MessageField(
        label=_("Reason"),
        help_text=_("The person who asked and our reviewer read it. Web links are not allowed."),
    )
    code = CodeField(label=_("Code"), help_text=_("6 digits, with or without spaces."))

    def __init__(self, *args: Any, answer: Answer, needs_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if answer is not Answer.AUTHORIZE:
            del self.fields["agreed"]
        if answer is not Answer.DECLINE:
            del self.fields["reason"]
        if not needs_code:
            del self.fields["code"]


class CodeForm(forms.Form):
    """One code and nothing else."""

    code = CodeField(label=_("Code"), help_text=_("6 digits, with or without spaces."))


class NotMeantForm(forms.Form):
    """Asks once more by a box that nobody ticks by accident."""

    sure = forms.BooleanField(
        label=_("This was not meant for me"),
        error_messages={"required": _("Tick the box if it was not meant for you")},
    )


class NotMeForm(forms.Form):
    """The same for an answer that somebody else gave."""

    sure = forms.BooleanField(
        label=_("This was not me"), error_messages={"required": _("Tick the box if it was not you")}
    )
