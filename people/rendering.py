"""How every form of the product looks: what the templates under templates/django/forms need to know."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Widget
from django.utils.functional import Promise


class PageField(forms.BoundField):
    """A field on a page: knows its limit, what describes it, and whether "(optional)" stands at its label.

    A form whose page says what is optional names the fields that shall not be marked in `unmarked`,
    or gives "__all__"."""

    @property
    def limit(self) -> int | None:
        """Return how many characters a text area takes, where the page counts them."""
        return (
            getattr(self.field, "max_length", None) if isinstance(self.field.widget, forms.Textarea) else None
        )

    @property
    def is_marked_optional(self) -> bool:
        unmarked: Collection[str] = getattr(self.form, "unmarked", ())
        return not (
            self.field.required
            or isinstance(self.field.widget, forms.CheckboxInput)
            or unmarked == "__all__"
            or self.name in unmarked
        )

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if self.limit and self.auto_id and not self.field.widget.attrs.get("aria-describedby"):
            return f"{described} {self.auto_id}_count".strip()
        return described

    def build_widget_attrs(
        self, attrs: dict[str, str | bool], widget: Widget | None = None
    ) -> dict[str, str | bool]:
        """Add what the page needs and drop `maxlength`: a browser would cut what is pasted without a word."""
        built = super().build_widget_attrs(attrs, widget)
        built["maxlength"] = False
        if self.limit and self.auto_id:
            built |= {"data-max": str(self.limit), "data-count": f"{self.auto_id}_count"}
        if isinstance(widget or self.field.widget, forms.RadioSelect):
            # A single radio cannot be invalid; the fieldset carries the message.
            built.pop("aria-invalid", None)
        return built


class Choices(forms.RadioSelect):
    """Radios as cards, each with a hint: `Choices(hints={"decline": "This ends your part."})`.

    None is chosen unless the form has a value: a default would be our answer, not the person's."""

    def __init__(
        self, *, hints: Mapping[str, str | Promise] | None = None, attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__(attrs)
        self.hints = hints or {}

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        hint = self.hints.get(str(option["value"]), "")
        option["hint"] = hint
        if hint and option["attrs"].get("id"):
            option["attrs"]["aria-describedby"] = option["hint_id"] = f"{option['attrs']['id']}_hint"
        return option


class FormRenderer(TemplatesSetting):
    """Render every form with the project's own templates."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = PageField
