"""The forms of the reviewer's desk; every act carries the version of the facts its page showed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from people import text
from requests_app.domain import identifiers
from requests_app.domain.submission import TEXT_LIMIT, TEXT_LINES
from requests_app.services.desk import SEARCHED, Search, Waits
from requests_app.wizard.fields import MessageField

# What a reviewer writes most often; each reads as a whole reason.
REJECTIONS = (
    "The addresses given do not show that you belong to the organization of this domain.",
    "A Smart Account for this organization exists already. Ask its administrators for access.",
    "Another request of your organization for this identifier was approved.",
    "Partners may not create an account on behalf of a customer. The customer has to request it.",
    "The identifier looks like the name of another organization.",
)


class SearchForm(forms.Form):
    """Finds requests; sent by GET, so that a search can be kept as a bookmark."""

    unmarked = "__all__"

    waits = forms.ChoiceField(
        label="What waits",
        required=False,
        choices=(
            (Waits.ALL, "All that waits"),
            (Waits.IDENTIFIERS, "Identifiers"),
            (Waits.LETTERS, "Held letters"),
            (Waits.FROZEN, "Stopped for a check"),
            (Waits.ANYTHING, "Every request"),
        ),
    )
    q = forms.CharField(label="Search", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    overdue = forms.BooleanField(label="Over the target only", required=False)

    def search(self) -> Search:
        """Return what is looked for; of an invalid form, everything that waits."""
        if not self.is_valid():
            return Search()
        return Search(
            waits=Waits(self.cleaned_data["waits"] or Waits.ALL),
            overdue=self.cleaned_data["overdue"],
            text=self.cleaned_data["q"][:SEARCHED],
        )


class ActForm(forms.Form):
    """An act without words of its own."""

    unmarked = "__all__"
    act = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, sent: Mapping[str, Any] | None = None, *, act: str) -> None:
        super().__init__(sent, auto_id=f"{act}_%s", initial={"act": act})


class ReasonForm(ActForm):
    """An act that needs a reason the requester reads."""

    reason = MessageField(label="Reason", help_text="The requester reads this. Web links are not allowed.")

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if not reason:
            raise ValidationError("Enter the reason")
        return reason


class StaffReasonForm(ReasonForm):
    """An act that needs a reason for staff alone."""

    def __init__(self, sent: Mapping[str, Any] | None = None, *, act: str) -> None:
        super().__init__(sent, act=act)
        self.fields["reason"].help_text = "Staff read this, the requester does not."


class NoteForm(ActForm):
    """An act that staff may explain to each other."""

    reason = MessageField(label="Note", help_text="Staff read this, the requester does not.")


class RejectForm(ActForm):
    """Rejects with a reason: one that is written often, one's own words, or both."""

    template = forms.ChoiceField(
        label="Often given",
        required=False,
        choices=(("", "Only my own words, below"), *((words, words) for words in REJECTIONS)),
    )
    reason = MessageField(label="Reason", help_text="The requester reads both. Web links are not allowed.")

    def clean(self) -> dict[str, Any]:
        """Put the two together; what they are together has the length of one message."""
        cleaned = dict(self.cleaned_data)
        if "reason" in cleaned and "template" in cleaned:
            both = "\n".join(words for words in (cleaned["template"], cleaned["reason"]) if words)
            if not both:
                raise ValidationError({"reason": "Enter the reason"})
            try:
                cleaned["reason"] = text.clean_text(both, limit=TEXT_LIMIT, lines=TEXT_LINES)
            except text.TextRefused as refused:
                raise ValidationError({"reason": refused.message}) from refused
        return cleaned


class AskChangeForm(ActForm):
    """Asks for another identifier, with a proposal or without."""

    question = MessageField(
        label="Question",
        help_text="The requester reads this. Web links are not allowed; domains may be named.",
    )
    proposal = forms.CharField(
        label="Proposed identifier",
        help_text="Leave it empty to ask without a proposal. The requester can accept it, which approves it.",
        required=False,
        strip=False,
        widget=forms.TextInput(
            attrs={"class": "mono", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_question(self) -> str:
        question: str = self.cleaned_data["question"]
        if not question:
            raise ValidationError("Enter what you ask the requester")
        return question

    def clean_proposal(self) -> str:
        typed: str = self.cleaned_data["proposal"]
        if not text.strip_edges(typed):
            return ""
        try:
            normal = identifiers.normalize(typed, allow_test_domains=settings.ALLOW_TEST_DOMAINS)
        except identifiers.IdentifierRefused as refused:
            raise ValidationError(refused.message, code=refused.code) from refused
        if normal.changed:
            self.data = {
                **{name: self.data.get(name, "") for name in self.fields},
                "proposal": normal.identifier,
            }
            raise ValidationError(
                f"We will use {identifiers.u_label(normal.identifier)}. Send it again to confirm",
                code="confirm",
            )
        return normal.identifier
