"""What the shared parts under templates/layout need besides their arguments."""

from collections.abc import Iterable

import idna
from django import template
from django.forms import BaseForm, BoundField

register = template.Library()


@register.filter
def unicode_form(identifier: str) -> str:
    """Return a domain as its reader's alphabet writes it, or unchanged when it has no such form."""
    try:
        return idna.decode(identifier)
    except (idna.IDNAError, UnicodeError):
        return identifier


@register.filter
def anchor(field: BoundField) -> str:
    """Return the id of the control that a link in the error summary must focus.

    A group of radios or ticks has no id of its own: its first control is meant."""
    own = field.id_for_label
    if own or not field.auto_id:
        return own
    return f"{field.auto_id}_0"


@register.simple_tag
def summary(
    form: object, forms: Iterable[BaseForm] | None = None, more: Iterable[tuple[str, str]] | None = None
) -> list[tuple[str, str]]:
    """List everything that is wrong on a page as (id to focus, message), in the order of the page.

    What concerns a whole form, or a hidden field, has no control to focus: its id is empty. A form that is
    among `forms` as well, as where a page with several calls one of them `form`, is listed once."""
    every = list(forms or [])
    if isinstance(form, BaseForm) and form not in every:
        every.insert(0, form)
    return [found for each in every for found in _problems(each)] + list(more or [])


@register.filter
def track(step: int, steps: int) -> list[str]:
    """Name the state of every piece of the progress bar: done, now or todo."""
    return [
        "done" if number < step else "now" if number == step else "todo" for number in range(1, steps + 1)
    ]


def _problems(form: BaseForm) -> list[tuple[str, str]]:
    if not form.errors:
        return []
    found = [("", str(message)) for message in form.non_field_errors()]
    for field in form:
        target = "" if field.is_hidden else anchor(field)
        found += [(target, str(message)) for message in field.errors]
    return found
