"""The kinds of fields that the wizard's pages ask with: the product's own cleaners in Django's fields."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people import addresses, speaking, text
from people.speaking import say
from requests_app.domain import statement
from requests_app.domain.submission import TEXT_LIMIT, TEXT_LINES

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

I_AUTHORIZE = _("I authorize activation")


class LineField(forms.CharField):
    """One visible line; what Django's own field lets through (line breaks, U+202E) is refused."""

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.line_limit = limit

    def to_python(self, value: Any) -> str:
        try:
            return text.clean_line(str(value or ""), limit=self.line_limit)
        except text.TextRefused as refused:
            raise ValidationError(say(refused.message)) from refused


class MessageField(forms.CharField):
    """Text of several lines for another person: without links, addresses and HTML; its characters are counted."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, max_length=TEXT_LIMIT, required=False, **kwargs)
        self.widget.attrs |= {"rows": "3", "autocomplete": "off"}

    def to_python(self, value: Any) -> str:
        try:
            cleaned = text.clean_text(str(value or ""), limit=TEXT_LIMIT, lines=TEXT_LINES)
            text.check_message(cleaned)
        except text.TextRefused as refused:
            raise ValidationError(say(refused.message)) from refused
        return cleaned


class OthersAddressField(forms.CharField):
    """Another person's e-mail address: browsers do not fill it in."""

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, required=False, **kwargs)
        self.widget.attrs["autocomplete"] = "off"

    def to_python(self, value: Any) -> str:
        if not text.strip_edges(str(value or "")):
            return ""
        try:
            return addresses.clean(str(value))
        except addresses.AddressRefused as refused:
            raise ValidationError(say(refused.message), code=refused.code) from refused


def shown_version() -> str:
    """Return the version of the statement that this page shows: the one in its language."""
    return statement.version_in(speaking.language())


class Checkbox(forms.CheckboxInput):
    """A tick that sends the version of the statement beside it, so that the tick of an older page is known.

    Shown again in another language it is unticked: that text was not read."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, check_test=lambda value: value == shown_version())

    def format_value(self, value: Any) -> str:
        return shown_version()

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return data.get(name, "")


class StatementField(forms.CharField):
    """The tick under a statement in force; its clean value is the version that was ticked, and so its language."""

    widget = Checkbox

    def __init__(self, *, label: "StrOrPromise" = I_AUTHORIZE) -> None:
        super().__init__(
            label=label,
            error_messages={"required": _("Tick the statement to authorize activation")},
        )

    def validate(self, value: str) -> None:
        super().validate(value)
        if not statement.is_in_force(value):
            raise ValidationError(gettext("The statement has changed. Read it and tick it again"))
