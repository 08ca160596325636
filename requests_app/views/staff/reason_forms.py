"""The form of one reason template; its words follow the rules of every message to a requester."""

from collections.abc import Mapping
from typing import Any, TypedDict

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people import languages
from requests_app.models import ReasonTemplate
from requests_app.models.reason import ReasonFor
from requests_app.wizard.fields import LineField, MessageField

NAME_LIMIT = 100
ACTS = {
    ReasonFor.REJECT.value: _("Rejecting"),
    ReasonFor.ASK_CHANGE.value: _("Asking for a change"),
    ReasonFor.REFUSE.value: _("Refusing a held letter"),
}


class Given(TypedDict):
    """What the form gives to the service."""

    reason_for: ReasonFor
    language: str
    name: str
    text: str


class ReasonTemplateForm(forms.Form):
    """Adds a template, or changes the one it is made with."""

    unmarked = "__all__"

    reason_for = forms.ChoiceField(label=_("Used when"), choices=tuple(ACTS.items()))
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("Of the text: the requester reads it as it is.")
    )
    name = LineField(
        label=_("Name"),
        limit=NAME_LIMIT,
        help_text=_("Reviewers choose the template by it. Nobody else sees it."),
        error_messages={"required": _("Enter a name")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = MessageField(label=_("Text"), help_text=_("The requester reads this. Web links are not allowed."))
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(
        self, sent: Mapping[str, Any] | None = None, *, template: ReasonTemplate | None = None
    ) -> None:
        fields = ("reason_for", "language", "name", "text", "version")
        initial = {field: getattr(template, field) for field in fields} if template else {}
        super().__init__(sent, initial=initial)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = list(languages.offered().items())

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text:
            raise ValidationError(_("Enter the text"))
        return text

    def clean_version(self) -> int:
        """Without a version nothing was seen, which is no version that stands."""
        return self.cleaned_data["version"] or 0

    def given(self) -> Given:
        """Return what was given, clean."""
        return {
            "reason_for": ReasonFor(self.cleaned_data["reason_for"]),
            "language": self.cleaned_data["language"],
            "name": self.cleaned_data["name"],
            "text": self.cleaned_data["text"],
        }

    def say_taken(self) -> None:
        """Say that another template has this name."""
        self.add_error("name", _("Another template has this name, perhaps a retired one"))

    def take_version(self, version: int) -> None:
        """Show the form again about what stands now, with everything that was typed."""
        self.data = {**{name: self.data.get(name, "") for name in self.fields}, "version": str(version)}
